package bolt

import (
	"slices"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// maxText is the longest text, in bytes, that something can be found under.
const maxText = 1024

// index is one way to find a contact, with the changes of one step kept until
// the end: written in the order of the keys, they touch each page once.
type index struct {
	bucket  *bolt.Bucket
	table   table
	kind    byte // of the orders that wait for it
	changes map[string]model.ContactID
}

// indexes are the three ways, in the order in which an order finds its buyer.
type indexes struct{ email, external, card index }

func openIndexes(tx *bolt.Tx) *indexes {
	return &indexes{
		email:    index{bucket: tx.Bucket(bucketEmail), table: tableEmail, kind: waitEmail},
		external: index{bucket: tx.Bucket(bucketExternal), table: tableExternal, kind: waitExternal},
		card:     index{bucket: tx.Bucket(bucketCard), table: tableCard, kind: waitCard},
	}
}

// find is the contact under a text, 0 when there is none.
func (x *index) find(text string) (model.ContactID, error) {
	if text == "" {
		return 0, nil
	}
	if id, ok := x.changes[text]; ok {
		return id, nil
	}
	return indexed(x.bucket, x.table, text)
}

func (x *index) set(text string, id model.ContactID) {
	if x.changes == nil {
		x.changes = map[string]model.ContactID{}
	}
	x.changes[text] = id
}

// move gives a contact another text. A text that belongs to somebody else is
// refused with ErrExists.
func (x *index) move(id model.ContactID, from, to string) error {
	if from == to {
		return nil
	}
	if to != "" {
		owner, err := x.find(to)
		if err != nil {
			return err
		}
		if owner != 0 && owner != id {
			return store.ErrExists
		}
		x.set(to, id)
	}
	if from == "" {
		return nil
	}
	owner, err := x.find(from)
	if err == nil && owner == id {
		x.set(from, 0)
	}
	return err
}

// flush writes the changes and returns the texts that somebody has now.
func (x *index) flush() (given []string, err error) {
	texts := make([]string, 0, len(x.changes))
	for text := range x.changes {
		texts = append(texts, text)
	}
	slices.Sort(texts)
	for _, text := range texts {
		id := x.changes[text]
		if id == 0 {
			err = x.bucket.Delete([]byte(text))
		} else {
			given = append(given, text)
			err = putNumber(x.bucket, x.table, []byte(text), uint64(id))
		}
		if err != nil {
			return nil, err
		}
	}
	return given, nil
}

// flush writes all changes, and attaches the orders that waited for them.
func (xs *indexes) flush(tx *bolt.Tx) error {
	waiting := openWaiting(tx)
	var attach []uint64
	for _, x := range []*index{&xs.email, &xs.external, &xs.card} {
		given, err := x.flush()
		if err != nil {
			return err
		}
		x.changes = nil
		attach = append(attach, waiting.under(x.kind, given)...)
	}
	if len(attach) == 0 {
		return nil
	}
	slices.Sort(attach)
	return attachOrders(tx, xs, slices.Compact(attach))
}

// buyer finds whose an order is: by e-mail, then external id, then card.
func (xs *indexes) buyer(o *model.Order) (model.ContactID, error) {
	if id, err := xs.email.find(emailKey(o.Email)); id != 0 || err != nil {
		return id, err
	}
	if id, err := xs.external.find(o.ExternalID); id != 0 || err != nil {
		return id, err
	}
	return xs.card.find(o.Card)
}
