package campaigns

import (
	"context"
	"time"

	"blanche/campaigns/worker"
	"blanche/model"
)

// SendAgain sends again only to the failed. What is written first says that the
// campaign runs: a process that dies in between leaves one that a look ends, or
// one that Resume goes on with, and never somebody planned in one that is done.
func (s *Service) SendAgain(ctx context.Context, name string) (n int, err error) {
	err = s.inTurn(ctx, name, func() error {
		c, err := s.campaign(ctx, name)
		if err != nil {
			return err
		}
		if c.External || c.State != model.Done && c.State != model.Paused && c.State != model.Running {
			return wrongState(&c)
		}
		if _, err := s.frozen(ctx, &c); err != nil {
			return err
		}
		t, err := s.store.Ledger().Tally(ctx, c.ID)
		if err != nil {
			return err
		}
		if err := s.mayGoOn(ctx, &c); err != nil {
			return err
		}
		leaves := c.State != model.Paused || t.Finished()
		if n, err = s.mayPass(ctx, c.ID); err != nil || n == 0 {
			return err
		}
		if leaves && s.worker == nil {
			return nobodySends(name)
		}
		if rehearsed(ctx) {
			return nil
		}
		n, err = s.planAgain(ctx, &c, leaves, n)
		return err
	})
	return n, err
}

// mayPass counts those whom SendAgain is about.
func (s *Service) mayPass(ctx context.Context, id model.CampaignID) (n int, err error) {
	err = s.store.Ledger().Lines(ctx, id, []model.State{model.StateRefused}, func(r model.Recipient) error {
		if model.RefusalMayPass(r.Code) {
			n++
		}
		return nil
	})
	return n, err
}

// planAgain writes it, and hands the campaign to the worker if it leaves now.
func (s *Service) planAgain(ctx context.Context, c *model.Campaign, leaves bool, n int) (int, error) {
	// Before the change, which is in another file; see Oppose.
	if err := s.note(ctx, objectCampaign(c.Name), "to", model.StatePlanned, "refused", n); err != nil {
		return 0, err
	}
	ctx = context.WithoutCancel(ctx)
	if leaves && (c.State != model.Running || !c.FinishedAt.IsZero()) {
		if err := s.step(ctx, c.Name, func(c *model.Campaign) error {
			c.State, c.PausedWhy, c.FinishedAt = model.Running, "", time.Time{}
			return nil
		}); err != nil {
			return 0, err
		}
	}
	n, err := s.store.Ledger().Again(ctx, c.ID)
	s.changed()
	if err != nil || !leaves {
		return n, err
	}
	return n, s.handOver(ctx, c.Name, false) // who is in doubt is another decision
}

// takeUp sends what was planned again in the moment in which the worker saw that
// nobody was left.
func (s *Service) takeUp(ctx context.Context, n *worker.Notice) error {
	return s.inTurn(ctx, n.Name, func() error {
		c, err := s.campaign(ctx, n.Name)
		if err != nil || c.State != model.Running || s.worker.Going(n.ID) {
			return err
		}
		if _, paused := s.worker.Paused(n.ID); paused {
			return nil
		}
		if t, err := s.store.Ledger().Tally(ctx, n.ID); err != nil || t.Finished() {
			return err
		}
		return s.handOver(ctx, n.Name, false)
	})
}
