package campaigns

import (
	"cmp"
	"context"
	"slices"
	"time"

	"blanche/campaigns/lawful"
	"blanche/model"
)

// RetentionReport is who has been kept longer than the rules allow.
type RetentionReport struct {
	At        time.Time       `json:"at"`
	Prospects RetentionLimit  `json:"prospects"`
	Customers RetentionLimit  `json:"customers"`
	People    []RetentionLine `json:"people"` // over the limit, by number
	Erased    int             `json:"erased"` // by a run
	Responses ResponseLimit   `json:"responses"`
}

// RetentionLimit is a rule, and how many it catches.
type RetentionLimit struct {
	Months int       `json:"months"`
	Before time.Time `json:"before"` // whoever was last active before then is over the limit
	Source string    `json:"source"`
	Over   int       `json:"over"`
}

// RetentionLine is one person over the limit, and why.
type RetentionLine struct {
	ID         model.ContactID `json:"id"`
	Email      string          `json:"email"`
	Status     string          `json:"status"` // customer, prospect
	LastActive time.Time       `json:"last_active"`
	By         string          `json:"by"` // what they did last: order, consent, click, reply, form, file, created
}

// What counts as a sign of life of a person, when a file brings its date. An
// open is none: a machine opens too, and the person did nothing.
var signs = []struct{ attr, by string }{
	{"last_click", "click"},
	{"last_reply", "reply"},
	{"last_form", "form"},
	{"last_active", "file"},
	{"dernier_clic", "click"},
	{"derniere_activite", "file"},
}

// lastActive is when somebody last did something of their own accord, and what:
// bought, agreed, clicked, answered, filled a form in. Without anything it is
// when their record came in. clicked is when they last followed a link of ours.
func lastActive(c *model.Contact, clicked time.Time, zone *time.Location) (at time.Time, by string) {
	at, by = c.Created, "created"
	first := true
	later := func(t time.Time, what string) {
		if !t.IsZero() && (first || t.After(at)) {
			at, by, first = t, what, false
		}
	}
	if !c.LastOrder.IsZero() {
		later(c.LastOrder.In(zone), "order")
	}
	if c.Basis != model.BasisNone {
		later(c.BasisAt, "consent")
	}
	later(clicked, "click")
	for _, sign := range signs {
		var day model.Date
		if text, ok := c.Attr(sign.attr); ok && len(text) >= 10 && day.UnmarshalText([]byte(text[:10])) == nil {
			later(day.In(zone), sign.by)
		}
	}
	return at, by
}

// Retention lists who is over the limit and why, and erases nobody. It is noted:
// people are named.
func (s *Service) Retention(ctx context.Context) (RetentionReport, error) {
	r, err := s.tooLong(ctx)
	if err != nil {
		return r, err
	}
	return r, s.note(ctx, "folder", "over", len(r.People))
}

func (s *Service) tooLong(ctx context.Context) (RetentionReport, error) {
	rules, err := s.rules()
	if err != nil {
		return RetentionReport{}, err
	}
	r := RetentionReport{At: s.Now(), People: []RetentionLine{}}
	clicks, err := s.lastClicks(ctx)
	if err != nil {
		return r, err
	}
	if r.Responses, err = s.responsesOver(ctx); err != nil {
		return r, err
	}
	r.Prospects, r.Customers = s.limit(rules, lawful.ProspectRetention), s.limit(rules, lawful.CustomerRetention)
	err = s.store.Contacts().Scan(ctx, 1, func(c *model.Contact) error {
		limit := &r.Prospects
		if c.IsCustomer() {
			limit = &r.Customers
		}
		at, by := lastActive(c, clicks[c.ID], s.cfg.Zone)
		if limit.Months == 0 || !at.Before(limit.Before) {
			return nil
		}
		limit.Over++
		r.People = append(r.People, RetentionLine{ID: c.ID, Email: c.Email, Status: c.Status(), LastActive: at.In(s.cfg.Zone), By: by})
		return nil
	})
	return r, err
}

func (s *Service) limit(rules lawful.Rules, code string) RetentionLimit {
	before, found := rules.Before(code, s.Now())
	if !found {
		return RetentionLimit{}
	}
	one, _ := rules.At(code, model.DateOf(s.Now(), s.cfg.Zone))
	return RetentionLimit{Months: int(one.Value), Before: before, Source: one.Source}
}

// eraseAtOnce is how many people one step of a run erases.
const eraseAtOnce = 1000

// RunRetention erases those whom Retention lists, when confirm is how many they
// are; *ConfirmError carries the number. Orders and campaigns keep their sums.
// Cut short, those of the steps before are gone, and the next run, of whoever is
// left, does the rest.
func (s *Service) RunRetention(ctx context.Context, confirm int) (RetentionReport, error) {
	r, err := s.tooLong(ctx)
	if err != nil {
		return r, err
	}
	if confirm != len(r.People) {
		e := &ConfirmError{Given: confirm, Planned: len(r.People)}
		e.Refusal = model.Refused("privacy.confirm_retention", "people", len(r.People)).Hint("privacy.confirm_retention_with", "people", len(r.People))
		return r, e
	}
	if rehearsed(ctx) || len(r.People) == 0 {
		return r, nil
	}
	// Before anything is gone somebody answers for it; how many went is noted at
	// the end.
	if err := s.note(ctx, "folder", "over", len(r.People)); err != nil {
		return r, err
	}
	var quiet error
	for some := range slices.Chunk(r.People, eraseAtOnce) {
		if err = ctx.Err(); err != nil {
			break
		}
		var leaving error
		if leaving, err = s.eraseSome(ctx, some, &r); err != nil {
			break
		}
		quiet = cmp.Or(quiet, leaving)
	}
	if r.Erased > 0 {
		var report EraseReport
		if scrubbed := s.scrub(ctx, &report, nil); err == nil {
			err = scrubbed
		}
	}
	return r, cmp.Or(s.noteEnd(ctx, err, "folder", "erased", r.Erased), quiet)
}

// eraseSome erases a step of people. First nothing may leave to them: they are
// opposed, and what is on its way has arrived, or is told in leaving.
func (s *Service) eraseSome(ctx context.Context, some []RetentionLine, r *RetentionReport) (leaving, err error) {
	ids := make([]model.ContactID, len(some))
	for i := range some {
		ids[i] = some[i].ID
	}
	people, err := s.store.Contacts().Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	whole, err := s.whole(ctx, people)
	if err != nil {
		return nil, err
	}
	if leaving, err = s.hush(ctx, whole); err != nil {
		return leaving, err
	}
	n, err := s.eraseAll(ctx, ids...)
	r.Erased += n
	s.at("retention.step")
	return leaving, err
}
