package campaigns

import (
	"context"
	"strings"
	"sync"
	"time"

	"blanche/campaigns/audience"
	"blanche/model"
	"blanche/store"
)

// AuditQuery says which lines of the audit. What is left empty filters nothing;
// texts are compared without case.
type AuditQuery struct {
	Before uint64 // only lines before this number; 0: from the end
	N      int    // at most so many; 0: 100
	Who    string
	Act    string // a code, or the first part of one: "campaign"
	Object string
	Since  time.Time
	Text   string // somewhere in the line or in its changes
}

// pageOfAudit is how many lines a query without a number gets.
const pageOfAudit = 100

// AuditLines answers with the newest first.
func (s *Service) AuditLines(ctx context.Context, q AuditQuery) ([]model.AuditLine, error) {
	wanted := newAuditFilter(q)
	var lines []model.AuditLine
	take := func(l *model.AuditLine) bool {
		if !q.Since.IsZero() && l.Entry.At.Before(q.Since) {
			// Times grow along the chain but for a clock that was set back: a
			// day of doubt costs little.
			return q.Since.Sub(l.Entry.At) < 24*time.Hour
		}
		if (q.Before == 0 || l.Seq < q.Before) && wanted.takes(l) {
			line := *l
			line.Entry.At = line.Entry.At.In(s.cfg.Zone)
			lines = append(lines, line)
		}
		return len(lines) < wanted.n && ctx.Err() == nil
	}
	var err error
	if q.Object != "" {
		err = s.store.Audit().About(ctx, q.Object, take)
	} else {
		err = s.store.Audit().Back(ctx, q.Before, take)
	}
	if err == nil {
		err = ctx.Err()
	}
	return lines, err
}

// auditFilter is a query with its texts folded once.
type auditFilter struct {
	n              int
	who, act, text string
}

func newAuditFilter(q AuditQuery) auditFilter {
	f := auditFilter{n: q.N, who: audience.Fold(q.Who), act: audience.Fold(q.Act), text: audience.Fold(q.Text)}
	if f.n <= 0 {
		f.n = pageOfAudit
	}
	return f
}

func (f *auditFilter) takes(l *model.AuditLine) bool {
	e := &l.Entry
	switch {
	case f.who != "" && audience.Fold(e.Who) != f.who:
		return false
	case f.act != "" && e.Act != f.act && !strings.HasPrefix(e.Act, f.act+"."):
		return false
	}
	return f.text == "" || f.says(e)
}

// says looks for a text anywhere in an entry.
func (f *auditFilter) says(e *model.AuditEntry) bool {
	texts := []string{e.Who, string(e.Role), e.From, e.Act, e.Object, e.Reason}
	for _, c := range e.Changes {
		texts = append(texts, c.Field, c.Before, c.After)
	}
	return strings.Contains(audience.Fold(strings.Join(texts, "\n")), f.text)
}

// VerifyAudit reads the whole chain.
func (s *Service) VerifyAudit(ctx context.Context, outside ...model.AuditHead) (model.AuditProof, error) {
	return s.store.Audit().Verify(ctx, outside...)
}

// leaving is how long the line of somebody who left may take to be written.
const leaving = 5 * time.Second

// arrived notes a session, and its end.
func (s *Service) arrived(ctx context.Context, how string) (left func(), err error) {
	if err := s.note(ctx, "session", "how", how); err != nil {
		return func() {}, err
	}
	deed, _ := store.DeedOf(ctx)
	return sync.OnceFunc(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaving)
		defer cancel()
		deed.Act, deed.At = actClose, s.Now()
		// A line that cannot be written any more must not keep anybody in.
		_ = s.note(store.Witnessed(ctx, deed), "session", "how", how)
	}), nil
}
