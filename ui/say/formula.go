package say

import (
	"math"
	"strings"

	"blanche/model"
	"blanche/ui/i18n"
)

// Formula is how a figure is found: in signs, then with the numbers of the
// campaign put in ("" where the document does not carry them all), then who
// wrote it ("" for plain arithmetic).
type Formula struct{ Title, Rule, With, Source string }

// Who wrote the formulas of a statement, and where.
const (
	Neyman    = "Neyman 1923, Stat. Sci. 5 (1990), 465"
	Ours      = "blanche 2026"
	Welch     = "Welch 1947, Biometrika 34, 28"
	Sequence  = "Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas 2024, Ann. Stat. 52, 2613"
	LewisRao  = "Lewis, Rao 2015, Q. J. Econ. 130, 1941"
	Newcombe  = "Newcombe 1998, Stat. Med. 17, 873"
	Rosenbaum = "Rosenbaum 2002"
)

// Formulas are those of the figures of a statement; none without two arms that
// have a mean.
func Formulas(p *i18n.Printer, st *model.Statement) []Formula {
	a1, a0, ok := means(st)
	if !ok {
		return nil
	}
	all := []Formula{Difference(p, st)}
	if st.Match == nil && a1.Variance != nil && a0.Variance != nil {
		all = append(all, ErrorFormula(p, st), RangeFormula(p, st))
	}
	all = append(all, moneyFormulas(p, st)...)
	if st.Buyers.CI != nil && st.Match == nil {
		all = append(all, Formula{
			p.T("roi.formula.buyers"), "p₁ − p₀ ; [d − √((p₁−l₁)² + (u₀−p₀)²) ; d + √((u₁−p₁)² + (p₀−l₀)²)]",
			Fill("#/# − #/# = # ; #", p.Int(a1.Buyers), p.Int(a1.Customers), p.Int(a0.Buyers), p.Int(a0.Customers), NumberOf(p, st.Buyers.Diff), NumberRange(p, st.Buyers.CI)),
			Newcombe,
		})
	}
	if m := st.Match; m != nil && m.Gamma != nil {
		all = append(all, Gamma(p, m))
	}
	return all
}

// means are the two arms of a statement when both have a mean.
func means(st *model.Statement) (a1, a0 model.StatementArm, ok bool) {
	if len(st.Arms) < 2 || st.Spend.Diff == nil || st.Arms[0].Mean == nil || st.Arms[1].Mean == nil {
		return a1, a0, false
	}
	return st.Arms[0], st.Arms[1], true
}

// Difference is that of the means of two arms.
func Difference(p *i18n.Printer, st *model.Statement) Formula {
	return Formula{
		p.T("roi.formula.diff"), "Δ = ȳ₁ − ȳ₀",
		Fill("# − # = #", NumberOf(p, st.Arms[0].Mean), NumberOf(p, st.Arms[1].Mean), NumberOf(p, st.Spend.Diff)), Neyman,
	}
}

// Gamma is how hidden a bias would have to be to explain a difference of twins.
func Gamma(p *i18n.Printer, m *model.StatementMatch) Formula {
	return Formula{p.T("roi.formula.gamma"), "Γ : P(T₁ₙ > t | Γ) = α", Fill("Γ = #", NumberOf(p, m.Gamma)), Rosenbaum}
}

// ErrorFormula is the error of the difference, by the method of the statement,
// whose two arms have a variance.
func ErrorFormula(p *i18n.Printer, st *model.Statement) Formula {
	a1, a0, n := st.Arms[0], st.Arms[1], func(v float64) string { return Number(p, v) }
	n1, n0, v1, v0 := float64(a1.Customers), float64(a0.Customers), *a1.Variance, *a0.Variance
	if st.Spend.Method == model.SpendWelch {
		return Formula{
			p.T("roi.formula.welch"), "se = √(s₁²/n₁ + s₀²/n₀)",
			Fill("√(#/# + #/#) = #", n(v1), n(n1), n(v0), n(n0), NumberOf(p, st.Spend.SE)), Welch,
		}
	}
	pooled := ((n1-1)*v1 + (n0-1)*v0) / (n1 + n0 - 2)
	return Formula{
		p.T("roi.formula.prudent"), "se = √(s₁²/n₁ + max(s₀², sₚ²)/n₀), sₚ² = ((n₁−1)·s₁² + (n₀−1)·s₀²)/(n₁+n₀−2)",
		Fill("sₚ² = # ; √(#/# + max(# ; #)/#) = #", n(pooled), n(v1), n(n1), n(v0), n(pooled), n(n0), NumberOf(p, st.Spend.SE)), Ours,
	}
}

// RangeFormula is the range of the difference; the quantile is read off it.
func RangeFormula(p *i18n.Printer, st *model.Statement) Formula {
	f := Formula{Title: p.T("roi.formula.range"), Rule: "Δ ± z·se", Source: LewisRao}
	switch st.Spend.Method {
	case model.SpendSequence:
		f.Title, f.Source = p.T("roi.formula.sequence"), Sequence
		f.Rule = "Δ ± q·se, q = √(2·(tρ²+1)/(tρ²)·ln(√(tρ²+1)/α)), ρ² = (−2·ln α + ln(−2·ln α + 1))/t*, t = n₁+n₀"
	case model.SpendWelch:
		f.Rule, f.Source = "Δ ± t·se", Welch
	}
	if ci, se := st.Spend.CI, st.Spend.SE; ci != nil && se != nil && *se > 0 {
		f.With = Fill("# ± # · # = #", NumberOf(p, st.Spend.Diff), Number(p, (ci.High()-ci.Low())/2 / *se), NumberOf(p, se), NumberRange(p, ci))
	}
	return f
}

// moneyFormulas carry the difference into money; the chance and the price of
// the zone blanche only where the draw makes the difference the campaign's.
func moneyFormulas(p *i18n.Printer, st *model.Statement) []Formula {
	m, n := &st.Money, func(v float64) string { return Number(p, v) }
	if m.IncrementalMargin == nil || m.Net == nil {
		return nil
	}
	n1, cost, margin := n(float64(st.Arms[0].Customers)), n(m.Cost.Euros()), n(m.IncrementalMargin.Euros())
	diff := NumberOf(p, st.Spend.Diff)
	all := []Formula{
		{p.T("roi.formula.margin"), "M = m·n₁·Δ", Fill("# · # · # = #", n(m.Margin), n1, diff, margin), ""},
		{p.T("roi.formula.cost"), "C = F + c·n₁", Fill("# + # · # = #", n(m.CostFixed.Euros()), n(m.CostPerMessage.Euros()), n1, cost), ""},
		{p.T("roi.formula.net"), "M − C", Fill("# − # = #", margin, cost, n(m.Net.Euros())), ""},
	}
	if m.ROI != nil {
		all = append(all, Formula{p.T("roi.formula.roi"), "(M − C)/C", Fill("(# − #)/# = # ; #", margin, cost, cost, NumberOf(p, m.ROI), NumberRange(p, m.ROICI)), ""})
	}
	if m.BreakEvenDelta != nil && m.Cost > 0 {
		all = append(all, Formula{p.T("roi.formula.even"), "Δ* = C/(m·n₁)", Fill("#/(# · #) = #", cost, n(m.Margin), n1, NumberOf(p, m.BreakEvenDelta)), ""})
	}
	if st.Label != model.LabelCausal && st.Label != model.LabelQuasi {
		return all
	}
	if m.PROIPositive != nil && m.BreakEvenDelta != nil {
		all = append(all, Formula{p.T("roi.formula.chance"), "Φ((Δ − Δ*)/se)", Fill("Φ((# − #)/#) = #", diff, NumberOf(p, m.BreakEvenDelta), NumberOf(p, st.Spend.SE), n(*m.PROIPositive)), ""})
	}
	if m.HoldoutCost != nil {
		all = append(all, Formula{
			p.T("roi.formula.holdout"), "n₀·(m·Δ − c)",
			Fill("# · (# · # − #) = #", n(float64(st.Arms[1].Customers)), n(m.Margin), diff, n(m.CostPerMessage.Euros()), n(m.HoldoutCost.Euros())), "",
		})
	}
	return all
}

// Fill puts numbers in the places of a rule: each # is the next one.
func Fill(rule string, numbers ...string) string {
	var b strings.Builder
	for _, r := range rule {
		if r == '#' && len(numbers) > 0 {
			b.WriteString(numbers[0])
			numbers = numbers[1:]
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Number has the digits that let one do a calculation again.
func Number(p *i18n.Printer, v float64) string {
	digits := 6
	switch a := math.Abs(v); {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return Unknown
	case v == math.Trunc(v) && a < 1e15:
		digits = 0
	case a >= 1000:
		digits = 2
	case a >= 0.1:
		digits = 4
	}
	text := p.Decimal(v, digits)
	if digits > 0 {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".,")
	}
	return text
}

// NumberOf is Number, or that it is unknown.
func NumberOf(p *i18n.Printer, v *float64) string {
	if v == nil {
		return Unknown
	}
	return Number(p, *v)
}

// NumberRange is the two ends of a range as numbers.
func NumberRange(p *i18n.Printer, r *model.Interval) string {
	if r == nil {
		return Unknown
	}
	return p.Interval(Number(p, r.Low()), Number(p, r.High()))
}
