package roi

import (
	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/chart"
	"blanche/ui/tui/widget/empty"
	"blanche/ui/tui/widget/frame"
)

// The range of ROI that the common axis shows at most: beyond, an arrow.
const (
	axisLow  = -2
	axisHigh = 12
)

// View draws the list, one campaign, or the programme of a year.
func (x *Screen) View(w, h int) []string {
	switch {
	case !x.loaded:
		return frame.Block([]string{"", x.s.Th.Muted.Render("  " + x.s.P.T("roi.screen.measuring"))}, w, h)
	case x.open != "":
		if m, ok := x.shown(); ok {
			return x.sheet(w, h, m)
		}
		return empty.Lines(x.s.Th, x.s.P, w, h, x.s.P.T("roi.screen.unsent", "name", safe.Text(x.open)), action.New("roi.campaign", "c"))
	case x.year != nil:
		return x.viewYear(w, h)
	case len(x.all) == 0:
		return empty.Lines(x.s.Th, x.s.P, w, h, x.s.P.T("roi.screen.empty"), x.Actions()...)
	}
	return x.list(w, h)
}

// list draws the campaigns under each other, two lines each: who, verdict and
// ranges; then badges, and the range on an axis. Those without a zone blanche
// stand below, under an axis of their own.
func (x *Screen) list(w, h int) []string {
	p, th := x.s.P, x.s.Th
	columns := p.T("roi.list.columns")
	if w < netFrom {
		columns = p.T("roi.screen.roi_range")
	}
	lines := []string{frame.Title(th, w, p.T("roi.screen.title"), p.N("roi.screen.campaigns", len(x.order)), p.T(sortKeys[x.by]), columns)}
	if x.bar.Active() || x.bar.Text() != "" {
		lines = append(lines, x.bar.Line(w, p.N("roi.screen.campaigns", len(x.order))))
	}
	below := x.preview(w, h)
	room := max(h-len(lines)-len(below), 1)
	rows, at := x.rows(w)
	from := max(min(at+2-room, len(rows)-1), 0)
	for i := from; i < len(rows) && i < from+room; i++ {
		lines = append(lines, rows[i]())
	}
	return frame.Block(append(frame.Block(lines, w, h-len(below)), below...), w, h)
}

// rows are the lines of both tables, each made when it is seen, and the place
// of the line under the cursor.
func (x *Screen) rows(w int) (rows []func() string, at int) {
	var l listLayout
	for k, i := range x.order {
		m := &x.all[i]
		is := causal(&m.statement)
		if k == 0 || is != causal(&x.all[x.order[k-1]].statement) {
			l = x.layout(w, is)
			if !is {
				rows = append(rows, func() string {
					return frame.Title(x.s.Th, w, x.s.P.T("roi.list.indicative"), x.s.P.T("roi.list.indicative_note"))
				})
			}
			rows = append(rows, func() string { return x.header(w, l) })
		}
		l, under := l, m.line.Name == x.cursor
		if under {
			at = len(rows)
		}
		rows = append(rows, func() string { return x.over(under, x.first(w, l, m, under)) }, func() string { return x.over(under, x.second(w, l, m)) })
	}
	return rows, at
}

func (x *Screen) over(under bool, line string) string {
	if under {
		return x.s.Th.Selection.Over(line)
	}
	return line
}

// listLayout are the widths of one table and its axis.
type listLayout struct {
	name, net, badges int
	scale             chart.Scale
}

// Widths that do not depend on the terminal: a verdict, a range of ROI, a range
// of money.
const (
	verdictW = 24
	rangeW   = 21
	netW     = 26
)

// netFrom is the width from which there is room for the money too.
const netFrom = 110

func (x *Screen) layout(w int, is bool) listLayout {
	l := listLayout{name: w - 2 - 1 - verdictW - 1 - rangeW}
	if w >= netFrom {
		l.net = netW
		l.name -= netW + 1
	}
	l.name = max(l.name, 8)
	l.badges = max(w*2/5, 20)
	ends := []float64{0, -1}
	for _, i := range x.order {
		st := &x.all[i].statement
		if ci := st.Money.ROICI; ci != nil && causal(st) == is {
			ends = append(ends, max(ci.Low(), axisLow), min(ci.High(), axisHigh))
		}
	}
	l.scale = chart.FitScale(max(w-4-l.badges-2, 0), ends...)
	return l
}

// header names the columns, and the axis at the right of the second line of
// each campaign.
func (x *Screen) header(w int, l listLayout) string {
	head := frame.Fit("  "+x.s.P.T("roi.screen.campaign"), 4+l.badges)
	return frame.Fit(x.s.Th.Header.Render(head)+"  "+x.axis(l.scale), w)
}

func (x *Screen) axis(s chart.Scale) string { return chart.Axis(x.s.Th, s, x.marks(s)) }

// marks are the labels of an axis of ROI: zero, −100 %, and what fits.
func (x *Screen) marks(s chart.Scale) []chart.Mark {
	marks := []chart.Mark{{At: 0, Label: x.s.P.Percent(0, 0)}, {At: -1, Label: x.s.P.SignedPercent(-1, 0)}}
	for _, v := range s.Ticks(5) {
		if v != 0 && v != -1 {
			marks = append(marks, chart.Mark{At: v, Label: x.s.P.SignedPercent(v, 0)})
		}
	}
	return marks
}

// first is the line that says who, the verdict, euros, then percentages.
func (x *Screen) first(w int, l listLayout, m *measured, under bool) string {
	p, th, st := x.s.P, x.s.Th, &m.statement
	sign := "  "
	if under {
		sign = th.G.Cursor + " "
	}
	text := sign + frame.Fit(safe.Text(m.title()), l.name) + " "
	if m.err != nil {
		why, _ := say.Err(p, m.err)
		return frame.Fit(text+th.Muted.Render(safe.Text(why)), w)
	}
	text += x.tone(st).Render(frame.Fit(x.verdict(st), verdictW)) + " "
	if l.net > 0 {
		text += frame.FitRight(x.netRange(st), l.net) + " "
	}
	return frame.Fit(text+frame.FitRight(x.rangeOf(st), rangeW), w)
}

// second is the line of what the figures are worth, the badges and the range.
func (x *Screen) second(w int, l listLayout, m *measured) string {
	st := &m.statement
	if m.err != nil {
		return frame.Blank(w)
	}
	label := x.label(st)
	n := frame.Width(label)
	text := "    " + x.s.Th.Muted.Render(label) + "  " + x.badgeLine(l.badges-n-2, st) + "  "
	return frame.Fit(text+x.whisker(l.scale, st), w)
}

// verdict is the word of a statement; what no draw stands behind has none.
func (x *Screen) verdict(st *model.Statement) string {
	if !causal(st) && st.Verdict != model.VerdictTooEarly && st.Verdict != model.VerdictBlocked {
		return x.s.P.T("roi.list.no_verdict")
	}
	return say.Verdict(x.s.P, st.Verdict)
}

func (x *Screen) tone(st *model.Statement) theme.Style {
	if !causal(st) {
		return x.s.Th.Muted
	}
	return screen.VerdictTone(x.s.Th, st.Verdict)
}

// preview is the sentence of the campaign under the cursor.
func (x *Screen) preview(w, h int) []string {
	m, ok := x.shown()
	if !ok || m.err != nil || h < 14 || x.at() < 0 {
		return nil
	}
	lines := []string{frame.Rule(x.s.Th, w)}
	for _, l := range frame.Wrap(safe.Text(m.statement.Sentence), w-4) {
		lines = append(lines, frame.Fit("  "+l, w))
	}
	return lines[:min(len(lines), 5)]
}

// rangeOf is the range of the ROI, of the net margin where nothing was spent.
func (x *Screen) rangeOf(st *model.Statement) string {
	ci := st.Money.ROICI
	switch {
	case ci != nil:
		return x.s.P.Interval(x.s.P.SignedPercent(ci.Low(), 0), x.s.P.SignedPercent(ci.High(), 0))
	case st.Money.NetCI != nil:
		return x.s.P.T("roi.list.free")
	}
	return x.s.P.T("roi.screen.no_range")
}

func (x *Screen) netRange(st *model.Statement) string {
	if st.Money.NetCI == nil {
		return ""
	}
	return x.centsRange(st.Money.NetCI)
}

func (x *Screen) whisker(scale chart.Scale, st *model.Statement) string {
	money := &st.Money
	if money.ROI == nil || money.ROICI == nil || scale.W < 8 {
		return ""
	}
	return chart.Whisker(x.s.Th, x.tone(st), scale, chart.Point{Low: money.ROICI.Low(), Mid: *money.ROI, High: money.ROICI.High()}, 0, -1)
}
