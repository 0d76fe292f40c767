package campaigns

import (
	"context"
	"time"

	"blanche/model"
)

// AccessFile is everything that is held about a person (GDPR 15), to be given to
// them: within a month of their asking.
type AccessFile struct {
	At       time.Time
	Due      time.Time // the answer is owed by then, when they asked today
	Card     ContactCard
	Consents ConsentReport
	Opposed  *model.Suppression
	History  []model.HistoryLine // every fact in time order, messages with what became of them
	Segments []string            // saved segments whose rule the person meets
	Audit    []model.AuditLine   // what was done to the record, newest first
}

// auditOfOne is how many lines about a person an access gives, at most.
const auditOfOne = 10_000

// Access gathers everything that is held about a person. It is noted.
func (s *Service) Access(ctx context.Context, ref string) (AccessFile, error) {
	c, err := s.person(ctx, ref)
	if err != nil {
		return AccessFile{}, err
	}
	rules, err := s.rules()
	if err != nil {
		return AccessFile{}, err
	}
	id := c.ID.String()
	f := AccessFile{At: s.Now(), Due: s.due(rules)}
	if f.Card, err = s.Contact(ctx, id); err != nil {
		return f, err
	}
	if f.Consents, err = s.Consents(ctx, id, ""); err != nil {
		return f, err
	}
	f.Opposed = f.Card.Suppressed
	if f.History, err = s.History(ctx, id); err != nil {
		return f, err
	}
	zone := s.Now().Location()
	for i := range f.History {
		f.History[i].At = f.History[i].At.In(zone)
	}
	if f.Segments, err = s.segmentsOf(ctx, c.ID); err != nil {
		return f, err
	}
	if f.Audit, err = s.AuditLines(ctx, AuditQuery{Object: objectContact(c.ID), N: auditOfOne}); err != nil {
		return f, err
	}
	return f, s.note(ctx, objectContact(c.ID), "consents", len(f.Consents.Acts), "orders", len(f.Card.OrderList))
}

// segmentsOf are the saved segments that a person is in; one whose rule cannot
// be read any more has nobody in it.
func (s *Service) segmentsOf(ctx context.Context, id model.ContactID) ([]string, error) {
	all, err := s.store.Segments().List(ctx)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	facts, err := s.facts(ctx, nil)
	if err != nil {
		return nil, err
	}
	var in []string
	for _, seg := range all {
		b, rule, err := s.rule(ctx, seg.Rule)
		if err != nil {
			if ctx.Err() != nil {
				return nil, err
			}
			continue
		}
		if x, err := b.Explain(rule, id, facts); err == nil && x.True {
			in = append(in, seg.Name)
		}
	}
	return in, nil
}
