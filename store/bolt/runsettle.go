package bolt

import (
	"context"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// settleRun is how many names are put in their places in one transaction.
const settleRun = 100_000

// place is where a sweep of the runs has come to: behind a text of a kind, in the
// order of plainIndexes; the zero place is the start.
type place struct {
	kind   byte
	behind string
}

// stretch are the names of the runs from one place to the next, in order, as a
// transaction has seen them.
type stretch struct {
	db     *bolt.DB
	tx     int // that it was read in
	from   place
	of     map[byte][]named // by kind
	next   place
	ended  bool // there are no more
	failed error
}

// settle puts the names of all runs in their places, and takes the runs away: a
// stretch in each transaction, while the next one is read. Killed anywhere, it
// leaves names that are found, and begins again.
func (e *Engine) settleRuns(ctx context.Context, pause func(context.Context)) error {
	var at place
	until, mine := uint32(0), 0
	ahead := make(chan *stretch, 1)
	reading := false
	defer func() {
		if reading {
			<-ahead
		}
	}()
	for done := false; !done; {
		err := e.crm.update(ctx, func(tx *bolt.Tx) error {
			r := openRuns(tx)
			if until == 0 {
				until = r.last
			}
			if r.last != until { // another step came: its names too
				until, at = r.last, place{}
			}
			var s *stretch
			if reading {
				s, reading = <-ahead, false
			}
			if s == nil || !s.still(tx, at, mine) {
				s = readStretch(ctx, tx, at)
			}
			if s.failed != nil {
				return s.failed
			}
			mine, at = tx.ID(), s.next
			if !s.ended {
				reading = true
				go func(from place) { ahead <- e.stretchAhead(ctx, from) }(at)
			}
			if err := s.put(tx); err != nil || !s.ended {
				return err
			}
			if done = true; r.bucket == nil {
				return nil
			}
			tx.OnCommit(e.sieve.empty)
			return tx.DeleteBucket(bucketRuns)
		})
		if err != nil {
			return err
		}
		if pause != nil && !done {
			pause(ctx)
		}
	}
	return nil
}

// still reports whether a stretch is what a transaction would read from a place:
// nothing but our own sweep was written since.
func (s *stretch) still(tx *bolt.Tx, at place, mine int) bool {
	since := tx.ID() - s.tx
	return s.failed == nil && s.from == at && s.db == tx.DB() && (since == 1 || since == 2 && s.tx+1 == mine)
}

func (e *Engine) stretchAhead(ctx context.Context, at place) (s *stretch) {
	err := e.crm.view(func(tx *bolt.Tx) error {
		s = readStretch(ctx, tx, at)
		return s.failed
	})
	if s == nil {
		s = &stretch{failed: err}
	}
	return s
}

// readStretch reads the names behind a place.
func readStretch(ctx context.Context, tx *bolt.Tx, at place) *stretch {
	s := &stretch{db: tx.DB(), tx: tx.ID(), from: at, of: map[byte][]named{}}
	r, kind, behind, left := openRuns(tx), at.kind, at.behind, settleRun
	for _, x := range plainIndexes(tx) {
		if kind != 0 && x.kind != kind {
			continue
		}
		kind = 0
		list, err := r.inOrder(ctx, x.kind, behind, left)
		if err != nil {
			s.failed = err
			return s
		}
		s.of[x.kind] = list
		if left -= len(list); left == 0 {
			s.next = place{x.kind, list[len(list)-1].text}
			return s
		}
		behind = ""
	}
	s.ended = true
	return s
}

// inOrder are the names of a kind in all runs, behind a text, up to a number.
func (r *runs) inOrder(ctx context.Context, kind byte, behind string, most int) ([]named, error) {
	var texts []byte
	var list []named
	ends := []int{0}
	m := r.mergeRuns(kind, behind)
	for ; len(m.heads) > 0 && len(list) < most; m.next() {
		if len(list)%10_000 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		h := m.heads[0]
		texts = append(texts, h.text...)
		list, ends = append(list, named{id: model.ContactID(h.id)}), append(ends, len(texts))
	}
	all := string(texts)
	for n := range list {
		list[n].text = all[ends[n]:ends[n+1]]
	}
	return list, m.err
}

// put writes the names in their places.
func (s *stretch) put(tx *bolt.Tx) error {
	for _, x := range plainIndexes(tx) {
		x.names.bucket.FillPercent = 0.95
		if err := x.names.change(s.of[x.kind]); err != nil {
			return err
		}
	}
	return nil
}

// plainIndexes are the three indexes, in the order of a sweep.
func plainIndexes(tx *bolt.Tx) []index {
	xs := openIndexes(tx)
	return []index{xs.email, xs.external, xs.card}
}
