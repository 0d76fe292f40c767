package worker

import (
	"sync/atomic"
	"time"
)

// beatEvery is how often the loops prove that they are alive.
const beatEvery = 2 * time.Second

// pulse is when the loops that send last proved that they are alive.
type pulse struct {
	last atomic.Int64 // Unix nanoseconds of the machine
}

// Beat is when the loops that send last proved that they are alive: at most a
// few seconds ago, also when there is nothing to send, when the relay is slow
// or away, and when the store refuses to write. It stands still when the
// committer does not come back from the store, or a campaign neither works nor
// waits: then only another process helps.
func (w *Worker) Beat() time.Time {
	beat := time.Unix(0, w.pulse.last.Load())
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, r := range w.runs {
		if at := r.busy.Load(); at > 0 && at < beat.UnixNano() {
			beat = time.Unix(0, at)
		}
	}
	return beat
}

// beat asks the committer, again and again, to answer through the queue of what
// it does for its living: a loop beside it would beat for a dead one.
func (w *Worker) beat() {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		if !w.commits.alive(w.quit) {
			return
		}
		w.pulse.last.Store(time.Now().UnixNano())
		select {
		case <-tick.C:
		case <-w.quit:
			return
		}
	}
}

// alive waits for a sign of the committer; false when quit came first.
func (c *committer) alive(quit <-chan struct{}) bool {
	s := make(sign, 1)
	c.put(ticket{who: s})
	select {
	case <-s:
		return true
	case <-quit:
		return false
	}
}

// sign is told through the queue of the committer, and asks for nothing else.
type sign chan struct{}

func (s sign) announced(bool, error) bool { panic(errNoIntent) }
func (s sign) settled(error)              { s <- struct{}{} }

// works notes that the loop of a campaign does something that is over soon:
// where that lasts, the loop is stuck. The function returned ends it.
func (r *run) works() func() {
	r.busy.Store(time.Now().UnixNano())
	return func() { r.busy.Store(0) }
}
