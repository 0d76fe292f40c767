package campaigns

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

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

// ContactTotals are the numbers above the list.
func (s *Service) ContactTotals(ctx context.Context) (ContactTotals, error) {
	if b := s.base.current(); b != nil {
		t := b.Totals()
		return ContactTotals{Contacts: t.Contacts, Customers: t.Customers, Prospects: t.Prospects, Opposed: t.Opposed, Exact: true}, nil
	}
	n, err := s.store.Contacts().Count(ctx)
	return ContactTotals{Contacts: n}, err
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
	sup, _, err := s.store.Suppressions().Get(ctx, c.Email)
	if err != nil {
		return r, err
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
	if card.ContactRow, err = s.row(ctx, c); err != nil {
		return card, err
	}
	if sup, known, err := s.store.Suppressions().Get(ctx, c.Email); err != nil {
		return card, err
	} else if known {
		card.Suppressed = &sup
	}
	if card.OrderList, err = s.store.Orders().Of(ctx, c.ID); err != nil {
		return card, err
	}
	slices.Reverse(card.OrderList)
	card.Messages, err = s.messagesOf(ctx, c.ID)
	return card, err
}

// EditContact changes fields by name.
func (s *Service) EditContact(ctx context.Context, id model.ContactID, version uint64, set []FieldChange) (model.Contact, error) {
	c, err := s.store.Contacts().Edit(ctx, id, version, s.Now(), func(c *model.Contact) error {
		for _, f := range set {
			if err := setField(c, f.Field, f.Value); err != nil {
				return err
			}
		}
		return nil
	})
	switch {
	case errors.Is(err, store.ErrChanged):
		return c, model.Conflict("contact.changed", "id", id).Hint("contact.reload").Because(err)
	case errors.Is(err, store.ErrExists):
		return c, model.Refused("contact.email_taken").Because(err)
	case errors.Is(err, store.ErrNotFound):
		return c, model.NotFound("contact.unknown", "ref", id.String())
	case err != nil:
		return c, err
	}
	s.base.apply(ctx, &c)
	s.changed()
	return c, nil
}

// setField gives one field of a contact a value, as a person typed it.
func setField(c *model.Contact, field, value string) error {
	value = strings.TrimSpace(value)
	texts := map[string]*string{
		"first_name": &c.FirstName, "last_name": &c.LastName, "company": &c.Company, "phone": &c.Phone, "postcode": &c.Postcode,
		"city": &c.City, "country": &c.Country, "lang": &c.Lang, "external_id": &c.ExternalID, "card": &c.Card, "tier": &c.Tier, "origin": &c.Origin,
	}
	if len(value) > 1000 || strings.ContainsAny(value, "\r\n\x00") {
		return model.Invalid("contact.bad_value", "field", field, "value", value)
	}
	if dst, ok := texts[field]; ok {
		*dst = value
		return nil
	}
	return setTyped(c, field, value)
}

func setTyped(c *model.Contact, field, value string) error {
	bad := model.Invalid("contact.bad_value", "field", field, "value", value)
	switch field {
	case "email":
		if !model.ValidEmail(value) {
			return bad
		}
		c.Email = value
	case "kind":
		switch value {
		case "b2c":
			c.Kind = model.B2C
		case "b2b":
			c.Kind = model.B2B
		default:
			return bad
		}
	case "basis":
		b, ok := model.ParseBasis(value)
		if !ok {
			return bad
		}
		c.Basis = b
	case "tracking":
		i := slices.Index([]string{"unknown", "granted", "refused"}, value)
		if i < 0 {
			return bad
		}
		c.Tracking = model.Tracking(i)
	case "points":
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return bad
		}
		c.Points = n
	case "birth":
		if c.Birth.UnmarshalText([]byte(value)) != nil {
			return bad
		}
	case "tags":
		c.Tags = slices.Compact(slices.Sorted(strings.SplitSeq(strings.ReplaceAll(value, " ", ""), ",")))
		c.Tags = slices.DeleteFunc(c.Tags, func(t string) bool { return t == "" })
	default:
		name := strings.TrimPrefix(field, "attr.")
		if name == field {
			if _, ok := c.Attr(name); !ok {
				return model.Invalid("contact.unknown_field", "field", field).Hint("contact.new_attribute", "field", field)
			}
		}
		c.SetAttr(name, value)
	}
	return nil
}

// Oppose records that a person must not be written to any more.
func (s *Service) Oppose(ctx context.Context, ref, source string) error {
	email := ref
	if c, err := s.person(ctx, ref); err == nil {
		email = c.Email
	} else if !model.ValidEmail(ref) {
		return err
	}
	err := s.store.Suppressions().Add(ctx, email, model.Suppression{Reason: model.SuppressOpposed, At: s.Now(), Source: source})
	if err != nil {
		return err
	}
	s.base.stale()
	s.changed()
	return nil
}
