package bolt

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"strconv"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/store"
)

// What other programs told lies among the settings. An id is under heardHead, the
// day on which it was heard (big endian) and 16 bytes of its SHA-256, so that the
// days that are over stand first; the newest version of an object is under
// newestHead and 16 bytes of the SHA-256 of its name, as milliseconds.
var (
	heardHead  = []byte("heard/")
	newestHead = []byte("newest/")
)

const (
	heardDays   = int64(store.KeepEvents/(24*time.Hour)) + 1 // that may hold an id of the last seven days
	heardSweep  = 512                                        // ids that one step forgets at most
	hashOfEvent = 16
)

type heard struct{ e *Engine }

// Heard remembers what other programs told.
func (e *Engine) Heard() store.Heard { return heard{e} }

func dayOf(t time.Time) int64 { return t.Unix() / (24 * 60 * 60) }

func heardKey(day int64, id string) []byte {
	sum := sha256.Sum256([]byte(id))
	key := binary.BigEndian.AppendUint32(bytes.Clone(heardHead), uint32(day))
	return append(key, sum[:hashOfEvent]...)
}

func newestKey(object string) []byte {
	sum := sha256.Sum256([]byte(object))
	return append(bytes.Clone(newestHead), sum[:hashOfEvent]...)
}

func (h heard) Known(ctx context.Context, events []store.Event, now time.Time) (ages []store.EventAge, err error) {
	if err := h.e.enter(ctx); err != nil {
		return nil, err
	}
	defer h.e.leave()
	ages = make([]store.EventAge, len(events))
	err = h.e.crm.view(func(tx *bolt.Tx) error {
		for i := range events {
			if ages[i], err = ageOf(tx.Bucket(bucketSetting), &events[i], now); err != nil {
				return err
			}
		}
		return nil
	})
	return ages, err
}

// Once keeps two ids: the one, and the one with what it came with.
func (h heard) Once(ctx context.Context, id, with string, now time.Time) (same bool, err error) {
	if err := h.e.enter(ctx); err != nil {
		return false, err
	}
	defer h.e.leave()
	both := store.Event{ID: id + "\x00" + with}
	known := func(tx *bolt.Tx, e store.Event) (bool, error) {
		age, err := ageOf(tx.Bucket(bucketSetting), &e, now)
		return age == store.EventRepeated, err
	}
	if err := h.e.crm.view(func(tx *bolt.Tx) error { same, err = known(tx, both); return err }); same || err != nil {
		return same, err
	}
	err = h.e.crm.update(ctx, func(tx *bolt.Tx) error {
		if same, err = known(tx, both); same || err != nil {
			return err
		}
		other, err := known(tx, store.Event{ID: id})
		if same = !other; other || err != nil {
			return err
		}
		return hear(store.Hearing(ctx, []store.Event{{ID: id}, both}, now), tx)
	})
	return same && err == nil, err
}

func ageOf(b *bolt.Bucket, e *store.Event, now time.Time) (store.EventAge, error) {
	if e.ID != "" {
		for back := range heardDays {
			key := heardKey(dayOf(now)-back, e.ID)
			value := b.Get(key)
			if value == nil {
				continue
			}
			at, err := eventTime(key, value)
			if err != nil {
				return 0, err
			}
			if now.Sub(at) < store.KeepEvents {
				return store.EventRepeated, nil
			}
		}
	}
	if e.Object == "" || e.Version.IsZero() {
		return store.EventNew, nil
	}
	key := newestKey(e.Object)
	value := b.Get(key)
	if value == nil {
		return store.EventNew, nil
	}
	newest, err := eventTime(key, value)
	if err != nil || !fromMillis(millis(e.Version)).Before(newest) {
		return store.EventNew, err
	}
	return store.EventOutdated, nil
}

// eventTime reads the instant that every record of this kind is.
func eventTime(key, value []byte) (time.Time, error) {
	body, err := tableSetting.open(key, value)
	if err == nil {
		err = soundEvent(key, body)
	}
	if err != nil {
		return time.Time{}, err
	}
	return fromMillis(int64(binary.BigEndian.Uint64(body))), nil
}

func soundEvent(key, body []byte) error {
	if len(body) != 8 {
		return tableSetting.damaged(key, strconv.ErrRange)
	}
	return nil
}

// hear remembers the events of a step, in its transaction.
func hear(ctx context.Context, tx *bolt.Tx) error {
	events, now := store.HearingOf(ctx)
	if len(events) == 0 {
		return nil
	}
	b := tx.Bucket(bucketSetting)
	put := func(key []byte, at time.Time) error {
		return b.Put(key, tableSetting.seal(key, binary.BigEndian.AppendUint64(blank(8), uint64(millis(at)))))
	}
	for i := range events {
		e := &events[i]
		if e.ID != "" {
			if err := put(heardKey(dayOf(now), e.ID), now); err != nil {
				return err
			}
		}
		if e.Object == "" || e.Version.IsZero() {
			continue
		}
		if age, err := ageOf(b, &store.Event{Object: e.Object, Version: e.Version}, now); err != nil {
			return err
		} else if age == store.EventOutdated {
			continue
		}
		if err := put(newestKey(e.Object), e.Version); err != nil {
			return err
		}
	}
	return forgetHeard(b, dayOf(now)-heardDays)
}

// forgetHeard removes ids of days that are over, some at a time.
func forgetHeard(b *bolt.Bucket, last int64) error {
	end := binary.BigEndian.AppendUint32(bytes.Clone(heardHead), uint32(last+1))
	var old [][]byte
	c := b.Cursor()
	for key, _ := c.Seek(heardHead); bytes.HasPrefix(key, heardHead) && bytes.Compare(key, end) < 0 && len(old) < heardSweep; key, _ = c.Next() {
		old = append(old, bytes.Clone(key))
	}
	for _, key := range old {
		if err := b.Delete(key); err != nil {
			return err
		}
	}
	return nil
}
