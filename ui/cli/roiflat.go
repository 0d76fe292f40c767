package cli

import (
	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/report"
)

// flatStatement is a statement as one row a figure: name, value and range, so
// that finance can recompute it.
func flatStatement(st *model.Statement) *sheet {
	f := flat{sheet: &sheet{head: []string{"figure", "value", "low", "high"}}}
	f.statement(st)
	return f.sheet
}

// flatMonth is a month as one row a figure, behind the part it belongs to and
// the campaign it tells of. Causal campaigns, indicative ones and traces are
// parts of their own.
func flatMonth(m *campaigns.Month) *sheet {
	t := &sheet{head: []string{"part", "name", "figure", "value", "low", "high"}}
	in := func(part, name string) flat { return flat{t, []any{part, name}} }
	f := in("month", m.Month)
	f.value("shop", m.Shop)
	f.value("from", m.From)
	f.value("until", m.Until)
	f.value("over", m.Over)
	in("sales", m.Month).sales(&m.Sales)
	if m.Before != nil {
		in("before", m.Before.Month).sales(m.Before)
	}
	if m.LastYear != nil {
		in("last_year", m.LastYear.Month).sales(m.LastYear)
	}
	in("sending", m.Month).sending(&m.Sending)
	for i := range m.Campaigns {
		c := &m.Campaigns[i]
		f := in(report.Kind(&c.Statement), c.Name)
		f.value("title", c.Title)
		f.value("kind", c.Kind)
		f.value("started_at", c.StartedAt)
		f.value("sent_in_month", c.SentInMonth)
		f.statement(&c.Statement)
	}
	for _, i := range m.Incidents {
		in("incident", i.Campaign).value(i.Act, i.At)
	}
	for _, c := range m.Next {
		f := in("next", c.Name)
		f.value("title", c.Title)
		f.value("kind", c.Kind)
		f.value("state", c.State.String())
		f.value("start", c.Start)
	}
	return t
}

// flat adds figures to a sheet, each row behind the same cells.
type flat struct {
	*sheet
	before []any
}

func (f flat) value(name string, v any) { f.between(name, v, nil, nil) }

func (f flat) between(name string, v, low, high any) {
	f.add(append(append([]any{}, f.before...), name, v, low, high)...)
}

func (f flat) real(name string, x *float64, r *model.Interval) {
	if r == nil {
		f.value(name, x)
		return
	}
	f.between(name, x, r.Low(), r.High())
}

func (f flat) cents(name string, c *model.Cents, r *[2]model.Cents) {
	if r == nil {
		f.value(name, c)
		return
	}
	f.between(name, c, r[0], r[1])
}

func (f flat) statement(st *model.Statement) {
	f.value("campaign", st.Campaign)
	f.value("method", string(st.Method))
	f.value("label", string(st.Label))
	f.value("rung", string(st.Rung))
	f.value("window_start", st.Window.Start)
	f.value("window_end", st.Window.End)
	f.value("window_days", st.Window.Days)
	f.value("window_closed", st.Window.Closed)
	f.value("day", st.Day)
	f.value("provisional", st.Provisional)
	f.value("alpha", st.Alpha)
	for _, a := range st.Arms {
		name := string(a.Arm) + "_"
		f.value(name+"customers", a.Customers)
		f.value(name+"buyers", a.Buyers)
		f.value(name+"revenue_cents", a.Revenue)
		f.real(name+"mean", a.Mean, nil)
		f.real(name+"variance", a.Variance, nil)
	}
	f.real("buyers_diff", st.Buyers.Diff, st.Buyers.CI)
	f.real("buyers_p", st.Buyers.P, nil)
	f.real("spend_diff", st.Spend.Diff, st.Spend.CI)
	f.real("spend_se", st.Spend.SE, nil)
	f.value("spend_method", st.Spend.Method)
	if st.Lift != nil {
		f.real("lift", st.Lift.Value, st.Lift.CI)
	}
	f.money(&st.Money)
	for _, g := range st.Guards {
		f.real("guard_"+string(g.Guard)+"_"+g.Level.String(), g.P, nil)
	}
	f.value("verdict", string(st.Verdict))
	f.value("sentence", st.Sentence)
}

func (f flat) money(m *model.StatementMoney) {
	f.value("margin", m.Margin)
	f.value("cost_cents", m.Cost)
	f.value("cost_fixed_cents", m.CostFixed)
	f.value("cost_per_message_cents", m.CostPerMessage)
	f.cents("incremental_revenue_cents", m.IncrementalRevenue, nil)
	f.cents("incremental_margin_cents", m.IncrementalMargin, m.IncrementalMarginCI)
	f.cents("net_cents", m.Net, m.NetCI)
	f.real("roi", m.ROI, m.ROICI)
	f.real("p_roi_positive", m.PROIPositive, nil)
	f.real("break_even_delta", m.BreakEvenDelta, nil)
	f.real("incremental_buyers", m.IncrementalBuyers, m.IncrementalBuyersCI)
	f.real("cost_per_incremental_buyer", m.CostPerBuyer, m.CostPerBuyerCI)
	f.cents("holdout_cost_cents", m.HoldoutCost, m.HoldoutCostCI)
	f.value("naive_revenue_cents", m.NaiveRevenue)
}

func (f flat) sales(s *campaigns.MonthSales) {
	f.value("days", s.Days)
	f.value("revenue_cents", s.Revenue)
	f.value("orders", s.Orders)
	f.value("buyers", s.Buyers)
	f.value("customers", s.Customers)
	f.value("new_customers", s.NewCustomers)
	f.value("revenue_per_buyer", s.RevenuePerBuyer)
}

func (f flat) sending(b *campaigns.MonthSending) {
	for _, l := range []struct {
		name string
		n    int
	}{
		{"campaigns", b.Campaigns},
		{"held_out", b.HeldOut},
		{"planned", b.Planned},
		{"accepted", b.Accepted},
		{"refused", b.Refused},
		{"excluded", b.Excluded},
		{"uncertain", b.Uncertain},
		{"deferred", b.Deferred},
		{"waiting", b.Waiting},
		{"complaints", b.Complaints},
	} {
		f.value(l.name, l.n)
	}
	f.value("balanced", b.Balanced)
}
