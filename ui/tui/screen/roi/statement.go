package roi

import (
	"math"

	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/chart"
	"blanche/ui/tui/widget/frame"
)

// statement draws one campaign in full: the sentence first.
func (x *Screen) statement(w, h int, m measured) []string {
	p, th, st := x.s.P, x.s.Th, &m.statement
	title := m.line.Title
	if title == "" {
		title = m.line.Name
	}
	if m.err != nil {
		why, hint := say.Err(p, m.err)
		lines := append([]string{frame.Title(th, w, p.T("app.tab.roi"), safe.Text(title)), ""}, frame.Wrap("  "+why, w)...)
		return frame.Block(append(lines, th.Muted.Render("  "+hint)), w, h)
	}
	window := p.T("roi.screen.window_open", "day", st.Day, "days", st.Window.Days)
	if st.Window.Closed {
		window = p.T("roi.screen.window_closed", "days", st.Window.Days)
	}
	lines := []string{frame.Title(th, w, p.T("app.tab.roi"), safe.Text(title), window, p.T("roi.screen.label."+string(st.Label)))} //i18n:keys roi.screen.label.*
	lines = append(lines, x.sentence(w, h, st)...)
	lines = append(lines, x.arms(w, st)...)
	lines = append(lines, x.money(w, st)...)
	if rest := h - len(lines); rest >= 4 {
		lines = append(lines, x.below(w, rest, m)...)
	}
	return frame.Block(lines, w, h)
}

// sentence is the verdict and what it means, in the words of a decision.
func (x *Screen) sentence(w, h int, st *model.Statement) []string {
	verdict := screen.VerdictTone(x.s.Th, st.Verdict)
	text := say.Verdict(x.s.P, st.Verdict) + ". " + safe.Text(st.Sentence)
	lines := frame.Wrap(text, w-4)
	for i, l := range lines {
		if i == 0 {
			word := say.Verdict(x.s.P, st.Verdict)
			if len(l) >= len(word) && l[:len(word)] == word {
				l = verdict.Render(word) + l[len(word):]
			}
		}
		lines[i] = frame.Fit("  "+l, w)
	}
	if h >= 20 {
		lines = append(lines, frame.Blank(w))
	}
	return lines
}

// arms is the table of both groups, with the ROI on its axis beside it where
// there is room.
func (x *Screen) arms(w int, st *model.Statement) []string {
	p, th := x.s.P, x.s.Th
	const tableW = 73
	right := max(w-tableW-2, 0)
	side := x.roiAxis(right, st)
	row := func(i int, style theme.Style, cells ...string) string {
		line := "  " + frame.Fit(cells[0], 16)
		for j, c := range cells[1:] {
			if w >= tableW || j >= 2 { // in a narrow place the ranges stay, the counts go
				line += frame.FitRight(c, armColumns[j])
			}
		}
		line = style.Render(frame.Fit(line, min(w, tableW)))
		if i < len(side) {
			line += "  " + side[i]
		}
		return frame.Fit(line, w)
	}
	lines := []string{row(0, th.Header, "", p.T("roi.screen.customers"), p.T("roi.screen.buyers"), p.T("roi.screen.rate"), p.T("roi.screen.spend"))}
	for i, a := range st.Arms {
		style, name := th.Accent, p.T("roi.screen.target")
		if a.Arm == model.ArmHoldout {
			style, name = th.Blanche, p.T("roi.screen.holdout")
		}
		lines = append(lines, row(i+1, style, name, p.Int(a.Customers), p.Int(a.Buyers), x.percent(a.Rate, 2), x.euros(a.Mean)))
	}
	more := ""
	if st.Money.IncrementalBuyers != nil {
		more = p.SignedDecimal(math.Round(*st.Money.IncrementalBuyers), 0)
	}
	lines = append(lines, row(3, th.Text, p.T("roi.screen.diff"), "", more, x.points(st.Buyers.Diff), x.signedEuros(st.Spend.Diff)))
	return append(lines, row(4, th.Muted, p.T("roi.screen.interval"), "", "", x.pointsRange(st.Buyers.CI), x.eurosRange(st.Spend.CI)))
}

// armColumns are the widths of the figures of the table of both groups.
var armColumns = [...]int{9, 10, 17, 19}

// roiAxis is the interval of the ROI over its axis, with zero and what
// attribution by window would have said.
func (x *Screen) roiAxis(w int, st *model.Statement) []string {
	p, th := x.s.P, x.s.Th
	if w < 24 || st.Money.ROICI == nil || st.Money.ROI == nil {
		return nil
	}
	ends := []float64{-1, 0, st.Money.ROICI.Low(), st.Money.ROICI.High()}
	if st.Money.NaiveROI != nil {
		ends = append(ends, min(*st.Money.NaiveROI, st.Money.ROICI.High()*1.5+1))
	}
	s := chart.FitScale(w, ends...)
	out := []string{chart.Axis(th, s, x.marks(s)), x.whisker(s, st, screen.VerdictTone(th, st.Verdict))}
	if st.Money.NaiveROI != nil {
		out = append(out, chart.Dot(th, th.Muted, s, *st.Money.NaiveROI, p.SignedPercent(*st.Money.NaiveROI, 0)))
		out = append(out, th.Muted.Render(frame.FitRight(p.T("roi.screen.naive"), w)))
	}
	return out
}

// money is the sum, always with its range.
func (x *Screen) money(w int, st *model.Statement) []string {
	p, th, m := x.s.P, x.s.Th, &st.Money
	if m.IncrementalRevenue == nil || m.IncrementalMargin == nil || m.Net == nil {
		return []string{frame.Blank(w)}
	}
	sum := p.T("roi.screen.sum", "revenue", p.SignedMoneyShort(*m.IncrementalRevenue), "margin", p.Percent(m.Margin, 0),
		"gain", p.SignedMoneyShort(*m.IncrementalMargin), "cost", p.MoneyShort(m.Cost), "net", p.SignedMoneyShort(*m.Net))
	lines := []string{frame.Fit("  "+sum, w)}
	var parts []string
	if m.ROI != nil && m.ROICI != nil {
		parts = append(parts, p.T("roi.screen.roi", "roi", p.SignedPercent(*m.ROI, 0), "range", x.rangeOf(st)))
	}
	if m.NetCI != nil {
		parts = append(parts, p.T("roi.screen.net", "range", p.Interval(p.SignedMoneyShort(m.NetCI[0]), p.SignedMoneyShort(m.NetCI[1]))))
	}
	if m.PROIPositive != nil {
		parts = append(parts, p.T("roi.screen.chance", "p", x.chance(*m.PROIPositive)))
	}
	return append(lines, frame.Fit("  "+screen.VerdictTone(th, st.Verdict).Render(asManyAsFit(w-3, parts)), w))
}

// asManyAsFit joins the parts that have room whole: a range is never cut.
func asManyAsFit(w int, parts []string) string {
	line := ""
	for i, part := range parts {
		if i > 0 {
			part = "   " + part
		}
		if frame.Width(line)+frame.Width(part) > w {
			break
		}
		line += part
	}
	return line
}

// below is the curve by day with the guards beside it, or the formulas.
func (x *Screen) below(w, h int, m measured) []string {
	if x.help {
		lines := []string{frame.Title(x.s.Th, w, x.s.P.T("roi.screen.formulas"))}
		for _, l := range frame.Wrap(x.s.P.T("roi.screen.formulas_text"), w-4) {
			lines = append(lines, "  "+l)
		}
		return frame.Block(lines, w, h)
	}
	if w < 100 {
		if h < 9 {
			return frame.Block(x.guards(w, m, h), w, h)
		}
		guards := x.guards(w, m, min(5, h/3))
		return frame.Stack(w, h, x.painted(w, h-len(guards), m), guards)
	}
	left := w * 3 / 5
	return frame.Beside(x.painted(left, h, m), left, frame.Block(x.guards(w-left-2, m, h), w-left-2, h), w-left-2, "  ")
}

// guards are what was checked before anything is concluded, worst first.
func (x *Screen) guards(w int, m measured, most int) []string {
	p, th, st := x.s.P, x.s.Th, &m.statement
	lines := []string{frame.Title(th, w, p.T("roi.screen.guards"))}
	for _, level := range []model.Level{model.LevelStop, model.LevelWarn, model.LevelInfo, model.LevelOK} {
		for _, g := range st.Guards {
			if g.Level != level {
				continue
			}
			for i, l := range frame.Wrap(safe.Text(g.Message), w-3) {
				sign := " "
				if i == 0 {
					sign = guardSign(th, level)
				}
				if len(lines) < most {
					lines = append(lines, frame.Fit(" "+sign+" "+l, w))
				}
			}
		}
	}
	if c := st.Money.HoldoutCost; c != nil && len(lines) < most {
		lines = append(lines, th.Muted.Render(frame.Fit(" "+p.T("roi.screen.price", "cost", p.MoneyShort(*c)), w)))
	}
	return lines
}

func guardSign(th *theme.Theme, l model.Level) string {
	switch l {
	case model.LevelStop:
		return th.Danger.Render(th.G.Fail)
	case model.LevelWarn:
		return th.Warn.Render(th.G.Alert)
	case model.LevelInfo:
		return th.Accent.Render(th.G.Dot)
	}
	return th.Good.Render(th.G.Check)
}

// painted is the curve of cumulated revenue per customer, painted once for
// each set of data, size, language and theme.
func (x *Screen) painted(w, h int, m measured) []string {
	key := paintKey{x.req, m.line.Name, w, h, x.s.P.Lang(), x.s.Th}
	if x.curve.key != key {
		x.curve = painted{key: key, lines: x.paint(w, h, &m.statement)}
	}
	return x.curve.lines
}

func (x *Screen) paint(w, h int, st *model.Statement) []string {
	p := x.s.P
	d := chart.CurveData{
		Days:   st.Window.Days,
		YLabel: func(v float64) string { return p.Euros(v, 2) },
		XLabel: func(day int) string { return p.T("roi.screen.day", "n", day+1) },
	}
	for _, c := range st.Curve {
		pt := chart.Point{Low: math.NaN(), Mid: c.Target, High: math.NaN()}
		if c.Low != nil && c.High != nil {
			pt.Low, pt.High = c.Holdout+*c.Low, c.Holdout+*c.High
		}
		d.Target = append(d.Target, pt)
		d.Blanche = append(d.Blanche, c.Holdout)
	}
	title := frame.Title(x.s.Th, w, p.T("roi.screen.curve"))
	if len(st.Curve) == 0 {
		return frame.Block([]string{title, x.s.Th.Muted.Render("  " + p.T("roi.screen.no_curve"))}, w, h)
	}
	return frame.Block(append([]string{title}, chart.Curve(x.s.Th, w, h-1, clipBand(d))...), w, h)
}

// clipBand keeps the wide band of the first days from flattening the curves.
func clipBand(d chart.CurveData) chart.CurveData {
	top := 0.0
	for i, t := range d.Target {
		top = max(top, t.Mid, d.Blanche[i])
	}
	if n := len(d.Target); n > 0 && !math.IsNaN(d.Target[n-1].High) {
		top = max(top, min(d.Target[n-1].High, 3*top))
	}
	for i := range d.Target {
		d.Target[i].High = min(d.Target[i].High, top*1.05)
		d.Target[i].Low = max(d.Target[i].Low, -top*0.25)
	}
	return d
}
