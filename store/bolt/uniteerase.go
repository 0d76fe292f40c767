package bolt

import (
	"context"
	"errors"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// wholeOf are the numbers of a person, with those that went into theirs, and the
// lines that keep all of them erased: whoever is erased is erased with whoever
// was united into them, under every name that led to them.
func (e *Engine) wholeOf(h *hasher, c *model.Contact, at time.Time) (ids []model.ContactID, lines []erasure, err error) {
	ids, records := []model.ContactID{c.ID}, []model.Contact{*c}
	err = e.crm.view(func(tx *bolt.Tx) error {
		k := openKin(tx)
		if k == nil {
			return nil
		}
		all, err := k.tree(c.ID)
		if err != nil || len(all) == 0 {
			return err
		}
		ids = append(ids, all...)
		for _, n := range ids {
			one, err := k.self(n, c)
			if err != nil {
				return err
			}
			records = append(records, one)
		}
		names, err := k.namesUnder(c.ID)
		for _, n := range names { // those that a union has set aside
			if !slices.ContainsFunc(records, func(r model.Contact) bool { return slices.Contains(sliceOf(namesOf(&r)), n) }) {
				records = append(records, n.of(c))
			}
		}
		return err
	})
	for i := range records {
		if x := e.erasureOf(h, &records[i], at); !slices.Contains(lines, x) {
			lines = append(lines, x)
		}
	}
	return ids, lines, err
}

// self is the record of a number as it would be with nothing united into it; c is
// that of the one who stayed.
func (k *kin) self(n model.ContactID, c *model.Contact) (one model.Contact, err error) {
	own, found, err := k.alone(n)
	if err != nil {
		return one, err
	}
	u, gone, err := k.get(n)
	switch {
	case found:
		one = own.before
	case gone:
		one = u.was
	default:
		one = *c
	}
	one.ID = n
	return one, err
}

func sliceOf(names [3]name) []name { return names[:] }

// of is a record that has this name alone.
func (n name) of(c *model.Contact) model.Contact {
	one := model.Contact{ID: c.ID, Created: c.Created}
	switch n.kind {
	case waitEmail:
		one.Email = n.text
	case waitExternal:
		one.ExternalID = n.text
	case waitCard:
		one.Card = n.text
	}
	return one
}

// forgetUnited removes what was kept of whoever was united into a contact, and
// tells under which names they were found.
func (e *Engine) forgetUnited(ctx context.Context, tx *bolt.Tx, id model.ContactID) (names []name, err error) {
	if err := forgetApart(tx, id); err != nil {
		return nil, err
	}
	k := openKin(tx)
	if k == nil {
		return nil, nil
	}
	if names, err = k.namesUnder(id); err != nil {
		return nil, err
	}
	for _, n := range names {
		if err := k.names.Delete(n.key()); err != nil {
			return nil, err
		}
	}
	all, err := k.tree(id)
	if err != nil {
		return nil, err
	}
	err = eachLogged(tx, id, func(key logKey, _ logLine) error { return k.orders.Delete(key64(key.seq())) })
	if err != nil {
		return nil, err
	}
	for _, n := range append(all[:len(all):len(all)], id) {
		if err := k.own.Delete(key64(uint64(n))); err != nil {
			return nil, err
		}
	}
	for _, gone := range all {
		u, _, err := k.get(gone)
		if err != nil {
			return nil, err
		}
		if err := k.drop(gone, u.into); err != nil {
			return nil, err
		}
		if err := e.witnessErasure(ctx, tx, gone); err != nil {
			return nil, err
		}
		if err := errors.Join(dropActs(tx, gone), dropMoves(tx, gone)); err != nil {
			return nil, err
		}
		if err := forgetApart(tx, gone); err != nil {
			return nil, err
		}
	}
	return names, nil
}

// forgetApart removes the pairs of a number.
func forgetApart(tx *bolt.Tx, id model.ContactID) error {
	b := tx.Bucket(bucketApart)
	if b == nil {
		return nil
	}
	var keys [][]byte
	err := b.ForEach(func(key, _ []byte) error {
		if len(key) == 16 && (numberIn(key[:8]) == id || numberIn(key[8:]) == id) {
			keys = append(keys, key)
		}
		return nil
	})
	for _, key := range keys {
		if err == nil {
			err = b.Delete(append([]byte(nil), key...))
		}
	}
	return err
}
