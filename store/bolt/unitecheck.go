package bolt

import (
	bolt "go.etcd.io/bbolt"
)

// withUnions are the buckets of parts, and those of what was united where there
// are any.
func (c *checker) withUnions() (all []part, err error) {
	all = c.parts()
	err = c.e.crm.view(func(tx *bolt.Tx) error {
		for _, p := range []part{
			{c.e.crm, tableUnion, c.union},
			{c.e.crm, tableUnionInto, c.unionInto},
			{c.e.crm, tableUnionName, c.unionName},
			{c.e.crm, tableUnionOrder, c.unionOrder},
			{c.e.crm, tableUnionOwn, func(_ *bolt.Tx, _, body []byte) error { _, err := decodeUnion(body); return err }},
			{c.e.crm, tableApart, anything},
		} {
			if tx.Bucket([]byte(p.table.name)) != nil {
				all = append(all, p)
			}
		}
		return nil
	})
	// Those of any file that may not be there; a scan knows that.
	return append(all, part{c.e.crm, tableOutgoing, outgoing}, part{c.e.send, tableOutgoing, outgoing}), err
}

// union checks that a number is gone, and that somebody stayed.
func (c *checker) union(tx *bolt.Tx, key, body []byte) error {
	u, err := decodeUnion(body)
	if err != nil {
		return err
	}
	contacts := tx.Bucket(bucketContact)
	root, err := openKin(tx).root(u.into)
	if err == nil && (contacts.Get(key) != nil || contacts.Get(key64(uint64(root))) == nil) {
		err = errIndex
	}
	return err
}

func (c *checker) unionInto(tx *bolt.Tx, key, _ []byte) error {
	if len(key) != 16 {
		return errBroken
	}
	k := openKin(tx)
	if k == nil {
		return errIndex
	}
	u, found, err := k.get(numberIn(key[8:]))
	if err == nil && (!found || u.into != numberIn(key[:8])) {
		err = errIndex
	}
	return err
}

// unionName checks that a name leads to somebody.
func (c *checker) unionName(tx *bolt.Tx, key, _ []byte) error {
	k := openKin(tx)
	if k == nil || len(key) < 2 {
		return errIndex
	}
	id, err := k.find(name{key[0], string(key[1:])})
	if err == nil && tx.Bucket(bucketContact).Get(key64(uint64(id))) == nil {
		err = errIndex
	}
	return err
}

func (c *checker) unionOrder(tx *bolt.Tx, key, _ []byte) error {
	if tx.Bucket(bucketOrder).Get(key) == nil {
		return errIndex
	}
	return nil
}
