package roi

import (
	"blanche/model"
	"blanche/ui/say"
	"blanche/ui/tui/widget/frame"
)

// What a formula needs no language for: names of people and signs.
const (
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
	hillstrom   = "Hillstrom 2007"
)

// formulas are those of the part in view.
func (x *Screen) formulas(w int, st *model.Statement) []string {
	var all []say.Formula
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
		all = say.Formulas(x.s.P, st)
	}
	return x.writeFormulas(w, all)
}

// writeFormulas sets formulas under each other, under what their signs mean.
func (x *Screen) writeFormulas(w int, all []say.Formula) []string {
	p, th := x.s.P, x.s.Th
	lines := append(x.paragraph(w, th.Muted, p.T("roi.formula.signs")), "")
	if len(all) == 0 {
		return append(lines, x.paragraph(w, th.Muted, p.T("roi.formula.none"))...)
	}
	for _, f := range all {
		lines = append(lines, frame.Fit("  "+th.Title.Render(f.Title)+"  "+th.Muted.Render(f.Source), w))
		for i, text := range []string{f.Rule, f.With} {
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

func formula(title, rule, with, source string) say.Formula {
	return say.Formula{Title: title, Rule: rule, With: with, Source: source}
}

// fig is a number of a formula, with the digits that let one do it again.
func (x *Screen) fig(v float64) string { return say.Number(x.s.P, v) }

func (x *Screen) figOf(v *float64) string { return say.NumberOf(x.s.P, v) }

func (x *Screen) figRange(ci *model.Interval) string { return say.NumberRange(x.s.P, ci) }

// twoArms are the target and the zone blanche with all they need for a
// formula; false when one has no mean or no variance.
func twoArms(st *model.Statement) (a1, a0 model.StatementArm, ok bool) {
	if len(st.Arms) < 2 {
		return a1, a0, false
	}
	a1, a0 = st.Arms[0], st.Arms[1]
	return a1, a0, a1.Mean != nil && a0.Mean != nil && a1.Variance != nil && a0.Variance != nil && a1.Rate != nil && a0.Rate != nil
}
