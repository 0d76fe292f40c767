package bolt

import (
	"context"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// united are the records that went into a contact, as they are kept to be given
// back: whoever is erased is erased with them.
func (e *Engine) united(id model.ContactID) (out []model.Contact, err error) {
	err = e.crm.view(func(tx *bolt.Tx) error {
		k := openKin(tx)
		if k == nil {
			return nil
		}
		all, err := k.tree(id)
		for _, gone := range all {
			u, _, err := k.get(gone)
			if err != nil {
				return err
			}
			was := u.was
			out = append(out, was)
			for _, email := range []string{u.before.Email, u.after.Email} { // the address that a union has set aside
				if emailKey(email) != emailKey(was.Email) {
					was.Email = email
					out = append(out, was)
				}
			}
		}
		return err
	})
	return out, err
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
		if err := dropActs(tx, gone); err != nil {
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
