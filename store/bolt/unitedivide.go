package bolt

import (
	"bytes"
	"context"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// Divide takes back the shared oppositions last: what a crash leaves then is
// somebody too many who is not written to.
func (u unions) Divide(ctx context.Context, gone model.ContactID, now time.Time) (a, b model.Contact, err error) {
	if err := u.e.enter(ctx); err != nil {
		return a, b, err
	}
	defer u.e.leave()
	var all []string
	err = u.e.crm.update(ctx, func(tx *bolt.Tx) error {
		k := openKin(tx)
		if k == nil {
			return model.NotFound("store.no_union").Because(store.ErrNotFound)
		}
		rec, found, err := k.get(gone)
		if err == nil && !found {
			err = model.NotFound("store.no_union").Because(store.ErrNotFound)
		}
		if err != nil {
			return err
		}
		if all, err = addresses(tx, rec.into); err != nil {
			return err
		}
		a, b, err = u.divide(ctx, tx, k, gone, &rec, kept(now))
		return err
	})
	if err != nil {
		return model.Contact{}, model.Contact{}, err
	}
	return a, b, u.takeBackOppositions(ctx, now, all)
}

// divide is the transaction.
func (u unions) divide(ctx context.Context, tx *bolt.Tx, k *kin, gone model.ContactID, rec *union, now time.Time) (a, b model.Contact, err error) {
	var n model.Contact
	found, tail, err := getContact(tx, rec.into, &n)
	if err == nil && !found {
		err = model.Refused("store.union_deeper")
	}
	if err != nil {
		return a, b, err
	}
	next, err := k.without(gone, rec, &n)
	if err != nil {
		return a, b, err
	}
	next.Version, next.Updated = n.Version+1, now
	back := rec.was
	back.Version, back.Updated = back.Version+1, now
	if err := k.drop(gone, rec.into); err != nil {
		return a, b, err
	}
	if err := k.forgetIn(rec); err != nil {
		return a, b, err
	}
	if err := givenBack(tx, k, &n, &next, &back); err != nil {
		return a, b, err
	}
	bucket := tx.Bucket(bucketContact)
	pen := newPen(ctx, tx, now, model.PointsUnmerged)
	if err := putContact(bucket, pen, standingOf(&n), &next, tail, store.SourceUnion); err != nil {
		return a, b, err
	}
	if err := putContact(bucket, pen, standing{back.Stance(), 0}, &back, rec.tail, ""); err != nil {
		return a, b, err
	}
	if err := pen.flush(); err != nil {
		return a, b, err
	}
	if err := keepSequence(tx, -1); err != nil {
		return a, b, err
	}
	theirs, err := k.tree(gone)
	if err != nil {
		return a, b, err
	}
	theirs = append(theirs, gone)
	err = moveOrders(tx, n.ID, gone, func(seq uint64) (model.ContactID, error) {
		of, err := k.orderOf(seq)
		if !slices.Contains(theirs, of) {
			of = 0
		}
		return of, err
	})
	if err != nil {
		return a, b, err
	}
	if err := u.witnessUnion(ctx, tx, [2]*model.Contact{&n, &next}, [2]*model.Contact{{}, &back}); err != nil {
		return a, b, err
	}
	if _, _, err = getContact(tx, n.ID, &a); err == nil {
		_, _, err = getContact(tx, gone, &b)
	}
	return a, b, err
}

// without is a record without one of those that were united into it: the last one
// leaves it as it would be alone.
func (k *kin) without(gone model.ContactID, rec *union, n *model.Contact) (next model.Contact, err error) {
	own, found, err := k.alone(rec.into)
	if err != nil {
		return next, err
	}
	last := len(k.children(rec.into)) == 1
	if next = divided(n, rec); last && found {
		next = model.Divide(n, &own.before, &own.after, &rec.was)
	}
	theirs, err := k.tree(gone)
	if err != nil {
		return next, err
	}
	theirs = append(theirs, gone)
	for i, text := range []*string{&next.Email, &next.ExternalID, &next.Card} {
		for _, instead := range []string{[]string{own.before.Email, own.before.ExternalID, own.before.Card}[i], ""} {
			of, err := k.born(namesOf(&next)[i])
			if err != nil {
				return next, err
			}
			if of != 0 && slices.Contains(theirs, of) {
				*text = instead
			}
		}
	}
	if last {
		return next, k.own.Delete(key64(uint64(rec.into)))
	}
	return next, k.stands(rec.into, n, &next, nil)
}

// forgetIn takes what came with a union out of the others into the same person
// that have it in them: they will give back a record that never had it.
func (k *kin) forgetIn(rec *union) error {
	for _, other := range k.children(rec.into) {
		later, _, err := k.get(other)
		if err != nil {
			return err
		}
		if later.asOf < rec.turn {
			continue
		}
		later.before = divided(&later.before, rec)
		later.after = divided(&later.after, rec)
		if err := k.put(other, &later); err != nil {
			return err
		}
	}
	return nil
}

func divided(c *model.Contact, rec *union) model.Contact {
	return model.Divide(c, &rec.before, &rec.after, &rec.was)
}

// givenBack moves the names: those of who comes back to them, those of who
// stayed as they were. A name that somebody else has by now cannot be given
// back.
func givenBack(tx *bolt.Tx, k *kin, n, next, back *model.Contact) error {
	now, then, theirs := namesOf(n), namesOf(next), namesOf(back)
	xs := openIndexes(tx)
	for i, x := range []*index{&xs.email, &xs.external, &xs.card} {
		if now[i].text != "" && now[i] != then[i] {
			x.set(now[i].text, 0)
		}
		for _, to := range []struct {
			name name
			id   model.ContactID
		}{{then[i], n.ID}, {theirs[i], back.ID}} {
			if to.name.text == "" {
				continue
			}
			owner, err := x.stored(to.name.text)
			if err != nil {
				return err
			}
			if owner != 0 && owner != n.ID {
				return model.Refused("store.union_taken", "value", store.Cut(to.name.text, 40)).Because(store.ErrExists)
			}
			x.set(to.name.text, to.id)
		}
	}
	if err := xs.flush(tx); err != nil {
		return err
	}
	for _, id := range []model.ContactID{n.ID, back.ID} {
		if err := k.release(id); err != nil {
			return err
		}
	}
	return nil
}

// release forgets the names of a number that nothing is united into any more.
func (k *kin) release(id model.ContactID) error {
	if len(k.children(id)) > 0 {
		return nil
	}
	var keys [][]byte
	err := k.names.ForEach(func(key, value []byte) error {
		of, err := openNumber(tableUnionName, key, value)
		if err == nil && model.ContactID(of) == id {
			keys = append(keys, bytes.Clone(key))
		}
		return err
	})
	for _, key := range keys {
		if err == nil {
			err = k.names.Delete(key)
		}
	}
	return err
}
