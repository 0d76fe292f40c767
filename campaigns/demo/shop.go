package demo

import (
	"context"
	"encoding/hex"
	"slices"
	"time"

	"blanche/campaigns/audience"
	"blanche/model"
	"blanche/store"
)

// historyDays is how many days of orders a shop has: eighteen months.
const historyDays = 548

// Shop is a shop and everything that happened to it before End. It is not safe
// for concurrent use.
type Shop struct {
	Seed   uint64
	End    time.Time // its location is the zone of the shop
	People []Person  // person i is contact i+1
	Orders []model.Order
	Sent   []*Campaign // oldest first
	Next   *Campaign   // written, not launched

	zone    *time.Location
	first   model.Date
	bought  [][]store.Sale // paid, by person, oldest first
	bounced []time.Time    // by person: when their address was found dead
	week    model.Date     // of paces
	paces   []float64      // sums of the paces of the people up to each, that week
}

// NewShop makes a shop of some people, whose eighteen months of orders stop at
// an instant. The same arguments give the same shop.
func NewShop(ctx context.Context, seed uint64, contacts int, end time.Time) (*Shop, error) {
	zone := end.Location()
	last := model.DateOf(end, zone)
	s := &Shop{Seed: seed, End: end, zone: zone, first: last - historyDays}
	s.People = newPeople(random(seed, streamPeople, 0), contacts, s.first, last, zone)
	for i := range s.People {
		c := &s.People[i].Contact
		c.Tracking = s.tracking(c.Email)
	}
	s.bought, s.bounced = make([][]store.Sale, contacts), make([]time.Time, contacts)
	planned, err := letters(contacts)
	if err != nil {
		return nil, err
	}
	for d := s.first; d <= last; d++ {
		for _, c := range planned {
			if c.launch.daysBefore > 0 && d == last-model.Date(c.launch.daysBefore) {
				if err := s.send(ctx, c, d); err != nil {
					return nil, err
				}
			}
		}
		for _, o := range s.Day(d) {
			if !o.At.Before(end) {
				break
			}
			s.keep(o)
		}
	}
	s.Next = planned[len(planned)-1]
	return s, nil
}

// keep notes an order that was placed.
func (s *Shop) keep(o model.Order) {
	s.Orders = append(s.Orders, o)
	if who := int(o.Contact) - 1; o.Status == model.OrderPaid {
		s.bought[who] = append(s.bought[who], store.Sale{Contact: o.Contact, Day: o.Day, Cents: o.Total, Channel: o.Channel})
	}
}

// send launches a campaign of the past: draws as the product does, then notes
// whose address was found dead.
func (s *Shop) send(ctx context.Context, c *Campaign, day model.Date) error {
	salt := make([]byte, 16)
	r := random(s.Seed, streamSalt, day)
	for i := range salt {
		salt[i] = byte(r.UintN(256))
	}
	started := day.In(s.zone).Add(10*time.Hour + time.Duration(r.IntN(50))*time.Minute)
	base, err := s.base(ctx, day)
	if err != nil {
		return err
	}
	rule, err := base.Parse(c.Spec.Audience)
	if err != nil {
		return err
	}
	c.Salt, c.Rule = hex.EncodeToString(salt), rule.String()
	plan, sum, err := base.Plan(
		audience.Ask{Rule: rule, Share: c.Spec.Share, Strata: c.Spec.Strata, Salt: c.Salt}, audience.Facts{Now: started},
	)
	if err != nil {
		return err
	}
	c.Drawn = sum
	s.launched(c, plan, started)
	for i, p := range plan.Planned {
		if who := int(p.Contact) - 1; !c.reached[who] {
			s.bounced[who] = c.leaves(i)
		}
	}
	return nil
}

// base is everybody and everything as the product knew it on the morning of a
// day.
func (s *Shop) base(ctx context.Context, day model.Date) (*audience.Base, error) {
	n, _ := slices.BinarySearchFunc(s.People, day, func(p Person, d model.Date) int { return int(p.joined - d) })
	then := past{shop: s, people: n, day: day}
	of := make(map[string]model.SuppressReason)
	morning := day.In(s.zone)
	for i := range s.People[:n] {
		p := &s.People[i]
		switch {
		case !p.Opposed.IsZero() && p.Opposed.Before(morning):
			of[p.Contact.Email] = model.SuppressOpposed
		case !s.bounced[i].IsZero():
			of[p.Contact.Email] = model.SuppressBounced
		}
	}
	suppressed := func(email string) (model.SuppressReason, bool) {
		reason, ok := of[email]
		return reason, ok
	}
	return audience.Build(ctx, pastContacts{then}, pastOrders{then}, suppressed, s.zone)
}

// past is a shop as it was: its first people, the orders before a day.
type past struct {
	shop   *Shop
	people int
	day    model.Date
}

type (
	pastContacts struct{ past }
	pastOrders   struct{ past }
)

// Scan visits the people with the sums of their orders so far.
func (p pastContacts) Scan(_ context.Context, _ model.ContactID, f func(*model.Contact) error) error {
	for i := range p.people {
		c := p.shop.People[i].Contact
		c.ID = model.ContactID(i + 1)
		for _, o := range p.shop.bought[i] {
			if o.Day >= p.day {
				break
			}
			c.Orders++
			c.Spend += o.Cents
			c.LastOrder = o.Day
			if c.FirstOrder.IsZero() {
				c.FirstOrder = o.Day
			}
		}
		if err := f(&c); err != nil {
			return err
		}
	}
	return nil
}

// Scan visits the orders so far, by person then day.
func (p pastOrders) Scan(_ context.Context, f func(store.Sale) error) error {
	for _, bought := range p.shop.bought[:p.people] {
		for _, o := range bought {
			if o.Day >= p.day {
				break
			}
			if err := f(o); err != nil {
				return err
			}
		}
	}
	return nil
}
