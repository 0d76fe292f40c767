package audience

import (
	"context"
	"time"

	"blanche/model"
	"blanche/store"
)

// Contacts visits everybody by number; store.Contacts does.
type Contacts interface {
	Scan(ctx context.Context, from model.ContactID, f func(*model.Contact) error) error
}

// numbered is what Contacts may also say: the highest number given so far.
type numbered interface {
	Last(ctx context.Context) (model.ContactID, error)
}

// Orders visits paid orders by contact, then by day; store.Orders does.
type Orders interface {
	Scan(ctx context.Context, f func(store.Sale) error) error
}

// Suppressed tells whether and why an address is suppressed. Build calls it
// from one goroutine, inside a visit: it answers from a snapshot taken before.
type Suppressed func(email string) (model.SuppressReason, bool)

// Build reads who there is and who may be written to, and the columns asked
// for, into a base; the others are read from contacts and orders when a
// question first needs them. Suppressed is nil when the list is empty; zone is
// the one of the shop, for the day of creation.
func Build(ctx context.Context, contacts Contacts, orders Orders, suppressed Suppressed, zone *time.Location, which ...Columns) (*Base, error) {
	b := newBase(zone)
	b.from, b.core = source{contacts, orders}, true
	for _, c := range which {
		b.loaded |= c
	}
	if b.loaded&colLines != 0 {
		b.loaded |= colSales
	}
	if n, ok := contacts.(numbered); ok {
		last, err := n.Last(ctx)
		if err != nil {
			return nil, err
		}
		b.reserve(int(last))
	}
	if err := b.from.read(ctx, b, suppressed); err != nil {
		return nil, err
	}
	b.infer()
	return b, nil
}
