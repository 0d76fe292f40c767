package campaigns

import (
	"context"
	"time"

	"blanche/campaigns/compose"
	"blanche/campaigns/feedback"
	"blanche/model"
)

// lastWithin is how long after a message a vendor that names none is still taken to
// speak of it.
const lastWithin = 7 * 24 * time.Hour

// natureHook is what a hook of a vendor is.
const natureHook = "hook"

// TakeVendor takes what a vendor tells whose proof was checked: its word is
// believed of the address that it names, also where nothing of our message came
// back.
func (s *Service) TakeVendor(ctx context.Context, vendor string, body []byte) (FeedbackReading, error) {
	a, err := s.returnTokens(ctx)
	if err != nil {
		return FeedbackReading{}, err
	}
	told, err := feedback.ReadVendor(feedback.Vendor(vendor), body, feedback.Options{Token: a.Token})
	if err != nil {
		return FeedbackReading{}, model.Invalid("feedback.bad_hook", "vendor", vendor).Because(err)
	}
	if !rehearsed(ctx) {
		s.heardFrom("vendor:" + vendor)
	}
	out, err := s.heedFindings(ctx, natureHook, told.Findings)
	out.Ignored = told.Ignored
	return out, err
}

// VendorDesk is the desk of a vendor whose proof was checked.
func (s *Service) VendorDesk(vendor, from string) Desk {
	return s.As(model.Actor{Name: "vendor:" + vendor, Role: model.Maker, From: from})
}

// marks are the headers that vendors hand back with what they tell: each has our
// token where its own documentation says. Nobody else reads them.
func (s *Service) marks(ctx context.Context, c model.CampaignID, who model.ContactID) ([]compose.Mark, error) {
	if len(s.cfg.Vendors) == 0 {
		return nil, nil
	}
	a, err := s.returnTokens(ctx)
	if err != nil {
		return nil, err
	}
	token := a.Mark(c, who)
	var out []compose.Mark
	for _, v := range s.cfg.Vendors {
		switch feedback.Vendor(v) {
		case feedback.SendGrid:
			out = append(out, compose.Mark{Name: "X-SMTPAPI", Value: `{"unique_args":{"blanche":"` + token + `"}}`})
		case feedback.Mailgun:
			out = append(out, compose.Mark{Name: "X-Mailgun-Variables", Value: `{"blanche":"` + token + `"}`})
		case feedback.Postmark:
			out = append(out, compose.Mark{Name: "X-PM-Metadata-blanche", Value: token})
		case feedback.Brevo:
			out = append(out, compose.Mark{Name: "X-Mailin-custom", Value: token})
		}
	}
	return out, nil
}

// vouched finds the person of a finding that names none of our messages, by the
// address, and the message that they got last, where it is recent.
func (s *Service) vouched(ctx context.Context, f *feedback.Finding, w *whose, all []model.Campaign) error {
	w.proven = true
	var err error
	if w.person, err = s.ofAddress(ctx, f.Recipient); err != nil || w.person.ID == 0 {
		return err
	}
	if f.MessageID != "" { // of a message that is not ours
		return nil
	}
	at := f.Response.At
	if at.IsZero() {
		at = s.Now()
	}
	c, line, err := s.lastGotOf(ctx, all, w.person.ID, "")
	if err != nil || c == nil || at.Sub(line.At) > lastWithin || line.At.After(at.Add(time.Minute)) {
		return err
	}
	w.campaign, w.line = c, line
	return nil
}

// leaves is a no that a vendor was told: through its own link, or its own list.
func (s *Service) leaves(ctx context.Context, f *feedback.Finding, w *whose) (bool, error) {
	ref := w.person.Email
	if ref == "" && f.Token == "" {
		ref = f.Recipient // of nobody known: they may come in with a file some day
	}
	if ref == "" {
		return false, nil
	}
	was, known, err := s.store.Suppressions().Get(ctx, ref)
	if err != nil || known && (was.Reason == model.SuppressOpposed || was.Reason == model.SuppressComplaint) {
		return known, err
	}
	err = s.Oppose(ctx, ref, string(f.Vendor))
	if model.KindOf(err) == model.KindPartial {
		err = nil
	}
	return err == nil, err
}

func (d door) TakeVendor(ctx context.Context, vendor string, body []byte) (FeedbackReading, error) {
	return ask(ctx, d, "TakeVendor", func(ctx context.Context) (FeedbackReading, error) { return d.s.TakeVendor(ctx, vendor, body) })
}
