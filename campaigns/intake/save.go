package intake

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"blanche/model"
	"blanche/store"
)

// contactSaver merges people into the store. Oppositions are written first, so
// that nobody is sendable for a moment who should not be.
type contactSaver struct {
	o          *Options
	trail      *trail
	suppressed func(email string) (model.SuppressReason, bool) // before the import
	brought    map[uint64]model.SuppressReason                 // since, by the hash of the address
	rows       []model.Contact                                 // of the step at hand
	claims     map[uint64]uint64                               // of a dry run: whose in the file a card or a number is, by their hashes
}

// opposition is what is known of an address by now.
func (s *contactSaver) opposition(email string) (model.SuppressReason, bool) {
	if reason, ok := s.brought[hash64(model.EmailKey(email))]; ok {
		return reason, true
	}
	return s.suppressed(email)
}

func (s *contactSaver) bring(email string, reason model.SuppressReason) {
	if s.brought == nil {
		s.brought = map[uint64]model.SuppressReason{}
	}
	s.brought[hash64(model.EmailKey(email))] = reason
}

func (s *contactSaver) ready(b *batch[person]) {
	if r, ok := s.o.Contacts.(store.Readier); ok && s.trail != nil && !s.o.DryRun {
		b.ready = r.Ready(len(b.values), func(i int) *model.Contact { return &b.values[i].contact }, s.o.Now)
	}
}

func (s *contactSaver) save(ctx context.Context, b *batch[person], rep model.ImportReport) (model.ImportReport, error) {
	people := b.values
	if len(people)+len(b.kept) == 0 {
		b.count(&rep, nil)
		return rep, nil
	}
	all := people
	if len(b.kept) > 0 {
		all = slices.Concat(b.kept, people)
	}
	fresh, err := s.suppress(ctx, all, &rep)
	if err != nil {
		return rep, err
	}
	fresh = fresh[len(b.kept):]
	count := func(changes []store.Change, taken int) model.ImportReport {
		r := rep
		r.Taken += taken
		b.count(&r, s.settle(people, fresh, changes, &r))
		for i := range people {
			if people[i].undated {
				r.Undated++
			}
		}
		return r
	}
	changes, taken, err := s.merge(s.trail.marking(ctx, b.ready, count), people)
	if err != nil {
		return rep, err
	}
	return count(changes, taken), nil
}

// settle is what became of people, when it is known what their records became.
func (s *contactSaver) settle(people []person, fresh []bool, merged []store.Change, rep *model.ImportReport) []store.Change {
	changes := slices.Clone(merged)
	for i := range people {
		if changes[i] == store.Unchanged && fresh[i] {
			changes[i] = store.Updated
		}
		if changes[i] == store.Created || changes[i] == store.LeftOut {
			continue
		}
		reason, known := s.opposition(people[i].contact.Email)
		if known && !fresh[i] && (reason == model.SuppressOpposed || reason == model.SuppressComplaint) {
			rep.OpposedKept++
		}
	}
	return changes
}

// suppress writes the oppositions that the file brings, and tells whose are
// new. A refusal is one when it withdraws a consent that we hold.
func (s *contactSaver) suppress(ctx context.Context, people []person, rep *model.ImportReport) ([]bool, error) {
	fresh, told := s.trail.fresh(len(people))
	if !told {
		fresh = make([]bool, len(people))
	}
	var emails []string
	var each []model.Suppression
	for i := range people {
		reason := people[i].opposed
		if reason == 0 && people[i].refused {
			withdrawn, err := s.withdraws(ctx, people[i].contact.Email)
			if err != nil {
				return nil, err
			}
			if withdrawn {
				reason = model.SuppressOpposed
			}
		}
		if reason == 0 || !told && !s.isNew(&people[i], reason) || told && !fresh[i] {
			continue
		}
		fresh[i] = true
		s.bring(people[i].contact.Email, reason)
		emails, each = append(emails, people[i].contact.Email), append(each, s.suppression(&people[i], reason))
	}
	tell := func() {
		for i := range each {
			if dead(each[i].Reason) {
				rep.Bounced++
			} else {
				rep.Opposed++
			}
		}
	}
	if s.o.DryRun || len(emails) == 0 {
		tell()
		return fresh, nil
	}
	if err := s.trail.foretell(ctx, rep, fresh); err != nil {
		return nil, err
	}
	tell()
	return fresh, s.o.Suppressions.AddEach(ctx, emails, each)
}

// dead tells an address that does not work from a person who said stop.
func dead(why model.SuppressReason) bool {
	return why == model.SuppressBounced || why == model.SuppressInvalid
}

// isNew reports whether an opposition says more than what is known.
func (s *contactSaver) isNew(p *person, reason model.SuppressReason) bool {
	was, known := s.opposition(p.contact.Email)
	return !known || was != reason && reason == model.SuppressOpposed
}

// suppression is what the file says of one, else when and where it was read.
func (s *contactSaver) suppression(p *person, reason model.SuppressReason) model.Suppression {
	out := model.Suppression{Reason: reason, At: p.opposedAt, Source: cmp.Or(p.opposedBy, s.o.Name)}
	if out.At.IsZero() || out.At.After(s.o.Now) {
		out.At = s.o.Now
	}
	return out
}

func (s *contactSaver) withdraws(ctx context.Context, email string) (bool, error) {
	c, err := s.o.Contacts.ByEmail(ctx, email)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return c.Basis == model.BasisConsent, err
}

func (s *contactSaver) merge(ctx context.Context, people []person) (changes []store.Change, taken int, err error) {
	changes = make([]store.Change, len(people))
	if len(people) == 0 {
		return changes, 0, nil
	}
	if s.o.DryRun {
		for i := range people {
			m, err := s.foresee(ctx, people[i].contact)
			if err != nil {
				return nil, 0, err
			}
			changes[i] = m.Change
			taken += btoi(m.Taken)
		}
		return changes, taken, nil
	}
	s.rows = slices.Grow(s.rows[:0], len(people))
	for i := range people {
		s.rows = append(s.rows, people[i].contact)
	}
	rows := s.rows
	merged, err := s.o.Contacts.Merge(s.pointsOf(ctx, people), rows, s.o.Now)
	if err != nil {
		return nil, 0, err
	}
	if len(merged) != len(rows) {
		return nil, 0, errors.New("the store answered for another number of rows")
	}
	for i := range merged {
		changes[i] = merged[i].Change
		taken += btoi(merged[i].Taken)
	}
	return changes, taken, nil
}

// pointsOf is the context of a step: it tells the line of the file that a change of
// points came from, or that it came in no file.
func (s *contactSaver) pointsOf(ctx context.Context, people []person) context.Context {
	from := store.PointsFrom{Why: model.PointsCall}
	if people[0].line > 0 {
		from = store.PointsFrom{Why: model.PointsFile, Source: func(row int) string { return model.FileLine(s.o.Name, people[row].line) }}
	}
	return store.PointsComing(ctx, from)
}

// orderSaver puts orders into the store.
type orderSaver struct {
	o     *Options
	trail *trail
}

func (s *orderSaver) ready(*batch[model.Order]) {}

func (s *orderSaver) save(ctx context.Context, b *batch[model.Order], rep model.ImportReport) (model.ImportReport, error) {
	count := func(changes []store.Change, unmatched int) model.ImportReport {
		r := rep
		b.count(&r, changes)
		r.Unmatched += unmatched
		for i := range b.values {
			r.Foreign += btoi(b.values[i].Status == model.OrderForeign)
		}
		return r
	}
	orders := b.values
	if len(orders) == 0 {
		return count(nil, 0), nil
	}
	var puts []store.OrderPut
	var err error
	if s.o.DryRun {
		puts, err = s.foresee(ctx, orders)
	} else {
		puts, err = s.o.Orders.Put(s.trail.marking(ctx, nil, count), orders)
	}
	if err != nil {
		return rep, err
	}
	if len(puts) != len(orders) {
		return rep, errors.New("the store answered for another number of orders")
	}
	changes, unmatched := make([]store.Change, len(puts)), 0
	for i, p := range puts {
		changes[i] = p.Change
		if p.Contact == 0 {
			unmatched++
		}
	}
	return count(changes, unmatched), nil
}

// foresee is what Put would do.
func (s *orderSaver) foresee(ctx context.Context, orders []model.Order) ([]store.OrderPut, error) {
	puts := make([]store.OrderPut, len(orders))
	for i := range orders {
		o := &orders[i]
		var err error
		if puts[i].Contact, err = s.buyer(ctx, o); err != nil {
			return nil, err
		}
		was, err := s.o.Orders.Get(ctx, o.Source, o.ID)
		switch {
		case errors.Is(err, store.ErrNotFound):
			puts[i].Change = store.Created
		case err != nil:
			return nil, err
		case !same(&was, o):
			puts[i].Change = store.Updated
		}
	}
	return puts, nil
}

func (s *orderSaver) buyer(ctx context.Context, o *model.Order) (model.ContactID, error) {
	for _, look := range []struct {
		key string
		by  func(context.Context, string) (model.Contact, error)
	}{{o.Email, s.o.Contacts.ByEmail}, {o.ExternalID, s.o.Contacts.ByExternal}, {o.Card, s.o.Contacts.ByCard}} {
		if look.key == "" {
			continue
		}
		c, err := look.by(ctx, look.key)
		if err == nil {
			return c.ID, nil
		}
		if !errors.Is(err, store.ErrNotFound) {
			return 0, err
		}
	}
	return 0, nil
}

// same compares two orders but for whose they are.
func same(a, b *model.Order) bool {
	x, y := *a, *b
	x.Contact, y.Contact = 0, 0
	equal := x.At.Equal(y.At)
	x.At, y.At = b.At, b.At
	return equal && x == y
}
