package demo

import (
	"math"
	"math/rand/v2"
	"sort"
	"time"

	"blanche/model"
)

// season is how many times more a day sells than an ordinary one: the weeks
// before Christmas, the sales of January and July, Black Friday, the calm of
// August, and Saturdays.
func season(d model.Date) float64 {
	_, month, day := d.Civil()
	factor := monthly[month-1]
	switch {
	case month == time.December && day >= 25:
		factor = 0.9
	case month == time.December:
		factor = 1.5 + 0.9*float64(day)/24
	case month == time.November && day >= 22:
		factor = 1.7
	case month == time.January && day >= 8, month == time.February && day <= 4:
		factor = 1.5
	case month == time.June && day >= 25, month == time.July && day <= 22:
		factor = 1.4
	}
	return factor * weekly[weekday(d)]
}

var (
	monthly = [12]float64{0.9, 0.85, 0.95, 1, 1.05, 1, 0.95, 0.7, 1, 1.05, 1.15, 1.5}
	weekly  = [7]float64{0.85, 0.75, 0.9, 1.05, 0.95, 1.1, 1.4} // from Sunday
)

// weekday is the day of the week of a date: 1 January 1970 was a Thursday.
func weekday(d model.Date) time.Weekday { return time.Weekday((int(d) + 4) % 7) }

// hourly is how the orders of a day spread over its hours.
var hourly = [24]float64{
	1, 0.5, 0.3, 0.2, 0.2, 0.4, 1, 2, 3.5, 6, 8, 8, 7, 6, 6, 6.5, 7, 8, 8.5, 7, 7.5, 8, 5, 2.5,
}

var hoursBefore = func() (sum [25]float64) {
	for h, w := range hourly {
		sum[h+1] = sum[h] + w
	}
	for h := range sum {
		sum[h] /= sum[24]
	}
	return sum
}()

// dayShare is the part of the orders of a day placed before a time of it.
func dayShare(since time.Duration) float64 {
	h := since.Hours()
	if h <= 0 {
		return 0
	}
	if h >= 24 {
		return 1
	}
	whole := int(h)
	return hoursBefore[whole] + (h-float64(whole))*(hoursBefore[whole+1]-hoursBefore[whole])
}

// hourOf is the inverse of dayShare: the time of day before which a share of
// the orders were placed.
func hourOf(share float64) time.Duration {
	h := min(sort.SearchFloat64s(hoursBefore[:], share), 24)
	if h == 0 {
		return 0
	}
	part := (share - hoursBefore[h-1]) / (hoursBefore[h] - hoursBefore[h-1])
	return time.Duration((float64(h-1) + part) * float64(time.Hour)).Truncate(time.Second)
}

// poisson draws a number of events whose mean is given (Knuth 1969, in parts
// of at most 30 so that the product never underflows).
func poisson(r *rand.Rand, mean float64) int {
	n := 0
	for ; mean > 30; mean -= 30 {
		n += poisson(r, 30)
	}
	limit, p := math.Exp(-mean), r.Float64()
	for p > limit {
		n++
		p *= r.Float64()
	}
	return n
}

// The streams of random numbers: one for each thing drawn, so that none moves
// because another changed.
const (
	streamPeople = iota + 1
	streamDay
	streamSalt
	streamStaff
	streamEffect = 1 << 20 // + the number of the campaign
)

// random is the stream of one thing on one day (0 for all days).
func random(seed uint64, stream int, day model.Date) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(stream)<<32|uint64(uint32(day))))
}
