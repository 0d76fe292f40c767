package campaigns

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"time"

	"blanche/model"
	"blanche/store"
)

// Approve notes that a second person read the campaign.
func (s *Service) Approve(ctx context.Context, name string) error {
	list, err := s.CheckCampaign(ctx, name)
	if err != nil {
		return err
	}
	if list.Blocked() {
		return blockedBy(&list)
	}
	return s.step(ctx, name, func(c *model.Campaign) error {
		if c.State != model.Checked && c.State != model.Draft {
			return wrongState(c)
		}
		c.State, c.ApprovedAt = model.Approved, s.Now()
		return nil
	})
}

// Start freezes the audience, draws the zone blanche and sends.
//
// The salt of the draw is kept before the plan, and the plan before the
// campaign runs: a death in between leaves a campaign that can be started
// again, with the plan that is already there.
func (s *Service) Start(ctx context.Context, name string, confirm int) error {
	c, err := s.campaign(ctx, name)
	if err != nil {
		return err
	}
	if c.State.Launched() {
		return wrongState(&c)
	}
	list, err := s.CheckCampaign(ctx, name)
	if err != nil {
		return err
	}
	if list.Blocked() {
		return blockedBy(&list)
	}
	if c, err = s.campaign(ctx, name); err != nil {
		return err
	}
	if s.cfg.Approval > 0 && list.Planned > s.cfg.Approval && c.State != model.Approved && c.State != model.Scheduled && c.State != model.Late {
		return model.Refused("campaign.needs_approval", "name", name, "above", s.cfg.Approval).Hint("campaign.approve_it", "name", name)
	}
	if confirm != list.Planned {
		return notConfirmed(name, confirm, list.Planned)
	}
	if s.worker == nil {
		return nobodySends(name)
	}
	return s.launch(ctx, &c)
}

func notConfirmed(name string, given, planned int) error {
	e := &ConfirmError{Given: given, Planned: planned}
	if given == Unset {
		e.Refusal = model.Refused("campaign.confirm", "name", name, "planned", planned).Hint("campaign.confirm_with", "name", name, "planned", planned)
	} else {
		e.Refusal = model.Refused("campaign.confirm_differs", "name", name, "given", given, "planned", planned).Hint("campaign.confirm_with", "name", name, "planned", planned)
	}
	return e
}

// nobodySends refuses, in a process that does not send, what needs one.
func nobodySends(name string) error {
	return model.Busy("campaign.nobody_sends", "name", name).Hint("campaign.wait_instead", "name", name)
}

func wrongState(c *model.Campaign) error {
	return model.Refused("campaign.wrong_state", "name", c.Name, "state", c.State)
}

// launch draws, plans and starts a campaign that was checked and confirmed.
func (s *Service) launch(ctx context.Context, c *model.Campaign) error {
	planned, err := s.store.Ledger().HasPlan(ctx, c.ID)
	if err != nil {
		return err
	}
	if !planned {
		if err := s.freeze(ctx, c); err != nil {
			return err
		}
	}
	if err := s.step(ctx, c.Name, func(c *model.Campaign) error {
		if c.State.Launched() {
			return wrongState(c)
		}
		c.State, c.StartedAt, c.PausedWhy = model.Running, s.Now(), ""
		return nil
	}); err != nil {
		return err
	}
	return s.send(ctx, c.Name)
}

// freeze draws the zone blanche with a new salt and writes the plan.
func (s *Service) freeze(ctx context.Context, c *model.Campaign) error {
	salt := make([]byte, 16)
	if _, err := io.ReadFull(s.opt.Rand, salt); err != nil {
		return model.Failed(err, "campaign.no_entropy")
	}
	draw, err := s.draw(ctx, &c.Spec, hex.EncodeToString(salt))
	if err != nil {
		return err
	}
	if err := s.step(ctx, c.Name, func(c *model.Campaign) error {
		c.Salt, c.Share, c.Audience, c.Quotas = hex.EncodeToString(salt), draw.share, draw.rule, draw.sum.Quotas
		c.Matched, c.Target, c.HeldOut = draw.sum.Matched, draw.sum.Target, draw.sum.HeldOut
		c.NotSent = map[string]int{
			model.ExclOpposed: draw.sum.Excluded.Opposed, model.ExclConsent: draw.sum.Excluded.NoConsent, model.ExclBounced: draw.sum.Excluded.Bounced,
			model.ExclInvalid: draw.sum.Excluded.Invalid, model.ExclPressure: draw.sum.Excluded.Pressure,
		}
		return nil
	}); err != nil {
		return err
	}
	err = s.store.Ledger().Plan(ctx, c.ID, draw.plan)
	if errors.Is(err, store.ErrExists) {
		return nil
	}
	return err
}

// step changes a campaign record and tells the screens.
func (s *Service) step(ctx context.Context, name string, change func(*model.Campaign) error) error {
	_, err := s.store.Campaigns().Update(ctx, name, change)
	if errors.Is(err, store.ErrNotFound) {
		return model.NotFound("campaign.unknown", "name", name).Hint("campaign.list_them")
	}
	s.changed()
	return err
}

// Pause lets no new message start; what is on the wire ends.
func (s *Service) Pause(ctx context.Context, name string) error {
	c, err := s.campaign(ctx, name)
	if err != nil {
		return err
	}
	if c.State != model.Running {
		return wrongState(&c)
	}
	if s.worker != nil {
		s.worker.Pause(c.ID)
	}
	return s.step(ctx, name, func(c *model.Campaign) error {
		if c.State != model.Running {
			return wrongState(c)
		}
		c.State, c.PausedWhy = model.Paused, ""
		return nil
	})
}

// Resume sends exactly the rest, also after a death of the process.
func (s *Service) Resume(ctx context.Context, name string) error {
	c, err := s.campaign(ctx, name)
	if err != nil {
		return err
	}
	if c.State != model.Paused && c.State != model.Running {
		return wrongState(&c)
	}
	if s.worker == nil {
		return nobodySends(name)
	}
	if err := s.step(ctx, name, func(c *model.Campaign) error {
		c.State, c.PausedWhy = model.Running, ""
		return nil
	}); err != nil {
		return err
	}
	return s.send(ctx, name)
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
		c.Rate = perSecond
		return nil
	}); err != nil {
		return err
	}
	if s.worker != nil {
		s.worker.Rate(c.ID, perSecond)
	}
	return nil
}

// Cancel ends a campaign: who was not served is excluded, with that reason.
func (s *Service) Cancel(ctx context.Context, name string) error {
	c, err := s.campaign(ctx, name)
	if err != nil {
		return err
	}
	if c.State == model.Done || c.State == model.Cancelled {
		return wrongState(&c)
	}
	now := s.Now()
	if c.State.Launched() {
		if err := s.excludeRest(ctx, &c, now); err != nil {
			return err
		}
	}
	return s.step(ctx, name, func(c *model.Campaign) error {
		c.State, c.FinishedAt = model.Cancelled, now
		return nil
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

// Wait follows a campaign until it is done, paused or cancelled.
func (s *Service) Wait(ctx context.Context, name string, interval time.Duration, each func(model.Status)) (model.Status, error) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		st, err := s.Status(ctx, name)
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
