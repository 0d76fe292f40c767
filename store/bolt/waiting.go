package bolt

import (
	"bytes"
	"encoding/binary"
	"maps"
	"slices"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

var (
	bucketWaiting = []byte("order_waiting")
	tableWaiting  = newTable("order_waiting")
)

// What an order can wait for.
const (
	waitEmail    = 'e'
	waitExternal = 'x'
	waitCard     = 'c'
)

// waiting are the orders of nobody known, under everything that their file
// says of the buyer: kind, text, 0, number of the order.
type waiting struct {
	bucket  *bolt.Bucket
	empty   bool // nothing waited when the step began
	changes map[string]bool
}

func openWaiting(tx *bolt.Tx) waiting {
	b := tx.Bucket(bucketWaiting)
	first, _ := b.Cursor().First()
	return waiting{bucket: b, empty: first == nil, changes: map[string]bool{}}
}

func waitPrefix(kind byte, text string) []byte {
	return append(append([]byte{kind}, text...), 0)
}

// under are the numbers of the orders that wait for some texts.
func (w *waiting) under(kind byte, texts []string) (seqs []uint64) {
	if w.empty {
		return nil
	}
	c := w.bucket.Cursor()
	for _, text := range texts {
		prefix := waitPrefix(kind, text)
		for key, _ := c.Seek(prefix); bytes.HasPrefix(key, prefix); key, _ = c.Next() {
			if len(key) == len(prefix)+8 {
				seqs = append(seqs, binary.BigEndian.Uint64(key[len(prefix):]))
			}
		}
	}
	return seqs
}

// change makes an order wait, or wait no more.
func (w *waiting) change(seq uint64, o *model.Order, waits bool) {
	for _, by := range []struct {
		kind byte
		text string
	}{{waitEmail, emailKey(o.Email)}, {waitExternal, o.ExternalID}, {waitCard, o.Card}} {
		if by.text != "" {
			key := binary.BigEndian.AppendUint64(waitPrefix(by.kind, by.text), seq)
			w.changes[string(key)] = waits
		}
	}
}

func (w *waiting) flush() error {
	for _, k := range slices.Sorted(maps.Keys(w.changes)) {
		key := []byte(k)
		var err error
		if w.changes[k] {
			err = w.bucket.Put(key, tableWaiting.seal(key, blank(0)))
		} else {
			err = w.bucket.Delete(key)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
