package worker

import (
	"context"
	"time"

	"blanche/model"
)

// open reports whether the campaign is within its hours.
func (r *run) open() bool {
	h := r.within()
	return h.Always() || h.Open(r.w.opt.Now())
}

func (r *run) within() model.Hours {
	t := r.w.traffic
	t.mu.Lock()
	defer t.mu.Unlock()
	return r.hours
}

// rests waits, outside the hours of a campaign, until they come; false when it
// is paused or ended meanwhile. Clocks jump: it looks again every ten minutes.
func (r *run) rests(ctx context.Context) bool {
	for told := false; !r.open(); told = true {
		now := r.w.opt.Now()
		next := r.within().Next(now)
		if !next.After(now) {
			next = now.Add(time.Minute)
		}
		r.restsUntil(next)
		if !told {
			r.w.event(r, model.LevelInfo, "deliver.event.rests", "until", next)
		}
		pauseFor(ctx, r.w.scaled(next.Sub(now)), r.wake)
		if ctx.Err() != nil {
			r.restsUntil(time.Time{})
			return false
		}
	}
	r.restsUntil(time.Time{})
	return true
}

func (r *run) restsUntil(t time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.until.Equal(t) {
		r.until = t
		r.w.watch.poke()
	}
}

// closing is when to look whether hours that are open are over: not later than
// they are, except in a night that has an hour twice, where each message looks
// for itself.
func closing(h model.Hours, at time.Time) time.Time {
	y, m, d := at.Date()
	end := time.Date(y, m, d+1, 0, 0, 0, 0, at.Location())
	if h.To != 0 {
		end = time.Date(y, m, d, h.To/60, h.To%60, 0, 0, at.Location())
	}
	if !end.After(at) {
		end = at.Add(time.Minute)
	}
	return end
}
