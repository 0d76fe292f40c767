package bolt

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

func (s responses) Of(ctx context.Context, contact model.ContactID, f func(model.Response) bool) error {
	if contact == 0 {
		return s.e.enterOnce(ctx)
	}
	prefix := key64(uint64(contact))
	return s.back(ctx, bucketPerson, prefix, f, func(tx *bolt.Tx, key, _ []byte) (model.Response, bool, error) {
		e, found, err := pointed(tx, key)
		return e.Response, found, err
	})
}

func (s responses) List(ctx context.Context, campaign model.CampaignID, f func(model.Response) bool) error {
	return s.back(ctx, bucketEvent, nil, f, func(_ *bolt.Tx, key, value []byte) (model.Response, bool, error) {
		r, err := openEvent(key, value)
		return r, campaign == 0 || r.Campaign == campaign, err
	})
}

// enterOnce is a method that has nothing to do.
func (e *Engine) enterOnce(ctx context.Context) error {
	err := e.enter(ctx)
	if err == nil {
		e.leave()
	}
	return err
}

// back visits what a bucket of every month has under a prefix, from the latest on:
// a page of it in each transaction, and nobody is called while one is open.
func (s responses) back(ctx context.Context, bucket, prefix []byte, f func(model.Response) bool, read func(tx *bolt.Tx, key, value []byte) (model.Response, bool, error)) error {
	if err := s.e.enter(ctx); err != nil {
		return err
	}
	defer s.e.leave()
	for _, m := range slices.Backward(s.e.track.list()) {
		file, done, err := s.e.track.use(m, false)
		if err != nil {
			return err
		}
		if file == nil {
			continue
		}
		more, err := file.back(ctx, bucket, prefix, f, read)
		done()
		if err != nil || !more {
			return err
		}
	}
	return nil
}

func (f *monthFile) back(ctx context.Context, bucket, prefix []byte, visit func(model.Response) bool, read func(tx *bolt.Tx, key, value []byte) (model.Response, bool, error)) (more bool, err error) {
	before := append(bytes.Clone(prefix), bytes.Repeat([]byte{0xff}, 9)...) // after every key of the prefix
	var got []model.Response
	for before != nil {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		got = got[:0]
		err := f.view(func(tx *bolt.Tx) error {
			c := tx.Bucket(bucket).Cursor()
			key, value := c.Seek(before)
			if key == nil {
				key, value = c.Last()
			}
			for key != nil && bytes.Compare(key, before) >= 0 {
				key, value = c.Prev()
			}
			n := 0
			for ; key != nil && bytes.HasPrefix(key, prefix) && n < page; n++ {
				r, wanted, err := read(tx, key, value)
				if err != nil {
					return err
				}
				if wanted {
					got = append(got, r)
				}
				before = append(before[:0], key...)
				key, value = c.Prev()
			}
			if n < page {
				before = nil
			}
			return nil
		})
		if err != nil {
			return false, err
		}
		for i := range got {
			if !visit(got[i]) {
				return false, nil
			}
		}
	}
	return true, nil
}

// Tally reads the months from the oldest on: one that is removed meanwhile is
// found in the next, and no month is counted twice.
func (s responses) Tally(ctx context.Context, campaign model.CampaignID) (sum store.ResponseTally, err error) {
	if err := s.e.enter(ctx); err != nil {
		return sum, err
	}
	defer s.e.leave()
	counted := map[month]bool{}
	own := key32(uint32(campaign))
	for _, m := range s.e.track.knowing(campaign, true) {
		f, done, err := s.e.track.use(m, false)
		if err != nil {
			return sum, err
		}
		if f == nil {
			continue
		}
		err = f.view(func(tx *bolt.Tx) error {
			if value := tx.Bucket(bucketTally).Get(own); value != nil && !counted[m] {
				t, err := openTally(tableTally, own, value)
				if err != nil {
					return err
				}
				sum.Add(&t)
			}
			counted[m] = true
			return eachPast(tx, func(past month, key, value []byte) error {
				if !bytes.Equal(key[4:], own) || counted[past] {
					return nil
				}
				t, err := openTally(tablePast, key, value)
				if err == nil {
					counted[past] = true
					sum.Add(&t)
				}
				return err
			})
		})
		done()
		if err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// eachPast visits the sums of the months that were removed.
func eachPast(tx *bolt.Tx, f func(m month, key, value []byte) error) error {
	return tx.Bucket(bucketPast).ForEach(func(key, value []byte) error {
		if len(key) != 8 {
			return tablePast.damaged(key, errBroken)
		}
		return f(month(binary.BigEndian.Uint32(key)), key, value)
	})
}

// seenOf is when a person did something, in one month.
type seenOf struct {
	id          model.ContactID
	first, last int64
}

func (s responses) People(ctx context.Context, kind model.ResponseKind, campaign model.CampaignID, f func(id model.ContactID, first, last time.Time) bool) error {
	if err := s.e.enter(ctx); err != nil {
		return err
	}
	defer s.e.leave()
	prefix := []byte{byte(kind)}
	if campaign != 0 {
		prefix = binary.BigEndian.AppendUint32(prefix, uint32(campaign))
	}
	var all []seenOf
	months := s.e.track.list()
	if campaign != 0 {
		months = s.e.track.knowing(campaign, false)
	}
	for _, m := range months {
		file, done, err := s.e.track.use(m, false)
		if err != nil {
			return err
		}
		if file == nil {
			continue
		}
		err = file.scan(ctx, bucketWho, prefix, func(key, value []byte) error {
			if !bytes.HasPrefix(key, prefix) {
				return errPastPrefix
			}
			w, err := openWho(key, value)
			if err == nil {
				all = append(all, seenOf{model.ContactID(binary.BigEndian.Uint64(key[5:])), w.first, w.last})
			}
			return err
		})
		done()
		if err != nil && !errors.Is(err, errPastPrefix) {
			return err
		}
	}
	slices.SortStableFunc(all, func(a, b seenOf) int { return cmp.Compare(a.id, b.id) })
	for i := 0; i < len(all); {
		one := all[i]
		for i++; i < len(all) && all[i].id == one.id; i++ {
			one.first, one.last = min(one.first, all[i].first), max(one.last, all[i].last)
		}
		if !f(one.id, fromMillis(one.first), fromMillis(one.last)) {
			return nil
		}
	}
	return nil
}

// errPastPrefix ends a scan.
var errPastPrefix = errors.New("behind the prefix")

func (s responses) Months(ctx context.Context) (all []string, err error) {
	if err := s.e.enter(ctx); err != nil {
		return nil, err
	}
	defer s.e.leave()
	for _, m := range s.e.track.list() {
		all = append(all, m.String())
	}
	return all, nil
}
