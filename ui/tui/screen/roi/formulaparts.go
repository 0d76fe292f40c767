package roi

import (
	"math"

	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/say"
)

// curveFormulas are those of the curve: its last day.
func (x *Screen) curveFormulas(st *model.Statement) []say.Formula {
	p := x.s.P
	if len(st.Curve) == 0 {
		return nil
	}
	c := st.Curve[len(st.Curve)-1]
	all := []say.Formula{formula(p.T("roi.formula.day"), "Δₜ = ȳ₁ₜ − ȳ₀ₜ", say.Fill("# − # = #", x.fig(c.Target), x.fig(c.Holdout), x.fig(c.Diff)), say.Neyman)}
	if c.Low != nil && c.High != nil {
		half := (*c.High - *c.Low) / 2
		all = append(all, formula(p.T("roi.formula.sequence"), "Δₜ ± se·√(2·(tρ²+1)/(tρ²)·ln(√(tρ²+1)/α)), ρ² = (−2·ln α + ln(−2·ln α + 1))/t*",
			say.Fill("# ± # = #", x.fig(c.Diff), x.fig(half), x.s.P.Interval(x.fig(*c.Low), x.fig(*c.High))), say.Sequence))
	}
	return all
}

// segmentFormulas are those of the first table of segments, with its best one.
func (x *Screen) segmentFormulas(st *model.Statement) []say.Formula {
	p := x.s.P
	var all []say.Formula
	for i := range st.Segments {
		t := &st.Segments[i]
		if t.Q != nil {
			all = append(all, formula(p.T("roi.formula.cochran"), "Q = Σ (Δₛ − μ)²/vₛ ; p = P(χ²ₖ₋₁ > Q)", say.Fill("Q = # ; k = # ; p = #", x.figOf(t.Q), p.Int(ranged(t)), x.small(t.P)), cochran))
		}
		if len(t.Rows) == 0 {
			continue
		}
		best := t.Rows[0]
		if best.Shrunk != nil {
			all = append(all, formula(p.T("roi.formula.shrunk", "name", safe.Text(x.segmentName(best.Name))), "(Δₛ/vₛ + μ/τ²)/(1/vₛ + 1/τ²)",
				say.Fill("# → #", x.signedEuros(best.Diff), x.signedEuros(best.Shrunk)), efronMorris+"; "+dersimonian))
		}
		if best.PHolm != nil {
			all = append(all, formula(p.T("roi.formula.holm", "name", safe.Text(x.segmentName(best.Name))), "p₍ᵢ₎ = max_{j≤i} min(1, (k − j + 1)·p₍ⱼ₎)", say.Fill("k = # ; p = #", p.Int(ranged(t)), x.small(best.PHolm)), holm))
		}
	}
	return all
}

// ranged is how many segments have a range.
func ranged(t *model.StatementSegments) int {
	n := 0
	for _, r := range t.Rows {
		if r.CI != nil {
			n++
		}
	}
	return n
}

// lineFormulas are those of the other looks.
func (x *Screen) lineFormulas(st *model.Statement) []say.Formula {
	p := x.s.P
	var all []say.Formula
	if a1, a0, ok := twoArms(st); ok && st.Split != nil && a1.Buyers > 0 && a0.Buyers > 0 {
		all = append(all, formula(p.T("roi.formula.split"), "Δ = (p₁−p₀)·b₀ + p₁·(b₁−b₀)",
			say.Fill("# + #", x.figOf(st.Split.Buyers), x.figOf(st.Split.Baskets)), ""))
	}
	if l := st.Winsor; l != nil && l.Cap != nil {
		all = append(all, formula(p.T("roi.lines.winsor"), "y → min(y, q₀.₉₉₉)", say.Fill("q = # ; # ; #", x.figOf(l.Cap), x.figOf(l.Diff), x.figRange(l.CI)), tukey))
	}
	if l := st.Stratified; l != nil {
		all = append(all, formula(p.T("roi.lines.stratified"), "Σ Wₛ·Δₛ ± z·√(Σ Wₛ²·vₛ)", say.Fill("# ± z · # = #", x.figOf(l.Diff), x.figOf(l.SE), x.figRange(l.CI)), miratrix))
	}
	if l := st.Cuped; l != nil {
		all = append(all, formula(p.T("roi.lines.cuped"), "y − θ·(x − x̄), θ = (cov₁/n₁ + cov₀/n₀)/(s²ₓ₁/n₁ + s²ₓ₀/n₀)", say.Fill("# ± z · # = #", x.figOf(l.Diff), x.figOf(l.SE), x.figRange(l.CI)), deng))
	}
	if r := st.Reached; r != nil && st.Spend.Diff != nil {
		all = append(all, formula(p.T("roi.lines.reached"), "(ȳ₁ − ȳ₀)/(ē₁ − ē₀)", say.Fill("#/(# − #) = #", x.figOf(st.Spend.Diff), x.fig(r.TargetShare), x.fig(r.HoldoutShare), x.figOf(r.Diff)), bloom))
	}
	if n := st.Naive; n != nil && n.TrueShare != nil && st.Match == nil {
		with := ""
		if a1, a0, ok := twoArms(st); ok {
			with = say.Fill("1 − #/# = #", x.fig(*a0.Mean), x.fig(*a1.Mean), p.Percent(*n.TrueShare, 1))
		}
		all = append(all, formula(p.T("roi.formula.due"), "1 − ȳ₀/ȳ₁", with, hillstrom))
	}
	if m := st.Match; m != nil && m.Gamma != nil {
		all = append(all, say.Gamma(p, m))
	}
	return all
}

// guardFormulas are those of the guards, with what each of them saw.
func (x *Screen) guardFormulas(st *model.Statement) []say.Formula {
	var all []say.Formula
	for _, g := range st.Guards {
		if f, ok := x.guardFormula(st, &g); ok {
			f.Title = x.s.P.T("roi.guards.name." + string(g.Guard))
			all = append(all, f)
		}
	}
	return all
}

func (x *Screen) guardFormula(st *model.Statement, g *model.StatementGuard) (say.Formula, bool) {
	v := func(name string) string {
		if n, ok := g.Values[name]; ok {
			return x.fig(n)
		}
		return x.unknown()
	}
	switch g.Guard {
	case model.GuardSRM:
		e1, e0, o1, o0 := g.Values["expected_target"], g.Values["expected_holdout"], g.Values["target"], g.Values["holdout"]
		chi := (o1-e1)*(o1-e1)/e1 + (o0-e0)*(o0-e0)/e0
		if math.IsNaN(chi) {
			return say.Formula{}, false
		}
		return say.Formula{
			Rule:   "χ² = Σ (O − E)²/E",
			With:   say.Fill("(# − #)²/# + (# − #)²/# = # ; p = #", x.fig(o1), x.fig(e1), x.fig(e1), x.fig(o0), x.fig(e0), x.fig(e0), x.fig(chi), x.small(g.P)),
			Source: fabijan,
		}, true
	case model.GuardFewBuyers:
		return say.Formula{Rule: "n* = (Σy)²/Σy²", With: say.Fill("# ; n* = #", v("buyers"), v("effective_buyers")), Source: kish}, true
	case model.GuardContamination:
		return say.Formula{Rule: "r/n₀", With: say.Fill("#/# = #", v("reached"), v("customers"), v("share"))}, true
	case model.GuardLowPower:
		return say.Formula{Rule: "MDE = (z₁₋ₐ/₂ + z₁₋ᵦ)·√(s₁²/n₁ + s₀²/n₀) ; MDE > 2·E", With: say.Fill("MDE = # ; E = #", v("mde"), v("expected")), Source: say.LewisRao}, true
	case model.GuardOutlier:
		return say.Formula{Rule: "max(y)/Σy", With: say.Fill("# ; #", v("target_share"), v("holdout_share"))}, true
	case model.GuardPullForward:
		return say.Formula{Rule: "−Δ₂/Δ₁", With: say.Fill("−#/# = #", v("second"), v("first"), v("share"))}, true
	case model.GuardBalance:
		return say.Formula{Rule: "(x̄₁ − x̄₀)/√((s²ₓ₁ + s²ₓ₀)/2)", With: say.Fill("# ; #", v("spend"), v("recency"))}, true
	}
	return say.Formula{}, false
}
