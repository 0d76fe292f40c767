package demo

import (
	"math"
	"sort"
	"time"

	"blanche/campaigns/audience"
	"blanche/model"
)

// Campaign is a campaign with what it really does.
type Campaign struct {
	Spec   model.CampaignSpec
	Source []byte // the campaign file

	// Known once it is launched.
	Salt    string
	Rule    string // the audience, as it was read
	Started time.Time
	Plan    model.Plan
	Drawn   audience.Summary

	launch  launch
	zone    *time.Location
	first   model.Date   // of the window
	reached map[int]bool // planned, and whose address exists
	people  []int        // those reached, in plan order
	extra   []float64    // orders caused over the window, summed up to each of them
	caused  float64      // euros expected of the orders caused, before the change of baskets
	anyway  []float64    // euros expected anyway of those reached, by day of the window
}

// launch is when a campaign left, and what it changes for whom it reaches.
type launch struct {
	letter     string // its file
	number     int    // from 1
	code       string // of the coupon
	daysBefore int    // the end of the shop; 0: not sent yet
	effect
}

// effect is what a campaign changes for a person whom it reaches, over its
// window. Nothing changes for anybody else.
type effect struct {
	lift   float64 // more orders, as a share of those expected anyway
	plus   float64 // more orders, whatever was expected
	basket float64 // every order of the window is larger by that share
	fade   float64 // days: the orders caused on a day are exp(-1/fade) times those of the day before
}

// launched works out, once the zone blanche is drawn, whom a campaign reaches
// and how much they are expected to buy with it and without.
func (s *Shop) launched(c *Campaign, plan model.Plan, started time.Time) {
	c.Plan, c.Started, c.zone = plan, started, s.zone
	c.first = model.DateOf(started, s.zone)
	c.reached, c.anyway = make(map[int]bool, len(plan.Planned)), make([]float64, c.Spec.WindowDays)
	sum := 0.0
	for _, one := range plan.Planned {
		who := int(one.Contact) - 1
		p := &s.People[who]
		if p.dead(c.first) {
			continue
		}
		mean, orders := p.basket*meanBasket, 0.0
		for k := range c.anyway {
			expected := p.pace(c.first+model.Date(k)) * season(c.first+model.Date(k))
			orders += expected
			c.anyway[k] += mean * expected
		}
		caused := c.launch.lift*orders + c.launch.plus
		sum += caused
		c.caused += mean * caused
		c.reached[who], c.people, c.extra = true, append(c.people, who), append(c.extra, sum)
	}
	s.Sent = append(s.Sent, c)
}

func (p *Person) dead(d model.Date) bool { return p.Dead != 0 && p.Dead <= d }

// covers tells whether a day is in the window.
func (c *Campaign) covers(d model.Date) bool {
	return d >= c.first && int(d-c.first) < c.Spec.WindowDays
}

// daily is the part of the orders caused that come on a day of the window,
// from 0.
func (c *Campaign) daily(k int) float64 {
	r := math.Exp(-1 / c.launch.fade)
	return math.Pow(r, float64(k)) * (1 - r) / (1 - math.Pow(r, float64(c.Spec.WindowDays)))
}

// haste brings the orders caused on the first day towards the launch: who
// answers a message answers soon. 1 would spread them like ordinary ones.
const haste = 1.6

// opening is the part of the ordinary orders of the first day that are placed
// before the campaign leaves.
func (c *Campaign) opening() float64 { return dayShare(c.Started.Sub(c.first.In(c.zone))) }

// touch changes the basket of an order, if the campaign reached its buyer.
func (c *Campaign) touch(o *model.Order) {
	if c.covers(o.Day) && !o.At.Before(c.Started) && c.reached[int(o.Contact)-1] {
		o.Total = model.Cents(math.Round(float64(o.Total) * (1 + c.launch.basket)))
	}
}

// causedBy are the orders of a day that a campaign alone brings.
func (s *Shop) causedBy(c *Campaign, d model.Date) []model.Order {
	if !c.covers(d) || len(c.extra) == 0 {
		return nil
	}
	r := random(s.Seed, streamEffect+c.launch.number, d)
	total := c.extra[len(c.extra)-1]
	var orders []model.Order
	for range poisson(r, total*c.daily(int(d-c.first))) {
		who, share := c.people[sort.SearchFloat64s(c.extra, r.Float64()*total)], r.Float64()
		if opening := c.opening(); d == c.first {
			share = opening + (1-opening)*math.Pow(share, haste)
		}
		o := s.order(r, d, who, 10000*c.launch.number+len(orders)+1, hourOf(share))
		c.touch(&o)
		if c.launch.code != "" {
			o.Code = c.launch.code
		}
		orders = append(orders, o)
	}
	return orders
}

// TrueEffect is the effect in euros for each customer of the target, reached or
// not, expected of exactly the people drawn, on the orders placed in the window
// before an instant; a zero instant is the end of the window.
func (c *Campaign) TrueEffect(until time.Time) float64 {
	if len(c.Plan.Planned) == 0 {
		return 0
	}
	euros := 0.0
	for k, anyway := range c.anyway {
		caused, ordinary := 1.0, 1.0
		if !until.IsZero() {
			day := (c.first + model.Date(k)).In(c.zone)
			ordinary = dayShare(until.Sub(day))
			caused = ordinary
		}
		if k == 0 {
			opening := c.opening()
			ordinary = max(0, ordinary-opening)
			caused = math.Pow(max(0, caused-opening)/(1-opening), 1/haste)
		}
		euros += c.caused * (1 + c.launch.basket) * c.daily(k) * caused
		euros += anyway * c.launch.basket * ordinary
	}
	return euros / float64(len(c.Plan.Planned))
}

// leaves is when the message of one recipient of a past campaign left.
func (c *Campaign) leaves(ordinal int) time.Time {
	return c.Started.Add(time.Duration(float64(ordinal) / c.Spec.Rate * float64(time.Second))).Truncate(time.Second)
}
