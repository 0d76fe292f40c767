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

// View draws the list, or one statement in full.
func (x *Screen) View(w, h int) []string {
	if !x.loaded {
		return frame.Block([]string{"", x.s.Th.Muted.Render("  " + x.s.P.T("roi.screen.measuring"))}, w, h)
	}
	if x.open != "" {
		if m, ok := x.shown(); ok {
			return x.statement(w, h, m)
		}
		return empty.Lines(x.s.Th, x.s.P, w, h, x.s.P.T("roi.screen.unsent", "name", safe.Text(x.open)), action.New("roi.campaign", "c"))
	}
	if len(x.all) == 0 {
		return empty.Lines(x.s.Th, x.s.P, w, h, x.s.P.T("roi.screen.empty"), x.Actions()...)
	}
	return x.list(w, h)
}

func (x *Screen) list(w, h int) []string {
	p, th := x.s.P, x.s.Th
	name := x.nameWidth(w)
	table := name + 51
	axisW := max(w-table-1, 0)
	scale := x.scale(axisW)
	lines := []string{frame.Title(th, w, p.T("roi.screen.title"), p.N("roi.screen.campaigns", len(x.all)))}
	head := "  " + frame.Fit(p.T("roi.screen.campaign"), name) + " " + frame.Fit(p.T("roi.screen.verdict"), 24) + " " + frame.Fit(p.T("roi.screen.range"), 20)
	lines = append(lines, th.Header.Render(frame.Fit(head, min(w, table)))+frame.Fit(" "+x.axis(scale), max(w-table, 0)))
	below := x.preview(w, h)
	room := max(h-2-len(below), 1)
	from := max(x.cursor-room+1, 0)
	for i := from; i < len(x.all) && i < from+room; i++ {
		lines = append(lines, x.row(w, name, i, scale))
	}
	return frame.Block(append(lines, below...), w, h)
}

// nameWidth is what the names get: what the other columns leave, within reason.
func (x *Screen) nameWidth(w int) int { return max(min(w-52, 30), 10) }

// preview is the sentence of the campaign under the cursor.
func (x *Screen) preview(w, h int) []string {
	m, ok := x.shown()
	if !ok || m.err != nil || h < 10 {
		return nil
	}
	lines := []string{frame.Blank(w)}
	for _, l := range frame.Wrap(safe.Text(m.statement.Sentence), w-4) {
		lines = append(lines, frame.Fit("  "+l, w))
	}
	return lines[:min(len(lines), 5)]
}

func (x *Screen) scale(w int) chart.Scale {
	ends := []float64{0}
	for _, m := range x.all {
		if ci := m.statement.Money.ROICI; ci != nil {
			ends = append(ends, max(ci.Low(), axisLow), min(ci.High(), axisHigh))
		}
	}
	return chart.FitScale(w, ends...)
}

func (x *Screen) axis(s chart.Scale) string {
	if s.W < 12 {
		return ""
	}
	return chart.Axis(x.s.Th, s, x.marks(s))
}

// marks are the labels of the axis: zero, −100 %, and what fits.
func (x *Screen) marks(s chart.Scale) []chart.Mark {
	marks := []chart.Mark{{At: 0, Label: "0"}, {At: -1, Label: x.s.P.SignedPercent(-1, 0)}}
	for _, v := range s.Ticks(5) {
		if v != 0 && v != -1 {
			marks = append(marks, chart.Mark{At: v, Label: x.s.P.SignedPercent(v, 0)})
		}
	}
	return marks
}

func (x *Screen) row(w, nameW, i int, scale chart.Scale) string {
	p, th, m := x.s.P, x.s.Th, x.all[i]
	st := &m.statement
	name := m.line.Title
	if name == "" {
		name = m.line.Name
	}
	sign := "  "
	if i == x.cursor {
		sign = th.G.Cursor + " "
	}
	text := sign + frame.Fit(safe.Text(name), nameW) + " "
	if m.err != nil {
		why, _ := say.Err(p, m.err)
		return frame.Fit(text+th.Muted.Render(safe.Text(why)), w)
	}
	style := screen.VerdictTone(th, st.Verdict)
	text += style.Render(frame.Fit(say.Verdict(p, st.Verdict), 24)) + " " + frame.Fit(x.rangeOf(st), 20)
	if scale.W >= 12 {
		text = frame.Fit(text, nameW+52) + x.whisker(scale, st, style)
	}
	line := frame.Fit(text, w)
	if i == x.cursor {
		return th.Selection.Over(line)
	}
	return line
}

func (x *Screen) rangeOf(st *model.Statement) string {
	if st.Money.ROICI == nil {
		return x.s.P.T("roi.screen.no_range")
	}
	ci := st.Money.ROICI
	return x.s.P.Interval(x.s.P.SignedPercent(ci.Low(), 0), x.s.P.SignedPercent(ci.High(), 0))
}

func (x *Screen) whisker(scale chart.Scale, st *model.Statement, style theme.Style) string {
	if st.Money.ROI == nil || st.Money.ROICI == nil {
		return ""
	}
	ci := st.Money.ROICI
	return chart.Whisker(x.s.Th, style, scale, chart.Point{Low: ci.Low(), Mid: *st.Money.ROI, High: ci.High()}, 0)
}
