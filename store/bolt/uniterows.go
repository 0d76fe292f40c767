package bolt

import (
	"encoding/binary"
	"slices"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// united fits a row to a person of several records: a row under a name that is
// not the one of the record does not change that name, and points are those of
// one record among several. What it says goes into the record that is kept for
// the name too, so that it leaves with it. taken: a name is somebody else's.
func (m *merger) united(c, r, row *model.Contact) (taken bool, err error) {
	k := m.indexes.email.kin
	if k == nil {
		return false, nil
	}
	if r.Email != "" && c.Email != "" && emailKey(r.Email) != emailKey(c.Email) {
		r.Email = ""
	}
	born, err := k.bornOf(row)
	if err != nil {
		return false, err
	}
	if born == c.ID {
		born = 0
	}
	if taken, err = m.foreign(k, c, r); err != nil || born == 0 && len(k.children(c.ID)) == 0 {
		return taken, err
	}
	came := arrival{born: born, row: row, external: r.ExternalID, card: r.Card}
	if born != 0 {
		u, _, err := k.get(born)
		if err != nil {
			return taken, err
		}
		came.was = u.was
		came.fit(r, c)
	}
	if err := m.points(k, born, c, r); err != nil {
		return taken, err
	}
	return taken, m.shadow(k, &came, c, r)
}

// arrival is a row that came under the names of a record that is gone, or of who
// stayed.
type arrival struct {
	born           model.ContactID // 0: of who stayed
	was            model.Contact   // the record before the row
	row            *model.Contact
	external, card string // that are nobody else's
}

// fit gives a row the names that are for a record: a name that the record has
// from elsewhere stays.
func (a *arrival) fit(r, c *model.Contact) {
	r.ExternalID, r.Card = a.external, a.card
	keepName(&r.ExternalID, c.ExternalID, a.was.ExternalID)
	keepName(&r.Card, c.Card, a.was.Card)
}

// keepName drops the name of a row for a record that has another one than the
// record under whose names the row came.
func keepName(given *string, has, theirs string) {
	if has != "" && has != theirs {
		*given = ""
	}
}

// foreign takes from a row the external id and the card that are somebody else's,
// which it keeps aside, or came with one of several records.
func (m *merger) foreign(k *kin, c, r *model.Contact) (taken bool, err error) {
	for i, x := range []*index{&m.indexes.external, &m.indexes.card} {
		text := [...]*string{&r.ExternalID, &r.Card}[i]
		of, err := k.born(namesOf(r)[i+1])
		if err != nil {
			return taken, err
		}
		owner, err := x.find(*text)
		if err != nil {
			return taken, err
		}
		if owner != 0 && owner != c.ID {
			r.Aside([...]string{model.OtherExternal, model.OtherCard}[i], *text)
			taken = true
		}
		if of != 0 || owner != 0 && owner != c.ID {
			*text = ""
		}
	}
	return taken, nil
}

// bornOf is the number with which the name came under which a row is found.
func (k *kin) bornOf(row *model.Contact) (model.ContactID, error) {
	for _, n := range namesOf(row) {
		if n.text != "" {
			return k.born(n)
		}
	}
	return 0, nil
}

// points makes the points that a row gives to one record those of the person.
func (m *merger) points(k *kin, born model.ContactID, c, r *model.Contact) error {
	if r.Points == 0 {
		return nil
	}
	of := c.ID
	if born != 0 {
		u, _, err := k.get(born)
		if err != nil {
			return err
		}
		r.Points += c.Points - u.was.Points
		of = born
	}
	for _, id := range k.children(of) {
		u, _, err := k.get(id)
		if err != nil {
			return err
		}
		r.Points += u.was.Points
	}
	return nil
}

// shadow merges a row into all that is kept to be given back: a record that is
// gone gets the rows under its names, and who stayed, as they would be without
// it, the others. r is the row without the names that are not for the person.
func (m *merger) shadow(k *kin, came *arrival, c, r *model.Contact) error {
	path, err := k.path(came.born)
	if err != nil {
		return err
	}
	old, next, points := *c, merged(c, r), int64(0)
	if r.Points != 0 {
		points = r.Points - c.Points
	}
	for id, by := c.ID, r; ; {
		at := model.ContactID(0) // the child under whose names the row came
		if n := len(path); n > 0 {
			at, path = path[n-1], path[:n-1]
		}
		var own *model.Contact
		if at == 0 {
			own = by
		}
		if err := k.stands(id, &old, &next, own); err != nil {
			return err
		}
		var was, is model.Contact
		lower := by
		for _, child := range k.children(id) {
			u, _, err := k.get(child)
			if err != nil {
				return err
			}
			u.before, u.after, u.asOf = divided(&old, &u), next, k.unions.Sequence()
			if child != at {
				u.before = merged(&u.before, by)
			} else {
				was = u.was
				if is, lower, err = m.shadowed(k, child, came, &was, r); err != nil {
					return err
				}
				is.Points = was.Points + points
				u.was = is
			}
			if err := k.put(child, &u); err != nil {
				return err
			}
		}
		if at == 0 {
			return nil
		}
		id, old, next, by = at, was, is, lower
	}
}

// shadowed is a record that is gone after a row, and the row as it is for it. One
// that others had gone into before it went has their names as they are now.
func (m *merger) shadowed(k *kin, id model.ContactID, came *arrival, was, r *model.Contact) (model.Contact, *model.Contact, error) {
	if id != came.born {
		theirs := *r
		came.fit(&theirs, was)
		return merged(was, &theirs), &theirs, nil
	}
	theirs := *came.row
	err := m.shadowNames(k, came.born, was, &theirs)
	return merged(was, &theirs), &theirs, err
}

// path are the numbers from one that is gone up to the one before who stayed.
func (k *kin) path(born model.ContactID) (path []model.ContactID, err error) {
	for at := born; at != 0 && len(path) < maxChain; {
		u, gone, err := k.get(at)
		if err != nil || !gone {
			return path, err
		}
		path, at = append(path, at), u.into
	}
	return path, nil
}

// merged is a contact after a row.
func merged(c, row *model.Contact) model.Contact {
	next := *c
	next.Tags, next.Attrs = slices.Clone(c.Tags), slices.Clone(c.Attrs)
	next.Merge(row)
	return next
}

// shadowNames keeps, of the external id and the card of a row, what is nobody's
// yet: they come with the number of the row.
func (m *merger) shadowNames(k *kin, born model.ContactID, was, row *model.Contact) error {
	if emailKey(row.Email) != emailKey(was.Email) {
		row.Email = ""
	}
	for i, x := range []*index{&m.indexes.external, &m.indexes.card} {
		old, next := namesOf(was)[i+1], namesOf(row)[i+1]
		if next.text == "" || next == old {
			continue
		}
		owner, err := x.find(next.text)
		if err != nil {
			return err
		}
		if owner != 0 {
			if x == &m.indexes.external {
				row.ExternalID = ""
			} else {
				row.Card = ""
			}
			continue
		}
		if err := k.take(old, born); err != nil {
			return err
		}
		if err := k.give(next, born); err != nil {
			return err
		}
	}
	return nil
}

// bearer is the number to which an order comes that was found to be somebody's:
// theirs, or one that is gone and had the name.
func (xs *indexes) bearer(o *model.Order, buyer model.ContactID) (model.ContactID, error) {
	k := xs.email.kin
	if k == nil || buyer == 0 {
		return buyer, nil
	}
	by := [3]name{{waitEmail, emailKey(o.Email)}, {waitExternal, o.ExternalID}, {waitCard, o.Card}}
	for i, x := range []*index{&xs.email, &xs.external, &xs.card} {
		if id, err := x.find(by[i].text); id == 0 || err != nil {
			if err != nil {
				return 0, err
			}
			continue
		}
		born, err := k.born(by[i])
		if born == 0 {
			born = buyer
		}
		return born, err
	}
	return buyer, nil
}

// bear notes to which number an order came that was found to be somebody's.
func (xs *indexes) bear(seq uint64, o *model.Order) error {
	if xs.email.kin == nil {
		return nil
	}
	born, err := xs.bearer(o, o.Contact)
	if err != nil {
		return err
	}
	return xs.email.kin.bear(seq, born, o.Contact)
}

// bearersOf tells in whose log the orders of a number are, and which of them are
// its: all of them, but of a number that is gone those that came to it.
func bearersOf(tx *bolt.Tx, id model.ContactID) (with model.ContactID, mine func(seq uint64) (bool, error), err error) {
	all := func(uint64) (bool, error) { return true, nil }
	k := openKin(tx)
	if k == nil {
		return id, all, nil
	}
	if with, err = k.root(id); err != nil || with == id {
		return id, all, err
	}
	theirs, err := k.tree(id)
	theirs = append(theirs, id)
	return with, func(seq uint64) (bool, error) {
		of, err := k.orderOf(seq)
		return slices.Contains(theirs, of), err
	}, err
}

// moved are the numbers to which orders came that are with somebody else by now.
func (o orders) moved() (map[uint64]model.ContactID, error) {
	out := map[uint64]model.ContactID{}
	err := o.e.crm.view(func(tx *bolt.Tx) error {
		k := openKin(tx)
		if k == nil {
			return nil
		}
		return k.orders.ForEach(func(key, value []byte) error {
			n, err := openNumber(tableUnionOrder, key, value)
			out[binary.BigEndian.Uint64(key)] = model.ContactID(n)
			return err
		})
	})
	return out, err
}
