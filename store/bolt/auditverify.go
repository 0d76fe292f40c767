package bolt

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"runtime/debug"
	"slices"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

// The flaws of a chain, as model.AuditFlaw names them.
const (
	flawGap        = "gap"
	flawHash       = "hash"
	flawOrder      = "order"
	flawDetail     = "detail"
	flawMissing    = "missing_detail"
	flawUnreadable = "unreadable"
	flawCut        = "cut"
	flawFork       = "fork"
)

// Verify works in short transactions: a writer is never held up, and what it
// adds meanwhile is verified too.
func (a audit) Verify(ctx context.Context, outside ...model.AuditHead) (model.AuditProof, error) {
	if err := a.e.enter(ctx); err != nil {
		return model.AuditProof{}, err
	}
	defer a.e.leave()
	v := newVerifier(outside)
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return model.AuditProof{}, err
		}
		err := a.e.crm.view(func(tx *bolt.Tx) error {
			if more = v.guarded(tx); !more {
				v.end(tx)
			}
			return nil
		})
		if err != nil {
			return model.AuditProof{}, err
		}
	}
	v.proof.Intact = len(v.proof.Flaws) == 0
	return v.proof, nil
}

// verifier walks along the lines and, beside them, along the changes.
type verifier struct {
	proof   model.AuditProof
	buf     [512]byte
	from    []byte            // the key at which the next page begins
	next    uint64            // the number that the next line must have
	prev    [sha256.Size]byte // the hash that it must continue
	lost    bool              // the line before could not be read: any hash will do
	heads   map[uint64][][sha256.Size]byte
	missing map[string][]uint64 // by object: lines whose changes nothing accounts for yet
}

func newVerifier(outside []model.AuditHead) *verifier {
	v := &verifier{next: 1, heads: map[uint64][][sha256.Size]byte{}, missing: map[string][]uint64{}}
	for _, h := range outside {
		if h.Seq > 0 {
			v.heads[h.Seq] = append(v.heads[h.Seq], h.Hash)
		}
	}
	return v
}

func (v *verifier) flaw(seq uint64, what string) {
	if len(v.proof.Flaws) < maxDamage {
		v.proof.Flaws = append(v.proof.Flaws, model.AuditFlaw{Seq: seq, What: what})
	}
}

// guarded is page, and the end of the chain where bbolt cannot walk its pages.
func (v *verifier) guarded(tx *bolt.Tx) (more bool) {
	before := debug.SetPanicOnFault(true)
	defer debug.SetPanicOnFault(before)
	defer func() {
		if recover() != nil {
			v.flaw(v.next, flawUnreadable)
			more = false
		}
	}()
	return v.page(tx)
}

// page verifies some lines and tells whether there are more.
func (v *verifier) page(tx *bolt.Tx) bool {
	lines, details := tx.Bucket(bucketAudit).Cursor(), tx.Bucket(bucketAuditDetail).Cursor()
	key, value := lines.Seek(v.from)
	beside, _ := details.Seek(v.from)
	for range page {
		var changes []byte
		beside, changes = v.orphans(details, beside, key)
		switch {
		case key == nil:
			return false
		case len(key) == 8:
			v.line(key, value, changes)
		default:
			v.flaw(v.next, flawOrder)
		}
		if changes != nil {
			beside, _ = details.Next()
		}
		v.from = append(bytes.Clone(key), 0) // the key that follows
		key, value = lines.Next()
	}
	return true
}

// orphans passes over the changes that lie before a line and belong to none
// (nil: after the last line), and stops at those of the line.
func (v *verifier) orphans(details *bolt.Cursor, beside, line []byte) (at, changes []byte) {
	if beside == nil {
		return nil, nil
	}
	for beside, changes = details.Seek(beside); beside != nil; beside, changes = details.Next() {
		order := -1
		if line != nil {
			order = bytes.Compare(beside, line)
		}
		if order >= 0 {
			if order > 0 {
				changes = nil
			}
			return beside, changes
		}
		seq := v.next
		if len(beside) == 8 {
			seq = binary.BigEndian.Uint64(beside)
		}
		v.flaw(seq, flawDetail)
	}
	return nil, nil
}

// line verifies one line and its changes, nil when they are gone.
func (v *verifier) line(key, value, changes []byte) {
	seq := binary.BigEndian.Uint64(key)
	if seq != v.next {
		v.flaw(v.next, flawGap)
	}
	v.proof.Lines++
	v.next = seq + 1
	var l model.AuditLine
	body, err := tableAudit.open(key, value)
	if err == nil {
		err = decodeLine(&l, body)
	}
	// One line has one spelling: what reads the same and is not, was rewritten.
	if err != nil || !bytes.Equal(appendLine(v.buf[:0], &l), body) {
		v.flaw(seq, flawUnreadable)
		v.lost = true
		return
	}
	stated := l.Seq
	l.Seq = seq
	sum := l.Sum()
	switch {
	case stated != seq, l.Prev != v.prev && !v.lost:
		v.flaw(seq, flawOrder)
	case l.Hash != sum:
		v.flaw(seq, flawHash)
	}
	v.prev, v.lost = l.Hash, false
	v.outside(seq, sum)
	v.changes(&l, key, changes)
	v.proof.Head = model.AuditHead{Seq: seq, Hash: l.Hash, At: l.Entry.At}
}

// outside compares a line with the heads that were kept outside.
func (v *verifier) outside(seq uint64, sum [sha256.Size]byte) {
	for _, hash := range v.heads[seq] {
		if hash != sum {
			v.flaw(seq, flawFork)
		}
	}
	delete(v.heads, seq)
}

// changes verifies the changes of a line; what is gone waits for the line that
// accounts for it.
func (v *verifier) changes(l *model.AuditLine, key, value []byte) {
	if l.Entry.Act == store.ActForget {
		v.proof.Erased += len(v.missing[l.Entry.Object])
		delete(v.missing, l.Entry.Object)
	}
	has := l.Detail != [sha256.Size]byte{}
	switch {
	case has && value == nil:
		v.missing[l.Entry.Object] = append(v.missing[l.Entry.Object], l.Seq)
	case !has && value != nil:
		v.flaw(l.Seq, flawDetail)
	case has:
		d, err := openDetail(key, value)
		if err != nil || d.sum() != l.Detail || !bytes.Equal(d.append(v.buf[:0]), value[envelopeSize:]) {
			v.flaw(l.Seq, flawDetail)
		}
	}
}

// end judges what only the whole chain tells.
func (v *verifier) end(tx *bolt.Tx) {
	for _, seqs := range v.missing {
		for _, seq := range seqs {
			v.flaw(seq, flawMissing)
		}
	}
	for seq := range v.heads {
		v.flaw(seq, flawCut)
	}
	noted, err := getEnd(tx)
	head := v.proof.Head
	switch {
	case err != nil:
		v.flaw(head.Seq, flawUnreadable)
	case noted.seq > head.Seq:
		v.flaw(noted.seq, flawCut)
	case noted.seq < head.Seq || noted.hash != head.Hash:
		v.flaw(noted.seq, flawFork)
	}
	slices.SortStableFunc(v.proof.Flaws, func(a, b model.AuditFlaw) int { return cmp.Compare(a.Seq, b.Seq) })
}
