package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// A mark is in meta under "mark" and its key: milliseconds, body.
var markPrefix = []byte("mark\x00")

// maxMarks is how many imports may wait to be gone on with.
const maxMarks = 16

type marks struct{ e *Engine }

// Marks keeps how far imports have come.
func (e *Engine) Marks() store.Marks { return marks{e} }

func markKey(key string) []byte { return append(bytes.Clone(markPrefix), key...) }

func (m marks) Mark(ctx context.Context, key string) (body []byte, at time.Time, err error) {
	if err := m.e.enter(ctx); err != nil {
		return nil, at, err
	}
	defer m.e.leave()
	err = m.e.crm.view(func(tx *bolt.Tx) error {
		k := markKey(key)
		value := tx.Bucket(bucketMeta).Get(k)
		if value == nil {
			return model.NotFound("store.no_mark").Because(store.ErrNotFound)
		}
		rest, err := tableMeta.open(k, value)
		if err != nil {
			return err
		}
		ms, n := binary.Varint(rest)
		if n <= 0 {
			return tableMeta.damaged(k, errBroken)
		}
		at, body = fromMillis(ms), bytes.Clone(rest[n:])
		return nil
	})
	return body, at, err
}

func (m marks) Note(ctx context.Context, key string, body []byte, at time.Time) error {
	if err := m.e.enter(ctx); err != nil {
		return err
	}
	defer m.e.leave()
	return m.e.crm.update(ctx, func(tx *bolt.Tx) error { return putMark(tx, key, body, at) })
}

// putMark keeps a mark; the oldest ones go where there are too many.
func putMark(tx *bolt.Tx, name string, body []byte, at time.Time) error {
	meta, key := tx.Bucket(bucketMeta), markKey(name)
	if meta.Get(key) == nil {
		if err := thinMarks(meta); err != nil {
			return err
		}
	}
	value := binary.AppendVarint(blank(10+len(body)), millis(at))
	return meta.Put(key, tableMeta.seal(key, append(value, body...)))
}

func thinMarks(meta *bolt.Bucket) error {
	type mark struct {
		key []byte
		at  int64
	}
	var all []mark
	c := meta.Cursor()
	for key, value := c.Seek(markPrefix); bytes.HasPrefix(key, markPrefix); key, value = c.Next() {
		at, _ := binary.Varint(value[min(envelopeSize, len(value)):])
		all = append(all, mark{bytes.Clone(key), at})
	}
	if len(all) < maxMarks {
		return nil
	}
	oldest := slices.MinFunc(all, func(a, b mark) int { return int(min(max(a.at-b.at, -1), 1)) })
	return meta.Delete(oldest.key)
}

func (m marks) Drop(ctx context.Context, key string) error {
	if err := m.e.enter(ctx); err != nil {
		return err
	}
	defer m.e.leave()
	return m.e.crm.update(ctx, func(tx *bolt.Tx) error { return tx.Bucket(bucketMeta).Delete(markKey(key)) })
}

func (m marks) Settle(ctx context.Context, pause func(context.Context)) error {
	if err := m.e.enter(ctx); err != nil {
		return err
	}
	defer m.e.leave()
	return m.e.settleRuns(ctx, pause)
}
