package hooks

import "time"

// A letter that is not taken is tried again after a minute, then after twice as
// long each time, up to half a day; it is given up after MostTries, or when what
// it tells is GiveUp old.
const (
	MostTries = 12
	GiveUp    = 3 * 24 * time.Hour
	firstWait = time.Minute
	mostWait  = 12 * time.Hour
)

// Wait is how long after so many tries the next one is.
func Wait(tries int) time.Duration {
	if tries > 10 {
		return mostWait
	}
	return min(firstWait<<max(tries-1, 0), mostWait)
}

// Over reports whether a letter is given up after so many tries, of which the
// last had a code.
func Over(tries int, code string, told, now time.Time) bool {
	return tries >= MostTries || code == Gone || now.Sub(told) >= GiveUp
}

// Rest is how long a receiver is left alone that failed so many times in a row:
// one that is down is not asked for every letter that waits for it.
func Rest(failures int) time.Duration {
	if failures <= 0 {
		return 0
	}
	return min(time.Second<<min(failures-1, 10), 5*time.Minute)
}
