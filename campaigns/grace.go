package campaigns

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"blanche/model"
	"blanche/store"
)

// departures are the starts in their time of grace, by name of the campaign.
// They are in memory alone: a process that ends has started nothing.
type departures struct {
	mu sync.Mutex
	by map[string]*departure
}

// departure is one of them.
type departure struct {
	Departure
	due  time.Time // of the clock of the machine
	stop context.CancelFunc
}

// of is the departure of a campaign, if it has one.
func (d *departures) of(name string) (Departure, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if p, ok := d.by[name]; ok {
		return p.now(), true
	}
	return Departure{}, false
}

// now is the departure with what is left of its time.
func (p *departure) now() Departure {
	out := p.Departure
	out.Left = max(0, time.Until(p.due))
	return out
}

// list is every departure, the next one first.
func (d *departures) list() []Departure {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []Departure
	for _, p := range d.by {
		all = append(all, p.now())
	}
	slices.SortFunc(all, func(a, b Departure) int { return cmp.Or(cmp.Compare(a.Left, b.Left), cmp.Compare(a.Name, b.Name)) })
	return all
}

// add notes one; the turn of the campaign is taken.
func (d *departures) add(p *departure) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.by == nil {
		d.by = map[string]*departure{}
	}
	d.by[p.Name] = p
}

// has reports whether a departure is the current one of its campaign.
func (d *departures) has(p *departure) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.by[p.Name] == p
}

// drop forgets the departure of a campaign, and ends its waiting. One given is
// only dropped if it still is the current one.
func (d *departures) drop(name string, which *departure) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p, ok := d.by[name]
	if !ok || which != nil && which != p {
		return
	}
	delete(d.by, name)
	p.stop()
}

// leaving refuses to change what leaves in a moment: what was confirmed must be
// what leaves.
func (s *Service) leaving(name string) error {
	if d, ok := s.departures.of(name); ok {
		return model.Refused("campaign.leaving", "name", name, "at", d.At).Hint("campaign.hold_it", "name", name)
	}
	return nil
}

// StartIn is Start after a time of grace: it refuses what Start refuses at
// once, and changes nothing before the time has passed. Then everything is
// looked at again, and it starts in the name of the same person; what keeps it
// from leaving then is told as an event.
func (s *Service) StartIn(ctx context.Context, name string, confirm int, grace time.Duration) error {
	return s.startIn(ctx, name, confirm, grace, func() error { return nil })
}

// startIn asks, when the time has come, whether the person still may.
func (s *Service) startIn(ctx context.Context, name string, confirm int, grace time.Duration, may func() error) error {
	switch {
	case grace <= 0:
		return s.Start(acting(ctx, actStart), name, confirm)
	case grace > maxGrace:
		return model.Invalid("campaign.bad_grace", "most", int(maxGrace.Seconds()))
	}
	return s.inTurn(ctx, name, func() error {
		if err := s.leaving(name); err != nil {
			return err
		}
		c, err := s.ready(ctx, name, confirm)
		if err != nil || rehearsed(ctx) {
			return err
		}
		if s.running.Err() != nil { // the process is ending
			return nobodySends(name)
		}
		if err := s.note(ctx, objectCampaign(name), "grace", grace, "planned", confirm); err != nil {
			return err
		}
		s.depart(ctx, &c, confirm, grace, may)
		s.changed()
		return nil
	})
}

// maxGrace is the longest time of grace: for longer there is Schedule.
const maxGrace = 10 * time.Minute

// depart waits beside, for the time of grace on the clock of the machine, which
// is what a person sees pass.
func (s *Service) depart(ctx context.Context, c *model.Campaign, confirm int, grace time.Duration, may func() error) {
	wait, stop := context.WithCancel(context.WithoutCancel(ctx))
	p := &departure{Departure: Departure{
		Name: c.Name, Title: c.Spec.Title, Planned: confirm, By: actorName(ctx), At: s.Now().Add(s.slow(grace)),
	}, due: time.Now().Add(grace), stop: stop}
	s.departures.add(p)
	s.background(s.running, func(ending context.Context) {
		defer stop()
		defer context.AfterFunc(ending, stop)()
		timer := time.NewTimer(grace)
		defer timer.Stop()
		select {
		case <-wait.Done():
			return
		case <-timer.C:
		}
		s.leaveNow(wait, ending, p, func(ctx context.Context) error {
			if err := may(); err != nil {
				return err
			}
			c, err := s.ready(ctx, p.Name, confirm)
			if err != nil {
				return err
			}
			return s.launch(ctx, &c, confirm)
		})
	})
}

// slow is how long a duration of the machine's clock lasts on that of the desk.
func (s *Service) slow(d time.Duration) time.Duration {
	return time.Duration(float64(d) * max(s.opt.Speed, 1))
}

// leaveNow starts what has waited, unless somebody stopped it meanwhile. It is
// about to leave until it has left, or until it is told why it has not: whoever
// waits for it must not take it for one that was held back.
func (s *Service) leaveNow(ctx, ending context.Context, p *departure, start func(context.Context) error) {
	if deed, known := store.DeedOf(ctx); known {
		deed.Act, deed.At = actStart, s.Now()
		ctx = store.Witnessed(ctx, deed)
	}
	_ = s.inTurn(ctx, p.Name, func() error {
		if !s.departures.has(p) {
			return nil
		}
		defer s.changed()
		defer s.departures.drop(p.Name, p)
		err := start(context.WithoutCancel(ctx)) // dropping it ends ctx
		if err != nil && ending.Err() == nil {
			s.worker.Note(p.Name, model.LevelStop, "deliver.event.start_failed", "why", err)
		}
		return err
	})
}

// Hold stops a start in its time of grace: nothing was frozen, nothing changed.
func (s *Service) Hold(ctx context.Context, name string) error {
	return s.inTurn(ctx, name, func() error {
		if _, err := s.campaign(ctx, name); err != nil {
			return err
		}
		if _, ok := s.departures.of(name); !ok {
			return model.Refused("campaign.not_leaving", "name", name)
		}
		if rehearsed(ctx) {
			return nil
		}
		s.departures.drop(name, nil)
		s.changed()
		return s.note(ctx, objectCampaign(name))
	})
}
