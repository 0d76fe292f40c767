package store

import (
	"context"
	"io"
	"time"

	"blanche/model"
)

// Snapshot is the whole folder at one moment: no file of it is older or newer
// than another. Writers go on meanwhile. It keeps the store from closing and
// from compacting until it is closed itself.
type Snapshot interface {
	Facts() Facts
	// Files are in the order in which they are best written: what is written
	// to most comes first, because a snapshot makes its file grow.
	Files() []SnapshotFile
	// Close lets go of what was not written; it may be called twice.
	Close() error
}

// SnapshotFile is one file of a snapshot.
type SnapshotFile struct {
	Name string // without a folder
	Size int64  // bytes
	// WriteTo writes exactly Size bytes, once, and lets the file go.
	WriteTo func(ctx context.Context, w io.Writer) error
}

// Facts say what a snapshot holds, to be compared with what was restored.
type Facts struct {
	Folder     string            `json:"folder"` // identity: it follows the data from copy to copy
	Schema     int               `json:"schema"`
	Contacts   int               `json:"contacts"`
	Orders     int               `json:"orders"`
	Campaigns  int               `json:"campaigns"`
	Recipients int               `json:"recipients"`      // lines of all ledgers
	Responses  int               `json:"responses"`       // what came back from outside, of the months that are kept
	Sequence   map[string]uint64 `json:"sequence"`        // file → number of its last write
	Audit      *AuditEnd         `json:"audit,omitempty"` // nil before the first line
}

// AuditEnd is the end of the audit chain of a snapshot.
type AuditEnd struct {
	Seq  uint64 `json:"seq"`
	Hash string `json:"hash"` // hexadecimal
}

// Compaction is what Compact did to one file, sizes in bytes.
type Compaction struct {
	File          string
	Before, After int64
}

// Swept is what Sweep found, as names of files within the folder.
type Swept struct {
	Cleaned []string // lost lines
	Removed []string // copies of the data that are gone
	Kept    []string // backups, which hold what they held
	Left    []string // files that name a text and were not touched
}

// Upkeep is what keeps a folder well over the years.
type Upkeep interface {
	// Snapshot holds the writers for a moment, and no longer. KindBusy: the
	// folder is being compacted.
	Snapshot(ctx context.Context) (Snapshot, error)
	// Compact writes every file anew without what was deleted, compares the
	// copy record by record, and puts it in the place of the old one: whoever
	// reads goes on, whoever writes waits. What was deleted is not in the
	// files any more. Errors: ErrDamaged (then nothing is changed), KindBusy
	// (a snapshot is open, or another compaction).
	Compact(ctx context.Context) ([]Compaction, error)

	// Room is how many bytes are left on the disk of the folder, for us; all
	// that can be counted where the system does not tell. It costs nothing.
	//
	// When nearly nothing is left every method that begins something returns
	// KindBusy, key store.disk_full, and has written nothing; results of messages
	// (a Commit without an intent) and suppressions are taken for as long as the
	// disk takes them. It all goes on when there is room again.
	Room(ctx context.Context) (free uint64, err error)

	// Disarm makes the folder one from which nothing may be sent: a copy of
	// data whose original may still be sending. The desk asks Disarmed.
	Disarm(ctx context.Context, why model.Disarm) error
	// Disarmed tells whether and since when.
	Disarmed(ctx context.Context) (model.Disarm, bool, error)
	// Arm lets it send; also when it is armed already.
	Arm(ctx context.Context) error

	// Erase forgets a person (GDPR 17). It writes the erasure to the list that
	// outlives a restored backup; keeps the address suppressed, as a keyed hash;
	// then removes the contact with all that it can be found under, what
	// servers said about it, what the audit says of its fields, and the buyer
	// of its orders, which stay. The number of the contact is not given again.
	// It may be repeated after an error. ErrNotFound. What was deleted is gone
	// from the disk after Compact, from backups when they expire.
	Erase(ctx context.Context, id model.ContactID, at time.Time) error
	// EraseMany is Erase of many people in one go; whoever is gone already is
	// passed over. Killed on its way, the next try does the rest.
	EraseMany(ctx context.Context, ids []model.ContactID, at time.Time) (erased int, err error)
	// Sweep looks for texts (an address, a card), whatever their case, in what
	// lies beside the data: lines of texts such as files of refused rows lose
	// theirs, and the copies that an upgrade made are removed, whoever is in
	// them, because their pages keep what was deleted. What is closed (backups) is
	// not looked into: it is named, and Replay erases again when it is put back.
	Sweep(ctx context.Context, texts []string) (Swept, error)
	// Erasures writes the list of all erasures, one a line, naming nobody.
	Erasures(ctx context.Context, w io.Writer) error
	// Erased returns a function that tells whether the list has an address, an
	// id of a shop or a card, as it was when Erased was called (the empty text
	// is nobody's); nil when nobody was ever erased. The function is not safe
	// for concurrent use.
	Erased(ctx context.Context) (of func(email, external, card string) bool, err error)
	// Replay erases again whoever a list of this folder names and who came back
	// with an old copy of the data, adds the list to the one here, and tells
	// how many people it erased. A contact made after its erasure is somebody
	// who came back by themselves: it stays. It looks into unions: of two that
	// are one person in the copy, and of whom one was erased, the other stays.
	Replay(ctx context.Context, list io.Reader) (erased int, err error)
}

type leaveOut struct{}

// Leaving is what an engine remembers of a context made by LeaveOutErased: how
// long its list of erasures was when Erased was called with it.
type Leaving struct{ Seen int64 }

// LeaveOutErased is a context whose steps of an import let nobody in who was
// erased: Merge leaves such a row out (LeftOut), Put takes such names off an order.
// It is asked in the transaction that writes, so an erasure between the reading of
// a row and its writing counts; only what was added to the list since Erased was
// called with the context is looked at. Who has a record again is let through.
func LeaveOutErased(ctx context.Context) context.Context {
	return context.WithValue(ctx, leaveOut{}, new(Leaving))
}

// LeavingOut is what LeaveOutErased made; nil without.
func LeavingOut(ctx context.Context) *Leaving {
	l, _ := ctx.Value(leaveOut{}).(*Leaving)
	return l
}
