package worker

import "time"

// after is how long to wait before the next try when n tries were made (n from
// 1), and whether there is one. The jitter is a number in [0, 1). What was
// waited so far is computed from n alone, so that nothing needs to be kept and
// neither a pause nor a restart brings the end nearer.
func (r Retry) after(n int, jitter float64) (wait time.Duration, ok bool) {
	waited := time.Duration(0)
	wait = r.First
	for range n - 1 {
		if waited += wait; waited >= r.GiveUp {
			return 0, false
		}
		wait = min(2*wait, r.Max)
	}
	return time.Duration(float64(wait) * (0.8 + 0.4*jitter)), true
}

// furthest is more than any delay: who is deferred beyond it was so by a clock
// that was ahead.
func (r Retry) furthest() time.Duration { return r.Max + r.Max/4 + time.Minute }
