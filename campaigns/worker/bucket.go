package worker

import (
	"math"
	"time"
)

// bucket lets so many a second through. The zero value lets everything through.
// It is not safe for use by several goroutines.
type bucket struct {
	rate float64 // a second
	have float64 // may pass at once
	at   time.Time
}

// newBucket lets a fiftieth of a second through at once, so that a high rate
// does not hang on the grain of timers.
func newBucket(perSecond float64, now time.Time) bucket {
	b := bucket{rate: max(perSecond, 0), at: now}
	b.have = b.burst()
	return b
}

func (b *bucket) burst() float64 { return max(1, math.Floor(b.rate/50)) }

// set changes the rate; what was saved at the old one does not come in a rush.
func (b *bucket) set(perSecond float64, now time.Time) {
	if perSecond = max(perSecond, 0); perSecond == b.rate {
		return
	}
	saved := b.have
	*b = newBucket(perSecond, now)
	if saved < 1 {
		b.have = min(b.have, max(saved, 0))
	}
}

// wait is how long until it is worth asking again, 0 when one may pass now. At
// a high rate that is until several may, not a timer for each.
func (b *bucket) wait(now time.Time) time.Duration {
	if b.rate <= 0 {
		return 0
	}
	if d := now.Sub(b.at); d > 0 {
		b.have, b.at = min(b.burst(), b.have+d.Seconds()*b.rate), now
	}
	const nearly = 1 - 1e-6
	if b.have >= nearly {
		return 0
	}
	return time.Duration((max(1, b.burst()/2)-b.have)/b.rate*float64(time.Second)) + 1
}

// take lets one through.
func (b *bucket) take() {
	if b.rate > 0 {
		b.have--
	}
}
