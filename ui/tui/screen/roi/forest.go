package roi

import (
	"math"

	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/chart"
	"blanche/ui/tui/widget/frame"
)

// forest is a table of differences, each with its range on one common axis.
type forest struct {
	head  []string // of the columns after the range
	rows  []forestRow
	marks []float64 // zero, and the break-even where it means the same to all
	even  *float64
}

// forestRow is one difference in euros for each customer.
type forestRow struct {
	name  string // not yet sanitized
	diff  *float64
	ci    *model.Interval
	more  []string // of the columns after the range
	style theme.Style
	bold  bool // the one that decides
}

// Widths of a forest: a difference, its range, the narrowest axis.
const (
	diffW   = 10
	forestW = 18
	plotMin = 12
)

// table draws a forest in lines of w cells. Columns that have no room go, the
// last first; the ranges and the axis stay.
func (x *Screen) table(w int, f forest, columns []int) []string {
	p, th := x.s.P, x.s.Th
	name := 12
	for _, r := range f.rows {
		name = max(name, frame.Width(safe.Text(r.name)))
	}
	name = min(name, max(w/4, 14))
	used := 2 + name + diffW + 1 + forestW
	kept := 0
	for _, c := range columns {
		if used+c+2+plotMin > w {
			break
		}
		used, kept = used+c, kept+1
	}
	s := chart.FitScale(max(w-used-2, 0), f.ends()...)
	marks, labels := x.forestMarks(f)
	line := func(style theme.Style, first, diff, between string, more []string, plot string) string {
		text := "  " + frame.Fit(first, name) + frame.FitRight(diff, diffW) + " " + frame.FitRight(between, forestW)
		for i := range kept {
			cell := ""
			if i < len(more) {
				cell = more[i]
			}
			text += frame.FitRight(cell, columns[i])
		}
		return frame.Fit(style.Render(text)+"  "+plot, w)
	}
	lines := []string{line(th.Header, "", p.T("roi.screen.diff"), p.T("roi.forest.range"), f.head, chart.Axis(th, s, labels))}
	for _, r := range f.rows {
		plot := ""
		if s.W >= plotMin {
			plot = chart.Whisker(th, r.style, s, r.point(), marks...)
		}
		text := th.Text
		if r.bold {
			text = th.Title
		}
		lines = append(lines, line(text, safe.Text(r.name), x.signedEuros(r.diff), x.eurosRange(r.ci), r.more, plot))
	}
	return lines
}

// forestMarks are the marks of the axis and their labels, the longest that fits
// first.
func (x *Screen) forestMarks(f forest) ([]float64, []chart.Mark) {
	p, labels := x.s.P, []chart.Mark{{At: 0, Label: "0"}}
	if f.even == nil {
		return f.marks, labels
	}
	euros := p.Euros(*f.even, 2)
	labels = append(labels, chart.Mark{At: *f.even, Label: p.T("roi.plot.even", "euros", euros)}, chart.Mark{At: *f.even, Label: euros})
	return append(f.marks[:len(f.marks):len(f.marks)], *f.even), labels
}

// ends are what the axis must hold: every range, within three times the one of
// the middle width, beyond which arrows say that it goes on.
func (f *forest) ends() []float64 {
	ends := []float64{0}
	if f.even != nil {
		ends = append(ends, *f.even)
	}
	least := math.Inf(1)
	for _, r := range f.rows {
		if r.ci != nil && r.diff != nil {
			least = min(least, max(r.ci.High()-*r.diff, *r.diff-r.ci.Low()))
		}
	}
	for _, r := range f.rows {
		if r.ci != nil && r.diff != nil {
			ends = append(ends, max(r.ci.Low(), *r.diff-6*least), min(r.ci.High(), *r.diff+6*least))
		}
	}
	return ends
}

func (r *forestRow) point() chart.Point {
	if r.diff == nil || r.ci == nil {
		return chart.Point{Low: math.NaN(), Mid: math.NaN(), High: math.NaN()}
	}
	return chart.Point{Low: r.ci.Low(), Mid: *r.diff, High: r.ci.High()}
}

// paragraph is a text wrapped under a table.
func (x *Screen) paragraph(w int, style theme.Style, text string) []string {
	var out []string
	for _, l := range frame.Wrap(safe.Text(text), max(w-4, 1)) {
		out = append(out, "  "+style.Render(l))
	}
	return out
}

// sided is the tone of a range: on one side of zero, or not.
func (x *Screen) sided(ci *model.Interval) theme.Style {
	switch {
	case ci == nil:
		return x.s.Th.Muted
	case ci.Low() > 0:
		return x.s.Th.Good
	case ci.High() < 0:
		return x.s.Th.Danger
	}
	return x.s.Th.Accent
}
