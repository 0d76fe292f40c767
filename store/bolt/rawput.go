package bolt

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
)

// The shape of a raw put, as the design of this engine was measured.
const (
	rawStep = 20_000  // records in one transaction
	rawRead = 200_000 // records read, outside of the time, before they are put
)

// RawPut puts the records of all contacts, in order and as they are, into a new
// file of a folder, durably: the least that keeping them can cost. It says how
// many there were, and how long putting them took.
func (e *Engine) RawPut(ctx context.Context, dir string) (n int, took time.Duration, err error) {
	if err := e.enter(ctx); err != nil {
		return 0, 0, err
	}
	defer e.leave()
	l := layout{name: "raw.db"}
	o := l.options(Options{}, time.Second)
	o.OpenFile = nil
	db, err := bolt.Open(filepath.Join(dir, l.name), 0o600, o)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	var keys, values [][]byte
	put := func() error {
		begun := time.Now()
		for i := 0; i < len(keys); i += rawStep {
			err := db.Update(func(tx *bolt.Tx) error {
				b, err := tx.CreateBucketIfNotExists(bucketContact)
				if err != nil {
					return err
				}
				b.FillPercent = 0.95
				for k := i; k < min(i+rawStep, len(keys)); k++ {
					if err := b.Put(keys[k], values[k]); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		took += time.Since(begun)
		n += len(keys)
		keys, values = keys[:0], values[:0]
		return ctx.Err()
	}
	err = e.crm.scan(ctx, bucketContact, nil, func(key, value []byte) error {
		keys, values = append(keys, bytes.Clone(key)), append(values, bytes.Clone(value))
		if len(keys) < rawRead {
			return nil
		}
		return put()
	})
	if err == nil {
		err = put()
	}
	return n, took, err
}
