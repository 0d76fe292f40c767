package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"slices"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// The names of new people come in no order. Written at once in their places,
// those of a step of an import would touch nearly every page of an index, again
// and again. So each step leaves its names in a run, sorted, under kind and
// number: runs are written at the end of one bucket, and are found like the
// others. Once they are many, or the import has ended, all of them are put in
// their places in one sweep (settle).
//
// A text stands in a run, or in its index, or in both with the same number. The
// bucket exists only while there are runs.
var (
	bucketRuns = []byte("contact_new")
	tableRuns  = newTable("contact_new")
)

const (
	maxRuns = 64 // in the bucket: beyond, they are settled first
	runHead = 5  // bytes of a key before its text: number, kind

	runPage = 2 * namePage // a run is read in order
)

// runs are the runs that a transaction sees.
type runs struct {
	bucket      *bolt.Bucket // nil: there are none
	first, last uint32

	page namesOut // being filled
	kind byte     // of its names
}

func openRuns(tx *bolt.Tx) *runs {
	r := &runs{bucket: tx.Bucket(bucketRuns)}
	if r.bucket == nil {
		return r
	}
	c := r.bucket.Cursor()
	if key, _ := c.First(); len(key) > runHead {
		r.first = binary.BigEndian.Uint32(key)
	}
	if key, _ := c.Last(); len(key) > runHead {
		r.last = binary.BigEndian.Uint32(key)
	}
	return r
}

// names are those of a kind in a run, whose number is to be put into their head.
func (r *runs) names(kind byte) names {
	return names{bucket: r.bucket, table: tableRuns, head: runKey(0, kind, "")}
}

func runKey(n uint32, kind byte, text string) []byte {
	key := make([]byte, runHead, runHead+len(text)+1)
	binary.BigEndian.PutUint32(key, n)
	key[4] = kind
	return append(key, text...)
}

// find is the contact that a run gives for a text, 0 when none does.
func (r *runs) find(kind byte, text string) (model.ContactID, error) {
	if r.bucket == nil || r.last == 0 {
		return 0, nil
	}
	run := r.names(kind)
	for n := r.last; n >= r.first; n-- {
		binary.BigEndian.PutUint32(run.head, n)
		if id, err := run.find(text); id != 0 || err != nil {
			return id, err
		}
	}
	return 0, nil
}

// holds reports whether there are names of a kind.
func (r *runs) holds(kind byte) bool {
	if r.bucket == nil || r.last == 0 {
		return false
	}
	c := r.bucket.Cursor()
	for n := r.first; n <= r.last; n++ {
		from := runKey(n, kind, "")
		if key, _ := c.Seek(from); bytes.HasPrefix(key, from) {
			return true
		}
	}
	return false
}

// drop takes a text out of the runs: it is written in its place.
func (r *runs) drop(kind byte, text string) error {
	if r.bucket == nil || r.last == 0 {
		return nil
	}
	for n := r.first; n <= r.last; n++ {
		run := r.names(kind)
		binary.BigEndian.PutUint32(run.head, n)
		if err := run.change([]named{{text: text}}); err != nil {
			return err
		}
	}
	return nil
}

// begin makes room for the run of a step.
func (r *runs) begin(tx *bolt.Tx) error {
	if r.bucket == nil {
		var err error
		if r.bucket, err = tx.CreateBucket(bucketRuns); err != nil {
			return err
		}
	}
	if r.bucket.FillPercent = 0.95; r.first == 0 {
		r.first = 1
	}
	r.last++
	return nil
}

// add writes a name into the run at hand; names come in order, kind by kind.
func (r *runs) add(kind byte, text string, id model.ContactID) error {
	if size := r.page.size(); size > 0 && (r.kind != kind || size+len(text) > runPage) {
		if err := r.flush(); err != nil {
			return err
		}
	}
	r.page.table, r.kind = tableRuns, kind
	var head [runHead]byte
	binary.BigEndian.PutUint32(head[:], r.last)
	head[4] = kind
	r.page.add(head[:], text, uint64(id))
	return nil
}

// flush writes the page at hand.
func (r *runs) flush() error { return r.page.flush(r.bucket) }

// runHeadAt is the next name of a run.
type runHeadAt struct {
	namesIn
	cursor *bolt.Cursor
	prefix []byte // number and kind
	key    []byte // of the page
}

// forward passes to the next name; false behind the last one.
func (h *runHeadAt) forward() (bool, error) {
	if h.next() {
		return true, nil
	}
	if h.bad {
		return false, tableRuns.damaged(h.key, errBroken)
	}
	return h.open(h.cursor.Next())
}

// open begins a page, if it is one of the run.
func (h *runHeadAt) open(key, value []byte) (bool, error) {
	if !bytes.HasPrefix(key, h.prefix) {
		return false, nil
	}
	var err error
	h.key = key
	h.namesIn, err = openNames(tableRuns, runHead, key, value)
	return err == nil, err
}

// seek passes to the first name behind a text.
func (h *runHeadAt) seek(behind string) (bool, error) {
	from := append(bytes.Clone(h.prefix), behind...)
	key, value := pageFor(h.cursor, from)
	if !bytes.HasPrefix(key, h.prefix) {
		key, value = h.cursor.Seek(from)
	}
	more, err := h.open(key, value)
	for more && err == nil && string(h.text) <= behind {
		more, err = h.forward()
	}
	return more, err
}

// runsInOrder are the runs of one kind read as one, in the order of their texts,
// to the end or to a page that cannot be read.
type runsInOrder struct {
	heads []*runHeadAt // a heap: the first name is on top
	err   error
}

// mergeRuns begins behind a text, at the start when it is empty.
func (r *runs) mergeRuns(kind byte, behind string) *runsInOrder {
	m := &runsInOrder{}
	for n := r.first; n <= r.last && r.last != 0; n++ {
		h := &runHeadAt{cursor: r.bucket.Cursor(), prefix: runKey(n, kind, "")}
		more, err := h.seek(behind)
		if err != nil {
			return &runsInOrder{err: err}
		}
		if more {
			m.heads = append(m.heads, h)
		}
	}
	slices.SortFunc(m.heads, func(a, b *runHeadAt) int { return bytes.Compare(a.text, b.text) })
	return m
}

// next passes over the first name.
func (m *runsInOrder) next() {
	more, err := m.heads[0].forward()
	if err != nil {
		m.heads, m.err = nil, err
		return
	}
	if !more {
		m.heads[0] = m.heads[len(m.heads)-1]
		m.heads = m.heads[:len(m.heads)-1]
	}
	for i := 0; ; { // the heap property, from the top
		least := i
		for _, child := range [...]int{2*i + 1, 2*i + 2} {
			if child < len(m.heads) && bytes.Compare(m.heads[child].text, m.heads[least].text) < 0 {
				least = child
			}
		}
		if least == i {
			return
		}
		m.heads[i], m.heads[least] = m.heads[least], m.heads[i]
		i = least
	}
}

// readyForRuns settles the runs that a step cannot add to: those of a process
// that died, and too many.
func (e *Engine) readyForRuns(ctx context.Context) error {
	ready := false
	err := e.crm.view(func(tx *bolt.Tx) error {
		r := openRuns(tx)
		ready = r.bucket == nil || r.last < maxRuns && e.sieve.knows(r)
		return nil
	})
	if err != nil || ready {
		return err
	}
	return e.settleRuns(ctx, nil)
}

// leaveRun makes the new names of a step of n rows go into a run of its own.
func (xs *indexes) leaveRun(tx *bolt.Tx, s *sieve, n int) error {
	if !s.knows(xs.email.runs) { // another process's, in the moment since it was looked at
		return nil
	}
	s.whole.Store(true)
	for _, x := range []*index{&xs.email, &xs.external, &xs.card} {
		last, err := x.names.last()
		if err != nil {
			return err
		}
		x.many = n
		x.sieve, x.bounds = s, &bounds{last: last, runs: x.runs.holds(x.kind)}
	}
	return xs.email.runs.begin(tx)
}
