package report

import (
	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/say"
)

// moneyTable carries the difference into money, each line with its range.
func (w pen) moneyTable(st *model.Statement) *table {
	m := &st.Money
	t := &table{
		Caption: w.T("report.money.caption", "level", w.Percent(1-st.Alpha, 0)),
		Head:    []string{w.T("report.money.what"), w.T("report.estimate"), w.T("report.range")},
	}
	t.add(w.T("report.money.revenue"), w.gain(m.IncrementalRevenue), w.revenueRange(st))
	t.add(w.T("report.money.margin", "margin", w.Percent(m.Margin, places(m.Margin))), w.gain(m.IncrementalMargin), w.centsRange(m.IncrementalMarginCI))
	t.add(w.T("report.money.cost", "fixed", w.MoneyShort(m.CostFixed), "each", w.Money(m.CostPerMessage)), w.MoneyShort(m.Cost), "")
	t.strong(w.T("report.money.net"), w.gain(m.Net), w.centsRange(m.NetCI))
	if m.Cost > 0 {
		t.strong(w.T("report.money.roi"), w.ratio(m.ROI), w.ratioRange(m.ROICI))
	}
	if m.PROIPositive != nil && causal(st) {
		t.add(w.T("report.money.chance"), w.chance(*m.PROIPositive), "")
	}
	if m.BreakEvenDelta != nil && m.Cost > 0 {
		t.add(w.T("report.money.even"), w.Euros(*m.BreakEvenDelta, 2), "")
	}
	if m.IncrementalBuyers != nil {
		t.add(w.T("report.money.buyers"), w.SignedDecimal(*m.IncrementalBuyers, 0), w.countRange(m.IncrementalBuyersCI))
	}
	if m.CostPerBuyer != nil && m.Cost > 0 && m.IncrementalBuyers != nil && *m.IncrementalBuyers >= 1 {
		between := w.T("report.money.no_bound")
		if ci := m.CostPerBuyerCI; ci != nil {
			between = w.between(w.Euros(ci.Low(), 2), w.Euros(ci.High(), 2))
		}
		t.add(w.T("report.money.per_buyer"), w.Euros(*m.CostPerBuyer, 2), between)
	}
	t.Note = w.naive(st)
	return t
}

// places are the digits of a share in percent.
func places(x float64) int {
	if hundredth := x * 100; hundredth == float64(int(hundredth)) {
		return 0
	}
	return 1
}

// revenueRange is the range of the revenue: that of the difference, carried.
func (w pen) revenueRange(st *model.Statement) string {
	if st.Spend.CI == nil || len(st.Arms) == 0 {
		return ""
	}
	n := 100 * float64(st.Arms[0].Customers)
	return w.centsRange(&[2]model.Cents{model.Cents(st.Spend.CI.Low() * n), model.Cents(st.Spend.CI.High() * n)})
}

func (w pen) countRange(ci *model.Interval) string {
	if ci == nil {
		return ""
	}
	return w.between(w.SignedDecimal(ci.Low(), 0), w.SignedDecimal(ci.High(), 0))
}

// naive is what attribution says, beside its measured bias; empty where that is
// not known yet.
func (w pen) naive(st *model.Statement) string {
	n := st.Naive
	if n == nil || n.TrueShare == nil || n.TrueShareCI == nil || !st.Window.Closed {
		return ""
	}
	if *n.TrueShare <= 0 {
		return w.T("report.naive.none", "revenue", w.MoneyShort(n.Target), "roi", w.ratio(n.ROI))
	}
	return w.T("report.naive.due", "revenue", w.MoneyShort(n.Target), "roi", w.ratio(n.ROI), "share", w.Percent(*n.TrueShare, 0),
		"range", i18n.Raw(w.between(w.Percent(n.TrueShareCI.Low(), 0), w.Percent(n.TrueShareCI.High(), 0))))
}

// armsTable sets the groups side by side, with their difference.
func (w pen) armsTable(st *model.Statement) *table {
	if len(st.Arms) < 2 {
		return nil
	}
	a, b := &st.Arms[0], &st.Arms[1]
	t := &table{Head: []string{"", w.T("report.target"), w.blanche(st), w.T("report.difference"), w.T("report.range")}}
	t.add(w.T("report.arms.customers"), w.Int(a.Customers), w.Int(b.Customers), "", "")
	t.add(w.T("report.arms.buyers"), w.Int(a.Buyers), w.Int(b.Buyers), "", "")
	points := ""
	if ci := st.Buyers.CI; ci != nil {
		points = w.between(w.SignedDecimal(ci.Low()*100, 2), w.SignedDecimal(ci.High()*100, 2))
	}
	diff := say.Unknown
	if st.Buyers.Diff != nil {
		diff = w.Points(*st.Buyers.Diff, 2)
	}
	t.add(w.T("report.arms.rate"), w.share(a.Rate), w.share(b.Rate), diff, points)
	t.add(w.T("report.arms.revenue"), w.MoneyShort(a.Revenue), w.MoneyShort(b.Revenue), "", "")
	t.strong(w.T("report.arms.mean"), w.plain(a.Mean), w.plain(b.Mean), w.euros(st.Spend.Diff), w.eurosRange(st.Spend.CI))
	if l := st.Lift; l != nil && l.Value != nil {
		t.add(w.T("report.arms.lift"), "", "", w.ratio(l.Value), w.ratioRange(l.CI))
	}
	return t
}

func (w pen) share(x *float64) string {
	if x == nil {
		return say.Unknown
	}
	return w.Percent(*x, 2)
}

func (w pen) plain(x *float64) string {
	if x == nil {
		return say.Unknown
	}
	return w.Euros(*x, 2)
}

// price is what it cost to know: the margin given up by leaving customers
// alone.
func (w pen) price(st *model.Statement) (section, bool) {
	m := &st.Money
	if m.HoldoutCost == nil || !causal(st) || len(st.Arms) < 2 || st.Arms[1].Customers == 0 {
		return section{}, false
	}
	key, cost, r := "report.price.given_up", *m.HoldoutCost, ""
	if cost < 0 {
		key, cost = "report.price.saved", -cost
	}
	if m.HoldoutCostCI != nil {
		r = w.centsRange(m.HoldoutCostCI)
	}
	text := w.T(key, "customers", st.Arms[1].Customers, "cost", w.MoneyShort(cost), "range", i18n.Raw(r))
	return section{Title: w.T("report.price.title"), Text: []string{text}}, true
}
