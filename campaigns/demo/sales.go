package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"time"

	"blanche/model"
)

// The baskets: log-normal around the habit of each person, and now and then a
// big one, so that the tail is heavy.
const (
	basketSpread = 0.55
	bigShare     = 0.01
	bigTimes     = 5
	unpaidShare  = 0.03 // refunded or cancelled: they count nothing
)

// meanBasket is what an order adds to revenue on average, for a median of one
// euro.
var meanBasket = math.Exp(basketSpread*basketSpread/2) * (1 + bigShare*(bigTimes-1)) * (1 - unpaidShare)

// Day gives all the orders of a day, those that the campaigns under way cause
// among them, by time. Their contacts are filled in: whoever imports them finds
// the buyers again by e-mail or card.
func (s *Shop) Day(d model.Date) []model.Order {
	orders := s.ordinary(d)
	for _, c := range s.Sent {
		orders = append(orders, s.causedBy(c, d)...)
	}
	slices.SortStableFunc(orders, func(a, b model.Order) int { return a.At.Compare(b.At) })
	return orders
}

// ordinary are the orders that would have come anyway: each person buys as a
// Poisson process whose pace follows the season. The campaigns that change
// baskets change these too.
func (s *Shop) ordinary(d model.Date) []model.Order {
	r := random(s.Seed, streamDay, d)
	var orders []model.Order
	add := func(who int) {
		o := s.order(r, d, who, len(orders)+1, hourOf(r.Float64()))
		for _, c := range s.Sent {
			c.touch(&o)
		}
		orders = append(orders, o)
	}
	joiner := sort.Search(len(s.People), func(i int) bool { return s.People[i].joined >= d })
	for ; joiner < len(s.People) && s.People[joiner].joined == d; joiner++ {
		if s.People[joiner].first {
			add(joiner)
		}
	}
	sums := s.weekPaces(weekOf(d))
	total := sums[len(sums)-1]
	for range poisson(r, total*season(d)) {
		add(sort.SearchFloat64s(sums, r.Float64()*total))
	}
	return orders
}

// weekPaces are the sums of the paces of the people up to each, in a week.
func (s *Shop) weekPaces(week model.Date) []float64 {
	if s.week == week {
		return s.paces
	}
	s.week, s.paces = week, slices.Grow(s.paces[:0], len(s.People))
	sum := 0.0
	for i := range s.People {
		sum += s.People[i].pace(week)
		s.paces = append(s.paces, sum)
	}
	return s.paces
}

// order is one order of somebody at a time of a day, the nth of the day.
func (s *Shop) order(r *rand.Rand, d model.Date, who, nth int, since time.Duration) model.Order {
	p := &s.People[who]
	euros := p.basket * math.Exp(basketSpread*r.NormFloat64())
	if r.Float64() < bigShare {
		euros *= bigTimes
	}
	y, m, day := d.Civil()
	o := model.Order{
		Source: "web", ID: fmt.Sprintf("%02d%02d%02d-%05d", y%100, int(m), day, nth), Contact: model.ContactID(who + 1),
		Email: p.Contact.Email, Day: d, At: d.In(s.zone).Add(since), Total: model.Cents(math.Round(100 * euros)),
		Currency: "EUR", Channel: "web",
	}
	if r.Float64() < 0.45 {
		o.Source, o.Channel = "caisse", "magasin"
		if p.Contact.Card != "" {
			o.Email, o.Card = "", p.Contact.Card
		}
	}
	switch u := r.Float64(); {
	case u < unpaidShare/2:
		o.Status = model.OrderRefunded
	case u < unpaidShare:
		o.Status = model.OrderCancelled
	}
	return o
}
