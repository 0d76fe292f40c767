package campaigns

import (
	"context"
	"sync"

	"blanche/model"
	"blanche/store"
)

// monthsShown is how many months the small curves of the first screen cover.
const monthsShown = 12

// peopleTogether is how many people, by number, are summed together: an order
// that comes in has the orders of so many read again, and no others. Each such
// block takes 200 bytes.
const peopleTogether = 64

// sales are the sums of the orders for the first screen. They are read whole once
// a day, and then follow the orders that come in: whole numbers, so that nothing
// tells which way they came.
type sales struct {
	mu     sync.Mutex // one sum at a time
	day    model.Date
	blocks []trade
	sum    trade

	news  sync.Mutex
	dirty map[int]struct{} // blocks
	stale bool             // orders have changed, and nobody knows whose
}

// trade is what the orders of some people add up to on a day.
type trade struct {
	customers, fresh, active, orders30 int32
	customersBy                        [monthsShown]int32
	spendBy                            [monthsShown]model.Cents
	year, spend30                      model.Cents
}

// plus adds n times another: once, or once less.
func (a *trade) plus(n int, b *trade) {
	k, c := int32(n), model.Cents(n)
	a.customers, a.fresh, a.active, a.orders30 = a.customers+k*b.customers, a.fresh+k*b.fresh, a.active+k*b.active, a.orders30+k*b.orders30
	for m := range a.spendBy {
		a.customersBy[m] += k * b.customersBy[m]
		a.spendBy[m] += c * b.spendBy[m]
	}
	a.year, a.spend30 = a.year+c*b.year, a.spend30+c*b.spend30
}

// touched notes that the orders of some people have changed.
func (a *sales) touched(people ...model.ContactID) {
	a.news.Lock()
	defer a.news.Unlock()
	for _, id := range people {
		if a.stale {
			return
		}
		if a.dirty == nil {
			a.dirty = map[int]struct{}{}
		}
		a.dirty[int(id)/peopleTogether] = struct{}{}
	}
}

// forget says that orders have changed, and nobody knows whose.
func (a *sales) forget() {
	a.news.Lock()
	defer a.news.Unlock()
	a.stale, a.dirty = true, nil
}

// changed is what has changed since the last time; what changes from now on is
// for the next one.
func (a *sales) changed() (dirty map[int]struct{}, stale bool) {
	a.news.Lock()
	defer a.news.Unlock()
	dirty, stale = a.dirty, a.stale
	a.dirty, a.stale = nil, false
	return dirty, stale
}

// fill tells the first screen of the sales.
func (a *sales) fill(ctx context.Context, s *Service, t *Today) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	today := model.DateOf(s.Now(), s.cfg.Zone)
	dirty, stale := a.changed()
	if stale = stale || a.day != today || len(dirty) > len(a.blocks)/8+8; stale {
		dirty = nil
	}
	err := a.follow(ctx, s.store.Orders(), today, dirty, stale)
	if err != nil {
		a.day = 0 // half of it may be counted
		return err
	}
	a.day = today
	a.sum.tell(t)
	return nil
}

// follow reads everybody, or some blocks.
func (a *sales) follow(ctx context.Context, orders store.Orders, today model.Date, dirty map[int]struct{}, whole bool) error {
	if whole {
		return a.read(ctx, orders, today)
	}
	for i := range dirty {
		block, err := readBlock(ctx, orders, i, today)
		if err != nil {
			return err
		}
		old := a.block(i)
		a.sum.plus(-1, old)
		a.sum.plus(1, &block)
		*old = block
	}
	return nil
}

func (a *sales) block(i int) *trade {
	if i >= len(a.blocks) {
		a.blocks = append(a.blocks, make([]trade, i+1-len(a.blocks))...)
	}
	return &a.blocks[i]
}

// read walks all the orders.
func (a *sales) read(ctx context.Context, orders store.Orders, today model.Date) error {
	a.blocks, a.sum = nil, trade{}
	b := buyer{today: today}
	var who model.ContactID
	settle := func() { b.settle(a.block(int(who) / peopleTogether)) }
	err := orders.Scan(ctx, func(o store.Sale) error {
		if o.Contact != who {
			settle()
			who = o.Contact
		}
		b.add(o.Day, o.Cents, a.block(int(who)/peopleTogether))
		return nil
	})
	settle()
	for i := range a.blocks {
		a.sum.plus(1, &a.blocks[i])
	}
	return err
}

// readBlock walks the orders of the people of one block.
func readBlock(ctx context.Context, orders store.Orders, i int, today model.Date) (block trade, err error) {
	b := buyer{today: today}
	for id := i * peopleTogether; id < (i+1)*peopleTogether; id++ {
		if id == 0 {
			continue
		}
		all, err := orders.Of(ctx, model.ContactID(id))
		if err != nil {
			return block, err
		}
		for k := range all {
			if o := &all[k]; o.Status == model.OrderPaid {
				b.add(o.Day, o.Total, &block)
			}
		}
		b.settle(&block)
	}
	return block, nil
}

// buyer is what the orders of one person add up to, while they go by. A month is
// 30 days counted back from today, so that every point of a curve covers as many
// days. A refund takes from the revenue and makes nobody a customer.
type buyer struct {
	today       model.Date
	first, last model.Date
	year        model.Cents
	months      [monthsShown]bool // with an order
}

// add counts one sale; those of days to come are left out.
func (b *buyer) add(day model.Date, cents model.Cents, t *trade) {
	ago := int(b.today - day)
	if ago < 0 {
		return
	}
	order := cents >= 0
	if order {
		b.last = day
		if b.first == 0 {
			b.first = day
		}
	}
	if ago < 365 {
		b.year += cents
	}
	if ago < 30 {
		t.spend30 += cents
		if order {
			t.orders30++
		}
	}
	if m := monthsShown - 1 - ago/30; m >= 0 {
		t.spendBy[m] += cents
		b.months[m] = b.months[m] || order
	}
}

// settle counts the person, all of whose sales were seen, and waits for the next.
func (b *buyer) settle(t *trade) {
	if b.last != 0 {
		if b.last > b.today-365 {
			t.active++
			t.year += b.year
		}
		if b.last > b.today-730 {
			t.customers++
		}
		if b.first > b.today-7 {
			t.fresh++
		}
		for m, bought := range b.months {
			if bought {
				t.customersBy[m]++
			}
		}
	}
	*b = buyer{today: b.today}
}

// tell puts the sums on the first screen.
func (a *trade) tell(t *Today) {
	t.Customers, t.NewCustomers, t.Orders30, t.Spend30 = int(a.customers), int(a.fresh), int(a.orders30), a.spend30
	t.CustomersBy, t.SpendBy, t.RevenueTrend = make([]float64, monthsShown), make([]float64, monthsShown), make([]float64, monthsShown)
	for m := range t.SpendBy {
		t.CustomersBy[m], t.SpendBy[m] = float64(a.customersBy[m]), a.spendBy[m].Euros()
		if a.customersBy[m] > 0 {
			t.RevenueTrend[m] = t.SpendBy[m] / t.CustomersBy[m]
		}
	}
	if a.active > 0 {
		t.Revenue12 = a.year.Euros() / float64(a.active)
	}
}
