package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// months checks what came back from outside, a month after the other. One that
// cannot be opened is damaged as a whole.
func (c *checker) months() error {
	for _, m := range c.e.track.list() {
		err := c.guard(newTable(m.file()), func() error {
			f, done, err := c.e.track.use(m, false)
			if err != nil {
				c.report(store.Damage{Bucket: m.file(), Key: "?", Err: err})
				return nil
			}
			if f == nil {
				return nil
			}
			defer done()
			return c.month(f)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) month(f *monthFile) error {
	for _, p := range []part{
		{f.file, tableMeta, anything},
		{f.file, tableEvent, checkEvent},
		{f.file, tablePerson, checkPerson},
		{f.file, tableWho, func(_ *bolt.Tx, key, _ []byte) error { return sized(key, 13) }},
		{f.file, tableReader, func(_ *bolt.Tx, key, _ []byte) error { return sized(key, 18) }},
		{f.file, tableSeen, func(_ *bolt.Tx, key, _ []byte) error { return sized(key, 16) }},
		{f.file, tablePast, func(_ *bolt.Tx, key, body []byte) error {
			_, err := decodeTally(body)
			return errors.Join(err, sized(key, 8))
		}},
		{f.file, tableTally, func(_ *bolt.Tx, key, body []byte) error {
			_, err := decodeTally(body)
			return errors.Join(err, sized(key, 4))
		}},
	} {
		if err := c.bucket(p.file, []byte(p.table.name), p.table, p.check); err != nil {
			return err
		}
	}
	return c.sums(f)
}

func sized(key []byte, n int) error {
	if len(key) != n {
		return errBroken
	}
	return nil
}

// checkEvent checks that a person is led to their event.
func checkEvent(tx *bolt.Tx, key, body []byte) error {
	r, err := decodeEvent(key, body)
	if err == nil && r.Contact != 0 && tx.Bucket(bucketPerson).Get(personKey(r.Contact, key)) == nil {
		err = errIndex
	}
	return err
}

func checkPerson(tx *bolt.Tx, key, _ []byte) error {
	if len(key) != 16 {
		return errBroken
	}
	e, found, err := pointed(tx, key)
	switch {
	case errors.Is(err, store.ErrDamaged):
		return nil // reported with its own record
	case err == nil && (!found || uint64(e.Contact) != binary.BigEndian.Uint64(key)):
		err = errIndex
	}
	return err
}

// sums compares the events of a month with its sums, in one transaction.
func (c *checker) sums(f *monthFile) error {
	return f.view(func(tx *bolt.Tx) error {
		type hits [model.ResponseKinds][model.AgentUnknown + 1]int
		found := map[model.CampaignID]*hits{}
		err := tx.Bucket(bucketEvent).ForEach(func(key, value []byte) error {
			r, err := openEvent(key, value)
			if err != nil {
				return nil // reported with its own record, and the sums disagree
			}
			if found[r.Campaign] == nil {
				found[r.Campaign] = &hits{}
			}
			found[r.Campaign][r.Kind][r.Agent]++
			return nil
		})
		if err != nil {
			return err
		}
		for id, n := range found {
			key := key32(uint32(id))
			t, err := openTally(tableTally, key, tx.Bucket(bucketTally).Get(key))
			if err == nil && hits(t.Hits) != *n {
				err = tableTally.damaged(key, fmt.Errorf("%s: %w", f.month, errIndex))
			}
			if err := c.keep(err); err != nil {
				return err
			}
		}
		return nil
	})
}

// countEvents is how many events a month holds by its sums; other files hold none.
func countEvents(tx *bolt.Tx) (n int) {
	b := tx.Bucket(bucketTally)
	if b == nil {
		return 0
	}
	_ = b.ForEach(func(key, value []byte) error {
		if t, err := openTally(tableTally, key, value); err == nil {
			for k := range t.Hits {
				n += t.Count(model.ResponseKind(k))
			}
		}
		return nil
	})
	return n
}
