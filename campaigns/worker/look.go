package worker

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"blanche/model"
)

// look takes one picture.
func (w *Worker) look() *Snapshot {
	w.mu.Lock()
	runs := make([]*run, 0, len(w.runs))
	for id, r := range w.runs {
		if at := r.endedAt.Load(); at > 0 && time.Since(time.Unix(at, 0)) > keepEnded {
			delete(w.runs, id)
			continue
		}
		runs = append(runs, r)
	}
	w.mu.Unlock()
	slices.SortFunc(runs, func(a, b *run) int { return cmp.Compare(a.job.ID, b.job.ID) })
	s := &Snapshot{At: w.opt.Now(), RelayDown: w.gate.closed(), StoreDown: w.troubled.Load(), DiskLow: w.diskLow.Load(), PublicDown: w.shut.Load()}
	s.Lanes = w.traffic.states(s.At)
	for _, r := range runs {
		p := w.progress(r, len(runs))
		s.InFlight += p.InFlight
		s.Campaigns = append(s.Campaigns, p)
	}
	w.watch.mu.Lock()
	s.Events = w.watch.events.newest()
	w.watch.mu.Unlock()
	return s
}

// states are the pictures of the lanes.
func (t *traffic) states(clock time.Time) (all [model.Lanes]LaneState) {
	now := time.Now()
	t.mu.Lock()
	defer t.mu.Unlock()
	for l := range t.lanes {
		all[l] = t.lanes[l].state(now, clock, !t.uncounted)
	}
	return all
}

// tallied is the last count of the ledger, and when it is worth another one.
type tallied struct {
	latest atomic.Pointer[model.Tally]
	mu     sync.Mutex
	moved  int64     // results that it has seen
	at     time.Time // of the machine
	cost   time.Duration
}

func (c *tallied) keep(t model.Tally, moved int64, cost time.Duration) {
	c.latest.Store(&t)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved, c.at = moved, time.Now()
	c.cost = max(cost, c.cost/2)
}

const (
	countShare = 40              // counting takes this part of the time at most, for all campaigns
	countAgain = 2 * time.Second // others may have changed the ledger
)

// due reports whether to count again, among so many campaigns.
func (c *tallied) due(moved int64, runs int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	since := time.Since(c.at)
	if moved == c.moved && since < countAgain {
		return false
	}
	return since >= countShare*time.Duration(runs)*c.cost
}

// tally is the count of a campaign, at most a moment old: exact for the instant
// it was taken at, and the older the more there is to count.
func (w *Worker) tally(r *run, runs int) *model.Tally {
	if moved := r.moved.Load(); !r.finished.Load() && r.count.due(moved, runs) {
		began := time.Now()
		if t, err := w.opt.Ledger.Tally(context.Background(), r.job.ID); err == nil {
			r.count.keep(t, moved, time.Since(began))
		}
	}
	return r.count.latest.Load()
}

func (w *Worker) progress(r *run, runs int) Progress {
	p := Progress{ID: r.job.ID, Name: r.job.Name, State: model.Running}
	if t := w.tally(r, runs); t != nil {
		p.Tally = *t
	}
	p.InFlight = int(r.flying.Load())
	w.watch.pace(&p)
	w.traffic.mu.Lock()
	p.Limit = r.pace.rate
	w.traffic.mu.Unlock()
	r.mu.Lock()
	p.Version, p.PausedWhy, p.RestsUntil, p.Complaints = r.version, r.why, r.until, r.spam.n
	switch {
	case r.finished.Load():
		p.State = model.Done
	case r.ending:
		p.State = model.Cancelled
	case r.paused:
		p.State = model.Paused
	}
	r.mu.Unlock()
	p.Running = p.State == model.Running
	return p
}
