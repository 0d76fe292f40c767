package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"unicode/utf8"

	bolt "go.etcd.io/bbolt"
	"golang.org/x/text/unicode/norm"

	"blanche/model"
	"blanche/store"
)

var (
	bucketContact  = []byte("contact")
	bucketEmail    = []byte("contact_by_email")
	bucketExternal = []byte("contact_by_external")
	bucketCard     = []byte("contact_by_card")

	tableContact  = newTable("contact")
	tableEmail    = newTable("contact_by_email")
	tableExternal = newTable("contact_by_external")
	tableCard     = newTable("contact_by_card")
)

// page is how many records a scan reads in one transaction.
const page = 2000

type contacts struct{ e *Engine }

// emailKey is the form under which an address is found.
func emailKey(email string) string {
	for i := range len(email) {
		if email[i] >= utf8.RuneSelf {
			return model.EmailKey(norm.NFC.String(email))
		}
	}
	return model.EmailKey(email)
}

// Contacts are never renumbered, and the number of one that was erased is never
// given again: the count is the last number less the erased.
func (c contacts) Count(ctx context.Context) (n int, err error) {
	if err := c.e.enter(ctx); err != nil {
		return 0, err
	}
	defer c.e.leave()
	err = c.e.crm.view(func(tx *bolt.Tx) error {
		n = countContacts(tx)
		return nil
	})
	return n, err
}

func (c contacts) Last(ctx context.Context) (last model.ContactID, err error) {
	if err := c.e.enter(ctx); err != nil {
		return 0, err
	}
	defer c.e.leave()
	err = c.e.crm.view(func(tx *bolt.Tx) error {
		last = lastContact(tx)
		return nil
	})
	return last, err
}

// lastContact is the highest number given: the sequence of the bucket keeps it
// when its contact was erased.
func lastContact(tx *bolt.Tx) model.ContactID {
	b := tx.Bucket(bucketContact)
	last := b.Sequence()
	if key, _ := b.Cursor().Last(); key != nil {
		last = max(last, binary.BigEndian.Uint64(key))
	}
	return model.ContactID(last)
}

func (c contacts) Get(ctx context.Context, id model.ContactID) (out model.Contact, err error) {
	return c.one(ctx, func(*bolt.Tx) (model.ContactID, error) { return id, nil })
}

func (c contacts) ByEmail(ctx context.Context, email string) (model.Contact, error) {
	return c.one(ctx, func(tx *bolt.Tx) (model.ContactID, error) {
		return openIndexes(tx).email.find(emailKey(email))
	})
}

func (c contacts) ByExternal(ctx context.Context, external string) (model.Contact, error) {
	return c.one(ctx, func(tx *bolt.Tx) (model.ContactID, error) {
		return openIndexes(tx).external.find(external)
	})
}

func (c contacts) ByCard(ctx context.Context, card string) (model.Contact, error) {
	return c.one(ctx, func(tx *bolt.Tx) (model.ContactID, error) {
		return openIndexes(tx).card.find(card)
	})
}

// one reads the contact that find names.
func (c contacts) one(ctx context.Context, find func(*bolt.Tx) (model.ContactID, error)) (out model.Contact, err error) {
	if err := c.e.enter(ctx); err != nil {
		return out, err
	}
	defer c.e.leave()
	err = c.e.crm.view(func(tx *bolt.Tx) error {
		id, err := find(tx)
		if err != nil {
			return err
		}
		found, _, err := getContact(tx, id, &out)
		if err == nil && !found {
			err = model.NotFound("store.no_contact").Because(store.ErrNotFound)
		}
		return err
	})
	return out, err
}

// getContact reads a contact and the unknown tail of its record; false when
// there is none.
func getContact(tx *bolt.Tx, id model.ContactID, c *model.Contact) (bool, string, error) {
	key := key64(uint64(id))
	value := tx.Bucket(bucketContact).Get(key)
	if value == nil {
		return false, "", nil
	}
	tail, err := openContact(key, value, c)
	return err == nil, tail, err
}

func openContact(key, value []byte, c *model.Contact) (tail string, err error) {
	body, err := tableContact.open(key, value)
	if err != nil {
		return "", err
	}
	if tail, err = decodeContact(c, body); err != nil {
		return "", tableContact.damaged(key, err)
	}
	c.ID = model.ContactID(binary.BigEndian.Uint64(key))
	return tail, nil
}

// getNumber reads a value that is one number; 0 when there is none.
func getNumber(b *bolt.Bucket, t table, key []byte) (uint64, error) {
	value := b.Get(key)
	if value == nil {
		return 0, nil
	}
	return openNumber(t, key, value)
}

func openNumber(t table, key, value []byte) (uint64, error) {
	body, err := t.open(key, value)
	if err != nil {
		return 0, err
	}
	n, size := binary.Uvarint(body)
	if size != len(body) || n == 0 {
		return 0, t.damaged(key, errBroken)
	}
	return n, nil
}

func putNumber(b *bolt.Bucket, t table, key []byte, n uint64) error {
	return b.Put(key, t.seal(key, binary.AppendUvarint(blank(binary.MaxVarintLen64), n)))
}

func (c contacts) Many(ctx context.Context, ids []model.ContactID) ([]model.Contact, error) {
	if err := c.e.enter(ctx); err != nil {
		return nil, err
	}
	defer c.e.leave()
	out := make([]model.Contact, 0, len(ids))
	err := c.e.crm.view(func(tx *bolt.Tx) error {
		for i, id := range ids {
			if i%page == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			var one model.Contact
			found, _, err := getContact(tx, id, &one)
			if err != nil {
				return err
			}
			if found {
				out = append(out, one)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (c contacts) Scan(ctx context.Context, from model.ContactID, f func(*model.Contact) error) error {
	if err := c.e.enter(ctx); err != nil {
		return err
	}
	defer c.e.leave()
	var one model.Contact
	return c.e.crm.scan(ctx, bucketContact, key64(uint64(from)), func(key, value []byte) error {
		if _, err := openContact(key, value, &one); err != nil {
			return err
		}
		return f(&one)
	})
}

// scan visits the records of a bucket from a key on, a page of them in each
// transaction. They are copied first, so that f runs outside of it.
func (f *file) scan(ctx context.Context, bucket, from []byte, do func(key, value []byte) error) error {
	var copied []byte
	var ends [][2]int // of each key and value
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		copied, ends = copied[:0], ends[:0]
		err := f.view(func(tx *bolt.Tx) error {
			b := tx.Bucket(bucket)
			if b == nil { // one that is there only sometimes
				return nil
			}
			c := b.Cursor()
			for key, value := c.Seek(from); key != nil && len(ends) < page; key, value = c.Next() {
				copied = append(append(copied, key...), value...)
				ends = append(ends, [2]int{len(copied) - len(value), len(copied)})
			}
			return nil
		})
		if err != nil || len(ends) == 0 {
			return err
		}
		start := 0
		for _, end := range ends {
			key, value := copied[start:end[0]:end[0]], copied[end[0]:end[1]:end[1]]
			start = end[1]
			if err := do(key, value); err != nil {
				return err
			}
			from = key
		}
		if len(ends) < page {
			return nil
		}
		from = append(bytes.Clone(from), 0) // the key that follows
	}
}
