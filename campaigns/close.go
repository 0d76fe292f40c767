package campaigns

import (
	"context"
	"time"

	"blanche/campaigns/measure"
	"blanche/model"
)

// closesEvery is how often a process that serves looks for windows that have
// closed.
const closesEvery = 10 * time.Minute

// keepCloses measures each campaign once its window is over, so that what comes
// in later is told apart from what was there at the close, also where nobody
// looks. The sending goes first, and a process that is there only to send leaves
// it to the first look.
func (s *Service) keepCloses(ctx context.Context) {
	if s.opt.Lean != nil {
		return
	}
	tick := time.NewTicker(time.Duration(float64(closesEvery) / max(s.opt.Speed, 1)))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if len(s.Live().Running) == 0 {
			_ = s.measureClosed(ctx) // what failed is measured at the next tick
		}
	}
}

// measureClosed measures those whose window is over and whose close is not kept.
func (s *Service) measureClosed(ctx context.Context) error {
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return err
	}
	today := model.DateOf(s.Now(), s.cfg.Zone)
	for i := range all {
		c := &all[i]
		if c.AtClose != nil || !c.State.Launched() || c.StartedAt.IsZero() || today < model.DateOf(c.StartedAt, s.cfg.Zone)+model.Date(c.Spec.WindowDays) {
			continue
		}
		if _, err := s.ROI(ctx, c.Name); err != nil {
			return err
		}
	}
	return nil
}

// keepClose notes what the first statement after the close of a window says:
// what comes in later is told apart from it. A note that could not be written is
// tried again by the next look; the statement is right without.
func (s *Service) keepClose(ctx context.Context, c *model.Campaign, st *model.Statement) {
	if c.AtClose != nil || !st.Window.Closed || rehearsed(ctx) {
		return
	}
	closing := measure.Closing(st)
	closing.At = s.Now()
	_, _ = s.store.Campaigns().Update(ctx, c.Name, func(c *model.Campaign) error {
		if c.AtClose == nil {
			c.AtClose = &closing
		}
		return nil
	})
}
