package campaigns

import (
	"context"
	"time"

	"blanche/campaigns/worker"
	"blanche/model"
)

// Pause lets no new message start; what is on the wire ends.
func (s *Service) Pause(ctx context.Context, name string) error {
	return s.inTurn(ctx, name, func() error {
		c, err := s.campaign(ctx, name)
		if err != nil {
			return err
		}
		if c.State != model.Running {
			if err := s.leaving(name); err != nil { // what stops it is another step
				return err
			}
			return wrongState(&c)
		}
		if s.worker != nil && !rehearsed(ctx) {
			s.worker.Pause(c.ID)
		}
		return s.step(ctx, name, func(c *model.Campaign) error {
			c.State, c.PausedWhy = model.Paused, ""
			return nil
		})
	})
}

// Resume sends exactly the rest, also after a death of the process.
func (s *Service) Resume(ctx context.Context, name string) error {
	return s.inTurn(ctx, name, func() error {
		c, err := s.campaign(ctx, name)
		if err != nil {
			return err
		}
		if c.State != model.Paused && c.State != model.Running {
			return wrongState(&c)
		}
		if err := s.mayGoOn(ctx, &c); err != nil {
			return err
		}
		if s.worker == nil {
			return nobodySends(name)
		}
		if rehearsed(ctx) {
			return nil
		}
		ctx := context.WithoutCancel(ctx)
		t, err := s.store.Ledger().Tally(ctx, c.ID)
		if err != nil {
			return err
		}
		if err := s.step(ctx, name, func(c *model.Campaign) error {
			if c.PausedWhy == worker.WhyComplaint { // who resumes knows of those that came since
				c.Said = model.ComplaintsSaid{Paused: c.Complaints, Accepted: t.Taken()}
			}
			c.State, c.PausedWhy = model.Running, ""
			return nil
		}); err != nil {
			return err
		}
		return s.send(ctx, name)
	})
}

// mayGoOn refuses what must not leave from here, or was not approved as it is.
func (s *Service) mayGoOn(ctx context.Context, c *model.Campaign) error {
	if err := s.disarmed(ctx); err != nil {
		return err
	}
	company, err := s.company(ctx)
	if err == nil && c.Current().At.After(c.StartedAt) && s.needsApproval(c, c.Target-c.HeldOut, company) {
		err = s.unapproved(c.Name)
	}
	return err
}

// SetRate changes how fast a campaign is sent, at once.
func (s *Service) SetRate(ctx context.Context, name string, perSecond float64) error {
	if perSecond < 0 || perSecond > 1e6 {
		return model.Invalid("campaign.bad_rate", "rate", perSecond)
	}
	c, err := s.campaign(ctx, name)
	if err != nil {
		return err
	}
	if err := s.step(ctx, name, func(c *model.Campaign) error {
		if c.External || c.State == model.Done || c.State == model.Cancelled {
			return wrongState(c)
		}
		c.Rate = perSecond
		return nil
	}); err != nil {
		return err
	}
	if s.worker != nil && !rehearsed(ctx) {
		s.worker.Rate(c.ID, perSecond)
	}
	return nil
}

// Cancel ends a campaign: who was not served is excluded, with that reason.
func (s *Service) Cancel(ctx context.Context, name string) error {
	return s.inTurn(ctx, name, func() error {
		c, err := s.campaign(ctx, name)
		if err != nil {
			return err
		}
		if c.External || c.State == model.Done || c.State == model.Cancelled {
			return wrongState(&c)
		}
		if rehearsed(ctx) {
			return nil
		}
		now := s.Now()
		s.departures.drop(name, nil)
		frozen, err := s.frozen(ctx, &c)
		if err == nil && frozen {
			err = s.excludeRest(ctx, &c, now)
		}
		if err != nil && !isForeign(err) { // people of another campaign are not its to exclude
			return err
		}
		s.messages.drop(c.ID)
		return s.step(ctx, name, func(c *model.Campaign) error {
			c.State, c.FinishedAt = model.Cancelled, now
			return nil
		})
	})
}

// excludeRest ends the sending of a campaign, here or in no process at all.
func (s *Service) excludeRest(ctx context.Context, c *model.Campaign, now time.Time) error {
	if s.worker != nil {
		_, err := s.worker.Cancel(ctx, c.ID)
		return err
	}
	_, err := s.store.Ledger().ExcludeRest(ctx, c.ID, "cancelled", now)
	return err
}

// Wait follows a campaign until it is done, paused or cancelled. The last
// status has the hour of the end.
func (s *Service) Wait(ctx context.Context, name string, interval time.Duration, each func(model.Status)) (model.Status, error) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		st, err := s.Status(ctx, name)
		if err == nil && st.State == model.Done && st.FinishedAt == nil {
			if err = s.finish(ctx, name); err == nil {
				st, err = s.Status(ctx, name)
			}
		}
		if err != nil {
			return st, err
		}
		each(st)
		if st.State != model.Running {
			return st, nil
		}
		select {
		case <-ctx.Done():
			return st, ctx.Err()
		case <-tick.C:
		}
	}
}
