package bolt

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

type unions struct{ e *Engine }

// Unions is what was found to be one person.
func (e *Engine) Unions() store.Unions { return unions{e} }

// Unite writes the oppositions first, because they are in the other file: what a
// crash leaves then is two people, neither written to. They are looked at once
// more afterwards, for those that came meanwhile.
func (u unions) Unite(ctx context.Context, p store.Pair, now time.Time, join func(a, b model.Contact) (model.Contact, error)) (out model.Contact, err error) {
	if err := u.e.enter(ctx); err != nil {
		return out, err
	}
	defer u.e.leave()
	if p.Keep == p.Gone {
		return out, model.Invalid("store.unite_same")
	}
	if err := u.shareOppositions(ctx, now, p.Keep, p.Gone); err != nil {
		return out, err
	}
	u.e.upkeep.at("oppositions shared")
	err = u.e.crm.update(ctx, func(tx *bolt.Tx) error {
		out, err = u.unite(ctx, tx, p, kept(now), join)
		return err
	})
	if err != nil {
		return model.Contact{}, err
	}
	return out, u.shareOppositions(ctx, now, p.Keep)
}

// unite is the transaction.
func (u unions) unite(ctx context.Context, tx *bolt.Tx, p store.Pair, now time.Time, join func(a, b model.Contact) (model.Contact, error)) (out model.Contact, err error) {
	a, tail, err := versioned(tx, p.Keep, p.KeepVersion)
	if err != nil {
		return out, err
	}
	b, tailGone, err := versioned(tx, p.Gone, p.GoneVersion)
	if err != nil {
		return out, err
	}
	m, err := join(a, b)
	if err != nil {
		return out, err
	}
	settle(&m, &a, now)
	if err := namesOfEither(&m, &a, &b); err != nil {
		return out, err
	}
	k, err := makeKin(tx)
	if err != nil {
		return out, err
	}
	turn, err := k.unions.NextSequence()
	if err != nil {
		return out, err
	}
	at := now
	if !p.At.IsZero() {
		at = kept(p.At)
	}
	rec := union{into: a.ID, at: at, turn: turn, asOf: turn, before: a, after: m, was: b, tail: tailGone}
	if err := k.put(b.ID, &rec); err != nil {
		return out, err
	}
	if err := k.stands(a.ID, &a, &m, nil); err != nil {
		return out, err
	}
	if err := moveNames(tx, k, &a, &b, &m); err != nil {
		return out, err
	}
	pen := newPen(ctx, tx, now, model.PointsMerged)
	if err := putContact(tx.Bucket(bucketContact), pen, standingOf(&a), &m, tail, store.SourceUnion); err != nil {
		return out, err
	}
	// Both sides are written: what goes to one person leaves the other record.
	if err := pen.points.moved(b.ID, b.Points, 0, noRow); err != nil {
		return out, err
	}
	if err := pen.flush(); err != nil {
		return out, err
	}
	if err := moveOrders(tx, b.ID, a.ID, k.bornIn(b.ID)); err != nil {
		return out, err
	}
	if err := keepSequence(tx, 1); err != nil {
		return out, err
	}
	if err := tx.Bucket(bucketContact).Delete(key64(uint64(b.ID))); err != nil {
		return out, err
	}
	if err := u.witnessUnion(ctx, tx, [2]*model.Contact{&a, &m}, [2]*model.Contact{&b, {}}); err != nil {
		return out, err
	}
	_, _, err = getContact(tx, a.ID, &out)
	return out, err
}

// versioned reads a contact that somebody has seen at a version.
func versioned(tx *bolt.Tx, id model.ContactID, version uint64) (c model.Contact, tail string, err error) {
	found, tail, err := getContact(tx, id, &c)
	switch {
	case err != nil:
	case !found:
		err = model.NotFound("store.no_contact").Because(store.ErrNotFound)
	case version != 0 && c.Version != version:
		err = model.Conflict("store.contact_changed", "at", c.Updated).Because(store.ErrChanged)
	}
	return c, tail, err
}

// namesOfEither refuses a record under names that are of neither of the two.
func namesOfEither(m, a, b *model.Contact) error {
	mine, first, second := namesOf(m), namesOf(a), namesOf(b)
	for i, name := range mine {
		if name.text != "" && name != first[i] && name != second[i] {
			return model.Invalid("store.unite_name", "value", store.Cut(name.text, 40))
		}
	}
	return nil
}

// moveNames makes every name of both lead to the one who stays: those that the
// record has by the indexes, and all of the other, with those that the one who
// stays gives up, by the names of the union.
func moveNames(tx *bolt.Tx, k *kin, a, b, m *model.Contact) error {
	first, second, next := namesOf(a), namesOf(b), namesOf(m)
	xs := openIndexes(tx)
	for i, x := range []*index{&xs.email, &xs.external, &xs.card} {
		for _, old := range []name{first[i], second[i]} {
			if old.text != "" {
				x.set(old.text, 0)
			}
		}
		if next[i].text != "" {
			x.set(next[i].text, a.ID)
		}
		if err := k.give(second[i], b.ID); err != nil {
			return err
		}
		if first[i] != next[i] {
			if err := k.give(first[i], a.ID); err != nil {
				return err
			}
		}
	}
	return xs.flush(tx)
}

// moveOrders gives orders of one contact to another one, both with their sums;
// born is under which number each was or is born: 0 leaves the order where it is.
func moveOrders(tx *bolt.Tx, from, to model.ContactID, born func(seq uint64) (model.ContactID, error)) error {
	k, err := makeKin(tx)
	if err != nil {
		return err
	}
	var keys []logKey
	if err := eachLogged(tx, from, func(k logKey, _ logLine) error { keys = append(keys, k); return nil }); err != nil {
		return err
	}
	s := newOrderStep(tx, openIndexes(tx))
	s.touched[from], s.touched[to] = true, true
	for _, key := range keys {
		of, err := born(key.seq())
		if err != nil {
			return err
		}
		if of == 0 {
			continue
		}
		var o model.Order
		if err := getOrder(tx, key.seq(), &o); err != nil {
			return err
		}
		s.forget(key.seq(), &o)
		next := o
		next.Contact = to
		s.remember(key.seq(), &next)
		if err := putOrder(tx, key.seq(), &next); err != nil {
			return err
		}
		if err := k.bear(key.seq(), of, to); err != nil {
			return err
		}
	}
	return s.flush()
}

// keepSequence counts a number without a record, or with one again; the highest
// number given stays known.
func keepSequence(tx *bolt.Tx, more int) error {
	bucket := tx.Bucket(bucketContact)
	if err := bucket.SetSequence(uint64(lastContact(tx))); err != nil {
		return err
	}
	n := erasedCount(tx) + more
	if n <= 0 {
		return tx.Bucket(bucketMeta).Delete(keyErased)
	}
	return putNumber(tx.Bucket(bucketMeta), tableMeta, keyErased, uint64(n))
}

// witnessUnion adds a line about each of the two, with its fields before and
// after.
func (u unions) witnessUnion(ctx context.Context, tx *bolt.Tx, pairs ...[2]*model.Contact) error {
	deed, ok := store.DeedOf(ctx)
	if !ok {
		return nil
	}
	for i, pair := range pairs {
		id, other := pair[0].ID, pairs[1-i][0].ID
		if id == 0 {
			id = pair[1].ID
		}
		if other == 0 {
			other = pairs[1-i][1].ID
		}
		entry := deed.Entry("contact:" + id.String())
		entry.Changes = append([]model.FieldAudit{{Field: "with", After: "contact:" + other.String()}}, contactChanges(pair[0], pair[1])...)
		if err := u.e.record(tx, entry); err != nil {
			return err
		}
	}
	return nil
}

// Of is oldest first.
func (u unions) Of(ctx context.Context, id model.ContactID) (out []store.Union, err error) {
	err = u.read(ctx, func(k *kin) error {
		all, err := k.tree(id)
		for _, gone := range all {
			rec, _, err := k.get(gone)
			if err != nil {
				return err
			}
			out = append(out, rec.shown(gone))
		}
		return err
	})
	slices.SortStableFunc(out, func(a, b store.Union) int { return a.At.Compare(b.At) })
	return out, err
}

func (u unions) All(ctx context.Context) (map[model.ContactID]store.Gone, error) {
	out := map[model.ContactID]store.Gone{}
	err := u.read(ctx, func(k *kin) error {
		return k.unions.ForEach(func(key, _ []byte) error {
			gone := numberIn(key)
			rec, _, err := k.get(gone)
			if err != nil {
				return err
			}
			root, err := k.root(gone)
			out[gone] = store.Gone{Into: root, Next: rec.into, At: rec.at}
			return err
		})
	})
	return out, err
}

func (u unions) Whose(ctx context.Context, text string) (born model.ContactID, err error) {
	err = u.read(ctx, func(k *kin) error {
		for _, one := range []name{{waitEmail, emailKey(text)}, {waitExternal, text}, {waitCard, text}} {
			of, err := k.born(one)
			if err != nil {
				return err
			}
			if _, gone, err := k.get(of); err != nil || gone {
				born = of
				return err
			}
		}
		return nil
	})
	return born, err
}

// read runs a read transaction where something was united.
func (u unions) read(ctx context.Context, do func(*kin) error) error {
	if err := u.e.enter(ctx); err != nil {
		return err
	}
	defer u.e.leave()
	return u.e.crm.view(func(tx *bolt.Tx) error {
		k := openKin(tx)
		if k == nil {
			return nil
		}
		return do(k)
	})
}

// SetApart keeps a pair under its lower number.
func (u unions) SetApart(ctx context.Context, a, b model.ContactID, now time.Time) error {
	if err := u.e.enter(ctx); err != nil {
		return err
	}
	defer u.e.leave()
	if a == b {
		return model.Invalid("store.unite_same")
	}
	return u.e.crm.update(ctx, func(tx *bolt.Tx) error {
		for _, id := range []model.ContactID{a, b} {
			if _, _, err := versioned(tx, id, 0); err != nil {
				return err
			}
		}
		bucket, err := tx.CreateBucketIfNotExists(bucketApart)
		if err != nil {
			return err
		}
		key := append(key64(uint64(min(a, b))), key64(uint64(max(a, b)))...)
		if bucket.Get(key) != nil {
			return nil
		}
		if err := bucket.Put(key, tableApart.seal(key, appendTime(blank(10), now))); err != nil {
			return err
		}
		deed, ok := store.DeedOf(ctx)
		if !ok {
			return nil
		}
		entry := deed.Entry("contact:" + a.String())
		entry.Changes = []model.FieldAudit{{Field: "with", After: "contact:" + b.String()}}
		return u.e.record(tx, entry)
	})
}

func (u unions) Apart(ctx context.Context, f func(a, b model.ContactID) error) error {
	if err := u.e.enter(ctx); err != nil {
		return err
	}
	defer u.e.leave()
	made := false
	if err := u.e.crm.view(func(tx *bolt.Tx) error { made = tx.Bucket(bucketApart) != nil; return nil }); err != nil || !made {
		return err
	}
	return u.e.crm.scan(ctx, bucketApart, nil, func(key, _ []byte) error {
		if len(key) != 16 {
			return tableApart.damaged(bytes.Clone(key), errBroken)
		}
		return f(numberIn(key[:8]), numberIn(key[8:]))
	})
}

var errUnionGone = errors.New("a union without its record")
