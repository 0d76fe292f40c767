package campaigns

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"

	"blanche/campaigns/audience"
	"blanche/model"
	"blanche/store"
)

// person finds a contact by e-mail or by number.
func (s *Service) person(ctx context.Context, ref string) (model.Contact, error) {
	var c model.Contact
	var err error
	if id, numErr := strconv.ParseUint(ref, 10, 64); numErr == nil {
		c, err = s.store.Contacts().Get(ctx, model.ContactID(id))
	} else {
		c, err = s.store.Contacts().ByEmail(ctx, ref)
	}
	if errors.Is(err, store.ErrNotFound) {
		return c, model.NotFound("contact.unknown", "ref", ref).Hint("contact.search_them")
	}
	return c, err
}

// ContactTotals are the numbers above the list: until they are exact, those of
// last time.
func (s *Service) ContactTotals(ctx context.Context) (ContactTotals, error) {
	if b := s.base.current(); b != nil {
		t := b.Totals()
		exact := ContactTotals{Contacts: t.Contacts, Customers: t.Customers, Prospects: t.Prospects, Opposed: t.Opposed, Exact: true}
		s.keepTotals(exact)
		return exact, nil
	}
	last := s.lastTotals()
	var err error
	last.Contacts, err = s.store.Contacts().Count(ctx)
	return last, err
}

// ContactRows are the rows that a screen shows.
func (s *Service) ContactRows(ctx context.Context, ids []model.ContactID) ([]ContactRow, error) {
	people, err := s.store.Contacts().Many(ctx, ids)
	if err != nil {
		return nil, err
	}
	rows := make([]ContactRow, len(people))
	for i := range people {
		if rows[i], err = s.row(ctx, people[i]); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

func (s *Service) row(ctx context.Context, c model.Contact) (ContactRow, error) {
	r := ContactRow{Contact: c}
	sup, known, err := s.store.Suppressions().Get(ctx, c.Email)
	if err != nil {
		return r, err
	}
	if known {
		r.Suppressed = &sup
	}
	r.Reason = maySend(&c, sup.Reason)
	if b := s.base.current(); b != nil {
		r.RFM = b.RFM(c.ID, model.DateOf(s.Now(), s.cfg.Zone)).Class.String()
	}
	return r, nil
}

// Contact is all about one contact.
func (s *Service) Contact(ctx context.Context, ref string) (ContactCard, error) {
	c, err := s.person(ctx, ref)
	if err != nil {
		return ContactCard{}, err
	}
	card := ContactCard{}
	b, err := s.smallBase(ctx)
	if err != nil {
		return card, err
	}
	if card.ContactRow, err = s.row(ctx, c); err != nil {
		return card, err
	}
	types := typesOf(b)
	card.AttrTypes = make(map[string]string, len(c.Attrs))
	for _, a := range c.Attrs {
		card.AttrTypes[a.Name] = cmp.Or(types[a.Name], AttrText)
	}
	if card.OrderList, err = s.store.Orders().Of(ctx, c.ID); err != nil {
		return card, err
	}
	slices.Reverse(card.OrderList)
	if card.PointsMoved, err = s.pointsOf(ctx, &c); err != nil {
		return card, err
	}
	slices.Reverse(card.PointsMoved)
	card.Messages, err = s.messagesOf(ctx, c.ID)
	return card, err
}

// smallShop is up to how many contacts a card waits for the columns: they are
// read in well under a second.
const smallShop = 200_000

// smallBase is the base, built for the occasion where that is short; nil where
// it would not be.
func (s *Service) smallBase(ctx context.Context) (*audience.Base, error) {
	if b := s.base.current(); b != nil {
		return b, nil
	}
	if n, err := s.store.Contacts().Count(ctx); err != nil || n > smallShop {
		return nil, err
	}
	return s.base.get(ctx)
}

// AttrTypes says what the values of each free column are. Without wait the
// answer is nil where the columns are not built and would take long.
func (s *Service) AttrTypes(ctx context.Context, wait bool) (map[string]string, error) {
	get := s.smallBase
	if wait {
		get = s.base.get
	}
	b, err := get(ctx)
	if err != nil {
		return nil, err
	}
	return typesOf(b), nil
}

// typesOf names the types of the free columns; nil without a base.
func typesOf(b *audience.Base) map[string]string {
	if b == nil {
		return nil
	}
	types := map[string]string{}
	for name, of := range b.Attrs() {
		switch of {
		case audience.TypeNumber, audience.TypeMoney:
			types[name] = AttrNumber
		case audience.TypeDate:
			types[name] = AttrDate
		case audience.TypeBool:
			types[name] = AttrBoolean
		default:
			types[name] = AttrText
		}
	}
	return types
}

// EditContact changes fields by name, on the version that was seen. Corrections
// of one contact come one after the other, so that under Merging each of many
// people needs one try.
func (s *Service) EditContact(ctx context.Context, id model.ContactID, version uint64, set []FieldChange) (model.Contact, error) {
	set = knownFields(set)
	pen := &s.pens[uint64(id)%uint64(len(s.pens))]
	pen.Lock()
	defer pen.Unlock()
	for {
		c, err := s.editContact(ctx, id, version, set)
		var beaten *ConflictError
		if !errors.As(err, &beaten) || !beaten.Mergeable || !merging(ctx) || ctx.Err() != nil {
			return c, err
		}
		version = beaten.Current.Version
	}
}

func (s *Service) editContact(ctx context.Context, id model.ContactID, version uint64, set []FieldChange) (model.Contact, error) {
	var next model.Contact
	c, err := s.store.Contacts().Edit(ctx, id, version, s.Now(), func(c *model.Contact) error {
		changed, err := setFields(c, set, s.Now())
		if err != nil {
			return err
		}
		next = *c
		if err := unlessRehearsed(ctx); err != nil {
			return err
		}
		// Before anybody can see the version, and be told who made it.
		s.edited.add(id, edition{version: c.Version + 1, who: actorName(ctx), at: s.Now(), fields: changed})
		return nil
	})
	if err != nil && !errors.Is(err, store.ErrChanged) {
		s.edited.drop(id, version+1)
	}
	if errors.Is(err, errRehearsed) || errors.Is(err, store.ErrExists) {
		err = cmp.Or(s.taken(ctx, &next), err)
	}
	switch {
	case errors.Is(err, errRehearsed):
		return next, nil
	case errors.Is(err, store.ErrChanged):
		return c, s.conflict(ctx, id, version, set, err)
	case errors.Is(err, store.ErrNotFound):
		return c, model.NotFound("contact.unknown", "ref", id.String())
	case err != nil:
		return c, err
	}
	s.base.apply(ctx, &c)
	s.roster.Changed(ctx, &c)
	if named(set, "email", "external_id", "card") { // orders that waited for that name are theirs now
		s.touched(id)
		s.dataCame()
	}
	s.changed()
	return c, nil
}

// taken refuses a contact who would go by what is another's: an address, a
// number in the shop, a card.
func (s *Service) taken(ctx context.Context, c *model.Contact) error {
	people := s.store.Contacts()
	for _, name := range []struct {
		key, value string
		by         func(context.Context, string) (model.Contact, error)
	}{
		{"contact.email_taken", c.Email, people.ByEmail},
		{"contact.external_id_taken", c.ExternalID, people.ByExternal},
		{"contact.card_taken", c.Card, people.ByCard},
	} {
		if name.value == "" {
			continue
		}
		if other, err := name.by(ctx, name.value); err == nil && other.ID != c.ID {
			return model.Refused(name.key, "value", name.value, "id", other.ID).Because(store.ErrExists)
		}
	}
	return nil
}

// named reports whether one of some fields is set.
func named(set []FieldChange, fields ...string) bool {
	return slices.ContainsFunc(set, func(f FieldChange) bool { return slices.Contains(fields, f.Field) })
}
