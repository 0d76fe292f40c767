package report

import (
	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"
)

// salesText says what the figures are compared with.
func (w pen) salesText(m *campaigns.Month) []string {
	var out []string
	if !m.Over {
		out = append(out, w.T("report.month.same_days", "days", m.Sales.Days))
	}
	switch {
	case m.Before == nil:
		out = append(out, w.T("report.month.no_before"))
	case m.LastYear == nil:
		out = append(out, w.T("report.month.no_past"))
	}
	return out
}

// salesTable sets the month beside the one before and that of last year.
func (w pen) salesTable(m *campaigns.Month) *table {
	t := &table{Head: []string{"", w.T("report.month.this")}}
	if m.Before != nil {
		t.Head = append(t.Head, w.T("report.month.before"), w.T("report.month.change"))
	}
	if m.LastYear != nil {
		t.Head = append(t.Head, w.T("report.month.last_year"), w.T("report.month.change"))
	}
	row := func(key string, text func(*campaigns.MonthSales) string, value func(*campaigns.MonthSales) (float64, bool)) {
		cells := []string{w.T(key), text(&m.Sales)}
		now, known := value(&m.Sales)
		for _, o := range []*campaigns.MonthSales{m.Before, m.LastYear} {
			if o == nil {
				continue
			}
			then, before := value(o)
			change := say.Unknown
			if known && before && then > 0 {
				change = w.SignedPercent(now/then-1, 1)
			}
			cells = append(cells, text(o), change)
		}
		t.add(cells...)
	}
	count := func(of func(*campaigns.MonthSales) int) (func(*campaigns.MonthSales) string, func(*campaigns.MonthSales) (float64, bool)) {
		return func(s *campaigns.MonthSales) string { return w.Int(of(s)) }, func(s *campaigns.MonthSales) (float64, bool) { return float64(of(s)), true }
	}
	row("report.month.revenue", func(s *campaigns.MonthSales) string { return w.MoneyShort(s.Revenue) }, func(s *campaigns.MonthSales) (float64, bool) { return s.Revenue.Euros(), true })
	orders, n := count(func(s *campaigns.MonthSales) int { return s.Orders })
	row("report.month.orders", orders, n)
	buyers, n := count(func(s *campaigns.MonthSales) int { return s.Buyers })
	row("report.arms.buyers", buyers, n)
	row("report.month.per_buyer", func(s *campaigns.MonthSales) string { return w.plain(s.RevenuePerBuyer) }, func(s *campaigns.MonthSales) (float64, bool) {
		if s.RevenuePerBuyer == nil {
			return 0, false
		}
		return *s.RevenuePerBuyer, true
	})
	customers, n := count(func(s *campaigns.MonthSales) int { return s.Customers })
	row("report.month.customers", customers, n)
	fresh, n := count(func(s *campaigns.MonthSales) int { return s.NewCustomers })
	row("report.month.new_customers", fresh, n)
	t.Note = w.T("report.month.definitions")
	return t
}

// sendingSection is the balance of what was to be sent.
func (w pen) sendingSection(m *campaigns.Month) section {
	b := &m.Sending
	s := section{Title: w.T("report.month.sending")}
	if b.Campaigns == 0 {
		s.Text = []string{w.T("report.month.nothing_sent")}
		return s
	}
	t := &table{Head: []string{w.N("report.month.of_campaigns", b.Campaigns), w.T("report.month.messages"), w.T("report.month.share")}}
	t.strong(w.T("report.sending.planned"), w.Int(b.Planned), "")
	share := func(n int) string {
		if b.Planned == 0 {
			return say.Unknown
		}
		return w.Percent(float64(n)/float64(b.Planned), 1)
	}
	for _, l := range balance(b) {
		if l.n > 0 || l.key == "accepted" {
			t.add(w.T("report.sending."+l.key), w.Int(l.n), share(l.n))
		}
	}
	t.add(w.T("report.sending.held_out"), w.Int(b.HeldOut), "")
	if b.Complaints > 0 {
		t.add(w.T("report.sending.complaints"), w.Int(b.Complaints), share(b.Complaints))
	}
	t.Note = w.T("report.sending.balanced")
	if !b.Balanced {
		t.Note = w.T("report.sending.unbalanced")
	}
	s.Table = t
	return s
}

// line is one line of the balance: its key in report.sending, and how many.
type line struct {
	key string
	n   int
}

// balance are the lines whose sum is what was planned.
//
//i18n:keys report.sending.*
func balance(b *campaigns.MonthSending) []line {
	return []line{
		{"accepted", b.Accepted}, {"refused", b.Refused}, {"excluded", b.Excluded}, {"uncertain", b.Uncertain}, {"deferred", b.Deferred}, {"waiting", b.Waiting},
	}
}

// incidentSection is what the program did by itself.
func (w pen) incidentSection(m *campaigns.Month) section {
	s := section{Title: w.T("report.month.incidents")}
	if len(m.Incidents) == 0 {
		s.Text = []string{w.T("report.month.no_incident")}
		return s
	}
	t := &table{Head: []string{w.T("report.change.at"), w.T("report.overlap.campaign"), w.T("report.month.what")}}
	for _, i := range m.Incidents {
		t.add(w.DateTime(i.At), i.Campaign, w.incident(&i))
	}
	s.Table = t
	return s
}

// incident is one in words, with its reason where one was noted.
func (w pen) incident(i *campaigns.MonthIncident) string {
	text := say.Act(w.Printer, i.Act)
	switch {
	case i.Reason == "":
		return text
	case w.Has(i.Reason):
		return text + " – " + w.T(i.Reason)
	}
	return text + " – " + i.Reason
}

// nextSection is what is to leave in the month after.
func (w pen) nextSection(m *campaigns.Month) section {
	year, mm, _ := m.From.Civil()
	s := section{Title: w.T("report.month.next", "month", monthName(w.Printer, model.NewDate(year, mm+1, 1)))}
	if len(m.Next) == 0 {
		s.Text = []string{w.T("report.month.no_plan")}
		return s
	}
	t := &table{Head: []string{w.T("report.overlap.campaign"), w.T("report.month.kind_head"), w.T("report.month.state"), w.T("report.month.departure")}}
	for _, c := range m.Next {
		name := c.Title
		if name == "" {
			name = c.Name
		}
		t.add(name, say.Kind(w.Printer, c.Kind), say.State(w.Printer, c.State), w.DateTime(c.Start))
	}
	s.Table = t
	return s
}
