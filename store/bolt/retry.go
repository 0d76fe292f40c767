package bolt

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// The retry index has an entry for each deferred recipient. Its key orders them
// by class, one more so that it is never zero, then by when they are due: who is
// not asked for stands in nobody's way. Folders of schema 2 have keys without a
// class, which begin with the zero that the high byte of a time is: they come
// first, and are given a class by the first step that touches the campaign.
const (
	retrySize    = 1 + oldRetrySize
	oldRetrySize = 8 + 4
)

func retryKey(class byte, due time.Time, o model.Ordinal) []byte {
	key := append(make([]byte, 0, retrySize), class+1)
	key = binary.BigEndian.AppendUint64(key, uint64(max(millis(due), 0)))
	return binary.BigEndian.AppendUint32(key, uint32(o))
}

// retryEntry is a deferred recipient, as the index knows it.
type retryEntry struct {
	class   byte
	due     time.Time
	ordinal model.Ordinal
}

func openRetry(t table, key, value []byte) (x retryEntry, err error) {
	if _, err := t.open(key, value); err != nil {
		return x, err
	}
	switch {
	case len(key) == retrySize && key[0] > 0:
		x.class = key[0] - 1
		key = key[1:]
	case len(key) != oldRetrySize || key[0] != 0:
		return x, t.damaged(key, errBroken)
	}
	x.due = time.UnixMilli(int64(binary.BigEndian.Uint64(key))).UTC()
	x.ordinal = model.Ordinal(binary.BigEndian.Uint32(key[8:]))
	return x, nil
}

func (c *campaignLedger) putRetry(due time.Time, o model.Ordinal) error {
	class, err := c.class(o)
	if err != nil {
		return err
	}
	key := retryKey(class, due, o)
	return c.retry.Put(key, tableRetry.of(c.id).seal(key, blank(0)))
}

// dropRetry removes the entry of a recipient.
func (c *campaignLedger) dropRetry(due time.Time, o model.Ordinal) error {
	class, err := c.class(o)
	if err != nil {
		return err
	}
	return c.retry.Delete(retryKey(class, due, o))
}

// sortRetry gives the entries of schema 2 their class.
func (c *campaignLedger) sortRetry() error {
	t := tableRetry.of(c.id)
	var old []retryEntry
	var keys [][]byte
	cursor := c.retry.Cursor()
	for key, value := cursor.First(); key != nil && key[0] == 0; key, value = cursor.Next() {
		x, err := openRetry(t, key, value)
		if err != nil {
			return err
		}
		old, keys = append(old, x), append(keys, bytes.Clone(key))
	}
	for i, x := range old {
		if err := c.retry.Delete(keys[i]); err != nil {
			return err
		}
		if err := c.putRetry(x.due, x.ordinal); err != nil {
			return err
		}
	}
	c.sorted = len(old) > 0
	return nil
}

// eachClass visits the index, a cursor at the first entry of each class at a
// time. Entries without a class come as one, the first.
func (c *campaignLedger) eachClass(do func(first retryEntry, cursor *bolt.Cursor) error) error {
	t := tableRetry.of(c.id)
	cursor := c.retry.Cursor()
	key, value := cursor.First()
	for key != nil {
		class := key[0]
		first, err := openRetry(t, key, value)
		if err != nil {
			return err
		}
		if err := do(first, cursor); err != nil {
			return err
		}
		key, value = cursor.Seek([]byte{class + 1})
	}
	return nil
}

// claimDue takes the deferred recipients whose time has come: lane by lane, in
// the order of that time.
func (c *campaignLedger) claimDue(q *claimQuery) error {
	var due [model.Lanes][]retryEntry
	t := tableRetry.of(c.id)
	err := c.eachClass(func(first retryEntry, cursor *bolt.Cursor) (err error) {
		lane := laneIn(first.class)
		if !q.wants(lane, cellIn(first.class)) {
			return nil
		}
		for x, n := first, 0; n < q.Lanes[lane] && !x.due.After(q.now); n++ {
			due[lane] = append(due[lane], x)
			key, value := cursor.Next()
			if len(key) == 0 || key[0] != first.class+1 {
				return nil
			}
			if x, err = openRetry(t, key, value); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for l := range due {
		slices.SortFunc(due[l], func(a, b retryEntry) int { return cmp.Or(a.due.Compare(b.due), cmp.Compare(a.ordinal, b.ordinal)) })
		for _, x := range due[l][:min(len(due[l]), max(0, q.left(model.Lane(l))))] {
			if err := c.claimOneDue(q, x); err != nil {
				return err
			}
		}
	}
	return nil
}

// claimOneDue takes a recipient of the retry index.
func (c *campaignLedger) claimOneDue(q *claimQuery, due retryEntry) error {
	p, i, err := c.line(due.ordinal)
	if err != nil {
		return err
	}
	x, found, err := c.getException(due.ordinal)
	if err != nil {
		return err
	}
	if !found || p.state(i) != model.StateDeferred || !x.next.Equal(due.due) {
		return tableRetry.of(c.id).damaged(retryKey(due.class, due.due, due.ordinal), errIndex)
	}
	if err := c.dropRetry(due.due, due.ordinal); err != nil {
		return err
	}
	return c.claim(q, p, due.ordinal)
}

// NextDue looks at the first entry of each class.
func (l *ledger) NextDue(ctx context.Context, id model.CampaignID) (due time.Time, err error) {
	err = l.read(ctx, id, func(c *campaignLedger) error {
		return c.eachClass(func(first retryEntry, _ *bolt.Cursor) error {
			if due.IsZero() || first.due.Before(due) {
				due = first.due
			}
			return nil
		})
	})
	if err != nil {
		return time.Time{}, err
	}
	return due, nil
}
