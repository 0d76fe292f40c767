package store

import (
	"context"
	"time"

	"blanche/model"
)

// SourceUnion is the source of a suppression that stands on an address because
// another address of the same person is opposed. It is taken back when the two
// turn out to be two people, and nothing else is.
const SourceUnion = "merge"

// Unions keeps which records were found to be one person, so that it can be
// taken back. A number that is gone has no record: orders, rows of files and
// oppositions under the names of that record reach the one that stayed.
type Unions interface {
	// Unite makes one record of two, in one transaction: join gives its fields,
	// of a who stays and b who goes. Orders of b are a's from then on; every name
	// of both (e-mail, external id, card) leads to a. An opposition or a complaint
	// of an address of either stands on all addresses of both, and is written
	// first: after a crash in between there are two people, neither written to.
	// Errors: ErrNotFound, ErrChanged (a version is not the one given; 0 is any),
	// model.KindInvalid (the same number twice, a name of neither).
	Unite(ctx context.Context, p Pair, now time.Time, join func(a, b model.Contact) (model.Contact, error)) (model.Contact, error)
	// Divide gives back the record of a number that is gone, with its names and
	// the orders that came under them, before or since. What came to the one who
	// stayed since stays there. ErrNotFound: nothing was united under that number;
	// model.KindRefused: the record that it went into is gone too.
	Divide(ctx context.Context, gone model.ContactID, now time.Time) (kept, back model.Contact, err error)

	// Of is what was united into a person, the oldest first, and what had been
	// united into those.
	Of(ctx context.Context, id model.ContactID) ([]Union, error)
	// All is every number that is gone, in a map that is the caller's.
	All(ctx context.Context) (map[model.ContactID]Gone, error)
	// Whose is the number under which an e-mail, external id or card came in: one
	// that is gone, or 0 where no union has it.
	Whose(ctx context.Context, name string) (model.ContactID, error)
	// SetApart notes that two people are not the same: for good.
	SetApart(ctx context.Context, a, b model.ContactID, now time.Time) error
	// Apart visits those pairs, the lower number first.
	Apart(ctx context.Context, f func(a, b model.ContactID) error) error
}

// Pair is two records of one person.
type Pair struct {
	Keep, Gone               model.ContactID
	KeepVersion, GoneVersion uint64    // 0: any
	At                       time.Time // when they were found to be one; zero: now
}

// Union is a record that was united into another one.
type Union struct {
	Gone   model.ContactID
	Into   model.ContactID // directly
	At     time.Time
	Before model.Contact // of Into
	After  model.Contact // of Into
	Was    model.Contact // of Gone, with the rows that came under its names since
}

// Gone is where a number went.
type Gone struct {
	Into model.ContactID // who has a record
	Next model.ContactID // whom it went into, who may be gone too
	At   time.Time       // when it went, the first time
}
