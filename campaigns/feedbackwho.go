package campaigns

import (
	"context"
	"errors"
	"slices"
	"strings"

	"blanche/campaigns/feedback"
	"blanche/model"
	"blanche/store"
)

// returnTokens make and read the tokens of messages, and the addresses with them.
func (s *Service) returnTokens(ctx context.Context) (*feedback.Addresses, error) {
	if kept := s.returns.Load(); kept != nil {
		return kept, nil
	}
	key, err := s.store.Secret(ctx, "bounce address")
	if err != nil {
		return nil, err
	}
	a := feedback.NewAddresses(key, s.cfg.Sender.Bounces)
	s.returns.Store(a)
	return a, nil
}

// addresses make and read the envelope senders that bring reports home; nil where
// the settings name none.
func (s *Service) addresses(ctx context.Context) (*feedback.Addresses, error) {
	if s.cfg.Sender.Bounces == "" {
		return nil, nil
	}
	return s.returnTokens(ctx)
}

// returnPath is the envelope sender of the message of a campaign to a person: from
// itself without an address for reports.
func (s *Service) returnPath(ctx context.Context, from string, c model.CampaignID, who model.ContactID) (string, error) {
	a, err := s.addresses(ctx)
	if a == nil || err != nil {
		return from, err
	}
	return a.Of(c, who), nil
}

// whose is what a finding is about, as far as it is known.
type whose struct {
	campaign *model.Campaign // nil: none of ours
	person   model.Contact   // number 0: unknown or erased
	line     model.Recipient // of the ledger; number 0: not planned
	// proven is set when the report holds what only a receiver of our message can
	// know: the token of the address that it came from, or its Message-ID, both
	// of 128 bits and more; or when a vendor vouches for it. Without that everybody
	// could have written the report.
	proven bool
}

// whoseIs finds the message that a finding is about: by token, else by the
// Message-ID of a message to the address that the report names, else by that
// address, where a vendor vouches for it.
func (s *Service) whoseIs(ctx context.Context, f *feedback.Finding, all []model.Campaign) (w whose, err error) {
	if c, who, known := s.readToken(ctx, f.Token); known {
		w.proven = true
		if i := slices.IndexFunc(all, func(x model.Campaign) bool { return x.ID == c }); i >= 0 {
			w.campaign = &all[i]
		}
		return w, s.placed(ctx, &w, who)
	}
	if f.Recipient != "" && f.MessageID != "" {
		p, err := s.ofAddress(ctx, f.Recipient)
		if err != nil {
			return w, err
		}
		i := slices.IndexFunc(all, func(x model.Campaign) bool {
			return p.ID != 0 && x.State.Launched() && strings.EqualFold(s.messageID(&x, p.ID), f.MessageID)
		})
		if i >= 0 {
			w.campaign, w.proven = &all[i], true
			return w, s.placed(ctx, &w, p.ID)
		}
	}
	if f.Vendor != "" {
		err = s.vouched(ctx, f, &w, all)
	}
	return w, err
}

// ofAddress is who has an address, number 0 for nobody.
func (s *Service) ofAddress(ctx context.Context, email string) (model.Contact, error) {
	if email == "" {
		return model.Contact{}, nil
	}
	p, err := s.store.Contacts().ByEmail(ctx, email)
	if errors.Is(err, store.ErrNotFound) {
		return model.Contact{}, nil
	}
	return p, err
}

// placed reads the person, whoever the number went into, and its line.
func (s *Service) placed(ctx context.Context, w *whose, id model.ContactID) (err error) {
	if id == 0 {
		return nil
	}
	if w.person, _, err = s.holder(ctx, id); err != nil || w.campaign == nil {
		return err
	}
	line, planned, err := s.store.Ledger().Of(ctx, w.campaign.ID, id)
	if planned {
		w.line = line
	}
	return err
}

// readToken reads a token of ours.
func (s *Service) readToken(ctx context.Context, token string) (model.CampaignID, model.ContactID, bool) {
	if token == "" {
		return 0, 0, false
	}
	a, err := s.returnTokens(ctx)
	if err != nil {
		return 0, 0, false
	}
	return a.Open(token)
}

// names reports whether a finding speaks of the address that a person has now: one
// that was corrected since, or that the person forwards to, is another.
func (w *whose) names(f *feedback.Finding) bool {
	return w.person.ID != 0 && (f.Recipient == "" || model.EmailKey(f.Recipient) == model.EmailKey(w.person.Email))
}
