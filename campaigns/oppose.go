package campaigns

import (
	"context"
	"time"

	"blanche/model"
)

// Oppose records that a person must not be written to any more. When it
// returns nothing is under way to them, and nothing will be.
func (s *Service) Oppose(ctx context.Context, ref, source string) error {
	who, err := s.addressee(ctx, ref)
	if err != nil || rehearsed(ctx) {
		return err
	}
	return s.silence(ctx, who, model.Suppression{Reason: model.SuppressOpposed, Source: source})
}

// addressee is whom somebody speaks of: an address, and the number of the
// contact, 0 for nobody known.
type addressee struct {
	id    model.ContactID
	email string
}

func (s *Service) addressee(ctx context.Context, ref string) (addressee, error) {
	c, err := s.person(ctx, ref)
	if err != nil && model.ValidEmail(ref) {
		return addressee{email: ref}, nil
	}
	return addressee{c.ID, c.Email}, err
}

// quietWithin is how long an opposition waits for a message that is leaving.
const quietWithin = 10 * time.Second

// silence suppresses an address, durably, then waits until nothing is under way
// to it: an intent that comes later finds the suppression in its transaction.
func (s *Service) silence(ctx context.Context, who addressee, sup model.Suppression) error {
	// Before the change, which is in another file: rather a line too many, of
	// something that can be done again, than a change that nobody answers for.
	if err := s.note(ctx, objectContact(who.id), "source", sup.Source); err != nil {
		return err
	}
	sup.At = s.Now()
	if err := s.store.Suppressions().Add(ctx, who.email, sup); err != nil {
		return err
	}
	s.base.suppressed(ctx, who.email)
	s.changed()
	return s.quiet(ctx, who.email)
}

// quiet waits until no message to some addresses is under way; what is on its
// way after that time is told, because it may still arrive.
func (s *Service) quiet(ctx context.Context, emails ...string) error {
	if s.worker == nil || s.hasty {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), quietWithin)
	defer cancel()
	for _, email := range emails {
		if err := s.worker.Quiet(ctx, email); err != nil {
			return &model.Error{Kind: model.KindPartial, Key: "contact.still_leaving", Args: []any{"email", email}, Cause: err}
		}
	}
	return nil
}
