package campaigns

import (
	"context"
	"time"

	"blanche/model"
)

// Missing lists the planned people without an accepted message.
func (s *Service) Missing(ctx context.Context, name string) ([]RecipientLine, error) {
	return s.recipients(ctx, name, []model.State{
		model.StatePlanned, model.StateClaimed, model.StateIntended, model.StateDeferred, model.StateRefused, model.StateExcluded, model.StateUncertain,
	})
}

// Uncertain lists the people who may or may not have got the message.
func (s *Service) Uncertain(ctx context.Context, name string) ([]RecipientLine, error) {
	return s.recipients(ctx, name, []model.State{model.StateUncertain})
}

func (s *Service) recipients(ctx context.Context, name string, states []model.State) ([]RecipientLine, error) {
	c, err := s.campaign(ctx, name)
	if err != nil {
		return nil, err
	}
	out := []RecipientLine{}
	if !c.State.Launched() {
		return out, nil
	}
	var lines []model.Recipient
	err = s.store.Ledger().Lines(ctx, c.ID, states, func(r model.Recipient) error {
		lines = append(lines, r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	ids := make([]model.ContactID, len(lines))
	for i, r := range lines {
		ids[i] = r.Contact
	}
	emails := make(map[model.ContactID]string, len(ids))
	for p := range s.people(ctx, ids, &err) {
		emails[p.ID] = p.Email
	}
	if err != nil {
		return nil, err
	}
	for _, r := range lines {
		out = append(out, RecipientLine{
			Email: emails[r.Contact], State: r.State.String(), Reason: reasonOf(&r), At: r.At.In(s.cfg.Zone), MessageID: s.messageID(&c, r.Contact),
		})
	}
	return out, nil
}

// reasonOf says in short why a recipient has no accepted message.
func reasonOf(r *model.Recipient) string {
	if r.Text != "" && r.Code != "" {
		return r.Code + " " + r.Text
	}
	return r.Code + r.Text
}

// ResolveUncertain decides about the people in doubt. Those to be sent again
// leave at once when the campaign is running, else with the next Resume.
func (s *Service) ResolveUncertain(ctx context.Context, name string, resend bool) (int, error) {
	release, err := s.turns.take(ctx, name)
	if err != nil {
		return 0, err
	}
	defer release()
	c, err := s.campaign(ctx, name)
	if err != nil {
		return 0, err
	}
	if !c.State.Launched() || c.External || resend && c.State == model.Cancelled {
		return 0, wrongState(&c)
	}
	if rehearsed(ctx) {
		return 0, nil
	}
	to := model.StateAccepted
	if resend {
		to = model.StatePlanned
	}
	if resend {
		if err := s.disarmed(ctx); err != nil {
			return 0, err
		}
	}
	t, err := s.store.Ledger().Tally(ctx, c.ID)
	if err != nil {
		return 0, err
	}
	// Before the change, which is in another file; see Oppose.
	if err := s.note(ctx, objectCampaign(name), "to", to, "uncertain", t.ByState[model.StateUncertain]); err != nil {
		return 0, err
	}
	n, err := s.store.Ledger().Resolve(ctx, c.ID, to, s.Now())
	s.changed()
	switch {
	case err != nil || n == 0 || !resend:
		return n, err
	case c.State == model.Running && s.sends(c.ID):
		return n, s.send(ctx, name)
	case c.State == model.Done:
		return n, s.step(ctx, name, func(c *model.Campaign) error {
			c.State, c.FinishedAt = model.Paused, time.Time{}
			return nil
		})
	}
	return n, nil
}
