package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
)

// rawStep is how many values a raw put has in one transaction: as many as an
// import puts in their places in one.
const rawStep = 100_000

// RawPut puts everything that an import of contacts has kept (the records, the
// names in their indexes, the acts of the ledger), in order, each value under its
// own key, into a new file of a folder, durably: what keeping the same costs
// whoever puts it there as it comes, with nothing to read, to check or to sort. It
// says how many records there were, how long putting all took, and how long of
// that the records alone, without any index.
func (e *Engine) RawPut(ctx context.Context, dir string) (n int, took, records time.Duration, err error) {
	if err := e.enter(ctx); err != nil {
		return 0, 0, 0, err
	}
	defer e.leave()
	l := layout{name: "raw.db"}
	o := l.options(Options{}, time.Second)
	o.OpenFile = nil
	db, err := bolt.Open(filepath.Join(dir, l.name), 0o600, o)
	if err != nil {
		return 0, 0, 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, name := range [][]byte{bucketContact, bucketEmail, bucketExternal, bucketCard, bucketConsent} {
		r := rawPut{db: db, bucket: name}
		err := e.crm.scan(ctx, name, nil, func(key, value []byte) error {
			t, paged := map[string]table{string(bucketEmail): tableEmail, string(bucketExternal): tableExternal, string(bucketCard): tableCard}[string(name)]
			if !paged {
				return r.add(bytes.Clone(key), bytes.Clone(value))
			}
			n, err := openNames(t, 0, key, value)
			for more := true; more && err == nil; more = n.next() {
				one := bytes.Clone(n.text)
				err = r.add(one, t.seal(one, binary.AppendUvarint(blank(binary.MaxVarintLen64), n.id)))
			}
			return err
		})
		if err == nil {
			err = r.put()
		}
		if err != nil {
			return 0, 0, 0, err
		}
		if took += r.took; n == 0 {
			n, records = r.n, r.took
		}
	}
	return n, took, records, nil
}

// rawPut is what goes into one bucket; reading it is outside of the time.
type rawPut struct {
	db           *bolt.DB
	bucket       []byte
	keys, values [][]byte
	n            int
	took         time.Duration
}

func (r *rawPut) add(key, value []byte) error {
	r.keys, r.values = append(r.keys, key), append(r.values, value)
	if len(r.keys) < rawStep {
		return nil
	}
	return r.put()
}

func (r *rawPut) put() error {
	begun := time.Now()
	err := r.db.Update(func(tx *bolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists(r.bucket)
		if err != nil {
			return err
		}
		b.FillPercent = 0.95
		for k := range r.keys {
			if err := b.Put(r.keys[k], r.values[k]); err != nil {
				return err
			}
		}
		return nil
	})
	r.took += time.Since(begun)
	r.n += len(r.keys)
	r.keys, r.values = r.keys[:0], r.values[:0]
	return err
}
