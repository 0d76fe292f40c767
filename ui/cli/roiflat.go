package cli

import (
	"strconv"

	"blanche/model"
)

// flatStatement is a statement as one line of a CSV a figure: name, value and
// range, so that finance can recompute it. An empty cell is unknown.
func flatStatement(st *model.Statement) *grid {
	f := flat{g: &grid{columns: []column{left("", "figure"), right("", "value"), right("", "low"), right("", "high")}}}
	f.text("campaign", st.Campaign)
	f.text("method", string(st.Method))
	f.text("label", string(st.Label))
	f.text("window_start", st.Window.Start.Format(rfc3339))
	f.text("window_end", st.Window.End.Format(rfc3339))
	f.text("window_closed", boolean(st.Window.Closed))
	for _, a := range st.Arms {
		name := string(a.Arm) + "_"
		f.text(name+"customers", number(a.Customers))
		f.text(name+"buyers", number(a.Buyers))
		f.cents(name+"revenue_cents", &a.Revenue, nil)
		f.real(name+"mean", a.Mean, nil)
		f.real(name+"variance", a.Variance, nil)
	}
	f.real("buyers_diff", st.Buyers.Diff, st.Buyers.CI)
	f.real("buyers_p", st.Buyers.P, nil)
	f.real("spend_diff", st.Spend.Diff, st.Spend.CI)
	f.real("spend_se", st.Spend.SE, nil)
	f.text("spend_method", st.Spend.Method)
	if st.Lift != nil {
		f.real("lift", st.Lift.Value, st.Lift.CI)
	}
	m := &st.Money
	f.real("margin", &m.Margin, nil)
	f.cents("cost_cents", &m.Cost, nil)
	f.cents("incremental_revenue_cents", m.IncrementalRevenue, nil)
	f.cents("incremental_margin_cents", m.IncrementalMargin, m.IncrementalMarginCI)
	f.cents("net_cents", m.Net, m.NetCI)
	f.real("roi", m.ROI, m.ROICI)
	f.real("p_roi_positive", m.PROIPositive, nil)
	f.real("break_even_delta", m.BreakEvenDelta, nil)
	f.real("incremental_buyers", m.IncrementalBuyers, m.IncrementalBuyersCI)
	f.real("cost_per_incremental_buyer", m.CostPerBuyer, m.CostPerBuyerCI)
	f.cents("holdout_cost_cents", m.HoldoutCost, m.HoldoutCostCI)
	f.cents("naive_revenue_cents", &m.NaiveRevenue, nil)
	f.lines(&st.StatementLines)
	f.text("provisional", boolean(st.Provisional))
	for _, g := range st.Guards {
		f.real("guard_"+string(g.Guard)+"_"+g.Level.String(), g.P, nil)
	}
	f.text("verdict", string(st.Verdict))
	f.text("sentence", st.Sentence)
	return f.g
}

// lines are the other looks at the same customers, those that there are.
func (f flat) lines(l *model.StatementLines) {
	for _, one := range []struct {
		name string
		line *model.StatementLine
	}{{"winsorised", l.Winsor}, {"stratified", l.Stratified}, {"cuped", l.Cuped}} {
		if one.line != nil {
			f.real(one.name+"_diff", one.line.Diff, one.line.CI)
			f.real(one.name+"_roi", one.line.ROI, one.line.ROICI)
		}
	}
	if l.Reached != nil {
		f.real("reached_diff", l.Reached.Diff, l.Reached.CI)
	}
	if l.Second != nil {
		f.real("second_window_diff", l.Second.Diff, l.Second.CI)
		f.real("both_windows_diff", l.Second.Both, l.Second.BothCI)
		f.real("both_windows_roi", l.Second.ROI, l.Second.ROICI)
	}
	for _, v := range l.Variants {
		f.real("variant_"+v.Name+"_diff", v.Diff, v.CI)
	}
	if s := l.SinceClose; s != nil {
		f.cents("since_close_target_cents", &s.Target, nil)
		f.cents("since_close_holdout_cents", &s.Holdout, nil)
		f.cents("since_close_net_cents", s.Net, nil)
	}
}

// flat fills the grid of flatStatement.
type flat struct{ g *grid }

func (f flat) text(name, value string) { f.g.add(name, value, "", "") }

func (f flat) real(name string, x *float64, r *model.Interval) {
	value, low, high := "", "", ""
	if x != nil {
		value = decimal(*x)
	}
	if r != nil {
		low, high = decimal(r.Low()), decimal(r.High())
	}
	f.g.add(name, value, low, high)
}

func (f flat) cents(name string, c *model.Cents, r *[2]model.Cents) {
	value, low, high := "", "", ""
	if c != nil {
		value = strconv.FormatInt(int64(*c), 10)
	}
	if r != nil {
		low, high = strconv.FormatInt(int64(r[0]), 10), strconv.FormatInt(int64(r[1]), 10)
	}
	f.g.add(name, value, low, high)
}
