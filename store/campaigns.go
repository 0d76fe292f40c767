package store

import (
	"context"
	"time"

	"blanche/model"
)

// Campaigns keeps campaigns by name.
type Campaigns interface {
	// Create gives the campaign its number; ErrExists when the name is taken.
	Create(ctx context.Context, c model.Campaign) (model.Campaign, error)
	// Get returns ErrNotFound.
	Get(ctx context.Context, name string) (model.Campaign, error)
	// List returns all campaigns, the newest first.
	List(ctx context.Context) ([]model.Campaign, error)
	// Update changes one campaign: the function sees the current record and
	// may refuse by returning an error. It may run more than once.
	Update(ctx context.Context, name string, change func(*model.Campaign) error) (model.Campaign, error)
}

// Segments keeps named rules.
type Segments interface {
	Save(ctx context.Context, s model.Segment) error
	// Get returns ErrNotFound.
	Get(ctx context.Context, name string) (model.Segment, error)
	// List returns the segments by name.
	List(ctx context.Context) ([]model.Segment, error)
	// Delete returns ErrNotFound.
	Delete(ctx context.Context, name string) error
}

// FrozenSegments keeps who was in a segment at one moment, by name. Whoever is
// erased leaves them all.
type FrozenSegments interface {
	// Save keeps people under a new name; ErrExists when it is taken.
	Save(ctx context.Context, f model.Frozen, people []model.ContactID) error
	// Get returns ErrNotFound.
	Get(ctx context.Context, name string) (model.Frozen, error)
	// List returns them by name.
	List(ctx context.Context) ([]model.Frozen, error)
	// People lists who is in one, by number; ErrNotFound.
	People(ctx context.Context, name string) ([]model.ContactID, error)
	// Delete returns ErrNotFound.
	Delete(ctx context.Context, name string) error
}

// Suppressions keeps the addresses that must not be written to, under a keyed
// hash of their model.EmailKey.
type Suppressions interface {
	// Add suppresses an address. A heavier reason replaces a lighter one
	// (opposed, complaint, bounced, invalid), never the other way round.
	Add(ctx context.Context, email string, s model.Suppression) error
	// AddMany is Add for a file, in one step.
	AddMany(ctx context.Context, emails []string, s model.Suppression) error
	// AddEach is AddMany where each address has its own reason, date and
	// source: as many suppressions as addresses.
	AddEach(ctx context.Context, emails []string, each []model.Suppression) error
	// Get tells whether and why an address is suppressed.
	Get(ctx context.Context, email string) (model.Suppression, bool, error)
	// Lookup returns a function that answers for many addresses from one
	// snapshot of the list, and how many there are. The function is not safe
	// for concurrent use.
	Lookup(ctx context.Context) (of func(email string) (model.SuppressReason, bool), n int, err error)
	// Lift removes a suppression: an act of the person, never of a file.
	Lift(ctx context.Context, email string, at time.Time) error
}
