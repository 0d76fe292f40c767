package model

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// Deed is who does what and why: it goes with a write into the store, which
// notes it in the same step as the change.
type Deed struct {
	Actor  Actor
	Act    string // code of what is done: "contact.edit", "campaign.start"…
	Reason string // given by the person, when one was asked; it stays, so it names nobody
	At     time.Time
}

// Entry is the deed, as an entry about an object.
func (d Deed) Entry(object string) AuditEntry {
	return AuditEntry{
		At: d.At, Who: d.Actor.Name, Role: d.Actor.Role, From: d.Actor.From,
		Act: d.Act, Object: object, Reason: d.Reason,
	}
}

// AuditEntry is one thing that was done.
type AuditEntry struct {
	At     time.Time
	Who    string // name of the actor
	Role   Role
	From   string
	Act    string
	Object string // "contact:12", "campaign:noel-15", "segment:vip", "operator:ines", "session", "folder"
	Reason string
	// Changes are the fields that changed. They may hold data of a person: the
	// chain holds only their sum, so that an erasure may take them away.
	Changes []FieldAudit
}

// FieldAudit is one field before and after.
type FieldAudit struct {
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// AuditLine is an entry in its place in the chain.
type AuditLine struct {
	Seq   uint64 // from 1, without a gap
	Entry AuditEntry
	// Detail is the SHA-256 of the salted changes, zero without any.
	Detail [sha256.Size]byte
	// Erased says that the changes are gone because of an erasure.
	Erased bool
	Prev   [sha256.Size]byte // hash of the line before; zero for the first
	Hash   [sha256.Size]byte
}

// AuditHead is the end of the chain: whoever kept an older one outside can tell
// that nothing before it was touched.
type AuditHead struct {
	Seq  uint64
	Hash [sha256.Size]byte
	At   time.Time
}

// Sum is the hash of a line: SHA-256 over the hash before, the number and every
// field with its length, so that no two lines share their bytes.
func (l *AuditLine) Sum() [sha256.Size]byte {
	var b bytes.Buffer
	b.Write(l.Prev[:])
	b.Write(binary.BigEndian.AppendUint64(nil, l.Seq))
	b.Write(binary.BigEndian.AppendUint64(nil, uint64(l.Entry.At.UnixMilli())))
	for _, s := range []string{l.Entry.Who, string(l.Entry.Role), l.Entry.From, l.Entry.Act, l.Entry.Object, l.Entry.Reason} {
		b.Write(binary.BigEndian.AppendUint32(nil, uint32(len(s))))
		b.WriteString(s)
	}
	b.Write(l.Detail[:])
	return sha256.Sum256(b.Bytes())
}

// AuditDetail is the sum of the changes of a line under its salt, each text
// with its length.
func AuditDetail(salt []byte, changes []FieldAudit) [sha256.Size]byte {
	b := bytes.NewBuffer(bytes.Clone(salt))
	for _, f := range changes {
		for _, s := range []string{f.Field, f.Before, f.After} {
			b.Write(binary.BigEndian.AppendUint32(nil, uint32(len(s))))
			b.WriteString(s)
		}
	}
	return sha256.Sum256(b.Bytes())
}

// AuditProof is the result of reading the whole chain.
type AuditProof struct {
	Lines  uint64      `json:"lines"`
	Intact bool        `json:"intact"`
	Head   AuditHead   `json:"-"`
	Flaws  []AuditFlaw `json:"flaws"`
	Erased int         `json:"erased"` // lines whose changes an erasure took away
}

// AuditFlaw is a place where the chain does not hold.
type AuditFlaw struct {
	Seq uint64 `json:"seq"`
	// What is a code:
	//  - "gap": lines are missing before the next one that is there; Seq is the first missing;
	//  - "order": the line does not continue the one before it (inserted, moved, or that one was rewritten);
	//  - "hash": a field of the line was changed;
	//  - "detail": its changes are not those that were noted, or belong to no line;
	//  - "missing_detail": its changes are gone, and no erasure accounts for it;
	//  - "unreadable": the record is damaged or was respelled;
	//  - "cut": the chain ends before the end that was noted, inside or outside;
	//  - "fork": the line is not the one that was noted, or lines lie behind the noted end.
	What string `json:"what"`
}
