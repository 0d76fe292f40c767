package measure

import (
	"math"

	"blanche/model"
)

// AttributionBias is what a rule of attribution credits, and what the same rule
// finds in the zone blanche, to whom nothing was sent: that is its bias
// (Hillstrom 2007). Figures are unknown where nothing was attributed.
type AttributionBias struct {
	PerTreated  Num `json:"attributed_per_treated"`
	PerHoldout  Num `json:"attributed_per_holdout"`
	Bias        Num `json:"bias_share"`        // ȳ₀/ȳ₁
	Due         Num `json:"incremental_share"` // 1 − ȳ₀/ȳ₁
	Attributed  Num `json:"attributed_total"`
	Incremental Num `json:"incremental_total"` // (ȳ₁ − ȳ₀)·n₁
}

// BiasOfAttribution runs the comparison on what a rule attributes to each
// customer of the two arms.
func BiasOfAttribution(target, holdout Moments) AttributionBias {
	bias := holdout.Mean / target.Mean
	return AttributionBias{
		PerTreated: target.Mean, PerHoldout: holdout.Mean, Bias: bias, Due: 1 - bias,
		Attributed: target.Sum, Incremental: (target.Mean - holdout.Mean) * Num(target.N),
	}
}

// DueShare is the share of what attribution credits that was due to campaigns
// that had a zone blanche: what to believe of the attribution of a campaign of
// the same kind that has none.
type DueShare struct {
	Campaigns int
	Share     Num
	CI        Range // of the mean over campaigns
	Next      Range // of one more campaign, from three campaigns on; else that of the mean
}

// LearnDueShare pools the shares of past statements by random effects on
// −log(1 − share), the logarithm of the lift plus one, each with the error of
// its own range. Statements that are not causal, not closed or without a range
// teach nothing; false when none is left.
func LearnDueShare(past []model.Statement, alpha float64) (DueShare, bool) {
	var all []Estimate
	for i := range past {
		if e, ok := dueEstimate(&past[i]); ok {
			all = append(all, e)
		}
	}
	if len(all) == 0 {
		return DueShare{}, false
	}
	p := Pool(all, alpha)
	share := func(g Num) Num { return Num(-math.Expm1(-float64(g))) }
	o := DueShare{Campaigns: len(all), Share: share(p.Random), CI: Range{share(p.RandomCI[0]), share(p.RandomCI[1])}}
	if o.Next = o.CI; p.Next.Known() {
		o.Next = Range{share(p.Next[0]), share(p.Next[1])}
	}
	return o, true
}

// dueEstimate is log(1 + lift) of a statement with its error.
func dueEstimate(st *model.Statement) (Estimate, bool) {
	l := st.Lift
	if st.Label != model.LabelCausal || !st.Window.Closed || l == nil || l.Value == nil || l.CI == nil || !(l.CI.Low() > -1) {
		return Estimate{}, false
	}
	if st.Verdict == model.VerdictBlocked || !(st.Alpha > 0 && st.Alpha < 1) {
		return Estimate{}, false
	}
	e := Estimate{Name: st.Campaign, Diff: math.Log1p(*l.Value), SE: (math.Log1p(l.CI.High()) - math.Log1p(l.CI.Low())) / (2 * zTwoSided(st.Alpha))}
	return e, e.SE > 0 && !math.IsInf(e.SE, 0) && !math.IsInf(e.Diff, 0)
}

// Calibrate is the attribution of a campaign without zone blanche, with the
// share that is due to it as like campaigns have shown.
func Calibrate(revenue model.Cents, roi *float64, due DueShare) model.StatementNaive {
	return model.StatementNaive{Target: revenue, ROI: roi, TrueShare: due.Share.Ptr(), TrueShareCI: due.Next.Ptr()}
}
