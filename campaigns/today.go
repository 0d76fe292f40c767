package campaigns

import (
	"context"
	"slices"
	"sync"
	"time"

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
	var err error
	if t.Contacts, err = s.store.Contacts().Count(ctx); err != nil {
		return t, err
	}
	all, err := s.store.Campaigns().List(ctx)
	if err != nil {
		return t, err
	}
	for i := range all {
		st, err := s.status(ctx, &all[i])
		if err != nil {
			return t, err
		}
		t.add(s.line(&all[i], &st), &st)
	}
	t.Launch = launchClock(all)
	return t, nil
}

// launchClock is how long the campaigns took from the request to the first
// message that the relay took.
func launchClock(all []model.Campaign) LaunchClock {
	var took []time.Duration
	var clock LaunchClock
	var latest time.Time
	for i := range all {
		asked, first := all[i].Spec.Requested, all[i].FirstAcceptedAt
		if asked.IsZero() || first.IsZero() || first.Before(asked) {
			continue
		}
		took = append(took, first.Sub(asked))
		if first.After(latest) {
			latest, clock.Last = first, first.Sub(asked)
		}
	}
	if clock.N = len(took); clock.N > 0 {
		slices.Sort(took)
		clock.Median = (took[(clock.N-1)/2] + took[clock.N/2]) / 2
	}
	return clock
}

// add puts a campaign where the first screen speaks of it.
func (t *Today) add(l CampaignLine, st *model.Status) {
	if st.Uncertain > 0 {
		t.Uncertain = append(t.Uncertain, UncertainCount{Name: st.Name, Count: st.Uncertain})
	}
	switch st.State {
	case model.Running, model.Paused:
		t.Running = append(t.Running, *st)
		if st.AB != nil && st.AB.Waits {
			t.Choose = append(t.Choose, st.Name)
		}
	case model.Late:
		t.Late = append(t.Late, l)
	case model.Draft, model.Checked, model.Approved, model.Scheduled:
		t.Waiting = append(t.Waiting, l)
	case model.Done, model.Cancelled:
		if st.StartedAt != nil {
			t.Results = append(t.Results, l)
		}
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
	day, revision := model.DateOf(s.Now(), s.cfg.Zone), s.orders.Load()
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

// buyer is what the orders of one person add up to, while they go by.
type buyer struct {
	first, last model.Date
	year        model.Cents
	months      [monthsShown]bool // with an order
}

// sumSales walks the orders once. A month is 30 days counted back from today,
// so that every point of a curve covers as many days. A refund takes from the
// revenue and makes nobody a customer.
func sumSales(ctx context.Context, orders store.Orders, today model.Date) (Today, error) {
	t := Today{CustomersBy: make([]float64, monthsShown), SpendBy: make([]float64, monthsShown), RevenueTrend: make([]float64, monthsShown)}
	var who model.ContactID
	var b buyer
	var year model.Cents
	active := 0
	closePerson := func() {
		if b.last > today-365 {
			active++
			year += b.year
		}
		t.addBuyer(&b, today)
		b = buyer{}
	}
	err := orders.Scan(ctx, func(o store.Sale) error {
		if o.Contact != who {
			closePerson()
			who = o.Contact
		}
		t.addSale(&b, o, int(today-o.Day))
		return nil
	})
	closePerson()
	if active > 0 {
		t.Revenue12 = year.Euros() / float64(active)
	}
	for m := range t.RevenueTrend {
		if t.CustomersBy[m] > 0 {
			t.RevenueTrend[m] = t.SpendBy[m] / t.CustomersBy[m]
		}
	}
	return t, err
}

// addSale counts one sale of so many days ago; those to come are left out.
func (t *Today) addSale(b *buyer, o store.Sale, ago int) {
	if ago < 0 {
		return
	}
	order := o.Cents >= 0
	if order {
		b.last = o.Day
		if b.first == 0 {
			b.first = o.Day
		}
	}
	if ago < 365 {
		b.year += o.Cents
	}
	if ago < 30 {
		t.Spend30 += o.Cents
		if order {
			t.Orders30++
		}
	}
	if m := monthsShown - 1 - ago/30; m >= 0 {
		t.SpendBy[m] += o.Cents.Euros()
		b.months[m] = b.months[m] || order
	}
}

// addBuyer counts one person, all of whose sales were seen.
func (t *Today) addBuyer(b *buyer, today model.Date) {
	if b.last == 0 {
		return
	}
	if b.last > today-730 {
		t.Customers++
	}
	if b.first > today-7 {
		t.NewCustomers++
	}
	for m, bought := range b.months {
		if bought {
			t.CustomersBy[m]++
		}
	}
}
