package roi

import (
	"math"

	"blanche/model"
	"blanche/ui/safe"
)

// curveFormulas are those of the curve: its last day.
func (x *Screen) curveFormulas(st *model.Statement) []formula {
	p := x.s.P
	if len(st.Curve) == 0 {
		return nil
	}
	c := st.Curve[len(st.Curve)-1]
	all := []formula{{p.T("roi.formula.day"), "Δₜ = ȳ₁ₜ − ȳ₀ₜ", fill("# − # = #", x.fig(c.Target), x.fig(c.Holdout), x.fig(c.Diff)), neyman}}
	if c.Low != nil && c.High != nil {
		half := (*c.High - *c.Low) / 2
		all = append(all, formula{
			p.T("roi.formula.sequence"), "Δₜ ± se·√(2·(tρ²+1)/(tρ²)·ln(√(tρ²+1)/α)), ρ² = (−2·ln α + ln(−2·ln α + 1))/t*",
			fill("# ± # = #", x.fig(c.Diff), x.fig(half), x.s.P.Interval(x.fig(*c.Low), x.fig(*c.High))), sequence,
		})
	}
	return all
}

// segmentFormulas are those of the first table of segments, with its best one.
func (x *Screen) segmentFormulas(st *model.Statement) []formula {
	p := x.s.P
	var all []formula
	for i := range st.Segments {
		t := &st.Segments[i]
		if t.Q != nil {
			all = append(all, formula{p.T("roi.formula.cochran"), "Q = Σ (Δₛ − μ)²/vₛ ; p = P(χ²ₖ₋₁ > Q)", fill("Q = # ; k = # ; p = #", x.figOf(t.Q), p.Int(ranged(t)), x.small(t.P)), cochran})
		}
		if len(t.Rows) == 0 {
			continue
		}
		best := t.Rows[0]
		if best.Shrunk != nil {
			all = append(all, formula{
				p.T("roi.formula.shrunk", "name", safe.Text(x.segmentName(best.Name))), "(Δₛ/vₛ + μ/τ²)/(1/vₛ + 1/τ²)",
				fill("# → #", x.signedEuros(best.Diff), x.signedEuros(best.Shrunk)), efronMorris + "; " + dersimonian,
			})
		}
		if best.PHolm != nil {
			all = append(all, formula{p.T("roi.formula.holm", "name", safe.Text(x.segmentName(best.Name))), "p₍ᵢ₎ = max_{j≤i} min(1, (k − j + 1)·p₍ⱼ₎)", fill("k = # ; p = #", p.Int(ranged(t)), x.small(best.PHolm)), holm})
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
func (x *Screen) lineFormulas(st *model.Statement) []formula {
	p := x.s.P
	var all []formula
	if a1, a0, ok := twoArms(st); ok && st.Split != nil && a1.Buyers > 0 && a0.Buyers > 0 {
		all = append(all, formula{
			p.T("roi.formula.split"), "Δ = (p₁−p₀)·b₀ + p₁·(b₁−b₀)",
			fill("# + #", x.figOf(st.Split.Buyers), x.figOf(st.Split.Baskets)), "",
		})
	}
	if l := st.Winsor; l != nil && l.Cap != nil {
		all = append(all, formula{p.T("roi.lines.winsor"), "y → min(y, q₀.₉₉₉)", fill("q = # ; # ; #", x.figOf(l.Cap), x.figOf(l.Diff), x.figRange(l.CI)), tukey})
	}
	if l := st.Stratified; l != nil {
		all = append(all, formula{p.T("roi.lines.stratified"), "Σ Wₛ·Δₛ ± z·√(Σ Wₛ²·vₛ)", fill("# ± z · # = #", x.figOf(l.Diff), x.figOf(l.SE), x.figRange(l.CI)), miratrix})
	}
	if l := st.Cuped; l != nil {
		all = append(all, formula{p.T("roi.lines.cuped"), "y − θ·(x − x̄), θ = (cov₁/n₁ + cov₀/n₀)/(s²ₓ₁/n₁ + s²ₓ₀/n₀)", fill("# ± z · # = #", x.figOf(l.Diff), x.figOf(l.SE), x.figRange(l.CI)), deng})
	}
	if r := st.Reached; r != nil && st.Spend.Diff != nil {
		all = append(all, formula{p.T("roi.lines.reached"), "(ȳ₁ − ȳ₀)/(ē₁ − ē₀)", fill("#/(# − #) = #", x.figOf(st.Spend.Diff), x.fig(r.TargetShare), x.fig(r.HoldoutShare), x.figOf(r.Diff)), bloom})
	}
	if n := st.Naive; n != nil && n.TrueShare != nil && st.Match == nil {
		with := ""
		if a1, a0, ok := twoArms(st); ok {
			with = fill("1 − #/# = #", x.fig(*a0.Mean), x.fig(*a1.Mean), p.Percent(*n.TrueShare, 1))
		}
		all = append(all, formula{p.T("roi.formula.due"), "1 − ȳ₀/ȳ₁", with, hillstrom})
	}
	if m := st.Match; m != nil && m.Gamma != nil {
		all = append(all, formula{p.T("roi.formula.gamma"), "Γ : P(T₁ₙ > t | Γ) = α", fill("Γ = #", x.figOf(m.Gamma)), rosenbaum})
	}
	return all
}

// guardFormulas are those of the guards, with what each of them saw.
func (x *Screen) guardFormulas(st *model.Statement) []formula {
	var all []formula
	for _, g := range st.Guards {
		if f, ok := x.guardFormula(st, &g); ok {
			f.title = x.s.P.T("roi.guards.name." + string(g.Guard))
			all = append(all, f)
		}
	}
	return all
}

func (x *Screen) guardFormula(st *model.Statement, g *model.StatementGuard) (formula, bool) {
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
			return formula{}, false
		}
		return formula{
			rule:   "χ² = Σ (O − E)²/E",
			with:   fill("(# − #)²/# + (# − #)²/# = # ; p = #", x.fig(o1), x.fig(e1), x.fig(e1), x.fig(o0), x.fig(e0), x.fig(e0), x.fig(chi), x.small(g.P)),
			source: fabijan,
		}, true
	case model.GuardFewBuyers:
		return formula{rule: "n* = (Σy)²/Σy²", with: fill("# ; n* = #", v("buyers"), v("effective_buyers")), source: kish}, true
	case model.GuardContamination:
		return formula{rule: "r/n₀", with: fill("#/# = #", v("reached"), v("customers"), v("share"))}, true
	case model.GuardLowPower:
		return formula{rule: "MDE = (z₁₋ₐ/₂ + z₁₋ᵦ)·√(s₁²/n₁ + s₀²/n₀) ; MDE > 2·E", with: fill("MDE = # ; E = #", v("mde"), v("expected")), source: lewisRao}, true
	case model.GuardOutlier:
		return formula{rule: "max(y)/Σy", with: fill("# ; #", v("target_share"), v("holdout_share"))}, true
	case model.GuardPullForward:
		return formula{rule: "−Δ₂/Δ₁", with: fill("−#/# = #", v("second"), v("first"), v("share"))}, true
	case model.GuardBalance:
		return formula{rule: "(x̄₁ − x̄₀)/√((s²ₓ₁ + s²ₓ₀)/2)", with: fill("# ; #", v("spend"), v("recency"))}, true
	}
	return formula{}, false
}
