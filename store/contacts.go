package store

import (
	"context"
	"time"

	"blanche/model"
)

// Contacts keeps people and companies, numbered densely from 1.
type Contacts interface {
	// Count is how many contacts there are; Last is the highest number given.
	Count(ctx context.Context) (int, error)
	Last(ctx context.Context) (model.ContactID, error)

	// Get, ByEmail, ByExternal and ByCard return ErrNotFound.
	Get(ctx context.Context, id model.ContactID) (model.Contact, error)
	ByEmail(ctx context.Context, email string) (model.Contact, error)
	ByExternal(ctx context.Context, external string) (model.Contact, error)
	ByCard(ctx context.Context, card string) (model.Contact, error)

	// Many returns the contacts of a list in its order, without those that do
	// not exist. Callers ask for a screenful or a chunk, never for everybody.
	Many(ctx context.Context, ids []model.ContactID) ([]model.Contact, error)

	// Scan visits every contact from a number on, in order. It works in short
	// transactions: a writer is never held up, and what is written meanwhile
	// further on may be seen. An error of f ends the scan and is returned. The
	// contact is overwritten by the next one: copy the value to keep it.
	Scan(ctx context.Context, from model.ContactID, f func(*model.Contact) error) error

	// Merge applies rows of a file in one step: a row whose e-mail is known
	// changes the fields that it fills (model.Contact.Merge), another creates
	// a contact. Orders that waited for the e-mail, external id or card of a
	// contact are attached. A row without an e-mail is known by its external
	// id, then card. An external id or card that is somebody else's stays
	// theirs: the row keeps it as a free attribute (model.OtherCard). Sums, number and version of a row are ignored.
	Merge(ctx context.Context, rows []model.Contact, now time.Time) ([]Merged, error)

	// Edit changes one contact if its version still is the one given, else
	// ErrChanged. The edit may refuse by returning an error. ErrExists: the
	// new e-mail, external id or card belongs to somebody else. Number, dates
	// and sums stay what they are; orders change the sums, not the version.
	Edit(ctx context.Context, id model.ContactID, version uint64, now time.Time, edit func(*model.Contact) error) (model.Contact, error)

	// Retag adds a tag to contacts, or removes it, in one step with one line in
	// the audit. It returns those who changed, in the order given; each hears of
	// every change before anybody can see it, also of one that fails then.
	Retag(ctx context.Context, ids []model.ContactID, tag string, on bool, now time.Time, each func(*model.Contact)) ([]model.Contact, error)
}

// Merged is what became of one row.
type Merged struct {
	ID     model.ContactID // 0 of a row that was left out
	Change Change
	Taken  bool // the card or the external id of the row is somebody else's
}

// Change says what a write did.
type Change uint8

// The changes.
const (
	Unchanged Change = iota
	Created
	Updated
	LeftOut // of somebody who was erased since the rows were read: see LeaveOutErased
)
