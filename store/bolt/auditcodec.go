package bolt

import (
	"crypto/sha256"
	"encoding/binary"

	bolt "go.etcd.io/bbolt"

	"blanche/model"
)

var (
	bucketAudit       = []byte("audit")
	bucketAuditDetail = []byte("audit_detail")
	bucketAuditObject = []byte("audit_object")

	tableAudit       = newTable("audit")
	tableAuditDetail = newTable("audit_detail")
	tableAuditObject = newTable("audit_object")

	keyAuditHead = []byte("audit_head")
)

// auditVersion is the first byte of a line and of a detail.
const auditVersion = 1

// saltSize is how many random bytes stand before the changes of a line: what
// was erased cannot be guessed from its sum.
const saltSize = 16

// appendLine appends the body of a line. It holds its number too, so that a
// line under the number of another one is recognised for what it is.
func appendLine(b []byte, l *model.AuditLine) []byte {
	b = binary.AppendUvarint(append(b, auditVersion), l.Seq)
	b = appendTime(b, l.Entry.At)
	for _, s := range []string{l.Entry.Who, string(l.Entry.Role), l.Entry.From, l.Entry.Act, l.Entry.Object, l.Entry.Reason} {
		b = appendText(b, s)
	}
	b = append(b, l.Detail[:]...)
	b = append(b, l.Prev[:]...)
	return append(b, l.Hash[:]...)
}

// decodeLine reads a body written by appendLine.
func decodeLine(l *model.AuditLine, body []byte) error {
	r := reader{rest: string(body)}
	*l = model.AuditLine{}
	if r.uint8() != auditVersion {
		return errBroken
	}
	l.Seq = r.uvarint()
	l.Entry.At = r.time()
	l.Entry.Who, l.Entry.Role, l.Entry.From = r.text(), model.Role(r.text()), r.text()
	l.Entry.Act, l.Entry.Object, l.Entry.Reason = r.text(), r.text(), r.text()
	if r.bad || len(r.rest) != 3*sha256.Size {
		return errBroken
	}
	for _, sum := range []*[sha256.Size]byte{&l.Detail, &l.Prev, &l.Hash} {
		copy(sum[:], r.rest)
		r.rest = r.rest[sha256.Size:]
	}
	return nil
}

// detail is what lies beside a line until an erasure takes it away.
type detail struct {
	salt    []byte
	changes []model.FieldAudit
}

func (d detail) sum() [sha256.Size]byte { return model.AuditDetail(d.salt, d.changes) }

func (d detail) append(b []byte) []byte {
	b = append(append(b, auditVersion), d.salt...)
	b = binary.AppendUvarint(b, uint64(len(d.changes)))
	for _, f := range d.changes {
		b = appendText(appendText(appendText(b, f.Field), f.Before), f.After)
	}
	return b
}

func decodeDetail(body []byte) (d detail, err error) {
	if len(body) < 1+saltSize || body[0] != auditVersion {
		return d, errBroken
	}
	d.salt = append([]byte(nil), body[1:1+saltSize]...)
	r := reader{rest: string(body[1+saltSize:])}
	d.changes = make([]model.FieldAudit, r.count(3))
	for i := range d.changes {
		d.changes[i] = model.FieldAudit{Field: r.text(), Before: r.text(), After: r.text()}
	}
	if r.bad || r.rest != "" {
		return d, errBroken
	}
	return d, nil
}

// openLine reads a line and, where they still are, its changes.
func openLine(tx *bolt.Tx, key, value []byte) (l model.AuditLine, err error) {
	body, err := tableAudit.open(key, value)
	if err != nil {
		return l, err
	}
	if err := decodeLine(&l, body); err != nil {
		return l, tableAudit.damaged(key, err)
	}
	if l.Detail == ([sha256.Size]byte{}) {
		return l, nil
	}
	value = tx.Bucket(bucketAuditDetail).Get(key)
	if value == nil {
		l.Erased = true
		return l, nil
	}
	d, err := openDetail(key, value)
	l.Entry.Changes = d.changes
	return l, err
}

func openDetail(key, value []byte) (d detail, err error) {
	body, err := tableAuditDetail.open(key, value)
	if err != nil {
		return d, err
	}
	if d, err = decodeDetail(body); err != nil {
		return d, tableAuditDetail.damaged(key, err)
	}
	return d, nil
}

// objectKey is the place of a line in the index by object.
func objectKey(object string, seq uint64) []byte {
	key := make([]byte, 0, len(object)+9)
	return binary.BigEndian.AppendUint64(append(append(key, object...), 0), seq)
}

// auditEnd is the end of the chain as it is noted apart from the lines.
type auditEnd struct {
	seq  uint64
	hash [sha256.Size]byte
}

func getEnd(tx *bolt.Tx) (end auditEnd, err error) {
	value := tx.Bucket(bucketMeta).Get(keyAuditHead)
	if value == nil {
		return end, nil
	}
	body, err := tableMeta.open(keyAuditHead, value)
	if err != nil {
		return end, err
	}
	r := reader{rest: string(body)}
	if end.seq = r.uvarint(); r.bad || len(r.rest) != sha256.Size {
		return end, tableMeta.damaged(keyAuditHead, errBroken)
	}
	copy(end.hash[:], r.rest)
	return end, nil
}

func putEnd(tx *bolt.Tx, end auditEnd) error {
	value := binary.AppendUvarint(blank(binary.MaxVarintLen64+sha256.Size), end.seq)
	return tx.Bucket(bucketMeta).Put(keyAuditHead, tableMeta.seal(keyAuditHead, append(value, end.hash[:]...)))
}
