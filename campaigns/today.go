package campaigns

import (
	"context"
	"sync"

	"blanche/model"
	"blanche/store"
)

// monthsShown is how many months the small curves of the first screen cover.
const monthsShown = 12

// Today gathers what the first screen says.
func (s *Service) Today(ctx context.Context) (Today, error) {
	t := Today{Shop: s.cfg.Sender.Name, Ready: s.base.ready()}
	if err := s.sales.fill(ctx, s, &t); err != nil {
		return t, err
	}
	lines, err := s.Campaigns(ctx)
	if err != nil {
		return t, err
	}
	for _, l := range lines {
		switch l.State {
		case model.Running, model.Paused:
			st, err := s.Status(ctx, l.Name)
			if err != nil {
				return t, err
			}
			t.Running = append(t.Running, st)
			t.addUncertain(&st)
		case model.Late:
			t.Late = append(t.Late, l)
		case model.Draft, model.Checked, model.Approved, model.Scheduled:
			t.Waiting = append(t.Waiting, l)
		case model.Done, model.Cancelled:
			st, err := s.Status(ctx, l.Name)
			if err != nil {
				return t, err
			}
			t.addUncertain(&st)
			t.Results = append(t.Results, l)
		}
	}
	return t, nil
}

func (t *Today) addUncertain(st *model.Status) {
	if st.Uncertain > 0 {
		t.Uncertain = append(t.Uncertain, UncertainCount{Name: st.Name, Count: st.Uncertain})
	}
}

// sales sums the orders for the first screen, once per change of the data.
type sales struct {
	mu       sync.Mutex
	revision uint64
	day      model.Date
	sum      Today
}

func (a *sales) fill(ctx context.Context, s *Service, t *Today) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	day, revision := model.DateOf(s.Now(), s.cfg.Zone), s.revision.Load()
	if a.day != day || a.revision != revision {
		sum, err := sumSales(ctx, s.store.Orders(), day)
		if err != nil {
			return err
		}
		a.sum, a.day, a.revision = sum, day, revision
	}
	t.Customers, t.NewCustomers, t.Revenue12 = a.sum.Customers, a.sum.NewCustomers, a.sum.Revenue12
	t.RevenueTrend, t.CustomersBy, t.SpendBy = a.sum.RevenueTrend, a.sum.CustomersBy, a.sum.SpendBy
	t.Orders30, t.Spend30 = a.sum.Orders30, a.sum.Spend30
	return nil
}

// sumSales walks the orders once. A month is 30 days counted back from today,
// so that every point of a curve covers as many days.
func sumSales(ctx context.Context, orders store.Orders, today model.Date) (Today, error) {
	t := Today{CustomersBy: make([]float64, monthsShown), SpendBy: make([]float64, monthsShown), RevenueTrend: make([]float64, monthsShown)}
	var who model.ContactID
	var first, last model.Date
	var year model.Cents
	active, yearActive := [monthsShown]bool{}, 0
	var yearSpend model.Cents
	closePerson := func() {
		if who == 0 {
			return
		}
		if last > today-730 {
			t.Customers++
		}
		if first > today-7 {
			t.NewCustomers++
		}
		if last > today-365 {
			yearActive++
			yearSpend += year
		}
		for m, a := range active {
			if a {
				t.CustomersBy[m]++
			}
		}
		active, year, first, last = [monthsShown]bool{}, 0, 0, 0
	}
	err := orders.Scan(ctx, func(o store.Sale) error {
		if o.Contact != who {
			closePerson()
			who, first = o.Contact, o.Day
		}
		last = max(last, o.Day)
		ago := int(today - o.Day)
		if ago < 0 {
			return nil
		}
		if ago < 365 {
			year += o.Cents
		}
		if ago < 30 {
			t.Orders30++
			t.Spend30 += o.Cents
		}
		if m := monthsShown - 1 - ago/30; m >= 0 {
			t.SpendBy[m] += o.Cents.Euros()
			active[m] = true
		}
		return nil
	})
	closePerson()
	if yearActive > 0 {
		t.Revenue12 = yearSpend.Euros() / float64(yearActive)
	}
	for m := range t.RevenueTrend {
		if t.CustomersBy[m] > 0 {
			t.RevenueTrend[m] = t.SpendBy[m] / t.CustomersBy[m]
		}
	}
	return t, err
}
