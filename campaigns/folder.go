package campaigns

import (
	"context"

	"blanche/model"
)

// Armed tells whether messages may leave this folder, and if not why.
func (s *Service) Armed(ctx context.Context) (why model.Disarm, armed bool, err error) {
	why, disarmed, err := s.store.Disarmed(ctx)
	return why, !disarmed && err == nil, err
}

// Arm lets messages leave a restored folder. The line of the audit comes first,
// because it is in another file: rather a line too many, of something that can
// be done again, than a change that nobody answers for.
func (s *Service) Arm(ctx context.Context) error {
	if rehearsed(ctx) {
		return nil
	}
	if err := s.note(ctx, "folder"); err != nil {
		return err
	}
	defer s.changed()
	if err := s.holdRunning(ctx); err != nil {
		return err
	}
	return s.store.Arm(ctx)
}

// holdRunning pauses what the copied folder was sending when the copy was made,
// and makes late what has come to its hour since: the original has gone on, and
// only a person knows how far.
func (s *Service) holdRunning(ctx context.Context) error {
	if _, disarmed, err := s.store.Disarmed(ctx); err != nil || !disarmed {
		return err
	}
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return err
	}
	for _, c := range all {
		past := func(c *model.Campaign) bool { return c.State == model.Scheduled && !c.Spec.Start.After(s.Now()) }
		if c.State != model.Running && !past(&c) {
			continue
		}
		if err := s.step(ctx, c.Name, func(c *model.Campaign) error {
			switch {
			case c.State == model.Running:
				c.State, c.PausedWhy = model.Paused, ""
			case past(c):
				c.State = model.Late
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// disarmed refuses to let anything leave a folder whose original may be sending
// still.
func (s *Service) disarmed(ctx context.Context) error {
	why, disarmed, err := s.store.Disarmed(ctx)
	if err != nil || !disarmed {
		return err
	}
	return model.Refused("campaign.disarmed", "since", why.Since.In(s.cfg.Zone)).Hint("campaign.arm_it")
}
