package store

import (
	"context"

	"blanche/model"
)

// Outbox keeps what other programs are to be told, until they were, or until
// somebody drops it. It is in the order in which it came, as far as two things
// were written by the same file.
type Outbox interface {
	// Each visits what is kept, until visit returns false: a page of one snapshot
	// after the other. It may call the store.
	Each(ctx context.Context, visit func(model.Outgoing) bool) error
	// Change changes one; ErrNotFound when it has gone. Who it is for, what it
	// tells and where it lies stay.
	Change(ctx context.Context, key string, change func(*model.Outgoing) error) error
	// Delete takes some out; those that are not there are no error.
	Delete(ctx context.Context, keys ...string) error
}

type tellingKey struct{}

// Telling makes a write to Campaigns, Suppressions or Audit, called with the
// context, keep what is to be told in the same transaction: one is there exactly
// if the other is. what is asked in the transaction, after the change, and may
// not call the store.
func Telling(ctx context.Context, what func() []model.Outgoing) context.Context {
	return context.WithValue(ctx, tellingKey{}, what)
}

// ToldBy is what a context asks to be told.
func ToldBy(ctx context.Context) []model.Outgoing {
	if what, _ := ctx.Value(tellingKey{}).(func() []model.Outgoing); what != nil {
		return what()
	}
	return nil
}
