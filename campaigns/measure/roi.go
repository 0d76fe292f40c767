package measure

// ROI carries the Welch interval of the revenue per customer into money, in
// the unit of the data: with N treated, margin m and cost C = F + c·N,
// ROI = (m·N·Δ − C)/C. ROI is affine in Δ, so its interval is the interval of
// Δ carried through: no approximation.
type ROI struct {
	Treated      int      `json:"n_treated"`
	Holdout      int      `json:"n_holdout"`
	Cost         Num      `json:"cost"`
	Delta        Num      `json:"delta_per_customer"`
	SE           Num      `json:"se_delta"`
	DF           Num      `json:"df"`
	Point        ROIPoint `json:"point"`
	Low          ROIPoint `json:"low"`
	High         ROIPoint `json:"high"`
	BreakEven    Num      `json:"break_even_delta"`
	PPaysBack    Num      `json:"p_one_sided_pays_back"` // of H0: Δ is the break-even or less
	ProbPositive Num      `json:"prob_roi_positive_flat_prior"`
	NaiveRevenue Num      `json:"naive_revenue_of_treated"`
	NaiveROI     Num      `json:"naive_roi_all_revenue"`
	Forgone      Num      `json:"margin_forgone_by_holdout"`
	ForgoneLow   Num      `json:"margin_forgone_low"`
	ForgoneHigh  Num      `json:"margin_forgone_high"`
	Buyers       Num      `json:"incremental_buyers"` // this and below: unknown unless buyers were given
	BuyersCI     Range    `json:"incremental_buyers_ci_newcombe"`
	PerBuyer     Num      `json:"cost_per_incremental_buyer"`
	PerBuyerCI   Range    `json:"cost_per_incremental_buyer_ci"` // unknown when the difference may be zero
}

// ROIPoint is the money at one value of Δ.
type ROIPoint struct {
	Revenue Num `json:"incremental_revenue"`
	Margin  Num `json:"incremental_margin"`
	Net     Num `json:"net"`
	ROI     Num `json:"roi"`   // unknown when the campaign cost nothing
	IROAS   Num `json:"iroas"` // incremental revenue per unit of cost
}

// Costs is what a campaign cost and what a sale leaves: margin is a share of
// revenue, the costs are in the unit of the data.
type Costs struct{ Margin, Fixed, PerContact float64 }

// ReturnOn computes an ROI from a Welch comparison and, when known, the
// comparison of the buyers (nil otherwise).
func ReturnOn(w Welch, buyers *Prop2, c Costs) ROI {
	n1, n0 := float64(w.Arm1.N), float64(w.Arm0.N)
	cost := c.Fixed + c.PerContact*n1
	at := func(d Num) ROIPoint {
		revenue := n1 * float64(d)
		net := c.Margin*revenue - cost
		return ROIPoint{Num(revenue), Num(c.Margin * revenue), Num(net), Num(net / cost), Num(revenue / cost)}
	}
	forgone := func(d Num) Num { return Num(c.Margin*n0*float64(d) - c.PerContact*n0) }
	even := cost / (c.Margin * n1)
	distance := (float64(w.Diff) - even) / float64(w.SE)
	naive := float64(w.Arm1.Sum)
	o := ROI{
		Treated: w.Arm1.N, Holdout: w.Arm0.N, Cost: Num(cost), Delta: w.Diff, SE: w.SE, DF: w.DF,
		Point: at(w.Diff), Low: at(w.CIt[0]), High: at(w.CIt[1]),
		BreakEven: Num(even), PPaysBack: Num(studentTail(distance, float64(w.DF))), ProbPositive: Num(normalTail(-distance)),
		NaiveRevenue: Num(naive), NaiveROI: Num((c.Margin*naive - cost) / cost),
		Forgone: forgone(w.Diff), ForgoneLow: forgone(w.CIt[0]), ForgoneHigh: forgone(w.CIt[1]),
		Buyers: unknown, BuyersCI: unknownRange, PerBuyer: unknown, PerBuyerCI: unknownRange,
	}
	if buyers != nil {
		o.Buyers = Num(n1) * buyers.Diff
		o.BuyersCI = buyers.CINewcombe.affine(0, n1)
		o.PerBuyer, o.PerBuyerCI = costPerBuyer(cost, o.Buyers, o.BuyersCI)
	}
	return o
}

// costPerBuyer is C over the incremental buyers; its range exists only when
// the whole range of the buyers is above zero.
func costPerBuyer(cost float64, buyers Num, ci Range) (Num, Range) {
	per := Num(cost) / buyers
	if !ci.Known() || !(ci[0] > 0) {
		return per, unknownRange
	}
	return per, Range{Num(cost) / ci[1], Num(cost) / ci[0]}
}
