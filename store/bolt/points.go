package bolt

import (
	"context"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

type points struct{ e *Engine }

// Points is the ledger of what changed the points of people.
func (e *Engine) Points() store.Points { return points{e} }

func (p points) Of(ctx context.Context, id model.ContactID) (moves []model.PointsMove, err error) {
	if err := p.e.enter(ctx); err != nil {
		return nil, err
	}
	defer p.e.leave()
	err = p.e.crm.view(func(tx *bolt.Tx) error {
		var c model.Contact
		found, _, err := getContact(tx, id, &c)
		if err == nil && !found {
			err = model.NotFound("store.no_contact").Because(store.ErrNotFound)
		}
		if err == nil {
			moves, err = (&pointsReader{tx: tx, kin: openKin(tx)}).of(&c)
		}
		return err
	})
	return moves, err
}

// Scan reads the movements of a block once for all of its people.
func (p points) Scan(ctx context.Context, f func(*model.Contact, []model.PointsMove) error) error {
	if err := p.e.enter(ctx); err != nil {
		return err
	}
	defer p.e.leave()
	var c model.Contact
	var known map[model.ContactID][]model.PointsMove
	block := ^uint64(0)
	return p.e.crm.scan(ctx, bucketContact, nil, func(key, _ []byte) error {
		var moves []model.PointsMove
		err := p.e.crm.view(func(tx *bolt.Tx) (err error) {
			value := tx.Bucket(bucketContact).Get(key) // as it is when the movements are read
			if value == nil {
				return nil // gone since
			}
			if _, err = openContact(key, value, &c); err != nil {
				return err
			}
			r := pointsReader{tx: tx, kin: openKin(tx)}
			if at := uint64(c.ID) / pointsBlock; at != block {
				known, block = nil, at
			}
			if known == nil {
				if known, err = r.block(block); err != nil {
					return err
				}
			}
			own := known[c.ID]
			if n := len(own); n > 0 && own[n-1].Total != c.Points || n == 0 && c.Points != 0 { // changed since
				if own, err = r.own(c.ID); err != nil {
					return err
				}
			}
			moves, err = r.whole(&c, own)
			return err
		})
		if err != nil || len(moves) == 0 {
			return err
		}
		return f(&c, moves)
	})
}

// pointsReader reads movements in one transaction.
type pointsReader struct {
	tx  *bolt.Tx
	kin *kin
}

func (r *pointsReader) of(c *model.Contact) ([]model.PointsMove, error) {
	own, err := r.own(c.ID)
	if err != nil {
		return nil, err
	}
	return r.whole(c, own)
}

// own are the written movements of a number.
func (r *pointsReader) own(id model.ContactID) (all []model.PointsMove, err error) {
	err = eachMove(r.tx.Bucket(bucketPoints), uint64(id)/pointsBlock, func(_ []byte, moves []model.PointsMove) error {
		for i := range moves {
			if moves[i].Contact == id {
				all = append(all, moves[i])
			}
		}
		return nil
	})
	return all, err
}

// block are the written movements of 256 numbers.
func (r *pointsReader) block(n uint64) (map[model.ContactID][]model.PointsMove, error) {
	all := map[model.ContactID][]model.PointsMove{}
	err := eachMove(r.tx.Bucket(bucketPoints), n, func(_ []byte, moves []model.PointsMove) error {
		for i := range moves {
			all[moves[i].Contact] = append(all[moves[i].Contact], moves[i])
		}
		return nil
	})
	return all, err
}

// whole are the movements of a person from the first total on, with those of the
// numbers that were united into theirs.
func (r *pointsReader) whole(c *model.Contact, own []model.PointsMove) ([]model.PointsMove, error) {
	own = sinceOpening(c, own)
	if r.kin == nil {
		return own, nil
	}
	gone, err := r.kin.tree(c.ID)
	if err != nil || len(gone) == 0 {
		return own, err
	}
	var all []model.PointsMove
	for _, n := range gone {
		u, _, err := r.kin.get(n)
		if err != nil {
			return nil, err
		}
		theirs, err := r.own(n)
		if err != nil {
			return nil, err
		}
		if len(theirs) > 0 { // what they had is in the movement that took it
			all = append(all, sinceOpening(&u.was, theirs)...)
		}
	}
	all = append(all, own...) // last: of one instant, what leaves a record comes before what it gives
	inTurn(all)
	return all, nil
}

// inTurn sorts movements of several numbers, each in its own order, as they were
// written: also where a clock went back in between.
func inTurn(all []model.PointsMove) {
	latest := map[model.ContactID]time.Time{}
	at := make([]time.Time, len(all))
	order := make([]int, len(all))
	for i := range all {
		m := &all[i]
		if m.Recorded.After(latest[m.Contact]) {
			latest[m.Contact] = m.Recorded
		}
		at[i], order[i] = latest[m.Contact], i
	}
	slices.SortStableFunc(order, func(a, b int) int { return at[a].Compare(at[b]) })
	was := slices.Clone(all)
	for i, from := range order {
		all[i] = was[from]
	}
}

// sinceOpening are movements behind the total that a record had before the first one.
func sinceOpening(c *model.Contact, moves []model.PointsMove) []model.PointsMove {
	first := c.Points
	if len(moves) > 0 {
		first = moves[0].Total - moves[0].Delta
	}
	if first == 0 {
		return moves
	}
	opening := model.PointsMove{Contact: c.ID, At: c.Created, Delta: first, Total: first, Why: model.PointsOpening, Source: c.Origin}
	return slices.Insert(slices.Clone(moves), 0, opening)
}

// dropMoves takes the movements of a contact away: only an erasure does.
func dropMoves(tx *bolt.Tx, id model.ContactID) error {
	b := tx.Bucket(bucketPoints)
	pages := map[string][]model.PointsMove{}
	err := eachMove(b, uint64(id)/pointsBlock, func(key []byte, moves []model.PointsMove) error {
		if left := slices.DeleteFunc(slices.Clone(moves), func(m model.PointsMove) bool { return m.Contact == id }); len(left) != len(moves) {
			pages[string(key)] = left
		}
		return nil
	})
	for key, left := range pages {
		if err != nil {
			return err
		}
		if len(left) == 0 {
			err = b.Delete([]byte(key))
			continue
		}
		err = putMoves(b, []byte(key), left)
	}
	return err
}

var errTotals = errors.New("movements and total disagree")

// points checks the movements of 256 contacts, at the first of their pages: each
// adds to the total before it, and the last has that of the record. A number that
// was united into another one has none left.
func (c *checker) points(tx *bolt.Tx, key, body []byte) error {
	if len(key) != 12 {
		return errBroken
	}
	block := binary.BigEndian.Uint64(key)
	if _, err := decodeMoves(body, block); err != nil {
		return err
	}
	if before, _ := seekBefore(tx.Bucket(bucketPoints), key); len(before) == 12 && binary.BigEndian.Uint64(before) == block {
		return nil // with the first
	}
	r := pointsReader{tx: tx}
	all, err := r.block(block)
	if errors.Is(err, store.ErrDamaged) {
		return nil // reported with its own record
	}
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if err := adds(tx, id, all[id]); err != nil && !errors.Is(err, store.ErrDamaged) {
			return err
		}
	}
	return nil
}

// adds checks the movements of one number.
func adds(tx *bolt.Tx, id model.ContactID, moves []model.PointsMove) error {
	for i := 1; i < len(moves); i++ {
		if moves[i-1].Total+moves[i].Delta != moves[i].Total {
			return errTotals
		}
	}
	var one model.Contact
	found, _, err := getContact(tx, id, &one)
	if kin := openKin(tx); err == nil && !found && kin != nil {
		_, found, err = kin.get(id)
	}
	switch {
	case err != nil:
		return err
	case !found:
		return errIndex
	case moves[len(moves)-1].Total != one.Points:
		return errTotals
	}
	return nil
}

// seekBefore is the record before a key.
func seekBefore(b *bolt.Bucket, key []byte) (before, value []byte) {
	c := b.Cursor()
	c.Seek(key)
	return c.Prev()
}
