package demo

import "time"

// clock is the time of the demonstration: it starts at an instant and runs
// some times faster than the machine's.
type clock struct {
	now   func() time.Time // of the machine
	began time.Time        // on it
	from  time.Time
	speed float64
}

// Now is the time of the demonstration.
func (c *clock) Now() time.Time {
	elapsed := c.now().Sub(c.began)
	return c.from.Add(time.Duration(c.speed * float64(elapsed)))
}
