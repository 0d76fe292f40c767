package roi

import (
	"math"
	"strings"

	"blanche/model"
	"blanche/ui/tui/widget/frame"
)

// formula is how a figure is found: in signs, then with the numbers of the
// campaign put in, then who wrote it.
type formula struct {
	title  string // in the language of the session
	rule   string
	with   string // "" where the statement does not carry all its numbers
	source string // author and year
}

// What a formula needs no language for: names of people and signs.
const (
	neyman      = "Neyman 1923"
	newcombe    = "Newcombe 1998, 10"
	wilson      = "Wilson 1927"
	welch       = "Welch 1947"
	sequence    = "Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas 2024"
	lewisRao    = "Lewis, Rao 2015"
	blancheOwn  = "blanche 2026"
	holm        = "Holm 1979"
	cochran     = "Cochran 1954"
	efronMorris = "Efron, Morris 1975"
	bloom       = "Bloom 1984; Angrist, Imbens, Rubin 1996"
	deng        = "Deng, Xu, Kohavi, Walker 2013"
	miratrix    = "Miratrix, Sekhon, Yu 2013"
	tukey       = "Tukey 1962"
	fabijan     = "Fabijan 2019"
	kish        = "Kish 1965"
	dersimonian = "DerSimonian, Laird 1986"
	higgins     = "Higgins, Thompson, Spiegelhalter 2009"
	rosenbaum   = "Rosenbaum 2002"
	hillstrom   = "Hillstrom 2007"
)

// formulas are those of the part in view.
func (x *Screen) formulas(w int, st *model.Statement) []string {
	var all []formula
	switch x.part {
	case partCurve:
		all = x.curveFormulas(st)
	case partSegments:
		all = x.segmentFormulas(st)
	case partLines:
		all = x.lineFormulas(st)
	case partGuards:
		all = x.guardFormulas(st)
	default:
		all = x.summaryFormulas(st)
	}
	return x.writeFormulas(w, all)
}

// writeFormulas sets formulas under each other, under what their signs mean.
func (x *Screen) writeFormulas(w int, all []formula) []string {
	p, th := x.s.P, x.s.Th
	lines := append(x.paragraph(w, th.Muted, p.T("roi.formula.signs")), "")
	if len(all) == 0 {
		return append(lines, x.paragraph(w, th.Muted, p.T("roi.formula.none"))...)
	}
	for _, f := range all {
		lines = append(lines, frame.Fit("  "+th.Title.Render(f.title)+"  "+th.Muted.Render(f.source), w))
		for i, text := range []string{f.rule, f.with} {
			style := th.Muted
			if i == 1 {
				style = th.Text
			}
			if text == "" {
				continue
			}
			for _, l := range frame.Wrap(text, max(w-6, 1)) {
				lines = append(lines, "    "+style.Render(l))
			}
		}
	}
	return lines
}

// fig is a number of a formula, with the digits that let one do it again.
func (x *Screen) fig(v float64) string {
	p := x.s.P
	switch a := math.Abs(v); {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return x.unknown()
	case v == math.Trunc(v) && a < 1e15:
		return p.Decimal(v, 0)
	case a >= 1000, math.Abs(math.Round(v*100)-v*100) < 1e-9:
		return p.Decimal(v, 2)
	case a >= 0.1:
		return p.Decimal(v, 4)
	}
	return p.Decimal(v, 6)
}

func (x *Screen) figOf(v *float64) string {
	if v == nil {
		return x.unknown()
	}
	return x.fig(*v)
}

func (x *Screen) figRange(ci *model.Interval) string {
	if ci == nil {
		return x.unknown()
	}
	return x.s.P.Interval(x.fig(ci.Low()), x.fig(ci.High()))
}

// fill puts numbers in the places of a rule: each # is the next one.
func fill(rule string, numbers ...string) string {
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

// twoArms are the target and the zone blanche with all they need for a
// formula; false when one has no mean or no variance.
func twoArms(st *model.Statement) (a1, a0 model.StatementArm, ok bool) {
	if len(st.Arms) < 2 {
		return a1, a0, false
	}
	a1, a0 = st.Arms[0], st.Arms[1]
	return a1, a0, a1.Mean != nil && a0.Mean != nil && a1.Variance != nil && a0.Variance != nil && a1.Rate != nil && a0.Rate != nil
}

// quantile is what the error was multiplied by for the range of a statement:
// z for a closed window, what holds at every look for an open one.
func quantile(st *model.Statement) float64 {
	if st.Spend.CI == nil || st.Spend.SE == nil || !(*st.Spend.SE > 0) {
		return math.NaN()
	}
	return (st.Spend.CI.High() - st.Spend.CI.Low()) / 2 / *st.Spend.SE
}

func (x *Screen) summaryFormulas(st *model.Statement) []formula {
	a1, a0, ok := twoArms(st)
	if !ok || st.Spend.Diff == nil {
		return nil
	}
	p := x.s.P
	all := []formula{
		{p.T("roi.formula.diff"), "Δ = ȳ₁ − ȳ₀", fill("# − # = #", x.fig(*a1.Mean), x.fig(*a0.Mean), x.fig(*st.Spend.Diff)), neyman},
	}
	if st.Match == nil {
		all = append(all, x.errorFormula(st, a1, a0), x.rangeFormula(st))
	}
	all = append(all, x.moneyFormulas(st)...)
	if st.Buyers.CI != nil && st.Match == nil {
		all = append(all, formula{
			p.T("roi.formula.buyers"), "p₁ − p₀ ; [d − √((p₁−l₁)² + (u₀−p₀)²) ; d + √((u₁−p₁)² + (p₀−l₀)²)]",
			fill("#/# − #/# = # ; #", p.Int(a1.Buyers), p.Int(a1.Customers), p.Int(a0.Buyers), p.Int(a0.Customers), x.figOf(st.Buyers.Diff), x.figRange(st.Buyers.CI)),
			newcombe + "; " + wilson,
		})
	}
	return all
}

// errorFormula is the error of the difference, by the method of the statement.
func (x *Screen) errorFormula(st *model.Statement, a1, a0 model.StatementArm) formula {
	n1, n0, v1, v0 := float64(a1.Customers), float64(a0.Customers), *a1.Variance, *a0.Variance
	if st.Spend.Method == model.SpendWelch {
		return formula{
			x.s.P.T("roi.formula.welch"), "se = √(s₁²/n₁ + s₀²/n₀)",
			fill("√(#/# + #/#) = #", x.fig(v1), x.fig(n1), x.fig(v0), x.fig(n0), x.figOf(st.Spend.SE)), welch,
		}
	}
	pooled := ((n1-1)*v1 + (n0-1)*v0) / (n1 + n0 - 2)
	return formula{
		x.s.P.T("roi.formula.prudent"), "se = √(s₁²/n₁ + max(s₀², sₚ²)/n₀), sₚ² = ((n₁−1)·s₁² + (n₀−1)·s₀²)/(n₁+n₀−2)",
		fill("sₚ² = # ; √(#/# + max(# ; #)/#) = #", x.fig(pooled), x.fig(v1), x.fig(n1), x.fig(v0), x.fig(pooled), x.fig(n0), x.figOf(st.Spend.SE)), blancheOwn,
	}
}

// rangeFormula is the range of the difference.
func (x *Screen) rangeFormula(st *model.Statement) formula {
	p, q := x.s.P, quantile(st)
	with := fill("# ± # · # = #", x.figOf(st.Spend.Diff), x.fig(q), x.figOf(st.Spend.SE), x.figRange(st.Spend.CI))
	if st.Spend.Method == model.SpendSequence {
		return formula{p.T("roi.formula.sequence"), "Δ ± q·se, q = √(2·(tρ²+1)/(tρ²)·ln(√(tρ²+1)/α)), t = n₁+n₀", with, sequence}
	}
	return formula{p.T("roi.formula.range"), "Δ ± z·se", with, lewisRao}
}

// moneyFormulas carry the difference into money.
func (x *Screen) moneyFormulas(st *model.Statement) []formula {
	p, m := x.s.P, &st.Money
	if m.IncrementalMargin == nil || m.Net == nil {
		return nil
	}
	n, cost := x.fig(float64(st.Arms[0].Customers)), x.fig(m.Cost.Euros())
	all := []formula{
		{p.T("roi.formula.margin"), "M = m·n₁·Δ", fill("# · # · # = #", x.fig(m.Margin), n, x.figOf(st.Spend.Diff), x.fig(m.IncrementalMargin.Euros())), ""},
		{p.T("roi.formula.cost"), "C = F + c·n₁", fill("# + # · # = #", x.fig(m.CostFixed.Euros()), x.fig(m.CostPerMessage.Euros()), n, cost), ""},
	}
	if m.ROI != nil {
		all = append(all, formula{p.T("roi.formula.roi"), "(M − C)/C", fill("(# − #)/# = # ; #", x.fig(m.IncrementalMargin.Euros()), cost, cost, x.signedPercent(m.ROI), x.percentRange(m.ROICI)), ""})
	}
	if m.BreakEvenDelta != nil {
		all = append(all, formula{p.T("roi.formula.even"), "Δ* = C/(m·n₁)", fill("#/(# · #) = #", cost, x.fig(m.Margin), n, x.figOf(m.BreakEvenDelta)), ""})
	}
	if m.PROIPositive != nil && m.BreakEvenDelta != nil {
		all = append(all, formula{p.T("roi.formula.chance"), "Φ((Δ − Δ*)/se)", fill("Φ((# − #)/#) = #", x.figOf(st.Spend.Diff), x.figOf(m.BreakEvenDelta), x.figOf(st.Spend.SE), x.chance(*m.PROIPositive)), ""})
	}
	if m.HoldoutCost != nil && len(st.Arms) > 1 && st.Match == nil {
		all = append(all, formula{
			p.T("roi.formula.holdout"), "n₀·(m·Δ − c)",
			fill("# · (# · # − #) = #", x.fig(float64(st.Arms[1].Customers)), x.fig(m.Margin), x.figOf(st.Spend.Diff), x.fig(m.CostPerMessage.Euros()), x.fig(m.HoldoutCost.Euros())), "",
		})
	}
	return all
}
