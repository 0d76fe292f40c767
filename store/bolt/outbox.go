package bolt

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"strconv"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// What is to be told lies in the file of what it tells of, in a bucket that is
// made when the first is written: number → JSON.
var (
	bucketOutgoing = []byte("outgoing")
	tableOutgoing  = newTable("outgoing")
)

type outbox struct{ e *Engine }

// Outbox keeps what other programs are to be told.
func (e *Engine) Outbox() store.Outbox { return outbox{e} }

// tellIn keeps what the context asks to be told.
func tellIn(ctx context.Context, tx *bolt.Tx) error {
	all := store.ToldBy(ctx)
	if len(all) == 0 {
		return nil
	}
	b, err := tx.CreateBucketIfNotExists(bucketOutgoing)
	if err != nil {
		return err
	}
	for i := range all {
		n, err := b.NextSequence()
		if err != nil {
			return err
		}
		if err := putJSON(b, tableOutgoing, string(binary.BigEndian.AppendUint64(nil, n)), &all[i]); err != nil {
			return err
		}
	}
	return nil
}

// A key is the letter of the file and the number in it.
func outgoingKey(f *file, key []byte) string {
	return f.name[:1] + strconv.FormatUint(binary.BigEndian.Uint64(key), 10)
}

func (o outbox) place(name string) (f *file, key []byte, err error) {
	for _, f := range []*file{o.e.crm, o.e.send} {
		if name == "" || name[0] != f.name[0] {
			continue
		}
		if n, err := strconv.ParseUint(name[1:], 10, 64); err == nil {
			return f, binary.BigEndian.AppendUint64(nil, n), nil
		}
	}
	return nil, nil, noOutgoing(name)
}

func noOutgoing(name string) error {
	return model.NotFound("store.no_outgoing", "key", name).Because(store.ErrNotFound)
}

func (o outbox) Each(ctx context.Context, visit func(model.Outgoing) bool) error {
	if err := o.e.enter(ctx); err != nil {
		return err
	}
	defer o.e.leave()
	for _, f := range []*file{o.e.crm, o.e.send} {
		over := false
		err := f.scan(ctx, bucketOutgoing, nil, func(key, value []byte) error {
			if over {
				return nil
			}
			one, err := openOutgoing(f, key, value)
			if err != nil {
				return err
			}
			over = !visit(one)
			return nil
		})
		if err != nil || over {
			return err
		}
	}
	return nil
}

func openOutgoing(f *file, key, value []byte) (one model.Outgoing, err error) {
	if len(key) != 8 {
		return one, tableOutgoing.damaged(key, errBroken)
	}
	one.Key = outgoingKey(f, key)
	return one, openJSON(tableOutgoing, key, value, &one)
}

func (o outbox) Change(ctx context.Context, name string, change func(*model.Outgoing) error) error {
	if err := o.e.enter(ctx); err != nil {
		return err
	}
	defer o.e.leave()
	f, key, err := o.place(name)
	if err != nil {
		return err
	}
	return f.settle(ctx, func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketOutgoing)
		if b == nil || b.Get(key) == nil {
			return noOutgoing(name)
		}
		old, err := openOutgoing(f, key, b.Get(key))
		if err != nil {
			return err
		}
		next := old
		if err := change(&next); err != nil {
			return err
		}
		next.ID, next.To, next.Event, next.At, next.Contact, next.Data = old.ID, old.To, old.Event, old.At, old.Contact, old.Data
		return putJSON(b, tableOutgoing, string(key), &next)
	})
}

func (o outbox) Delete(ctx context.Context, names ...string) error {
	if err := o.e.enter(ctx); err != nil {
		return err
	}
	defer o.e.leave()
	keys := map[*file][][]byte{}
	for _, name := range names {
		if f, key, err := o.place(name); err == nil {
			keys[f] = append(keys[f], key)
		}
	}
	for f, some := range keys {
		err := f.settle(ctx, func(tx *bolt.Tx) error {
			b := tx.Bucket(bucketOutgoing)
			if b == nil {
				return nil
			}
			for _, key := range some {
				if err := b.Delete(key); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// outgoing is what holds in the bucket of a file.
func outgoing(_ *bolt.Tx, key, body []byte) error {
	if len(key) != 8 {
		return errBroken
	}
	return json.Unmarshal(body, new(model.Outgoing))
}
