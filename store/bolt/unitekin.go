package bolt

import (
	"encoding/binary"
	"slices"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// Buckets of what was united. They are made when they are first needed, and a
// program that does not know them passes over them: it finds nobody under the
// names of who is gone.
var (
	bucketUnion      = []byte("union")       // number that is gone → record
	bucketUnionInto  = []byte("union_into")  // number that stayed, number that is gone → nothing
	bucketUnionName  = []byte("union_name")  // kind, text → the number it came with
	bucketUnionOrder = []byte("union_order") // number of an order → the number it came to
	bucketUnionOwn   = []byte("union_own")   // number that stayed → its record as it would be alone
	bucketApart      = []byte("union_apart") // two numbers that are not one person → when

	tableUnion      = newTable("union")
	tableUnionInto  = newTable("union_into")
	tableUnionName  = newTable("union_name")
	tableUnionOrder = newTable("union_order")
	tableUnionOwn   = newTable("union_own")
	tableApart      = newTable("union_apart")
)

// kin finds who somebody is by what was united; nil where nothing was.
type kin struct{ unions, into, names, orders, own *bolt.Bucket }

func openKin(tx *bolt.Tx) *kin {
	k := &kin{tx.Bucket(bucketUnion), tx.Bucket(bucketUnionInto), tx.Bucket(bucketUnionName), tx.Bucket(bucketUnionOrder), tx.Bucket(bucketUnionOwn)}
	if k.unions == nil {
		return nil
	}
	if first, _ := k.unions.Cursor().First(); first == nil {
		return nil
	}
	return k
}

// makeKin is openKin for whoever is about to unite.
func makeKin(tx *bolt.Tx) (*kin, error) {
	for _, b := range [][]byte{bucketUnion, bucketUnionInto, bucketUnionName, bucketUnionOrder, bucketUnionOwn} {
		if _, err := tx.CreateBucketIfNotExists(b); err != nil {
			return nil, err
		}
	}
	return &kin{tx.Bucket(bucketUnion), tx.Bucket(bucketUnionInto), tx.Bucket(bucketUnionName), tx.Bucket(bucketUnionOrder), tx.Bucket(bucketUnionOwn)}, nil
}

func numberIn(key []byte) model.ContactID {
	if len(key) != 8 {
		return 0
	}
	return model.ContactID(binary.BigEndian.Uint64(key))
}

// name is what somebody is found under: its kind is that of the orders that wait
// for it.
type name struct {
	kind byte
	text string
}

func (n name) key() []byte { return append([]byte{n.kind}, n.text...) }

// namesOf are the names of a record, in the order in which an order finds its buyer.
func namesOf(c *model.Contact) [3]name {
	return [3]name{{waitEmail, emailKey(c.Email)}, {waitExternal, c.ExternalID}, {waitCard, c.Card}}
}

// get is the record of a union; false where the number is not gone.
func (k *kin) get(gone model.ContactID) (u union, found bool, err error) {
	key := key64(uint64(gone))
	value := k.unions.Get(key)
	if value == nil {
		return u, false, nil
	}
	body, err := tableUnion.open(key, value)
	if err != nil {
		return u, false, err
	}
	if u, err = decodeUnion(body); err != nil {
		return u, false, tableUnion.damaged(key, err)
	}
	u.was.ID, u.before.ID, u.after.ID = gone, u.into, u.into
	return u, true, nil
}

func (k *kin) put(gone model.ContactID, u *union) error {
	key := key64(uint64(gone))
	if err := k.unions.Put(key, tableUnion.seal(key, appendUnion(blank(600), u))); err != nil {
		return err
	}
	under := append(key64(uint64(u.into)), key...)
	return k.into.Put(under, tableUnionInto.seal(under, blank(0)))
}

func (k *kin) drop(gone, into model.ContactID) error {
	key := key64(uint64(gone))
	if err := k.unions.Delete(key); err != nil {
		return err
	}
	return k.into.Delete(append(key64(uint64(into)), key...))
}

// alone is a record as it would be with nothing united into it, beside the record
// as it is (before, after); false where nothing is.
func (k *kin) alone(id model.ContactID) (u union, found bool, err error) {
	key := key64(uint64(id))
	value := k.own.Get(key)
	if value == nil {
		return u, false, nil
	}
	body, err := tableUnionOwn.open(key, value)
	if err != nil {
		return u, false, err
	}
	if u, err = decodeUnion(body); err != nil {
		return u, false, tableUnionOwn.damaged(key, err)
	}
	return u, true, nil
}

// stands keeps what a record is by now beside what it would be alone; the row is
// one of its own, or nil.
func (k *kin) stands(id model.ContactID, old, next, row *model.Contact) error {
	u, found, err := k.alone(id)
	if err != nil {
		return err
	}
	if found {
		u.before = divided(old, &u)
	} else {
		u = union{into: id, before: *old}
	}
	if row != nil {
		was := namesOf(&u.before)
		u.before = merged(&u.before, row)
		for i, n := range namesOf(&u.before) {
			if n != was[i] {
				if err := k.take(was[i], id); err != nil { // they have another one instead
					return err
				}
			}
		}
	}
	u.after = *next
	key := key64(uint64(id))
	return k.own.Put(key, tableUnionOwn.seal(key, appendUnion(blank(400), &u)))
}

// maxChain is deeper than any chain of unions that people make: a longer one is
// a ring.
const maxChain = 10_000

// root is who a number is by now.
func (k *kin) root(id model.ContactID) (model.ContactID, error) {
	for range maxChain {
		u, gone, err := k.get(id)
		if err != nil || !gone {
			return id, err
		}
		id = u.into
	}
	return 0, tableUnion.damaged(key64(uint64(id)), errUnionGone)
}

// children are the numbers that were united into one, directly.
func (k *kin) children(id model.ContactID) (out []model.ContactID) {
	prefix, c := key64(uint64(id)), k.into.Cursor()
	for key, _ := c.Seek(prefix); len(key) == 16 && numberIn(key[:8]) == id; key, _ = c.Next() {
		out = append(out, numberIn(key[8:]))
	}
	return out
}

// tree is every number that was united into one, and into those.
func (k *kin) tree(id model.ContactID) (all []model.ContactID, err error) {
	todo := []model.ContactID{id}
	for len(todo) > 0 {
		next := k.children(todo[0])
		todo, all = append(todo[1:], next...), append(all, next...)
		if len(all) > maxChain {
			return nil, tableUnion.damaged(key64(uint64(id)), errUnionGone)
		}
	}
	return all, nil
}

// namesUnder is every name that leads to a person through what was united into
// them; those of their own record may be among them.
func (k *kin) namesUnder(id model.ContactID) (all []name, err error) {
	gone, err := k.tree(id)
	for _, n := range append(gone, id) {
		u, _, err := k.alone(n)
		if err != nil {
			return nil, err
		}
		all = addNames(all, &u.before, &u.after)
	}
	for _, n := range gone {
		u, _, err := k.get(n)
		if err != nil {
			return nil, err
		}
		all = addNames(all, &u.was, &u.before, &u.after)
	}
	return all, err
}

func addNames(all []name, records ...*model.Contact) []name {
	for _, c := range records {
		for _, one := range namesOf(c) {
			if one.text != "" && !slices.Contains(all, one) {
				all = append(all, one)
			}
		}
	}
	return all
}

// born is the number with which a name came; 0 where no union has it.
func (k *kin) born(n name) (model.ContactID, error) {
	if n.text == "" {
		return 0, nil
	}
	of, err := getNumber(k.names, tableUnionName, n.key())
	return model.ContactID(of), err
}

// find is who a name leads to by now; 0 where no union has it. Nil finds nobody.
func (k *kin) find(n name) (model.ContactID, error) {
	if k == nil {
		return 0, nil
	}
	of, err := k.born(n)
	if of == 0 || err != nil {
		return 0, err
	}
	return k.root(of)
}

// give notes with which number a name came; the first one keeps it.
func (k *kin) give(n name, to model.ContactID) error {
	if n.text == "" || k.names.Get(n.key()) != nil {
		return nil
	}
	return putNumber(k.names, tableUnionName, n.key(), uint64(to))
}

// take forgets a name that came with a number.
func (k *kin) take(n name, from model.ContactID) error {
	if of, err := k.born(n); err != nil || of != from {
		return err
	}
	return k.names.Delete(n.key())
}

// bornIn gives each order of a number the one that it came to: that number, or
// one that was united into it.
func (k *kin) bornIn(id model.ContactID) func(seq uint64) (model.ContactID, error) {
	return func(seq uint64) (model.ContactID, error) {
		of, err := k.orderOf(seq)
		if of == 0 {
			of = id
		}
		return of, err
	}
}

// orderOf is the number that an order came to, where it has moved; else 0.
func (k *kin) orderOf(seq uint64) (model.ContactID, error) {
	of, err := getNumber(k.orders, tableUnionOrder, key64(seq))
	return model.ContactID(of), err
}

// bear notes to which number an order came, when it is with another one.
func (k *kin) bear(seq uint64, born, with model.ContactID) error {
	if born == 0 || born == with {
		return k.orders.Delete(key64(seq))
	}
	return putNumber(k.orders, tableUnionOrder, key64(seq), uint64(born))
}
