package campaigns

import (
	"context"
	"time"

	"blanche/model"
	"blanche/store"
)

// customerDays is how long somebody who ordered stays a customer.
const customerDays = 730

// span is a month under the count: its days, and its sums.
type span struct {
	from, until model.Date
	sales       MonthSales

	bought bool       // the person under way, in it
	last   model.Date // their last order until its end
}

// monthSales sums the month, the one before and that of last year, in one walk
// over the orders. A month that began before the first order known is not one
// to compare with.
func (s *Service) monthSales(ctx context.Context, m *Month, begin time.Time) error {
	days := int(m.Until-m.From) + 1
	spans := []*span{s.span(begin, days, m.Over), s.span(begin.AddDate(0, -1, 0), days, m.Over), s.span(begin.AddDate(-1, 0, 0), days, m.Over)}
	oldest := model.Date(0)
	var who model.ContactID
	var first model.Date
	settle := func() {
		for _, p := range spans {
			p.settle(first)
		}
		first = 0
	}
	err := s.store.Orders().Scan(ctx, func(o store.Sale) error {
		if o.Contact != who {
			settle()
			who = o.Contact
		}
		if oldest == 0 || o.Day < oldest {
			oldest = o.Day
		}
		if first == 0 && o.Cents >= 0 {
			first = o.Day
		}
		for _, p := range spans {
			p.add(o)
		}
		return nil
	})
	if err != nil {
		return err
	}
	settle()
	m.Sales = spans[0].result()
	for i, into := range []**MonthSales{&m.Before, &m.LastYear} {
		if p := spans[i+1]; oldest != 0 && oldest <= p.from {
			sales := p.result()
			*into = &sales
		}
	}
	return nil
}

// span is the month that begins at an instant: whole, or its first days.
func (s *Service) span(begin time.Time, days int, whole bool) *span {
	p := &span{from: model.DateOf(begin, s.cfg.Zone), until: model.DateOf(begin.AddDate(0, 1, -1), s.cfg.Zone)}
	if !whole {
		p.until = min(p.until, p.from+model.Date(days)-1)
	}
	p.sales = MonthSales{Month: begin.Format("2006-01"), Days: int(p.until-p.from) + 1}
	return p
}

// add counts a sale. A refund takes from the revenue and is no order.
func (p *span) add(o store.Sale) {
	if o.Day > p.until {
		return
	}
	if o.Cents >= 0 {
		p.last = max(p.last, o.Day)
	}
	if o.Day < p.from {
		return
	}
	p.sales.Revenue += o.Cents
	if o.Cents >= 0 {
		p.sales.Orders++
		p.bought = true
	}
}

// settle counts a person, all of whose sales were seen.
func (p *span) settle(first model.Date) {
	if p.last > p.until-customerDays && p.last != 0 {
		p.sales.Customers++
	}
	if p.bought {
		p.sales.Buyers++
	}
	if first >= p.from && first <= p.until && first != 0 {
		p.sales.NewCustomers++
	}
	p.bought, p.last = false, 0
}

func (p *span) result() MonthSales {
	if p.sales.Buyers > 0 {
		per := p.sales.Revenue.Euros() / float64(p.sales.Buyers)
		p.sales.RevenuePerBuyer = &per
	}
	return p.sales
}
