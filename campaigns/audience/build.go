package audience

import (
	"context"
	"time"

	"golang.org/x/sync/errgroup"

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

// Build reads everybody and their orders into a base, in two goroutines that
// end with it. Suppressed is nil when the list is empty; zone is the one of
// the shop, for the day of creation.
func Build(ctx context.Context, contacts Contacts, orders Orders, suppressed Suppressed, zone *time.Location) (*Base, error) {
	b := newBase(zone)
	if n, ok := contacts.(numbered); ok {
		last, err := n.Last(ctx)
		if err != nil {
			return nil, err
		}
		b.reserve(int(last))
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		return contacts.Scan(ctx, 1, func(c *model.Contact) error {
			var reason model.SuppressReason
			if suppressed != nil {
				reason, _ = suppressed(c.Email)
			}
			b.put(c, reason)
			return nil
		})
	})
	group.Go(func() error {
		return orders.Scan(ctx, func(s store.Sale) error {
			b.sales.add(int(s.Contact)-1, Sale{Day: s.Day, Cents: s.Cents, Channel: s.Channel})
			return nil
		})
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for _, a := range b.attrs {
		a.infer()
	}
	return b, nil
}
