package worker

import (
	"time"

	"blanche/model"
)

// LateIntent makes a worker announce a message after it has left: the mistake
// that the crash test must find.
func (w *Worker) LateIntent() { w.lateIntent = true }

// After shows the delays of retries to tests.
func (r Retry) After(n int, jitter float64) (time.Duration, bool) { return r.after(n, jitter) }

// TooFast shows how replies are understood to tests.
func TooFast(a *model.Receipt) bool { return tooFast(a) }
