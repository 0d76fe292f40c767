package campaigns

import (
	"context"
	"time"
)

// yieldShare is how long an import waits while messages leave, in parts of the
// time that it worked: it takes a fifth of one processor, and is five times as
// long. An import can wait; who watches a send on a Black Friday cannot.
const yieldShare = 4

// yielding makes the pause of one import, called by one goroutine between
// stretches of work: as long as nothing is being sent it returns at once.
func (s *Service) yielding() func(context.Context) {
	since := time.Now()
	return func(ctx context.Context) {
		worked := time.Since(since)
		if s.sending() {
			select {
			case <-time.After(min(yieldShare*worked, time.Second)):
			case <-ctx.Done():
			}
		}
		since = time.Now()
	}
}

// sending reports whether messages are on their way.
func (s *Service) sending() bool { return s.worker != nil && s.worker.Snapshot().InFlight > 0 }
