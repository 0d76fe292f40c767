package store

import (
	"context"

	"blanche/model"
)

// Orders keeps purchases by source and id.
type Orders interface {
	Count(ctx context.Context) (int, error)

	// Put adds or updates orders in one step, finds whose they are (e-mail,
	// then external id, then card) and keeps the sums of those contacts
	// (Orders, Spend, FirstOrder, LastOrder) equal to their orders. An order
	// of nobody known is kept and waits. The same order again is Unchanged: it
	// changes hands only when what it says of the buyer changes. A paid line
	// with a negative total takes from Spend and is not one of Orders.
	Put(ctx context.Context, orders []model.Order) ([]OrderPut, error)

	// Get finds an order by its key; ErrNotFound.
	Get(ctx context.Context, source, id string) (model.Order, error)

	// Of returns the orders of one contact, oldest first; of a number that was
	// united into another one, those that came under its names.
	Of(ctx context.Context, id model.ContactID) ([]model.Order, error)

	// Each visits every order, whatever its state, those that wait for their
	// buyer too, in the order in which they came, in short transactions as
	// Contacts.Scan. The order is overwritten by the next one.
	Each(ctx context.Context, f func(*model.Order) error) error

	// Scan visits what each attached order adds to revenue (paid ones only),
	// by contact then day, in short transactions as Contacts.Scan.
	Scan(ctx context.Context, f func(Sale) error) error
}

// OrderPut is what became of one order.
type OrderPut struct {
	Contact model.ContactID // 0: nobody known yet
	From    model.ContactID // whose it was before, when it changed hands; else 0
	Change  Change
}

// Sale is an attached, paid order, in short.
type Sale struct {
	Contact model.ContactID
	Day     model.Date
	Cents   model.Cents
	Channel string
	Born    model.ContactID // under whose names it came in, where that number is gone; else 0
}
