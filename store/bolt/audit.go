package bolt

import (
	"context"
	"encoding/binary"
	"io"
	"math"
	"strings"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
	"blanche/store"
)

type audit struct{ e *Engine }

// Reading backwards takes few lines in its first transaction, since many want
// but the last one, then twice as many each time, up to a limit.
const (
	firstBack = 8
	mostBack  = 256
)

func (a audit) Append(ctx context.Context, entries ...model.AuditEntry) error {
	if err := a.e.enter(ctx); err != nil {
		return err
	}
	defer a.e.leave()
	if len(entries) == 0 {
		return nil
	}
	return a.e.crm.update(ctx, func(tx *bolt.Tx) error {
		for i := range entries {
			if entries[i].Act == store.ActForget {
				return model.Invalid("store.audit_act", "act", entries[i].Act)
			}
		}
		if err := a.e.record(tx, entries...); err != nil {
			return err
		}
		return tellIn(ctx, tx)
	})
}

// record adds lines at the end of the chain. Where somebody has cut the end or
// added to it behind our back, it goes on after both what is noted and what is
// there: nothing that shows the tampering is ever written over.
func (e *Engine) record(tx *bolt.Tx, entries ...model.AuditEntry) error {
	end, err := getEnd(tx)
	if err != nil {
		return err
	}
	if last, _ := tx.Bucket(bucketAudit).Cursor().Last(); len(last) == 8 {
		end.seq = max(end.seq, binary.BigEndian.Uint64(last))
	}
	if end.seq > math.MaxInt64 {
		return tableAudit.damaged(key64(end.seq), errBroken)
	}
	for _, entry := range entries {
		if end, err = e.recordOne(tx, end, entry); err != nil {
			return err
		}
	}
	return putEnd(tx, end)
}

func (e *Engine) recordOne(tx *bolt.Tx, end auditEnd, entry model.AuditEntry) (auditEnd, error) {
	if entry.Object == "" || len(entry.Object) > 4*maxText || strings.Contains(entry.Object, "\x00") {
		return end, model.Invalid("store.audit_object", "object", entry.Object)
	}
	if entry.At.IsZero() {
		entry.At = e.now()
	}
	entry.At = kept(entry.At)
	l := model.AuditLine{Seq: end.seq + 1, Entry: entry, Prev: end.hash}
	key := key64(l.Seq)
	if len(entry.Changes) > 0 {
		d := detail{salt: make([]byte, saltSize), changes: entry.Changes}
		if _, err := io.ReadFull(e.salts, d.salt); err != nil {
			return end, err
		}
		l.Detail = d.sum()
		if err := tx.Bucket(bucketAuditDetail).Put(key, tableAuditDetail.seal(key, d.append(blank(256)))); err != nil {
			return end, err
		}
	}
	l.Hash = l.Sum()
	if err := tx.Bucket(bucketAudit).Put(key, tableAudit.seal(key, appendLine(blank(256), &l))); err != nil {
		return end, err
	}
	index := objectKey(entry.Object, l.Seq)
	err := tx.Bucket(bucketAuditObject).Put(index, tableAuditObject.seal(index, blank(0)))
	return auditEnd{l.Seq, l.Hash}, err
}

func (a audit) Head(ctx context.Context) (head model.AuditHead, err error) {
	if err := a.e.enter(ctx); err != nil {
		return head, err
	}
	defer a.e.leave()
	err = a.e.crm.view(func(tx *bolt.Tx) error {
		end, err := getEnd(tx)
		head.Seq, head.Hash = end.seq, end.hash
		key := key64(end.seq)
		value := tx.Bucket(bucketAudit).Get(key)
		if err != nil || value == nil {
			return err
		}
		l, err := openLine(tx, key, value)
		head.At = l.Entry.At
		return err
	})
	return head, err
}

func (a audit) Lines(ctx context.Context, from uint64, f func(*model.AuditLine) error) error {
	if err := a.e.enter(ctx); err != nil {
		return err
	}
	defer a.e.leave()
	for {
		var lines []model.AuditLine
		err := a.e.crm.view(func(tx *bolt.Tx) error {
			c := tx.Bucket(bucketAudit).Cursor()
			for key, value := c.Seek(key64(from)); key != nil && len(lines) < page; key, value = c.Next() {
				l, err := openLine(tx, key, value)
				if err != nil {
					return err
				}
				lines = append(lines, l)
			}
			return nil
		})
		if err != nil || len(lines) == 0 {
			return err
		}
		for i := range lines {
			if err := f(&lines[i]); err != nil {
				return err
			}
		}
		if from = lines[len(lines)-1].Seq + 1; ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

func (a audit) Back(ctx context.Context, before uint64, f func(*model.AuditLine) bool) error {
	if before == 0 {
		before = math.MaxUint64
	}
	return a.back(ctx, f, func(tx *bolt.Tx, lines []model.AuditLine, n int) ([]model.AuditLine, error) {
		c := tx.Bucket(bucketAudit).Cursor()
		for key, value := beforeKey(c, key64(before)); key != nil && len(lines) < n; key, value = c.Prev() {
			l, err := openLine(tx, key, value)
			if err != nil {
				return nil, err
			}
			lines, before = append(lines, l), binary.BigEndian.Uint64(key)
		}
		return lines, nil
	})
}

func (a audit) About(ctx context.Context, object string, f func(*model.AuditLine) bool) error {
	before := uint64(math.MaxUint64)
	return a.back(ctx, f, func(tx *bolt.Tx, lines []model.AuditLine, n int) ([]model.AuditLine, error) {
		c := tx.Bucket(bucketAuditObject).Cursor()
		for key, _ := beforeKey(c, objectKey(object, before)); len(lines) < n; key, _ = c.Prev() {
			seq, ours := seqOf(object, key)
			if !ours {
				break
			}
			at := key64(seq)
			l, err := openLine(tx, at, tx.Bucket(bucketAudit).Get(at))
			if err != nil {
				return nil, err
			}
			lines, before = append(lines, l), seq
		}
		return lines, nil
	})
}

// back hands out lines that are read n at a time, until f has seen enough.
func (a audit) back(ctx context.Context, f func(*model.AuditLine) bool, read func(tx *bolt.Tx, lines []model.AuditLine, n int) ([]model.AuditLine, error)) error {
	if err := a.e.enter(ctx); err != nil {
		return err
	}
	defer a.e.leave()
	var lines []model.AuditLine
	for n := firstBack; ; n = min(2*n, mostBack) {
		err := a.e.crm.view(func(tx *bolt.Tx) (err error) { lines, err = read(tx, lines[:0], n); return err })
		if err != nil {
			return err
		}
		for i := range lines {
			if !f(&lines[i]) {
				return nil
			}
		}
		if len(lines) < n {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// beforeKey places a cursor on the last key below one.
func beforeKey(c *bolt.Cursor, key []byte) ([]byte, []byte) {
	if found, _ := c.Seek(key); found == nil {
		return c.Last()
	}
	return c.Prev()
}

// seqOf is the number of the line that an entry of the index by object leads
// to; false when it is about something else.
func seqOf(object string, key []byte) (uint64, bool) {
	n := len(object)
	if len(key) != n+9 || string(key[:n]) != object || key[n] != 0 {
		return 0, false
	}
	return binary.BigEndian.Uint64(key[n+1:]), true
}
