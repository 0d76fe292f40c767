package store

import (
	"context"
	"time"

	"blanche/model"
)

// Tokens keeps what lets other programs in, by name.
type Tokens interface {
	// Save writes one, in place of the one of its name.
	Save(ctx context.Context, t model.Token) error
	// Get is the one of a name; ErrNotFound.
	Get(ctx context.Context, name string) (model.Token, error)
	// List is all of them, by name.
	List(ctx context.Context) ([]model.Token, error)
	Delete(ctx context.Context, name string) error
}

// Heard remembers what other programs told, so that the same thing told again,
// or told late, changes nothing.
type Heard interface {
	// Known tells of each event whether it is new.
	Known(ctx context.Context, events []Event, now time.Time) ([]EventAge, error)
	// Once remembers what an id came with, durably, for as long as an event, and
	// reports whether it never came with something else.
	Once(ctx context.Context, id, with string, now time.Time) (bool, error)
}

// Event is one thing that another program tells. What is empty is not compared.
type Event struct {
	ID      string    // what the other program calls it: remembered for seven days
	Object  string    // what it is about: an order by source and number
	Version time.Time // of the object, to the millisecond: the newest is remembered for ever
}

// EventAge says whether an event is to be heeded.
type EventAge uint8

// The ages.
const (
	EventNew      EventAge = iota
	EventRepeated          // its id was heard in the last seven days
	EventOutdated          // a newer version of its object was heard
)

// KeepEvents is how long the id of an event is remembered.
const KeepEvents = 7 * 24 * time.Hour

// hearing is what a step remembers of the events that it comes from.
type hearing struct {
	events []Event
	now    time.Time
}

type hearingKey struct{}

// Hearing makes Merge and Put, called with the context, remember events in the
// same transaction as what they write: one is there exactly if the other is.
func Hearing(ctx context.Context, events []Event, now time.Time) context.Context {
	return context.WithValue(ctx, hearingKey{}, hearing{events, now})
}

// HearingOf are the events that a context asks to be remembered.
func HearingOf(ctx context.Context) (events []Event, now time.Time) {
	h, _ := ctx.Value(hearingKey{}).(hearing)
	return h.events, h.now
}
