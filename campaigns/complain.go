package campaigns

import (
	"context"
	"errors"
	"time"

	"blanche/model"
	"blanche/store"
)

// complaintSource says where a suppression by a complaint comes from.
const complaintSource = "complaint"

// Complain records that a person called a message spam: their address is
// suppressed as for an opposition, and the campaign that they got counts it,
// over restarts, for its guard. A person complains about a campaign once. An
// empty campaign is the last one that they got; when there is none they are
// suppressed all the same. So is an address of nobody known, which may come in
// with a file some day, and it is told that nobody has it.
func (s *Service) Complain(ctx context.Context, ref, campaign string) error {
	who, err := s.addressee(ctx, ref)
	if err != nil {
		return err
	}
	if campaign != "" {
		if _, err := s.campaign(ctx, campaign); err != nil {
			return err
		}
	}
	if rehearsed(ctx) {
		if who.id == 0 {
			return model.NotFound("contact.nobody", "email", who.email)
		}
		return nil
	}
	before, _, err := s.store.Suppressions().Get(ctx, who.email)
	if err != nil {
		return err
	}
	quiet := s.silence(ctx, who, model.Suppression{Reason: model.SuppressComplaint, Source: complaintSource})
	if quiet != nil && model.KindOf(quiet) != model.KindPartial {
		return quiet
	}
	if who.id == 0 {
		return errors.Join(model.NotFound("contact.nobody", "email", who.email).Hint("contact.nobody_noted", "email", who.email), quiet)
	}
	if before.Reason == model.SuppressComplaint {
		return quiet
	}
	c, line, err := s.lastGot(ctx, who.id, campaign)
	if err != nil {
		return errors.Join(err, quiet)
	}
	first := ctx
	if before.Reason == model.SuppressOpposed { // whose suppression stays as it is, and tells nobody
		said, err := s.complainedOf(ctx, who.id, c, line.At)
		if said || err != nil {
			return errors.Join(err, quiet)
		}
		first = s.telling(ctx, model.EventContactComplained, who.id, nil)
		defer s.wakeHooks()
	}
	if c == nil {
		return errors.Join(s.tellOnly(first, who.id), quiet)
	}
	return errors.Join(s.countComplaint(ctx, first, c, line.Lane), quiet)
}

// complainedOf reports whether a complaint of somebody is kept, of a campaign that
// reached them at an instant; of none, whether any is.
func (s *Service) complainedOf(ctx context.Context, id model.ContactID, c *model.Campaign, at time.Time) (said bool, err error) {
	err = s.store.Responses().Of(ctx, id, func(r model.Response) bool {
		said = r.Kind == model.ResponseComplaint && (c == nil || r.Campaign == c.ID || r.Campaign == 0 && !r.At.Before(at))
		return !said
	})
	return said, err
}

// tellOnly keeps what a context tells where nothing else is written with it.
func (s *Service) tellOnly(ctx context.Context, id model.ContactID) error {
	if store.ToldBy(ctx) == nil {
		return nil
	}
	if _, known := store.DeedOf(ctx); !known {
		ctx = s.byItself(ctx, "contact.complain")
	}
	return s.note(ctx, objectContact(id), "source", complaintSource)
}

// countComplaint counts a complaint in the campaign that it is about, under the
// first context.
func (s *Service) countComplaint(ctx, first context.Context, c *model.Campaign, lane model.Lane) error {
	err := s.step(first, c.Name, func(c *model.Campaign) error {
		c.Complaints++
		return nil
	})
	if err != nil {
		return err
	}
	return errors.Join(s.heedComplaint(ctx, c), s.coldComplaint(ctx, lane))
}

// heedComplaint lets the guard of a campaign speak, and keeps what it said.
func (s *Service) heedComplaint(ctx context.Context, c *model.Campaign) error {
	if s.worker == nil {
		return nil
	}
	said, known := s.worker.Complained(c.ID)
	if !known || said == c.Said {
		return nil
	}
	return s.step(ctx, c.Name, func(c *model.Campaign) error {
		c.Said = said
		return nil
	})
}

// lastGot is the last campaign whose message a person got, of one or of all,
// with their line; nil when there is none.
func (s *Service) lastGot(ctx context.Context, id model.ContactID, campaign string) (*model.Campaign, model.Recipient, error) {
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return nil, model.Recipient{}, err
	}
	return s.lastGotOf(ctx, all, id, campaign)
}

// lastGotOf is lastGot among campaigns that were read.
func (s *Service) lastGotOf(ctx context.Context, all []model.Campaign, id model.ContactID, campaign string) (*model.Campaign, model.Recipient, error) {
	var line model.Recipient
	var last *model.Campaign
	for i := range all {
		c := &all[i]
		if campaign != "" && c.Name != campaign || !c.State.Launched() {
			continue
		}
		r, planned, err := s.store.Ledger().Of(ctx, c.ID, id)
		if err != nil {
			return nil, line, err
		}
		if planned && (r.State == model.StateAccepted || r.State == model.StateUncertain) && (last == nil || r.At.After(line.At)) {
			last, line = c, r
		}
	}
	return last, line, nil
}
