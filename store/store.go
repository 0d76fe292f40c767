package store

import (
	"context"
	"errors"

	"blanche/model"
)

// The errors that an engine returns, to be compared with errors.Is.
var (
	ErrNotFound = errors.New("not found")
	ErrChanged  = errors.New("changed by somebody else")
	ErrExists   = errors.New("already exists")
	ErrDamaged  = errors.New("damaged record")
	ErrNewer    = errors.New("written by a newer version")
	ErrReadOnly = errors.New("read only")
)

// Store is one data folder, or one database. It is safe for use by several
// goroutines.
type Store interface {
	Contacts() Contacts
	Orders() Orders
	Unions() Unions
	Marks() Marks
	Segments() Segments
	Frozen() FrozenSegments
	Mappings() Mappings
	Tokens() Tokens
	Heard() Heard
	Outbox() Outbox
	Campaigns() Campaigns
	Ledger() Ledger
	Suppressions() Suppressions
	Consents() Consents
	Points() Points
	Responses() Responses
	Pacing() Pacing
	Operators() Operators
	Audit() Audit
	Upkeep
	// Secret is 256 bits that only this folder and its copies have, for a
	// purpose: the same each time, and no two purposes tell of each other.
	Secret(ctx context.Context, purpose string) ([]byte, error)
	// Check reads every record, follows every index and reports the damaged
	// records, the first thousand of them by name.
	Check(ctx context.Context) (Health, error)
	// Close releases the folder; it waits for the methods under way.
	Close() error
}

// Health is what Check found.
type Health struct {
	Schema   int
	Contacts int
	Orders   int
	Damaged  []Damage
}

// Damage names a record that cannot be trusted.
type Damage struct {
	Bucket string
	Key    string
	Err    error
}

// Pacing keeps how fast everything leaves, one record.
type Pacing interface {
	// Get is the record; model.DefaultPacing before the first change.
	Get(ctx context.Context) (model.Pacing, error)
	// Change changes it in one transaction, with the line of the audit. An error
	// of the function is returned and nothing is written.
	Change(ctx context.Context, change func(*model.Pacing) error) (model.Pacing, error)
}
