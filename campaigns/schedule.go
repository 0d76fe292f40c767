package campaigns

import (
	"context"
	"time"

	"blanche/model"
)

// lateAfter is how long after its hour a scheduled campaign may still leave by
// itself; later, a person must confirm.
const lateAfter = 30 * time.Minute

// Schedule lets a campaign leave by itself at the hour of its file.
func (s *Service) Schedule(ctx context.Context, name string) error {
	list, err := s.CheckCampaign(ctx, name)
	if err != nil {
		return err
	}
	if list.Blocked() {
		return blockedBy(&list)
	}
	return s.step(ctx, name, func(c *model.Campaign) error {
		switch {
		case c.State.Launched():
			return wrongState(c)
		case c.Spec.Start.IsZero():
			return model.Refused("campaign.no_start", "name", name).Hint("campaign.add_start", "name", name)
		case !c.Spec.Start.After(s.Now()):
			return model.Refused("campaign.start_passed", "name", name, "start", c.Spec.Start)
		case s.cfg.Approval > 0 && list.Planned > s.cfg.Approval && c.State != model.Approved:
			return model.Refused("campaign.needs_approval", "name", name, "above", s.cfg.Approval).Hint("campaign.approve_it", "name", name)
		}
		c.State = model.Scheduled
		return nil
	})
}

// keepSchedule starts the scheduled campaigns at their hour, once a second.
func (s *Service) keepSchedule(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		s.followHours(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// followHours starts what is due and marks as late what was missed.
func (s *Service) followHours(ctx context.Context) {
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return
	}
	now := s.Now()
	for i := range all {
		c := &all[i]
		if c.State != model.Scheduled || c.Spec.Start.After(now) {
			continue
		}
		if now.Sub(c.Spec.Start) <= lateAfter {
			if list, err := s.CheckCampaign(ctx, c.Name); err == nil && !list.Blocked() && s.launch(ctx, c) == nil {
				continue
			}
		}
		_ = s.step(ctx, c.Name, func(c *model.Campaign) error {
			if c.State == model.Scheduled {
				c.State = model.Late
			}
			return nil
		})
	}
}
