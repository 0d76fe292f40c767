package campaigns

import (
	"context"
	"slices"
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
	for i := range lines {
		r := &lines[i]
		line := s.recipientLine(&c, r, emails[r.Contact])
		if r.State == model.StateUncertain {
			if line.Evidence, err = s.evidence(ctx, r, line.Email); err != nil {
				return nil, err
			}
		}
		out = append(out, line)
	}
	return out, nil
}

// recipientLine is a line of the ledger, by name.
func (s *Service) recipientLine(c *model.Campaign, r *model.Recipient, email string) RecipientLine {
	line := RecipientLine{
		Email: email, State: r.State.String(), Reason: reasonOf(r), MessageID: s.messageID(c, r.Contact),
		Attempts: r.Attempts, Version: int(r.Version), Lane: r.Lane.String(), Code: r.Code, Said: r.Text,
	}
	line.MayPass = r.State == model.StateRefused && model.RefusalMayPass(r.Code)
	if !r.At.IsZero() {
		line.At = r.At.In(s.cfg.Zone)
	}
	cell := r.Cell
	if cell == 0 {
		cell = c.AB.Winner
	}
	if n := int(cell); n > 0 && n <= len(c.Spec.AB.Variants) {
		line.Variant = c.Spec.AB.Variants[n-1].Name
	}
	return line
}

// interrupted is the code in the ledger of who was on the wire when a process
// ended.
const interrupted = "interrupted"

// evidence is what is known about somebody who may or may not have got the
// message: how it came to that, and what they have done since.
func (s *Service) evidence(ctx context.Context, r *model.Recipient, email string) ([]string, error) {
	known := []string{EvidenceNoAnswer}
	if r.Code == interrupted {
		known[0] = EvidenceInterrupted
	}
	orders, err := s.store.Orders().Of(ctx, r.Contact)
	if err != nil {
		return nil, err
	}
	sent := model.DateOf(r.At, s.cfg.Zone)
	if slices.ContainsFunc(orders, func(o model.Order) bool {
		return o.Day > sent || o.Day == sent && !o.At.Before(r.At) || o.Day == sent && o.At.IsZero()
	}) {
		known = append(known, EvidenceOrdered)
	}
	sup, suppressed, err := s.store.Suppressions().Get(ctx, email)
	if err != nil {
		return nil, err
	}
	if suppressed && (sup.Reason == model.SuppressOpposed || sup.Reason == model.SuppressComplaint) && !sup.At.Before(r.At.Truncate(time.Second)) {
		known = append(known, EvidenceOpposed)
	}
	return known, nil
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
