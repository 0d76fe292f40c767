package campaigns

import (
	"context"
	"errors"
	"strings"
	"time"

	"blanche/campaigns/audience"
	"blanche/campaigns/roster"
	"blanche/model"
)

// Contacts answers with the numbers of the people, in order. It waits for what
// must be read.
func (s *Service) Contacts(ctx context.Context, q ContactQuery) (ContactList, error) {
	if q.Where != "" {
		return s.listWhere(ctx, q)
	}
	var last ContactList
	err := s.FindContacts(ctx, q, func(l ContactList) error {
		last = l
		return nil
	})
	return last, err
}

// listWhere is whom a rule matches, in the order asked for.
func (s *Service) listWhere(ctx context.Context, q ContactQuery) (ContactList, error) {
	ids, err := s.matched(ctx, q.Where)
	if err != nil {
		return ContactList{}, err
	}
	n, err := s.store.Contacts().Count(ctx)
	if ids == nil {
		ids = []model.ContactID{}
	}
	if err == nil && (q.Sort != SortNumber || q.Desc) {
		all, err := s.inOrder(ctx, q, n, func(ContactList) error { return nil })
		if err != nil {
			return all, err
		}
		var some roster.Set
		for _, id := range ids {
			some.Add(id)
		}
		ids = all.only(some)
	}
	return ContactList{IDs: ids, Total: n, Ready: true}, err
}

// FindContacts answers as Contacts does, with what is known at once, and again
// with more: everybody in the order of arrival while the order asked for is read,
// the people whose name or address begins with the text before those who have it
// somewhere. The last answer is the whole one; an error of f ends the search, and
// is returned.
func (s *Service) FindContacts(ctx context.Context, q ContactQuery, f func(ContactList) error) error {
	if q.Where != "" {
		l, err := s.listWhere(ctx, q)
		if err != nil {
			return err
		}
		return f(l)
	}
	total, err := s.store.Contacts().Count(ctx)
	if err != nil {
		return err
	}
	all, err := s.inOrder(ctx, q, total, f)
	if err != nil || len(strings.Fields(audience.Fold(q.Find))) == 0 {
		if err != nil {
			return err
		}
		return f(all)
	}
	return s.search(ctx, q, all, f)
}

// inOrder is everybody in the order asked for; f hears how far it is.
func (s *Service) inOrder(ctx context.Context, q ContactQuery, total int, f func(ContactList) error) (ContactList, error) {
	last, err := s.store.Contacts().Last(ctx)
	if err != nil {
		return ContactList{}, err
	}
	arrival := ContactList{Dense: int(last), Total: total}
	if q.Sort == SortNumber && !q.Desc && int(last) == total { // nobody was ever erased
		arrival.Ready = true
		return arrival, nil
	}
	list, there := s.roster.Kept(string(q.Sort), q.Desc)
	if there {
		arrival = ContactList{IDs: list.IDs, Total: total, Ready: true}
	}
	if !there || list.Stale {
		key, err := s.sortKey(ctx, q.Sort)
		if err != nil {
			return ContactList{}, err
		}
		var told time.Time
		list, err = s.roster.Get(ctx, string(q.Sort), key, q.Desc, func(read int) error {
			if read > every && time.Since(told) < tellEvery {
				return ctx.Err()
			}
			told = time.Now()
			arrival.Read = read
			return f(arrival)
		})
		if err != nil {
			return ContactList{}, err
		}
	}
	return ContactList{IDs: list.IDs, Total: total, Ready: true, Stale: list.Stale}, nil
}

// How often a search tells what it found: at the first slice of people, then as
// often as an eye can follow.
const (
	every     = 20_000
	tellEvery = 100 * time.Millisecond
)

// search finds people in a list, first those whom an order that is there knows
// to begin with the text.
func (s *Service) search(ctx context.Context, q ContactQuery, all ContactList, f func(ContactList) error) error {
	text := audience.Fold(q.Find)
	var found roster.Set
	for _, name := range []ContactSort{SortName, SortEmail} {
		if err := s.roster.Prefix(ctx, string(name), text, &found, prefixes); err != nil {
			return err
		}
	}
	answer := func(read int) ContactList {
		return ContactList{IDs: all.only(found), Total: all.Total, Ready: true, Stale: all.Stale, Read: read, Looking: read < all.Total}
	}
	if err := f(answer(0)); err != nil {
		return err
	}
	told := time.Now()
	err := s.roster.Search(ctx, findTexts, strings.Fields(text), func(some []model.ContactID, read int) error {
		for _, id := range some {
			found.Add(id)
		}
		if read >= all.Total || time.Since(told) < tellEvery {
			return ctx.Err()
		}
		told = time.Now()
		return f(answer(read))
	})
	if err != nil {
		return err
	}
	return f(answer(all.Total))
}

// prefixes is how many people who begin with the text are shown before everybody
// was read: more than anybody goes through by then.
const prefixes = 10_000

// only keeps the people of a set, in the order of the list.
func (l *ContactList) only(some roster.Set) []model.ContactID {
	if l.IDs != nil {
		return some.Of(l.IDs)
	}
	ids := []model.ContactID{}
	for id := model.ContactID(1); int(id) <= l.Dense; id++ {
		if some.Has(id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// findTexts is where people are looked for: names, company, e-mail, city.
func findTexts(c *model.Contact, into []byte) []byte {
	for _, text := range [...]string{c.Email, c.LastName, c.FirstName, c.Company, c.City} {
		if text != "" {
			into = append(append(into, audience.Fold(text)...), '\n')
		}
	}
	return into
}

var errNoSort = errors.New("no such order")

// sortKey is what a column is sorted by.
func (s *Service) sortKey(ctx context.Context, by ContactSort) (roster.Key, error) {
	if key, ok := sortKeys[by]; ok {
		return key, nil
	}
	if name, ok := strings.CutPrefix(string(by), "attr."); ok {
		return s.attrKey(ctx, name)
	}
	if by == SortRFM {
		b, err := s.base.get(ctx)
		today := model.DateOf(s.Now(), s.cfg.Zone)
		return func(c *model.Contact, into []byte) []byte {
			if c.Orders == 0 {
				return into
			}
			return append(into, byte(b.RFM(c.ID, today).Class)) // the best first
		}, err
	}
	return nil, model.Invalid("contact.unknown_sort", "column", string(by)).Because(errNoSort)
}

// attrKey sorts by a free column: numbers as numbers where every value is one.
func (s *Service) attrKey(ctx context.Context, name string) (roster.Key, error) {
	types, err := s.AttrTypes(ctx, false)
	if err != nil {
		return nil, err
	}
	number := types[name] == AttrNumber
	return func(c *model.Contact, into []byte) []byte {
		v, _ := c.Attr(name)
		if n, ok := decimalOf(v); number && ok {
			return roster.Number(into, n)
		}
		return append(into, audience.Fold(v)...)
	}, nil
}
