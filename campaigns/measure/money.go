package measure

import (
	"math"

	"blanche/model"
)

// money carries the effect into money, with N customers in the target, margin
// m and cost C = F + c·N: incremental margin m·N·Δ, net m·N·Δ − C, ROI net/C,
// break-even Δ* = C/(m·N). All are affine in Δ, so its range is carried
// through. The chance of a positive ROI is Φ((Δ − Δ*)/se); it is not given
// while the window is open, being the answer of a single look.
func (t Terms) money(e effect, buyers model.StatementBuyers, target, holdout Summary) model.StatementMoney {
	n1, n0 := float64(target.Customers), float64(holdout.Customers)
	cost := t.cost(target)
	perEuro := 100 * n1 // cents of incremental revenue for one euro of Δ
	o := model.StatementMoney{
		Margin: t.Margin, Cost: cost, CostFixed: t.Fixed, CostPerMessage: t.PerMessage,
		IncrementalRevenue:  cents(perEuro * float64(e.diff)),
		IncrementalMargin:   cents(t.Margin * perEuro * float64(e.diff)),
		IncrementalMarginCI: centsRange(e.ci.affine(0, t.Margin*perEuro)),
		Net:                 cents(t.Margin*perEuro*float64(e.diff) - float64(cost)),
		NetCI:               centsRange(t.net(e.ci, target)),
		BreakEvenDelta:      Num(cost.Euros() / (t.Margin * n1)).Ptr(),
		BreakEvenPerMessage: Num(t.Margin*float64(e.diff) - t.Fixed.Euros()/n1).Ptr(),
		HoldoutCost:         cents(n0 * (100*t.Margin*float64(e.diff) - float64(t.PerMessage))),
		HoldoutCostCI:       centsRange(e.ci.affine(-n0*float64(t.PerMessage), n0*100*t.Margin)),
		NaiveRevenue:        target.Revenue,
	}
	if cost > 0 {
		c := float64(cost)
		o.ROI = Num((t.Margin*perEuro*float64(e.diff) - c) / c).Ptr()
		o.ROICI = e.ci.affine(-1, t.Margin*perEuro/c).Ptr()
		o.NaiveROI = Num((t.Margin*float64(target.Revenue) - c) / c).Ptr()
	}
	if t.Window.Closed && o.BreakEvenDelta != nil {
		o.PROIPositive = Num(normalTail((*o.BreakEvenDelta - float64(e.diff)) / float64(e.se))).Ptr()
	}
	t.perBuyer(&o, buyers, target)
	return o
}

// perBuyer fills the incremental buyers and what each cost.
func (t Terms) perBuyer(o *model.StatementMoney, b model.StatementBuyers, target Summary) {
	if b.Diff == nil || b.CI == nil {
		return
	}
	n := float64(target.Customers)
	buyers := Num(n * *b.Diff)
	ci := newRange(b.CI.Low(), b.CI.High()).affine(0, n)
	o.IncrementalBuyers, o.IncrementalBuyersCI = buyers.Ptr(), ci.Ptr()
	if buyers > 0 {
		per, perCI := costPerBuyer(t.cost(target).Euros(), buyers, ci)
		o.CostPerBuyer, o.CostPerBuyerCI = per.Ptr(), perCI.Ptr()
	}
}

// cost is C = F + c·N, N being everyone planned, reached or not.
func (t Terms) cost(target Summary) model.Cents {
	return t.Fixed + t.PerMessage*model.Cents(target.Customers)
}

// net is the range of m·N·Δ − C in cents.
func (t Terms) net(ci Range, target Summary) Range {
	return ci.affine(-float64(t.cost(target)), 100*t.Margin*float64(target.Customers))
}

// cents rounds an amount to the cent; nil when unknown or beyond any money.
func cents(x float64) *model.Cents {
	if !(math.Abs(x) < 1e17) {
		return nil
	}
	c := model.Cents(math.Round(x))
	return &c
}

// centsRange rounds both bounds.
func centsRange(r Range) *[2]model.Cents {
	low, high := cents(float64(r[0])), cents(float64(r[1]))
	if low == nil || high == nil {
		return nil
	}
	return &[2]model.Cents{*low, *high}
}
