package campaigns

import (
	"context"
	"time"

	"blanche/model"
)

// lateAfter is how long a process that was there at the hour of a scheduled
// campaign may be held up (a store in trouble, a machine asleep) before a
// person must confirm.
const lateAfter = 30 * time.Minute

// Schedule lets a campaign leave by itself at the hour of its file.
func (s *Service) Schedule(ctx context.Context, name string) error {
	if err := s.disarmed(ctx); err != nil {
		return err
	}
	list, err := s.CheckCampaign(ctx, name)
	if err != nil {
		return err
	}
	if list.Blocked() {
		return blockedBy(&list)
	}
	company, err := s.company(ctx)
	if err != nil {
		return err
	}
	return s.inTurn(ctx, name, func() error {
		if err := s.leaving(name); err != nil {
			return err
		}
		c, err := s.campaign(ctx, name)
		if err != nil {
			return err
		}
		if err := s.insist(ctx, &c); err != nil {
			return err
		}
		return s.step(ctx, name, func(c *model.Campaign) error {
			switch {
			case c.State.Launched() || c.State == model.Draft && !rehearsed(ctx):
				return wrongState(c)
			case c.Spec.Start.IsZero():
				return model.Refused("campaign.no_start", "name", name).Hint("campaign.add_start", "name", name)
			case !c.Spec.Start.After(s.Now()):
				return model.Refused("campaign.start_passed", "name", name, "start", c.Spec.Start)
			case s.needsApproval(c, list.Planned, company):
				return s.unapproved(name)
			}
			c.State = model.Scheduled
			return nil
		})
	})
}

// keepSchedule starts the scheduled campaigns at their hour, once a second, and
// notes what could not be noted before.
func (s *Service) keepSchedule(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	s.noteEnds(ctx)
	s.goOn(ctx)
	told := map[string]bool{} // campaigns whose launch failed at its hour
	for {
		s.hearAgain()
		s.followHours(ctx, told)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// noteEnds notes the end of what a dead process had finished without a word.
func (s *Service) noteEnds(ctx context.Context) {
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return
	}
	for _, c := range all {
		if c.State == model.Running {
			_ = s.finish(ctx, c.Name)
		}
	}
}

// goOn sends the rest of what a dead process left running, where that is this
// process's task. What cannot go on is told, and waits for Resume.
func (s *Service) goOn(ctx context.Context) {
	if !s.opt.Continue {
		return
	}
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		s.worker.Note("", model.LevelStop, "deliver.event.launch_failed", "why", err)
		return
	}
	for _, c := range all {
		if c.State != model.Running || c.External {
			continue
		}
		err := s.inTurn(ctx, c.Name, func() error { return s.carryOn(s.byItself(ctx, actContinue), c.Name) })
		if err != nil && ctx.Err() == nil {
			s.worker.Note(c.Name, model.LevelStop, "deliver.event.launch_failed", "why", err)
		}
	}
}

// carryOn hands the worker a campaign that is running in the store, and in
// nobody's hands; its turn is taken.
func (s *Service) carryOn(ctx context.Context, name string) error {
	c, err := s.campaign(ctx, name)
	if err != nil || c.State != model.Running || s.sends(c.ID) {
		return err
	}
	if err := s.disarmed(ctx); err != nil {
		return err
	}
	if err := s.note(ctx, objectCampaign(name)); err != nil {
		return err
	}
	return s.send(context.WithoutCancel(ctx), name)
}

// followHours gives the verdict of tests, starts what is due and marks as late what was missed. A launch
// that fails is tried again, and told once.
func (s *Service) followHours(ctx context.Context, told map[string]bool) {
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return
	}
	for _, c := range all {
		if s.undecided(&c) {
			_ = s.decide(ctx, c.Name)
		}
		if c.State == model.Scheduled && !c.Spec.Start.After(s.Now()) {
			err := s.inTurn(ctx, c.Name, func() error { return s.leave(ctx, c.Name) })
			if err != nil && ctx.Err() == nil && !told[c.Name] {
				s.worker.Note(c.Name, model.LevelStop, "deliver.event.launch_failed", "why", err)
			}
			told[c.Name] = err != nil
		}
	}
}

// leave launches a scheduled campaign whose hour has come. A relay that does
// not answer now is the worker's affair; what else blocks needs a person, and
// so does an hour that passed while nothing ran. Trouble of the store is waited
// for.
func (s *Service) leave(ctx context.Context, name string) error {
	ctx = s.byItself(ctx, "campaign.start")
	c, err := s.campaign(ctx, name)
	if err != nil || c.State != model.Scheduled || c.Spec.Start.After(s.Now()) {
		return err
	}
	if !s.missed(&c) {
		if err := s.disarmed(ctx); err != nil {
			return err
		}
		list, err := s.inspect(ctx, &c)
		if err != nil {
			return err
		}
		company, err := s.company(ctx)
		if err != nil {
			return err
		}
		if !list.Blocked() && !s.needsApproval(&c, list.Planned, company) {
			return s.launch(ctx, &c, Unset)
		}
	}
	return s.step(acting(ctx, actLate), name, func(c *model.Campaign) error {
		c.State = model.Late
		return nil
	})
}

// missed reports whether the hour of a scheduled campaign passed while nothing
// ran, or long ago: a command that opens the folder for something else must not
// send what nobody is waiting for any more.
func (s *Service) missed(c *model.Campaign) bool {
	return c.State == model.Scheduled && (c.Spec.Start.Before(s.opened) || s.Now().Sub(c.Spec.Start) > lateAfter)
}
