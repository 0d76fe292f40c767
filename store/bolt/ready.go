package bolt

import (
	"cmp"
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"blanche/model"
	"blanche/store"
)

// ready is what there is to know of the rows of a step without looking into the
// file: it is made while the step before is written.
type ready struct {
	emails  []string // of the rows it was made of
	keys    []string // under which they are found
	hashes  []uint64 // of the keys, in the sieve
	order   []int    // rows by key, then as they come
	mixed   bool     // they came in another order
	apart   bool     // nobody comes twice, and everybody has an address
	drafts  [][]byte // records of the rows, each as of somebody new; nil: none were made
	refused error
}

// Ready sorts the addresses of a step, and makes the records of its rows: most
// are of new people.
func (c contacts) Ready(n int, row func(i int) *model.Contact, now time.Time) any {
	r := c.e.readyFor(n, row)
	if r.refused != nil {
		return r
	}
	pen := drafter{now: kept(now)}
	r.drafts = make([][]byte, n)
	for i := range n {
		r.drafts[i] = pen.draft(row(i))
	}
	return r
}

func (e *Engine) readyFor(n int, row func(i int) *model.Contact) *ready {
	r := &ready{emails: make([]string, n), keys: make([]string, n), hashes: make([]uint64, n), order: make([]int, n), apart: true}
	for i := range n {
		c := row(i)
		if r.refused = findable(c); r.refused != nil {
			return r
		}
		key := emailKey(c.Email)
		r.emails[i], r.keys[i], r.hashes[i], r.order[i] = c.Email, key, e.sieve.hash(waitEmail, key), i
	}
	if r.mixed = !slices.IsSorted(r.keys); r.mixed {
		sortByKey(r.order, r.keys)
	}
	for k, i := range r.order {
		if r.keys[i] == "" || k > 0 && r.keys[i] == r.keys[r.order[k-1]] {
			r.apart = false
			break
		}
	}
	return r
}

// of reports whether it was made of these rows.
func (r *ready) of(rows []model.Contact) bool {
	if len(r.emails) != len(rows) {
		return false
	}
	for i := range rows {
		if rows[i].Email != r.emails[i] {
			return false
		}
	}
	return true
}

// findable refuses a contact that no index can hold.
func findable(c *model.Contact) error {
	for _, text := range []string{c.Email, c.ExternalID, c.Card} {
		if len(text) > maxText {
			return model.Invalid("store.too_long", "value", store.Cut(text, 40))
		}
	}
	return nil
}

// sortByKey puts rows in the order of their keys, those of one key as they come.
// Most keys differ in their first eight bytes.
func sortByKey(order []int, keys []string) {
	type head struct {
		first uint64
		row   int
	}
	heads := make([]head, len(order))
	for n, i := range order {
		var b [8]byte
		copy(b[:], keys[i])
		heads[n] = head{binary.BigEndian.Uint64(b[:]), i}
	}
	slices.SortFunc(heads, func(a, b head) int {
		if a.first != b.first {
			return cmp.Compare(a.first, b.first)
		}
		return cmp.Or(strings.Compare(keys[a.row], keys[b.row]), cmp.Compare(a.row, b.row))
	})
	for n := range heads {
		order[n] = heads[n].row
	}
}
