package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

func (s responses) Forget(ctx context.Context, contact model.ContactID) error {
	if err := s.e.enter(ctx); err != nil {
		return err
	}
	defer s.e.leave()
	return s.e.track.forget(ctx, []model.ContactID{contact})
}

// forget takes people out of every month; who has nothing in one leaves it alone.
func (t *track) forget(ctx context.Context, ids []model.ContactID) error {
	end, err := t.begin(ctx)
	if err != nil {
		return err
	}
	defer end()
	for _, m := range t.list() {
		f, done, err := t.use(m, false)
		if err != nil {
			return err
		}
		if f != nil {
			err = f.forget(ctx, ids)
		}
		done()
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *monthFile) forget(ctx context.Context, ids []model.ContactID) error {
	var here []model.ContactID
	err := f.view(func(tx *bolt.Tx) error {
		for _, id := range ids {
			prefix := key64(uint64(id))
			if key, _ := tx.Bucket(bucketPerson).Cursor().Seek(prefix); bytes.HasPrefix(key, prefix) {
				here = append(here, id)
			}
		}
		return nil
	})
	if err != nil || len(here) == 0 {
		return err
	}
	return f.settle(ctx, func(tx *bolt.Tx) error {
		for _, id := range here {
			if err := forgetPerson(tx, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// forgetPerson leaves events without a person and without words.
func forgetPerson(tx *bolt.Tx, id model.ContactID) error {
	var keys [][]byte
	prefix, c := key64(uint64(id)), tx.Bucket(bucketPerson).Cursor()
	for key, _ := c.Seek(prefix); bytes.HasPrefix(key, prefix); key, _ = c.Next() {
		keys = append(keys, bytes.Clone(key))
	}
	for _, key := range keys {
		e, found, err := pointed(tx, key)
		if err != nil {
			return err
		}
		if found {
			who, reader := whoKey(e.Kind, e.Campaign, id), readerKey(e.Campaign, linkOf(&e.Response), id)
			e.Contact, e.Detail = 0, ""
			err = errors.Join(
				tx.Bucket(bucketEvent).Put(e.key, sealEvent(e.key, &e.Response)),
				tx.Bucket(bucketWho).Delete(who),
				tx.Bucket(bucketReader).Delete(reader),
			)
		}
		if err = errors.Join(err, tx.Bucket(bucketPerson).Delete(key)); err != nil {
			return err
		}
	}
	return nil
}

// Expire writes the sums of what goes into the oldest month that stays, then
// removes the files. Killed in between, a month that is in the sums is counted
// once, takes nothing more, and goes the next time.
func (s responses) Expire(ctx context.Context, before time.Time) (gone []string, err error) {
	if err := s.e.enter(ctx); err != nil {
		return nil, err
	}
	defer s.e.leave()
	t := s.e.track
	if err := s.e.upkeep.beginCompaction(); err != nil {
		return nil, err
	}
	defer s.e.upkeep.endCompaction()
	end, err := t.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	all := t.list()
	old := all[:0:0]
	for len(old) < len(all) && !all[len(old)].end().After(before) {
		old = all[:len(old)+1]
	}
	if len(old) == 0 {
		return nil, nil
	}
	heir := monthOf(before) // made when nothing stays
	if len(old) < len(all) {
		heir = all[len(old)]
	}
	if err := t.findFloor(); err != nil {
		return nil, err
	}
	if err := t.bequeath(ctx, old, heir); err != nil {
		return nil, err
	}
	t.floor = heir
	for _, m := range old {
		s.e.upkeep.at("expire " + m.String())
		if err := t.remove(m); err != nil {
			return gone, err
		}
		gone = append(gone, m.String())
	}
	return gone, nil
}

// bequeath writes the sums of months, and those that they have themselves, into
// another one.
func (t *track) bequeath(ctx context.Context, old []month, heir month) error {
	sums := map[string][]byte{} // sealed
	for _, m := range old {
		f, done, err := t.use(m, false)
		if err != nil {
			return err
		}
		if f == nil {
			done()
			continue
		}
		err = f.view(func(tx *bolt.Tx) error {
			err := eachPast(tx, func(_ month, key, value []byte) error {
				if _, err := openTally(tablePast, key, value); err != nil {
					return err
				}
				sums[string(key)] = bytes.Clone(value)
				return nil
			})
			if err != nil {
				return err
			}
			return tx.Bucket(bucketTally).ForEach(func(key, value []byte) error {
				tally, err := openTally(tableTally, key, value)
				if err != nil {
					return err
				}
				k := append(binary.BigEndian.AppendUint32(nil, uint32(m)), key...)
				sums[string(k)] = tablePast.seal(k, appendTally(blank(256), &tally))
				return nil
			})
		})
		done()
		if err != nil {
			return err
		}
	}
	f, done, err := t.use(heir, true)
	if err != nil {
		return err
	}
	defer done()
	var ids []model.CampaignID
	err = f.settle(ctx, func(tx *bolt.Tx) error {
		for key, value := range sums {
			ids = append(ids, model.CampaignID(binary.BigEndian.Uint32([]byte(key[4:]))))
			if err := tx.Bucket(bucketPast).Put([]byte(key), value); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		t.learned(f, nil, ids)
	}
	return err
}
