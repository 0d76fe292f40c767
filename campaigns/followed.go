package campaigns

import (
	"context"
	"sync"

	"blanche/campaigns/audience"
	"blanche/model"
)

// mostFollowed is how many people the columns follow one by one after a change;
// beyond it they are made again.
const mostFollowed = 2000

// followed are the people of whom something changed since the columns last
// knew, with their orders.
type followed struct {
	mu     sync.Mutex
	people map[model.ContactID]bool
	others bool // somebody else changed too, nobody knows who
}

// touched notes whose record or orders are about to be told to have changed.
func (f *followed) touched(people ...model.ContactID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, id := range people {
		if len(f.people) >= mostFollowed {
			f.others = true
		}
		if f.others {
			return
		}
		if f.people == nil {
			f.people = map[model.ContactID]bool{}
		}
		f.people[id] = true
	}
}

// unknown says that the columns cannot follow: nobody knows who changed.
func (f *followed) unknown() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.others = true
}

// take is who is to be followed, once; nil when the columns cannot.
func (f *followed) take() map[model.ContactID]bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	people, others := f.people, f.others
	f.people, f.others = nil, false
	if others {
		return nil
	}
	return people
}

// follow brings the columns to what the store says now of some people; false
// when it could not, and everything must be read again. It reads a few records,
// a bounded number of them.
func (k *keeper) follow(people map[model.ContactID]bool) bool {
	held := k.built.Load()
	if held == nil || len(people) == 0 || k.reads.Load() || held.data != k.data.Load() {
		return false
	}
	ctx := context.Background()
	ids := make([]model.ContactID, 0, len(people))
	for id := range people {
		ids = append(ids, id)
	}
	found, err := k.s.store.Contacts().Many(ctx, ids)
	if err != nil {
		return false
	}
	for i := range found {
		c := &found[i]
		delete(people, c.ID)
		sup, _, err := k.s.store.Suppressions().Get(ctx, c.Email)
		if err != nil {
			return false
		}
		orders, err := k.s.store.Orders().Of(ctx, c.ID)
		if err != nil {
			return false
		}
		held.base.Apply(c, sup.Reason)
		held.base.SetSales(c.ID, salesOf(orders))
	}
	for id := range people { // those who are no more
		held.base.Remove(id)
	}
	return !k.reads.Load()
}

// salesOf are the orders that count, as the columns keep them.
func salesOf(orders []model.Order) []audience.Sale {
	sales := make([]audience.Sale, 0, len(orders))
	for i := range orders {
		if o := &orders[i]; o.Status == model.OrderPaid {
			sales = append(sales, audience.Sale{Day: o.Day, Cents: o.Total, Channel: o.Channel, Category: o.Category, Code: o.Code})
		}
	}
	return sales
}
