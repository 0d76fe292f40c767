package campaigns

import (
	"context"
	"slices"
	"time"

	"blanche/model"
	"blanche/store"
)

// An order counts, in a campaign, for the number that its buyer had when the
// campaign was drawn: who was found to be one person with somebody since keeps
// both arms apart, as if nobody had noticed. Otherwise a merge after the draw would
// carry purchases from one arm to the other, and a statement that is closed would
// change. A campaign that is drawn later knows one person, with all orders.

// creditAt gives each sale the number that it counts for in a campaign drawn at an
// instant.
func (s *Service) creditAt(ctx context.Context, drawn time.Time) (func(*store.Sale) model.ContactID, error) {
	gone, _, err := s.united(ctx)
	if err != nil || len(gone) == 0 {
		return func(sale *store.Sale) model.ContactID { return sale.Contact }, err
	}
	return func(sale *store.Sale) model.ContactID {
		if sale.Born == 0 {
			return sale.Contact
		}
		return numberAt(gone, sale.Born, drawn)
	}, nil
}

// numberAt is the number under which a person was known at an instant, of those
// that lead from the one given to the one of today.
func numberAt(gone map[model.ContactID]store.Gone, id model.ContactID, at time.Time) model.ContactID {
	for {
		g, went := gone[id]
		if !went || g.At.After(at) {
			return id
		}
		id = g.Next
	}
}

// ordersAt are the orders that count for a number in a campaign drawn at an
// instant.
func (s *Service) ordersAt(ctx context.Context, id model.ContactID, drawn time.Time) ([]model.Order, error) {
	orders, err := s.store.Orders().Of(ctx, id)
	if err != nil || len(orders) == 0 {
		return orders, err
	}
	gone, into, err := s.united(ctx)
	if err != nil || len(gone) == 0 {
		return orders, err
	}
	root := id
	if g, went := gone[id]; went {
		root = g.Into
	}
	for _, other := range into[root] {
		if other == id || numberAt(gone, other, drawn) == id || !leadsTo(gone, other, id) {
			continue
		}
		theirs, err := s.store.Orders().Of(ctx, other)
		if err != nil {
			return nil, err
		}
		orders = slices.DeleteFunc(orders, func(o model.Order) bool { return slices.Contains(theirs, o) })
	}
	return orders, nil
}

// leadsTo reports whether a number went into another one, on whatever way.
func leadsTo(gone map[model.ContactID]store.Gone, from, to model.ContactID) bool {
	for {
		g, went := gone[from]
		if !went {
			return false
		}
		if from = g.Next; from == to {
			return true
		}
	}
}

// withUnited adds to people the numbers that went into them: what came to one of
// them may count for another.
func (s *Service) withUnited(people []model.ContactID) []model.ContactID {
	_, into, err := s.united(context.Background())
	if err != nil || len(into) == 0 {
		return people
	}
	for _, id := range people {
		people = append(people[:len(people):len(people)], into[id]...)
	}
	return people
}

// mergedAway reports whether a line of a plan is for somebody who gets the message
// by another line of it, or has got it: the number of the line is gone, or one that
// went into it was written to.
func (s *Service) mergedAway(ctx context.Context, c model.CampaignID, id model.ContactID) (bool, error) {
	gone, into, err := s.united(ctx)
	if err != nil {
		return false, err
	}
	if _, went := gone[id]; went {
		return true, nil
	}
	for _, other := range into[id] {
		r, planned, err := s.store.Ledger().Of(ctx, c, other)
		if err != nil {
			return false, err
		}
		if planned && slices.Contains(onTheWay, r.State) {
			return true, nil
		}
	}
	return false, nil
}

// onTheWay are the states of a message that has left or may be leaving.
var onTheWay = []model.State{model.StateAccepted, model.StateUncertain, model.StateIntended, model.StateBounced}
