package report

import (
	"math"

	"blanche/model"
)

// formula is how a figure is found: in signs, with the numbers of the campaign
// in their places, and who wrote it.
type formula struct{ Name, Rule, With, Source string }

// Who wrote the formulas, and where.
const (
	neyman     = "Neyman 1923, Stat. Sci. 5 (1990), 465"
	ours       = "blanche 2026"
	welch      = "Welch 1947, Biometrika 34, 28"
	sequential = "Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas 2024, Ann. Stat. 52, 2613"
	lewisRao   = "Lewis, Rao 2015, Q. J. Econ. 130, 1941"
	newcombe   = "Newcombe 1998, Stat. Med. 17, 873"
	rosenbaum  = "Rosenbaum 2002"
)

// method says in words how the comparison was made.
func (w pen) method(st *model.Statement) []string {
	key := "report.method." + string(st.Method)
	text := w.T(key)
	if st.Method == model.MethodHoldout {
		text += " " + w.T("report.method."+st.Spend.Method, "level", w.Percent(1-st.Alpha, 0))
	}
	all := []string{text}
	if m := st.Match; m != nil {
		line := w.T("report.method.compared", "compared", m.Compared, "planned", m.Planned, "untouched", m.Untouched)
		if m.Gamma != nil {
			line += " " + w.T("report.method.gamma", "gamma", w.Decimal(*m.Gamma, 2))
		}
		all = append(all, line)
	}
	return append(all, w.T("report.method.signs"))
}

// formulas are those of the figures above, the numbers put in.
func (w pen) formulas(st *model.Statement) []formula {
	if len(st.Arms) < 2 || st.Spend.Diff == nil || st.Arms[0].Mean == nil || st.Arms[1].Mean == nil {
		return nil
	}
	a, b := &st.Arms[0], &st.Arms[1]
	all := []formula{{w.T("report.formula.diff"), "Δ = ȳ₁ − ȳ₀", w.number(*a.Mean) + " − " + w.number(*b.Mean) + " = " + w.numberOf(st.Spend.Diff), neyman}}
	if st.Match == nil && a.Variance != nil && b.Variance != nil {
		all = append(all, w.errorFormula(st, a, b), w.rangeFormula(st))
	}
	all = append(all, w.moneyFormulas(st)...)
	if st.Buyers.CI != nil && st.Match == nil {
		with := w.Int(a.Buyers) + "/" + w.Int(a.Customers) + " − " + w.Int(b.Buyers) + "/" + w.Int(b.Customers) + " = " + w.numberOf(st.Buyers.Diff) + " " + w.numberRange(st.Buyers.CI)
		all = append(all, formula{w.T("report.formula.buyers"), "p₁ − p₀ ; [d − √((p₁−l₁)² + (u₀−p₀)²) ; d + √((u₁−p₁)² + (p₀−l₀)²)]", with, newcombe})
	}
	if m := st.Match; m != nil && m.Gamma != nil {
		all = append(all, formula{w.T("report.formula.gamma"), "Γ : P(T₁ₙ > t | Γ) = α", "Γ = " + w.numberOf(m.Gamma), rosenbaum})
	}
	return all
}

// errorFormula is the error of the difference, by the method of the statement.
func (w pen) errorFormula(st *model.Statement, a, b *model.StatementArm) formula {
	n1, n0, v1, v0 := float64(a.Customers), float64(b.Customers), *a.Variance, *b.Variance
	if st.Spend.Method == model.SpendWelch {
		with := "√(" + w.number(v1) + "/" + w.number(n1) + " + " + w.number(v0) + "/" + w.number(n0) + ") = " + w.numberOf(st.Spend.SE)
		return formula{w.T("report.formula.error"), "se = √(s₁²/n₁ + s₀²/n₀)", with, welch}
	}
	pooled := ((n1-1)*v1 + (n0-1)*v0) / (n1 + n0 - 2)
	with := "sₚ² = " + w.number(pooled) + " ; √(" + w.number(v1) + "/" + w.number(n1) + " + " + w.number(math.Max(v0, pooled)) + "/" + w.number(n0) + ") = " + w.numberOf(st.Spend.SE)
	return formula{w.T("report.formula.error"), "se = √(s₁²/n₁ + max(s₀², sₚ²)/n₀), sₚ² = ((n₁−1)·s₁² + (n₀−1)·s₀²)/(n₁+n₀−2)", with, ours}
}

// rangeFormula is the range of the difference; the quantile is read off it.
func (w pen) rangeFormula(st *model.Statement) formula {
	f := formula{Name: w.T("report.formula.range"), Rule: "Δ ± z·se", Source: lewisRao}
	switch st.Spend.Method {
	case model.SpendSequence:
		f.Rule, f.Source = "Δ ± q·se, q = √(2·(tρ²+1)/(tρ²)·ln(√(tρ²+1)/α)), ρ² = (−2·ln α + ln(−2·ln α + 1))/t*, t = n₁+n₀", sequential
	case model.SpendWelch:
		f.Rule, f.Source = "Δ ± t·se", welch
	}
	if ci, se := st.Spend.CI, st.Spend.SE; ci != nil && se != nil && *se > 0 {
		f.With = w.numberOf(st.Spend.Diff) + " ± " + w.number((ci.High()-ci.Low())/2 / *se) + " · " + w.numberOf(se) + " = " + w.numberRange(ci)
	}
	return f
}

// moneyFormulas carry the difference into money.
func (w pen) moneyFormulas(st *model.Statement) []formula {
	m := &st.Money
	if m.IncrementalMargin == nil || m.Net == nil {
		return nil
	}
	n, cost, margin := w.number(float64(st.Arms[0].Customers)), w.number(m.Cost.Euros()), w.number(m.IncrementalMargin.Euros())
	all := []formula{
		{w.T("report.formula.margin"), "M = m·n₁·Δ", w.number(m.Margin) + " · " + n + " · " + w.numberOf(st.Spend.Diff) + " = " + margin, ""},
		{w.T("report.formula.cost"), "C = F + c·n₁", w.number(m.CostFixed.Euros()) + " + " + w.number(m.CostPerMessage.Euros()) + " · " + n + " = " + cost, ""},
		{w.T("report.formula.net"), "M − C", margin + " − " + cost + " = " + w.number(m.Net.Euros()), ""},
	}
	if m.ROI != nil {
		all = append(all, formula{w.T("report.formula.roi"), "(M − C)/C", "(" + margin + " − " + cost + ")/" + cost + " = " + w.numberOf(m.ROI) + " " + w.numberRange(m.ROICI), ""})
	}
	if m.BreakEvenDelta != nil && m.Cost > 0 {
		all = append(all, formula{w.T("report.formula.even"), "Δ* = C/(m·n₁)", cost + "/(" + w.number(m.Margin) + " · " + n + ") = " + w.numberOf(m.BreakEvenDelta), ""})
	}
	if m.PROIPositive != nil && m.BreakEvenDelta != nil && causal(st) {
		all = append(all, formula{w.T("report.formula.chance"), "Φ((Δ − Δ*)/se)", "Φ((" + w.numberOf(st.Spend.Diff) + " − " + w.numberOf(m.BreakEvenDelta) + ")/" + w.numberOf(st.Spend.SE) + ") = " + w.number(*m.PROIPositive), ""})
	}
	if m.HoldoutCost != nil && causal(st) {
		n0 := w.number(float64(st.Arms[1].Customers))
		all = append(all, formula{w.T("report.formula.price"), "n₀·(m·Δ − c)", n0 + " · (" + w.number(m.Margin) + " · " + w.numberOf(st.Spend.Diff) + " − " + w.number(m.CostPerMessage.Euros()) + ") = " + w.number(m.HoldoutCost.Euros()), ""})
	}
	return all
}
