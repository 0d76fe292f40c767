package intake

import (
	"context"
	"errors"
	"slices"

	"blanche/model"
	"blanche/store"
)

// foresee is what Merge would do with one row.
func (s *contactSaver) foresee(ctx context.Context, row model.Contact) (m store.Merged, err error) {
	c, err := s.o.Contacts.ByEmail(ctx, row.Email)
	fresh := errors.Is(err, store.ErrNotFound)
	if err != nil && !fresh {
		return m, err
	}
	if m.Taken, err = s.taken(ctx, &c, &row); err != nil || fresh {
		m.Change = store.Created
		return m, err
	}
	c.Tags, c.Attrs = slices.Clone(c.Tags), slices.Clone(c.Attrs)
	if c.Merge(&row) {
		m.Change = store.Updated
	}
	return m, nil
}

// maxClaims is how many cards and numbers a dry run remembers of the file itself.
const maxClaims = 4_000_000

// taken keeps aside what Merge would: a card or an external id that is somebody
// else's, in the store or further up in the file.
func (s *contactSaver) taken(ctx context.Context, c, row *model.Contact) (taken bool, err error) {
	for _, x := range []struct {
		text *string
		attr string
		has  string
		by   func(context.Context, string) (model.Contact, error)
	}{{&row.ExternalID, model.OtherExternal, c.ExternalID, s.o.Contacts.ByExternal}, {&row.Card, model.OtherCard, c.Card, s.o.Contacts.ByCard}} {
		if *x.text == "" || *x.text == x.has {
			continue
		}
		owner, err := x.by(ctx, *x.text)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return taken, err
		}
		key, mine := hash64(x.attr+*x.text), hash64(model.EmailKey(row.Email))
		other := owner.ID != 0 && owner.ID != c.ID
		if owner.ID == 0 {
			first, claimed := s.claims[key]
			if other = claimed && first != mine; !claimed && len(s.claims) < maxClaims {
				if s.claims == nil {
					s.claims = map[uint64]uint64{}
				}
				s.claims[key] = mine
			}
		}
		if other {
			row.Aside(x.attr, *x.text)
			*x.text, taken = "", true
		}
	}
	return taken, nil
}
