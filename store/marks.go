package store

import (
	"context"
	"time"

	"blanche/model"
)

// Marks keeps how far long imports have come, so that one whose process died
// goes on where it was.
type Marks interface {
	// Mark is what was last noted under a key, and when; ErrNotFound.
	Mark(ctx context.Context, key string) (body []byte, at time.Time, err error)

	// Note keeps a mark on its own; see Marking for one that belongs to a step.
	// Those noted longest ago give way to new ones.
	Note(ctx context.Context, key string, body []byte, at time.Time) error

	// Drop forgets a mark; one that is not there is no error.
	Drop(ctx context.Context, key string) error

	// Settle ends what steps with a mark may leave for later: names of new
	// people that are found, but not in their place yet. It works in short
	// steps, and calls pause between them. Whoever does not call it leaves the
	// work to the next who does: nothing is ever wrong meanwhile.
	Settle(ctx context.Context, pause func(context.Context)) error
}

// Step is the mark that a step of an import leaves behind.
type Step struct {
	Key string
	At  time.Time
	// Body is asked what to keep, once it is known what the step did to each of
	// its rows, and how many of its orders are of nobody known, or of its people
	// have a card or an external id that is somebody else's. It is called in
	// the transaction, and may not call the store.
	Body func(changes []Change, odd int) []byte
	// Ready is what a Readier made of the rows, nil for nothing.
	Ready any
}

// Readier are contacts that can do a part of the Merge of a step before it is
// its turn.
type Readier interface {
	// Ready looks at the rows of a step to come, while another one is written.
	// They stay as they are until Merge, which is called with the same now.
	Ready(n int, row func(i int) *model.Contact, now time.Time) any
}

type stepKey struct{}

// Marking makes Merge and Put, called with the context, keep a mark in the same
// transaction as what they write: one is there exactly if the other is. Such a
// step is one of many, and may leave the order of names to Marks.Settle.
func Marking(ctx context.Context, s Step) context.Context {
	return context.WithValue(ctx, stepKey{}, s)
}

// StepOf is the mark that a context asks to be kept.
func StepOf(ctx context.Context) (Step, bool) {
	s, ok := ctx.Value(stepKey{}).(Step)
	return s, ok
}
