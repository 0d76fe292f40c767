package roi

import (
	"math"

	"blanche/model"
	"blanche/ui/tui/widget/frame"
)

// linesPart are the other looks at the same customers; none of them changes
// the verdict.
func (x *Screen) linesPart(w int, st *model.Statement) []string {
	p, th := x.s.P, x.s.Th
	lines := []string{frame.Title(th, w, p.T("roi.lines.title"))}
	lines = append(lines, x.table(w, x.lineForest(st), []int{rangeW})...)
	lines = append(lines, "")
	for _, text := range x.remarks(st) {
		lines = append(lines, x.item(w, text)...)
	}
	if len(st.Overlaps) > 0 {
		lines = append(lines, "", frame.Title(th, w, p.T("roi.lines.overlaps")))
		lines = append(lines, x.overlaps(w, st)...)
	}
	return lines
}

// item is a remark behind a dot.
func (x *Screen) item(w int, text string) []string {
	lines := x.paragraph(w-2, x.s.Th.Text, text)
	for i, l := range lines {
		sign := "  "
		if i == 0 {
			sign = " " + x.s.Th.G.Bullet
		}
		lines[i] = sign + l[1:]
	}
	return lines
}

// lineForest is the estimate that decides, and the others.
func (x *Screen) lineForest(st *model.Statement) forest {
	p := x.s.P
	f := forest{marks: []float64{0}, head: []string{p.T("roi.screen.roi_range")}}
	if st.Money.Cost > 0 {
		f.even = st.Money.BreakEvenDelta
	}
	add := func(name string, diff *float64, ci, roi *model.Interval) {
		f.rows = append(f.rows, forestRow{name: name, diff: diff, ci: ci, style: x.sided(ci), more: []string{x.percentRange(roi)}})
	}
	add(p.T("roi.lines.decides"), st.Spend.Diff, st.Spend.CI, st.Money.ROICI)
	f.rows[0].bold, f.rows[0].style = true, x.tone(st)
	if l := st.Winsor; l != nil {
		add(p.T("roi.lines.winsor"), l.Diff, l.CI, l.ROICI)
	}
	if l := st.Stratified; l != nil {
		add(p.T("roi.lines.stratified"), l.Diff, l.CI, l.ROICI)
	}
	if l := st.Cuped; l != nil {
		add(p.T("roi.lines.cuped"), l.Diff, l.CI, l.ROICI)
	}
	if r := st.Reached; r != nil {
		add(p.T("roi.lines.reached"), r.Diff, r.CI, nil)
	}
	if s := st.Second; s != nil {
		add(p.T("roi.lines.second"), s.Diff, s.CI, nil)
		add(p.T("roi.lines.both"), s.Both, s.BothCI, s.ROICI)
	}
	return f
}

// remarks say in words what the other lines are, and what has no line.
func (x *Screen) remarks(st *model.Statement) []string {
	p := x.s.P
	var out []string
	if s := st.Split; s != nil {
		out = append(out, p.T("roi.lines.split_text", "buyers", x.signedEuros(s.Buyers), "baskets", x.signedEuros(s.Baskets)))
	}
	if l := st.Winsor; l != nil && l.Cap != nil {
		out = append(out, p.T("roi.lines.winsor_text", "cap", p.Euros(*l.Cap, 2)))
	}
	for _, l := range []struct {
		line *model.StatementLine
		key  string
	}{{st.Stratified, "roi.lines.stratified_text"}, {st.Cuped, "roi.lines.cuped_text"}} {
		if l.line != nil && l.line.Gain != nil {
			out = append(out, p.T(l.key, "gain", p.Percent(*l.line.Gain, 0)))
		}
	}
	if r := st.Reached; r != nil {
		out = append(out, p.T("roi.lines.reached_text", "target", p.Percent(r.TargetShare, 1), "holdout", p.Percent(r.HoldoutShare, 1)))
	}
	if s := st.Second; s != nil {
		out = append(out, p.T("roi.lines.second_text", "day", s.Day, "days", s.Days))
	}
	out = append(out, x.sinceClose(st)...)
	out = append(out, x.attribution(st)...)
	out = append(out, x.matched(st)...)
	for _, c := range st.Changes {
		out = append(out, p.T("roi.lines.change", "at", p.DateTime(c.At), "by", c.By, "field", x.field(c.Field), "from", c.From, "to", c.To))
	}
	return out
}

// field names what was changed.
//
//i18n:keys roi.lines.field.*
func (x *Screen) field(name string) string {
	if key := "roi.lines.field." + name; x.s.P.Has(key) {
		return x.s.P.T(key)
	}
	return name
}

// sinceClose is what came in after the close.
func (x *Screen) sinceClose(st *model.Statement) []string {
	s, p := st.SinceClose, x.s.P
	if s == nil || s.Target == 0 && s.Holdout == 0 {
		return nil
	}
	return []string{p.T("roi.lines.since", "at", p.Date(s.Close.At), "target", p.SignedMoneyShort(s.Target), "holdout", p.SignedMoneyShort(s.Holdout), "net", x.cents(s.Net))}
}

// attribution is what a rule of attribution credits, beside its measured bias.
func (x *Screen) attribution(st *model.Statement) []string {
	n, p := st.Naive, x.s.P
	if n == nil {
		return nil
	}
	if n.TrueShare == nil || n.TrueShareCI == nil {
		return []string{p.T("roi.lines.naive_unknown", "target", p.MoneyShort(n.Target), "roi", x.signedPercent(n.ROI))}
	}
	return []string{p.T("roi.lines.naive", "target", p.MoneyShort(n.Target), "roi", x.signedPercent(n.ROI),
		"share", p.Percent(*n.TrueShare, 0), "range", x.percentBetween(n.TrueShareCI))}
}

// matched says with whom a campaign is compared that left nobody alone.
func (x *Screen) matched(st *model.Statement) []string {
	m, p := st.Match, x.s.P
	if m == nil {
		return nil
	}
	out := []string{p.T("roi.lines.match", "compared", m.Compared, "planned", m.Planned, "untouched", m.Untouched)}
	if m.Gamma != nil {
		out = append(out, p.T("roi.lines.gamma", "gamma", p.Decimal(*m.Gamma, 2)))
	}
	if m.SeasonDiff != nil {
		out = append(out, p.T("roi.lines.season", "diff", p.SignedEuros(*m.SeasonDiff, 2), "range", x.eurosRange(m.SeasonCI)))
	}
	return out
}

// overlaps are the other campaigns in the window, and who got them.
func (x *Screen) overlaps(w int, st *model.Statement) []string {
	p, th := x.s.P, x.s.Th
	name := min(max(w-62, 14), 34)
	row := func(cells ...string) string {
		return "  " + frame.Fit(cells[0], name) + frame.FitRight(cells[1], 9) + frame.FitRight(cells[2], 13) + frame.FitRight(cells[3], 10) + frame.FitRight(cells[4], 26)
	}
	lines := []string{th.Header.Render(row("", p.T("roi.screen.target"), p.T("roi.screen.holdout"), p.T("roi.lines.chance"), p.T("roi.lines.adjusted")))}
	for _, o := range st.Overlaps {
		adjusted := x.unknown()
		if o.Adjusted != nil {
			adjusted = x.signedEuros(o.Adjusted) + " " + x.eurosRange(o.AdjustedCI)
		}
		lines = append(lines, row(x.s.Text(o.Campaign), share(x, o.TargetShare), share(x, o.HoldoutShare), x.small(o.P), adjusted))
	}
	return lines
}

func share(x *Screen, v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return x.unknown()
	}
	return x.s.P.Percent(v, 1)
}
