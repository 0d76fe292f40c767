package worker

import (
	"cmp"
	"context"
	"slices"
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
	s := &Snapshot{At: w.opt.Now(), RelayDown: w.gate.closed(), StoreDown: w.troubled.Load()}
	for _, r := range runs {
		p := w.progress(r)
		s.InFlight += p.InFlight
		s.Campaigns = append(s.Campaigns, p)
	}
	w.watch.mu.Lock()
	s.Events = w.watch.events.newest()
	w.watch.mu.Unlock()
	return s
}

func (w *Worker) progress(r *run) Progress {
	if !r.finished.Load() {
		if t, err := w.opt.Ledger.Tally(context.Background(), r.job.ID); err == nil {
			r.tally.Store(&t)
		}
	}
	p := Progress{ID: r.job.ID, Name: r.job.Name, State: model.Running, InFlight: int(r.flying.Load())}
	if t := r.tally.Load(); t != nil {
		p.Tally = *t
	}
	w.watch.pace(&p)
	r.mu.Lock()
	p.Limit, p.Version, p.PausedWhy = r.limit, r.version, r.why
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
