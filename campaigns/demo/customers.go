package demo

import (
	"context"
	"time"

	"blanche/model"
)

// buyEvery is how often the orders that came meanwhile are put in the store.
const buyEvery = time.Second

// customers buys as time goes by, until ctx ends.
func (d *Demo) customers(ctx context.Context) {
	tick := time.NewTicker(buyEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := d.buy(ctx, d.clock.Now()); err != nil && ctx.Err() == nil {
			d.mu.Lock()
			d.err = err
			d.mu.Unlock()
			return
		}
	}
}

// buy puts in the store the orders placed up to an instant, and tells the desk;
// who got a message answers it, and the till calls.
func (d *Demo) buy(ctx context.Context, now time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.adopt(ctx); err != nil {
		return err
	}
	if err := d.answer(ctx, now); err != nil {
		return err
	}
	orders := d.due(now)
	if len(orders) > 0 {
		if _, err := d.opt.Store.Orders().Put(ctx, unknown(orders)); err != nil {
			return err
		}
		d.service.DataChanged()
	}
	return d.calls(ctx, now, orders)
}

// due takes the orders placed up to an instant from the queue; d.mu is held.
func (d *Demo) due(now time.Time) []model.Order {
	var orders []model.Order
	for {
		n := 0
		for n < len(d.queue) && !d.queue[n].At.After(now) {
			n++
		}
		orders = append(orders, d.queue[:n]...)
		d.queue = d.queue[n:]
		if model.DateOf(now, d.opt.Zone) <= d.day {
			break
		}
		d.day++
		d.queue = d.shop.Day(d.day)
	}
	d.fed = now
	return orders
}

// adopt gives their effect to the campaigns that were launched since it last
// looked: the one of the demonstration, and those that a person writes and
// launches in it; d.mu is held.
func (d *Demo) adopt(ctx context.Context) error {
	all, err := d.opt.Store.Campaigns().List(ctx)
	if err != nil {
		return err
	}
	fresh := false
	for i := range all {
		c := &all[i]
		if d.known[c.Name] != nil || c.StartedAt.IsZero() || c.External {
			continue
		}
		if err := d.give(ctx, c); err != nil {
			return err
		}
		fresh = true
	}
	if !fresh && d.queue != nil {
		return nil
	}
	d.queue = d.queue[:0]
	for _, o := range d.shop.Day(d.day) {
		if o.At.After(d.fed) {
			d.queue = append(d.queue, o)
		}
	}
	return nil
}

// give works out the effect of one campaign on exactly the people drawn.
func (d *Demo) give(ctx context.Context, rec *model.Campaign) error {
	c := &Campaign{Spec: rec.Spec, launch: launch{number: len(d.known) + 1, effect: usualEffect}}
	if next := d.shop.Next; next.Spec.Name == rec.Name {
		c = next
	}
	members, err := d.opt.Store.Ledger().Members(ctx, rec.ID)
	if err != nil {
		return err
	}
	held, err := d.opt.Store.Ledger().HeldOut(ctx, rec.ID)
	if err != nil {
		return err
	}
	plan := model.Plan{HeldOut: held, Planned: make([]model.Planned, 0, len(members))}
	for _, id := range members {
		if int(id) <= len(d.shop.People) { // the people of the shop are the only ones who buy
			plan.Planned = append(plan.Planned, model.Planned{Contact: id})
		}
	}
	c.Salt, c.Rule = rec.Salt, rec.Audience
	d.shop.launched(c, plan, rec.StartedAt.In(d.opt.Zone))
	d.known[rec.Name] = c
	return nil
}

// usualEffect is what a campaign does that a person launches in the
// demonstration.
var usualEffect = effect{lift: 0.3, plus: 0.005, fade: 5}
