package bolt

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

// forgery is the chain of a closed folder in the hands of somebody who knows
// the format: bodies without their envelopes, which are made anew.
type forgery struct {
	*rand.Rand
	lines, details map[uint64][]byte
	end            auditEnd
}

func bodies(b *bolt.Bucket) map[uint64][]byte {
	all := map[uint64][]byte{}
	_ = b.ForEach(func(key, value []byte) error {
		all[binary.BigEndian.Uint64(key)] = bytes.Clone(value[envelopeSize:])
		return nil
	})
	return all
}

// forge opens a file directly, and writes back what somebody made of it.
func forge(t *testing.T, path string, r *rand.Rand, tamper func(*forgery)) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true, NoGrowSync: true})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(func(tx *bolt.Tx) error {
		f := &forgery{Rand: r, lines: bodies(tx.Bucket(bucketAudit)), details: bodies(tx.Bucket(bucketAuditDetail))}
		f.end, _ = getEnd(tx)
		tamper(f)
		return f.write(tx)
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func (f *forgery) write(tx *bolt.Tx) error {
	var errs []error
	for _, part := range []struct {
		table  table
		bodies map[uint64][]byte
	}{{tableAudit, f.lines}, {tableAuditDetail, f.details}, {tableAuditObject, nil}} {
		errs = append(errs, tx.DeleteBucket([]byte(part.table.name)))
		b, err := tx.CreateBucket([]byte(part.table.name))
		errs = append(errs, err)
		for seq, body := range part.bodies {
			key := key64(seq)
			errs = append(errs, b.Put(key, part.table.seal(key, append(blank(len(body)), body...))))
		}
	}
	for seq, body := range f.lines {
		var l model.AuditLine
		if decodeLine(&l, body) == nil {
			key := objectKey(l.Entry.Object, seq)
			errs = append(errs, tx.Bucket(bucketAuditObject).Put(key, tableAuditObject.seal(key, blank(0))))
		}
	}
	return errors.Join(append(errs, putEnd(tx, f.end))...)
}

// some draws a number out of many; skip says how many of the last are left out.
func (f *forgery) some(of map[uint64][]byte, skip int) uint64 {
	seqs := slices.Sorted(maps.Keys(of))
	return seqs[f.IntN(len(seqs)-skip)]
}

func (f *forgery) line(seq uint64) (l model.AuditLine) {
	if err := decodeLine(&l, f.lines[seq]); err != nil {
		panic(err)
	}
	return l
}

func (f *forgery) put(l model.AuditLine) { f.lines[l.Seq] = appendLine(nil, &l) }

func (f *forgery) flip(of map[uint64][]byte) {
	body := of[f.some(of, 0)]
	bit := f.IntN(len(body) * 8)
	body[bit/8] ^= 1 << (bit % 8)
}

// remove takes a line away with all that belongs to it.
func (f *forgery) remove(seq uint64) {
	delete(f.lines, seq)
	delete(f.details, seq)
}

// rewrite computes every hash anew from a line on, and the noted end.
func (f *forgery) rewrite(from uint64) {
	for seq := from; f.lines[seq] != nil; seq++ {
		l := f.line(seq)
		if l.Prev = [sha256.Size]byte{}; seq > 1 {
			l.Prev = f.line(seq - 1).Hash
		}
		l.Seq, l.Hash = seq, [sha256.Size]byte{}
		l.Hash = l.Sum()
		f.put(l)
		f.end = auditEnd{seq, l.Hash}
	}
}

// changed gives a line other changes; the line vouches for them.
func (f *forgery) changed(seq uint64) {
	d := detail{salt: make([]byte, saltSize), changes: []model.FieldAudit{{Field: "rule", After: fmt.Sprint(f.Uint64())}}}
	f.details[seq] = d.append(nil)
	l := f.line(seq)
	l.Detail = d.sum()
	f.put(l)
}

// tampering is a way to tamper, and the flaws that may show it.
type tampering struct {
	name    string
	outside bool // only a head that was kept outside shows it
	do      func(*forgery)
	flaws   []string
}

var tamperings = []tampering{
	{"a flipped bit of a line", false, func(f *forgery) { f.flip(f.lines) }, []string{flawHash, flawOrder, flawUnreadable, flawDetail}},
	{"a flipped bit of the changes", false, func(f *forgery) { f.flip(f.details) }, []string{flawDetail}},
	{"a line removed", false, func(f *forgery) { f.remove(f.some(f.lines, 1)) }, []string{flawGap}},
	{"the first line removed", false, func(f *forgery) { f.remove(1) }, []string{flawGap}},
	{"the end cut", false, func(f *forgery) {
		for last, n := f.end.seq, f.IntN(5); n >= 0; n-- {
			f.remove(last - uint64(n))
		}
	}, []string{flawCut}},
	{"two lines swapped", false, func(f *forgery) {
		a := f.some(f.lines, 1)
		f.lines[a], f.lines[a+1] = f.lines[a+1], f.lines[a]
	}, []string{flawOrder}},
	{"two lines swapped, and renumbered", false, func(f *forgery) {
		a, b := f.some(f.lines, 0), f.some(f.lines, 0)
		if a == b {
			a, b = 1, f.end.seq
		}
		one, other := f.line(a), f.line(b)
		one.Seq, other.Seq = b, a
		f.put(one)
		f.put(other)
		f.details[a], f.details[b] = f.details[b], f.details[a]
		for _, seq := range []uint64{a, b} {
			if f.details[seq] == nil {
				delete(f.details, seq)
			}
		}
	}, []string{flawOrder, flawHash}},
	{"a line replaced by one with a right hash", false, func(f *forgery) {
		l := f.line(f.some(f.lines, 0))
		l.Entry.Who = "somebody else"
		l.Hash = l.Sum()
		f.put(l)
	}, []string{flawOrder, flawFork}},
	{"a line inserted, the rest renumbered", false, func(f *forgery) {
		at := f.some(f.lines, 0)
		for seq := f.end.seq; seq >= at; seq-- {
			l := f.line(seq)
			l.Seq++
			f.put(l)
			if d := f.details[seq]; d != nil {
				f.details[seq+1] = d
				delete(f.details, seq)
			}
		}
		f.end.seq++
	}, []string{flawOrder, flawHash}},
	{"a line added behind the end", false, func(f *forgery) {
		l := model.AuditLine{Seq: f.end.seq + 1, Prev: f.end.hash, Entry: model.AuditEntry{At: start, Who: "nobody", Act: "a", Object: "folder"}}
		l.Hash = l.Sum()
		f.put(l)
	}, []string{flawFork}},
	{"changes replaced", false, func(f *forgery) {
		seq := f.some(f.details, 0)
		line := f.lines[seq]
		f.changed(seq)
		f.lines[seq] = line
	}, []string{flawDetail}},
	{"changes replaced, with the line", false, func(f *forgery) {
		seq := f.some(f.details, 0)
		f.changed(seq)
		l := f.line(seq)
		l.Hash = l.Sum()
		f.put(l)
	}, []string{flawOrder, flawFork}},
	{"the changes of two lines swapped", false, func(f *forgery) {
		a, b := f.some(f.details, 0), f.some(f.details, 0)
		if a == b {
			seqs := slices.Sorted(maps.Keys(f.details))
			a, b = seqs[0], seqs[1]
		}
		f.details[a], f.details[b] = f.details[b], f.details[a]
	}, []string{flawDetail}},
	{"changes removed, and no erasure", false, func(f *forgery) {
		delete(f.details, f.some(f.details, 0)) // of what was erased before, too
	}, []string{flawMissing}},
	{"changes beside a line that had none", false, func(f *forgery) {
		seqs := slices.Sorted(maps.Keys(f.lines))
		none := slices.DeleteFunc(seqs, func(seq uint64) bool { return f.line(seq).Detail != [sha256.Size]byte{} })
		f.details[none[f.IntN(len(none))]] = f.details[f.some(f.details, 0)]
	}, []string{flawDetail}},
	{"changes of no line", false, func(f *forgery) {
		f.details[f.end.seq+1+f.Uint64N(9)] = f.details[f.some(f.details, 0)]
	}, []string{flawDetail}},
	{"the whole rest rewritten", true, func(f *forgery) {
		seq := f.some(f.lines, 0)
		l := f.line(seq)
		l.Entry.Reason = "another one"
		f.put(l)
		f.rewrite(seq)
	}, []string{flawFork}},
	{"changes replaced and the whole rest rewritten", true, func(f *forgery) {
		seq := f.some(f.details, 0)
		f.changed(seq)
		f.rewrite(seq)
	}, []string{flawFork}},
	{"the end cut, and what is noted of it", true, func(f *forgery) {
		left := f.some(f.lines, 1)
		for seq := f.end.seq; seq > left; seq-- {
			f.remove(seq)
		}
		f.end = auditEnd{left, f.line(left).Hash}
		for seq, body := range f.lines { // no line may miss the erasure that was cut
			var l model.AuditLine
			if decodeLine(&l, body) == nil && l.Detail != [sha256.Size]byte{} && f.details[seq] == nil {
				f.changed(seq)
			}
		}
		f.rewrite(1)
	}, []string{flawCut}},
	{"everything removed", true, func(f *forgery) {
		clear(f.lines)
		clear(f.details)
		f.end = auditEnd{}
	}, []string{flawCut}},
}
