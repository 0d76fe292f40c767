package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"time"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// Movements of points are in crm.db under block, number (pointscodec.go).
//
// A person who comes in with points has none: what they came in with is the total
// of the first movement less what it moved, and until there is one, the total of
// the record; when and by what is on the record too (its date, its origin). A
// million new people cost nothing so, and nothing has to be read to add the first
// movement of somebody.
var (
	bucketPoints = []byte("points")
	tablePoints  = newTable("points")
)

// pen writes what a change of records leaves in the two ledgers of people.
type pen struct {
	*consentPen
	points pointsPen
}

// newPen is the pen of a transaction on crm.db; why is by which way points come
// where the context does not say.
func newPen(ctx context.Context, tx *bolt.Tx, now time.Time, why model.PointsWhy) *pen {
	from := store.PointsOrigin(ctx, why)
	p := &pen{consentPen: newConsentPen(ctx, tx, now), points: pointsPen{bucket: tx.Bucket(bucketPoints), from: from}}
	p.points.operator, p.points.now = p.consentPen.operator, p.consentPen.now
	return p
}

// flush writes what the pen has left of both.
func (p *pen) flush() error {
	if p == nil {
		return nil
	}
	return errors.Join(p.consentPen.flush(), p.points.flush())
}

// pointsPen writes the movements of one transaction, a page when the next block
// begins, and by flush.
type pointsPen struct {
	bucket   *bolt.Bucket
	operator string
	from     store.PointsFrom
	now      time.Time

	block uint64
	moves []model.PointsMove // of the block, not written yet
}

// noRow is the row of what no file said.
const noRow = -1

// moved adds the movement from one total to the next, of a row of the step.
func (p *pointsPen) moved(id model.ContactID, old, next int64, row int) error {
	if old == next {
		return nil
	}
	if block := uint64(id) / pointsBlock; block != p.block {
		if err := p.flush(); err != nil {
			return err
		}
		p.block = block
	}
	m := model.PointsMove{Contact: id, At: p.now, Recorded: p.now, Delta: next - old, Total: next, Why: p.from.Why, Operator: p.operator}
	if p.from.Source != nil && row != noRow {
		m.Source = p.from.Source(row)
	}
	p.moves = append(p.moves, m)
	return nil
}

// only says which rows of a step are written, where some are left out.
func (p *pointsPen) only(at []int) {
	if of := p.from.Source; of != nil {
		p.from.Source = func(row int) string { return of(at[row]) }
	}
}

// flush writes the movements at hand, behind those of the last page while it has
// room.
func (p *pointsPen) flush() error {
	if len(p.moves) == 0 {
		return nil
	}
	prefix := key64(p.block)
	key := nextKey(p.bucket, prefix)
	if n := binary.BigEndian.Uint32(key[8:]); n > 1 {
		last := binary.BigEndian.AppendUint32(bytes.Clone(prefix), n-1)
		if value := p.bucket.Get(last); value != nil && len(value) < pointsFull {
			moves, err := openMoves(last, value)
			if err != nil {
				return err
			}
			key, p.moves = last, append(moves, p.moves...)
		}
	}
	err := putMoves(p.bucket, key, p.moves)
	p.moves = p.moves[:0]
	return err
}

func putMoves(b *bolt.Bucket, key []byte, moves []model.PointsMove) error {
	return b.Put(key, tablePoints.seal(key, appendMoves(blank(12*len(moves)+128), moves)))
}

// openMoves reads a page.
func openMoves(key, value []byte) ([]model.PointsMove, error) {
	body, err := tablePoints.open(key, value)
	if err != nil {
		return nil, err
	}
	if len(key) != 12 {
		return nil, tablePoints.damaged(key, errBroken)
	}
	moves, err := decodeMoves(body, binary.BigEndian.Uint64(key))
	if err != nil {
		return nil, tablePoints.damaged(key, err)
	}
	return moves, nil
}

// eachMove reads the movements of a block, oldest first, a page at a time.
func eachMove(b *bolt.Bucket, block uint64, do func(key []byte, moves []model.PointsMove) error) error {
	prefix, c := key64(block), b.Cursor()
	for key, value := c.Seek(prefix); bytes.HasPrefix(key, prefix); key, value = c.Next() {
		moves, err := openMoves(key, value)
		if err != nil {
			return err
		}
		if err := do(key, moves); err != nil {
			return err
		}
	}
	return nil
}
