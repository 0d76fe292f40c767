package intake

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"blanche/model"
	"blanche/store"
)

// A file of merges, as our own export writes it: the names of who has a record,
// and those of a record that went into it. It brings no person who has none here.
// Under every name of the record that is gone one finds the other afterwards.

// nameFields are the names of who stays, then those of the record that is gone, in
// the order in which somebody is looked for.
var nameFields = [2][3]field{{fEmail, fExternal, fCard}, {fGoneEmail, fGoneExternal, fGoneCard}}

// mergeBatch is how many merges are one step: each is a transaction of its own.
const mergeBatch = 128

// union is a row of such a file.
type union struct {
	names [2][3]string
	at    time.Time // zero where the file does not say
	line  int
	cells []string
}

// mergeReader makes unions of rows.
type mergeReader struct {
	o *Options
	p *plan
}

func (r *mergeReader) prepare()            {}
func (r *mergeReader) key([]string) string { return "" } // a row is a whole
func (r *mergeReader) keep(*union, union)  {}
func (r *mergeReader) lasts(*union) bool   { return false }
func (s *mergeSaver) ready(*batch[union])  {}
func (u *union) nobody(side int) bool      { return u.names[side] == [3]string{} }
func (r *mergeReader) column(side int) int { return r.p.first(nameFields[side][:]...) }
func (p *plan) first(fields ...field) (at int) {
	for _, f := range fields {
		if i, ok := p.at[f]; ok {
			return i
		}
	}
	return 0
}

func (r *mergeReader) read(cells []string, line int, _ bool) (union, *fault) {
	u := union{line: line, cells: cells}
	for i := range r.p.cols {
		if i >= len(cells) || cells[i] == "" {
			continue
		}
		if reason := r.set(&u, r.p.cols[i].field, cells[i]); reason != "" {
			return u, &fault{i, reason}
		}
	}
	for side := range u.names {
		if u.nobody(side) {
			return u, &fault{r.column(side), missingEmail}
		}
		if n := u.names[side]; r.o.erased(n[0], n[1], n[2]) {
			return u, &fault{r.column(side), erased}
		}
	}
	return u, nil
}

// set puts one cell where it belongs; the answer is the reason why not.
func (r *mergeReader) set(u *union, f field, v string) string {
	if len(v) > maxKnown && f != fNone && f != fIgnored {
		return tooLong
	}
	if f == fDate {
		day, at, ok := r.p.dates.read(v, false)
		if u.at = at; ok && at.IsZero() {
			u.at = day.In(r.o.zone())
		}
		return unless(ok, invalidDate)
	}
	for side, fields := range nameFields {
		switch i := slices.Index(fields[:], f); i {
		case -1:
		case 0:
			u.names[side][i] = v
			return unless(model.ValidEmail(v), invalidEmail)
		default:
			if f == fCard || f == fGoneCard {
				v = card(v)
			}
			u.names[side][i] = v
			return unless(!crushed(v), invalidNumber)
		}
	}
	return ""
}

// mergeSaver makes one record of two.
type mergeSaver struct {
	o *Options
	p *plan
	r *mergeReader

	led  map[string]model.ContactID          // of a dry run: names that would lead to somebody
	into map[model.ContactID]model.ContactID // likewise, who would have gone into whom
}

func (s *mergeSaver) save(ctx context.Context, b *batch[union], rep model.ImportReport) (model.ImportReport, error) {
	for i := range b.values {
		if ctx.Err() != nil {
			return rep, ctx.Err()
		}
		u := &b.values[i]
		made, f, err := s.merge(ctx, u)
		switch {
		case err != nil:
			return rep, err
		case f != nil:
			x := rejected{Reject: model.Reject{Line: u.line, Reason: f.reason, Column: s.p.cols[f.col].header}, cells: slices.Clone(u.cells)}
			if f.col < len(u.cells) {
				x.Value = short(u.cells[f.col])
			}
			b.rejects = append(b.rejects, x)
		case made:
			rep.Created++
		default:
			rep.Unchanged++
		}
	}
	rep.Unchanged += b.same
	slices.SortStableFunc(b.rejects, func(x, y rejected) int { return cmp.Compare(x.Line, y.Line) })
	return rep, nil
}

// merge makes one record of the two of a row; false where it is one already, and a
// fault where the file cannot know who is meant.
func (s *mergeSaver) merge(ctx context.Context, u *union) (made bool, f *fault, err error) {
	keep, err := s.kept(ctx, u)
	if err != nil {
		return false, nil, err
	}
	if keep.ID == 0 {
		return false, &fault{s.r.column(0), unknownPerson}, nil
	}
	gone, free, f, err := s.gone(ctx, u, keep.ID)
	if err != nil || f != nil {
		return false, f, err
	}
	switch {
	case gone.ID == 0 && free == [3]string{}:
		return false, nil, nil
	case gone.ID != 0 && keep.Basis != gone.Basis && keep.Basis != model.BasisNone && gone.Basis != model.BasisNone:
		return false, &fault{s.r.column(1), basisDiffers}, nil
	}
	if s.o.DryRun {
		s.foresee(keep.ID, gone.ID, free)
		return true, nil, nil
	}
	shell := gone.ID == 0
	if shell {
		if gone, err = s.shell(ctx, free); err != nil || gone.ID == 0 {
			return false, &fault{s.r.column(1), erased}, err
		}
	}
	pair := store.Pair{Keep: keep.ID, Gone: gone.ID}
	if !u.at.After(s.o.Now) {
		pair.At = u.at
	}
	_, err = s.o.Unions.Unite(ctx, pair, s.o.Now, func(a, b model.Contact) (model.Contact, error) {
		if shell {
			return a, nil // names alone: who stays is as the file of contacts says
		}
		return model.Unite(&a, &b, nil), nil
	})
	return err == nil, nil, err
}

// shell is a record of names alone, for those of a record that is gone elsewhere;
// number 0: they are of somebody who was erased.
func (s *mergeSaver) shell(ctx context.Context, names [3]string) (model.Contact, error) {
	c := model.Contact{Email: names[0], ExternalID: names[1], Card: names[2]}
	merged, err := s.o.Contacts.Merge(ctx, []model.Contact{c}, s.o.Now)
	if err == nil && len(merged) != 1 {
		err = errors.New("the store answered for another number of rows")
	}
	if err == nil {
		c.ID = merged[0].ID
	}
	return c, err
}

// kept is who has a record: the first of the names that leads to somebody.
func (s *mergeSaver) kept(ctx context.Context, u *union) (model.Contact, error) {
	for kind, name := range u.names[0] {
		if c, _, err := s.find(ctx, kind, name); err != nil || c.ID != 0 {
			return c, err
		}
	}
	return model.Contact{}, nil
}

// gone is who has a record here under the names of the one that is gone, number 0
// where nobody has; free are the names that lead to nobody. A name that somebody
// else came by through a merge, or several people, are nothing to guess about.
func (s *mergeSaver) gone(ctx context.Context, u *union, keep model.ContactID) (gone model.Contact, free [3]string, f *fault, err error) {
	for kind, name := range u.names[1] {
		c, own, err := s.find(ctx, kind, name)
		col := s.p.first(nameFields[1][kind])
		switch {
		case err != nil:
			return gone, free, nil, err
		case name == "" || c.ID == keep:
		case c.ID == 0:
			free[kind] = name
		case !own:
			return gone, free, &fault{col, mergedElsewhere}, nil
		case gone.ID != 0 && gone.ID != c.ID, kind > 0 && u.names[1][0] != "" && model.EmailKey(u.names[1][0]) != model.EmailKey(c.Email):
			return gone, free, &fault{col, twoPeople}, nil
		default:
			gone = c
		}
	}
	return gone, free, nil, nil
}

// find is who a name leads to, number 0 where it does to nobody; own is a name of
// that very record.
func (s *mergeSaver) find(ctx context.Context, kind int, name string) (c model.Contact, own bool, err error) {
	if name == "" {
		return c, false, nil
	}
	by := [...]func(context.Context, string) (model.Contact, error){s.o.Contacts.ByEmail, s.o.Contacts.ByExternal, s.o.Contacts.ByCard}[kind]
	c, err = by(ctx, name)
	if errors.Is(err, store.ErrNotFound) {
		return model.Contact{ID: s.led[nameKey(kind, name)]}, false, nil
	}
	own = [...]bool{model.EmailKey(c.Email) == model.EmailKey(name), c.ExternalID == name, c.Card == name}[kind]
	for to := s.into[c.ID]; to != 0; to = s.into[c.ID] {
		c.ID, own = to, false
	}
	return c, own, err
}

// foresee notes what a merge would change for the rows that follow.
func (s *mergeSaver) foresee(keep, gone model.ContactID, free [3]string) {
	if s.led == nil {
		s.led, s.into = map[string]model.ContactID{}, map[model.ContactID]model.ContactID{}
	}
	for kind, name := range free {
		if name != "" {
			s.led[nameKey(kind, name)] = keep
		}
	}
	if gone != 0 {
		s.into[gone] = keep
	}
}

func nameKey(kind int, name string) string {
	if kind == 0 {
		name = model.EmailKey(name)
	}
	return string(nameFields[0][kind]) + "\x00" + name
}

// mergeNames are the titles of such a file.
func mergeNames() vocabulary {
	gone := func(word string) string {
		return strings.Join([]string{"gone " + word, "merged " + word, word + " fusionne", word + " fusionnee", "ancien " + word, "ancienne " + word}, ",")
	}
	return vocabulary{sure: spell(map[string]field{
		emailNames: fEmail, externalNames: fExternal, cardNames: fCard,
		gone("email"): fGoneEmail, gone("adresse"): fGoneEmail,
		gone("external id"): fGoneExternal, gone("numero client"): fGoneExternal,
		gone("card"): fGoneCard, gone("carte"): fGoneCard,
		"at,date,merged at,date fusion,date de fusion,fusionne le,fusionnee le": fDate,
	})}
}
