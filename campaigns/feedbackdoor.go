package campaigns

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"blanche/campaigns/feedback"
	"blanche/model"
)

// FeedbackDesk takes what comes back after messages have left.
type FeedbackDesk interface {
	// Feedback takes one message as it came in, with the recipients of its envelope
	// where they are known. When it returns without an error, what it says is
	// durable; the same again counts once. What is no report is no error.
	Feedback(ctx context.Context, message []byte, to []string) (FeedbackReading, error)
	// Feedbacks lists what came back, the latest first: of a campaign, or of all.
	Feedbacks(ctx context.Context, campaign string, most int) ([]FeedbackLine, error)
	// TakeVendor takes what a provider of mail tells by hook, whose proof was checked,
	// as Feedback does a message: model.KindInvalid for what is not in its form.
	TakeVendor(ctx context.Context, vendor string, body []byte) (FeedbackReading, error)
	// ReturnAddress reports whether reports are taken at an address of ours: that
	// of the settings, with a token that we made.
	ReturnAddress(ctx context.Context, address string) bool
}

// FeedbackReading is what was made of a message: its nature (bounce, complaint,
// delay, automatic, reply, none, hook), and a line for each thing it says.
type FeedbackReading struct {
	Nature  string         `json:"nature"`
	Lines   []FeedbackLine `json:"lines"`
	Ignored int            `json:"ignored,omitempty"` // events of a hook that change nothing
}

// FeedbackLine is one thing that came back.
type FeedbackLine struct {
	At       time.Time `json:"at"`
	Kind     string    `json:"kind"`            // bounce, complaint, reply
	Class    string    `json:"class,omitempty"` // of a bounce: model.BounceClass
	Campaign string    `json:"campaign,omitempty"`
	Email    string    `json:"email,omitempty"` // of a person who is known
	Lane     string    `json:"lane,omitempty"`
	Detail   string    `json:"detail,omitempty"` // what the server said: untrusted
	// Proven is false for a report that anybody could have written: it is kept, and
	// changes nothing.
	Proven     bool `json:"proven"`
	Again      bool `json:"again,omitempty"`      // was known
	Suppressed bool `json:"suppressed,omitempty"` // the address is not written to any more
}

// The rule of full mailboxes: so many messages came back in so many days.
const (
	fullTimes = 3
	fullDays  = 30
)

// Feedback reads a message, then notes each finding: in the ledger, among the
// suppressions, with the guards, and last among the responses, which know it
// again. A process that dies between is told once more, and does what is left.
func (s *Service) Feedback(ctx context.Context, message []byte, to []string) (FeedbackReading, error) {
	a, err := s.addresses(ctx)
	if err != nil {
		return FeedbackReading{}, err
	}
	o := feedback.Options{To: to}
	if a != nil {
		o.Token = a.Token
	}
	r := feedback.Read(message, o)
	return s.heedFindings(ctx, r.Nature.String(), r.Findings)
}

// heeded is a finding that was done what it asks for, and is still to be kept.
type heeded struct {
	line     FeedbackLine
	response model.Response
	whose    whose
}

// heedFindings notes what a report says: what follows from each finding, then all
// of them among the responses, in one step.
func (s *Service) heedFindings(ctx context.Context, nature string, found []feedback.Finding) (FeedbackReading, error) {
	out := FeedbackReading{Nature: nature, Lines: []FeedbackLine{}}
	if len(found) == 0 {
		return out, nil
	}
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return out, err
	}
	heard, responses := make([]heeded, len(found)), make([]model.Response, len(found))
	for i := range found {
		if heard[i], err = s.heedFinding(ctx, &found[i], all); err != nil {
			return out, err
		}
		responses[i] = heard[i].response
	}
	seen := make([]bool, len(found))
	if !rehearsed(ctx) {
		if seen, err = s.store.Responses().Append(ctx, responses); err != nil {
			return out, err
		}
		defer s.changed()
	}
	for i := range heard {
		h := &heard[i]
		h.line.Again = seen[i]
		if h.response.Class == model.BounceFull && h.whose.proven && h.whose.names(&found[i]) && !rehearsed(ctx) {
			if h.line.Suppressed, err = s.tooFull(ctx, &h.whose); err != nil {
				return out, err
			}
		}
		out.Lines = append(out.Lines, h.line)
	}
	return out, nil
}

func (s *Service) heedFinding(ctx context.Context, f *feedback.Finding, all []model.Campaign) (h heeded, err error) {
	if h.whose, err = s.whoseIs(ctx, f, all); err != nil {
		return h, err
	}
	w := &h.whose
	h.response = s.responseOf(f, w)
	h.line = s.feedbackLine(&h.response, w.person.Email)
	h.line.Proven = w.proven
	if w.campaign != nil {
		h.line.Campaign = w.campaign.Name
	}
	if rehearsed(ctx) {
		return h, nil
	}
	h.line.Suppressed, err = s.follows(ctx, f, w, &h.response)
	return h, err
}

// responseOf is what is kept of a finding. Of a report that proves nothing no
// person is kept.
func (s *Service) responseOf(f *feedback.Finding, w *whose) model.Response {
	r := f.Response
	if now := s.Now(); r.At.IsZero() || r.At.After(now) || r.At.Before(now.AddDate(0, -3, 0)) {
		r.At = now
	}
	about := string(f.Vendor) + f.Event + "\x00" + f.Token + "\x00" + f.MessageID + "\x00" + model.EmailKey(f.Recipient) + "\x00" + f.Code
	if w.campaign != nil && w.line.Contact != 0 {
		r.Campaign, r.Version, r.Lane = w.campaign.ID, uint32(w.line.Version), w.line.Lane
		about = fmt.Sprint(w.campaign.ID, "\x00", w.line.Contact)
	}
	if w.proven {
		r.Contact = w.person.ID
	}
	sum := sha256.Sum256([]byte(r.Kind.String() + "\x00" + about))
	r.ID = "feedback " + hex.EncodeToString(sum[:16])
	return r
}

// follows is what a proven report changes: the state of the line, the address of
// somebody who is not there, the figures of the guards. Doing it twice does it
// once.
func (s *Service) follows(ctx context.Context, f *feedback.Finding, w *whose, r *model.Response) (suppressed bool, err error) {
	if !w.proven {
		return false, nil
	}
	switch r.Kind {
	case model.ResponseBounce:
		if err := s.bounced(ctx, f, w, r); err != nil {
			return false, err
		}
		if gone := r.Class == model.BounceUnknown || r.Class == model.BounceInactive; gone && w.names(f) {
			return true, s.unreachable(ctx, w, "report "+f.Code)
		}
	case model.ResponseComplaint:
		return s.complained(ctx, f, w)
	case model.ResponseUnsubscribe:
		return s.leaves(ctx, f, w)
	}
	return false, nil
}

// complained suppresses who complains. Of somebody unknown, whom a vendor names, it
// is the address: they may come in with a file some day.
func (s *Service) complained(ctx context.Context, f *feedback.Finding, w *whose) (bool, error) {
	ref, name := w.person.Email, ""
	if w.line.Contact != 0 {
		name = w.campaign.Name
	}
	if ref == "" && f.Vendor != "" && f.Token == "" {
		ref = f.Recipient
	}
	if ref == "" {
		return false, nil
	}
	err := s.Complain(ctx, ref, name)
	if kind := model.KindOf(err); kind == model.KindPartial || kind == model.KindNotFound { // durable all the same
		err = nil
	}
	return err == nil, err
}

// bounced changes the line of the ledger, and tells the guard of the campaign.
func (s *Service) bounced(ctx context.Context, f *feedback.Finding, w *whose, r *model.Response) error {
	if w.line.Contact == 0 {
		return nil
	}
	text := r.Detail
	if w.person.ID == 0 {
		text = ""
	}
	changed, err := s.store.Ledger().Bounced(ctx, w.campaign.ID, w.line.Contact, f.Code, text)
	if changed && r.Class == model.BounceUnknown && s.worker != nil {
		s.worker.Returned(w.campaign.ID)
	}
	return err
}

// tooFull suppresses an address whose box was full too often.
func (s *Service) tooFull(ctx context.Context, w *whose) (bool, error) {
	since, seen := s.Now().AddDate(0, 0, -fullDays), map[model.CampaignID]bool{}
	err := s.store.Responses().Of(ctx, w.person.ID, func(r model.Response) bool {
		if r.Kind == model.ResponseBounce && r.Class == model.BounceFull && r.Campaign != 0 && r.At.After(since) {
			seen[r.Campaign] = true
		}
		return r.At.After(since) && len(seen) < fullTimes
	})
	if err != nil || len(seen) < fullTimes {
		return false, err
	}
	return true, s.unreachable(ctx, w, "mailbox full")
}

// unreachable suppresses an address that nobody reads.
func (s *Service) unreachable(ctx context.Context, w *whose, why string) error {
	known, suppressed, err := s.store.Suppressions().Get(ctx, w.person.Email)
	if err != nil || suppressed && known.Reason == model.SuppressBounced {
		return err
	}
	if err := s.note(ctx, objectContact(w.person.ID), "source", why); err != nil {
		return err
	}
	return s.suppress(ctx, w.person.Email, why)
}

// feedbackLine is a response, for a person to read.
func (s *Service) feedbackLine(r *model.Response, email string) FeedbackLine {
	line := FeedbackLine{At: r.At.In(s.cfg.Zone), Kind: r.Kind.String(), Class: r.Class.String(), Email: email, Detail: r.Detail, Proven: r.Contact != 0}
	if r.Campaign != 0 {
		line.Lane = r.Lane.String()
	}
	return line
}

// Feedbacks lists what came back. Who is suppressed since, or known no more, is
// not told by it.
func (s *Service) Feedbacks(ctx context.Context, campaign string, most int) ([]FeedbackLine, error) {
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return nil, err
	}
	names, of := map[model.CampaignID]string{}, model.CampaignID(0)
	for i := range all {
		names[all[i].ID] = all[i].Name
	}
	if campaign != "" {
		c, err := s.campaign(ctx, campaign)
		if err != nil {
			return nil, err
		}
		of = c.ID
	}
	var kept []model.Response
	err = s.store.Responses().List(ctx, of, func(r model.Response) bool {
		switch r.Kind {
		case model.ResponseBounce, model.ResponseComplaint, model.ResponseReply:
			kept = append(kept, r)
		}
		return most <= 0 || len(kept) < most
	})
	if err != nil {
		return nil, err
	}
	ids := make([]model.ContactID, 0, len(kept))
	for i := range kept {
		ids = append(ids, kept[i].Contact)
	}
	emails := make(map[model.ContactID]string, len(ids))
	for p := range s.people(ctx, ids, &err) {
		emails[p.ID] = p.Email
	}
	if err != nil {
		return nil, err
	}
	lines := make([]FeedbackLine, len(kept))
	for i := range kept {
		lines[i] = s.feedbackLine(&kept[i], emails[kept[i].Contact])
		lines[i].Campaign = names[kept[i].Campaign]
	}
	return lines, nil
}

// ReturnAddress reads the token: an address made up by somebody is none of ours.
func (s *Service) ReturnAddress(ctx context.Context, address string) bool {
	a, err := s.addresses(ctx)
	if a == nil || err != nil {
		return false
	}
	_, _, ours := a.Open(a.Token(address))
	return ours
}

func (d door) Feedback(ctx context.Context, message []byte, to []string) (FeedbackReading, error) {
	return ask(ctx, d, "Feedback", func(ctx context.Context) (FeedbackReading, error) { return d.s.Feedback(ctx, message, to) })
}

func (d door) Feedbacks(ctx context.Context, campaign string, most int) ([]FeedbackLine, error) {
	return ask(ctx, d, "Feedbacks", func(ctx context.Context) ([]FeedbackLine, error) {
		lines, err := d.s.Feedbacks(ctx, campaign, most)
		if err == nil {
			err = d.takeOut(ctx, len(lines), "folder")
		}
		if err != nil {
			return nil, err
		}
		return lines, nil
	})
}

func (d door) ReturnAddress(ctx context.Context, address string) bool {
	return d.s.ReturnAddress(ctx, address)
}
