package campaigns

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"blanche/model"
)

// ListDesk is what the list of the people does with many at once, and what it
// remembers for a person.
type ListDesk interface {
	// TagContacts adds and removes a tag of the people given, in steps of a few
	// hundred, each whole with its line in the audit; ctx ends it between two.
	// Tagging tells whom it changed, and undoes it when it is given back.
	TagContacts(ctx context.Context, t Tagging, far func(done int)) (Tagging, error)
	// EachChosen visits people by number, for an export.
	EachChosen(ctx context.Context, ids []model.ContactID, f func(*ContactRow) error) error
	// EachAudit visits the whole audit, oldest first, for an export.
	EachAudit(ctx context.Context, f func(*model.AuditLine) error) error
	// Memo is what the person keeps under a name, "" without; KeepMemo keeps it.
	Memo(name string) string
	KeepMemo(name, value string)
}

// Notebook keeps small things by name, and may lose them.
type Notebook interface {
	Note(name string) []byte
	Keep(name string, note []byte) error
}

// Tagging is a tag to be added to some people and removed from others.
type Tagging struct {
	Tag    string
	Add    []model.ContactID
	Remove []model.ContactID
	Found  string // how the people were chosen, for the audit: a rule, what was typed; "" when by hand
}

// Undo is the tagging that takes one back.
func (t Tagging) Undo() Tagging {
	return Tagging{Tag: t.Tag, Add: t.Remove, Remove: t.Add, Found: t.Found}
}

// EachChosen visits people by number; those who are gone are left out.
func (s *Service) EachChosen(ctx context.Context, ids []model.ContactID, f func(*ContactRow) error) (err error) {
	n := 0
	defer func() { err = s.noteExport(ctx, err, n, "folder", "chosen", len(ids)) }()
	for c := range s.everybody(ctx, ids, &err) {
		row, err := s.row(ctx, *c)
		if err != nil {
			return err
		}
		n++
		if err := f(&row); err != nil {
			return err
		}
	}
	return err
}

// EachAudit visits the audit, oldest first, a page at a time.
func (s *Service) EachAudit(ctx context.Context, f func(*model.AuditLine) error) (err error) {
	n := 0
	defer func() { err = s.noteExport(ctx, err, n, "folder") }()
	var pages []uint64 // the numbers before which each page begins, newest first
	i := 0
	err = s.store.Audit().Back(ctx, 0, func(l *model.AuditLine) bool {
		if i%atOnce == 0 {
			pages = append(pages, l.Seq+1)
		}
		i++
		return ctx.Err() == nil
	})
	if err != nil {
		return err
	}
	for _, before := range slices.Backward(pages) {
		lines, err := s.AuditLines(ctx, AuditQuery{Before: before, N: atOnce})
		if err != nil {
			return err
		}
		for i := range slices.Backward(lines) {
			n++
			if err := f(&lines[i]); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

func (d door) TagContacts(ctx context.Context, t Tagging, far func(int)) (Tagging, error) {
	return ask(ctx, d, "TagContacts", func(ctx context.Context) (Tagging, error) { return d.s.TagContacts(ctx, t, far) })
}

func (d door) EachChosen(ctx context.Context, ids []model.ContactID, f func(*ContactRow) error) error {
	return tell(ctx, d, "EachChosen", func(ctx context.Context) error { return d.s.EachChosen(ctx, ids, f) })
}

func (d door) EachAudit(ctx context.Context, f func(*model.AuditLine) error) error {
	return tell(ctx, d, "EachAudit", func(ctx context.Context) error { return d.s.EachAudit(ctx, f) })
}

// Memo is kept by the name of the person.
func (d door) Memo(name string) string { return string(d.s.recalled(d.memo(name))) }

func (d door) KeepMemo(name, value string) {
	if d.s.opt.Notebook != nil {
		_ = d.s.opt.Notebook.Keep(d.memo(name), []byte(value)) // it may be lost
	}
}

func (d door) memo(name string) string { return d.me.Name + "/" + name }

func (s *Service) recalled(name string) []byte {
	if s.opt.Notebook == nil {
		return nil
	}
	return s.opt.Notebook.Note(name)
}

// lastTotals are the numbers above the list when they were last exact.
func (s *Service) lastTotals() (t ContactTotals) {
	if json.Unmarshal(s.recalled("totals"), &t) != nil {
		return ContactTotals{}
	}
	t.Exact = false
	return t
}

// keepTotals keeps them for the next time this folder is opened, now and then.
func (s *Service) keepTotals(t ContactTotals) {
	if s.opt.Notebook == nil {
		return
	}
	last := s.lastTotals()
	t.At, last.Exact = last.At, t.Exact
	if t == last || s.Now().Sub(last.At) < time.Minute && !last.At.IsZero() {
		return
	}
	t.At = s.Now()
	if note, err := json.Marshal(t); err == nil {
		_ = s.opt.Notebook.Keep("totals", note) // it may be lost
	}
}
