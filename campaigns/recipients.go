package campaigns

import (
	"context"

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
	people, err := s.store.Contacts().Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	emails := make(map[model.ContactID]string, len(people))
	for i := range people {
		emails[people[i].ID] = people[i].Email
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

// ResolveUncertain decides about the people in doubt.
func (s *Service) ResolveUncertain(ctx context.Context, name string, resend bool) (int, error) {
	c, err := s.campaign(ctx, name)
	if err != nil {
		return 0, err
	}
	if !c.State.Launched() {
		return 0, wrongState(&c)
	}
	to := model.StateAccepted
	if resend {
		to = model.StatePlanned
		if c.State == model.Cancelled {
			return 0, wrongState(&c)
		}
	}
	n, err := s.store.Ledger().Resolve(ctx, c.ID, to, s.Now())
	if err != nil || n == 0 {
		return n, err
	}
	if resend && c.State == model.Done {
		err = s.step(ctx, name, func(c *model.Campaign) error {
			c.State = model.Paused
			return nil
		})
	}
	s.changed()
	return n, err
}
