package chart

import (
	"math"
	"strings"

	"github.com/NimbleMarkets/ntcharts/v2/canvas"
	"github.com/NimbleMarkets/ntcharts/v2/canvas/graph"
	"github.com/NimbleMarkets/ntcharts/v2/canvas/runes"

	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/frame"
)

// Point is an estimate with its interval. NaN is "not yet": the line stops.
type Point struct{ Low, Mid, High float64 }

// CurveData is one curve for the target, by day from 0 on, and one for the
// zone blanche. Either may be shorter than Days, or empty.
type CurveData struct {
	Target  []Point
	Blanche []float64
	Days    int // length of the axis; 0 takes that of the data
	YLabel  func(v float64) string
	XLabel  func(day int) string // "" draws none there
}

// Curve draws the data in exactly h lines of w cells: an axis on the left with
// rounded values, days under it, the band behind, the zone blanche as a
// white dotted line with rings, the target as a line: in braille where colours
// tell them and the band apart. Too small a place (under 20 by 4) is left
// blank.
func Curve(th *theme.Theme, w, h int, d CurveData) []string {
	days := max(d.Days, len(d.Target), len(d.Blanche))
	if w < 20 || h < 4 || days == 0 {
		return frame.Block(nil, w, h)
	}
	a := newAxis(d, h-1)
	labels, lw := a.labels(d.YLabel)
	plotW := w - lw - 2
	if plotW < 4 {
		return frame.Block(nil, w, h)
	}
	c := canvas.New(plotW, h-1)
	x := columns{w: plotW, days: days}
	inside := a.band(th, &c, x, d.Target)
	a.points(th, &c, x, d.Blanche)
	a.line(th, &c, x, d.Target)
	for _, p := range inside {
		c.SetCellStyle(p, ink(c.Cell(p).Style.Value()).onBand().style())
	}
	out := paint(&c, inks(th))
	for i := range out {
		sign := th.G.Bar
		switch {
		case i == h-2:
			sign = th.G.Cross
		case labels[i] != "":
			sign = th.G.WhiskerRight
		}
		out[i] = th.Muted.Render(frame.FitRight(labels[i], lw)+" "+sign) + out[i]
	}
	return append(out, th.Muted.Render(frame.Clip(frame.Blank(lw+2)+x.labels(d.XLabel), w)))
}

// axis maps values to rows: the bottom row is low, each row is step/perTick
// higher, so that every label stands exactly on its value.
type axis struct {
	rows    int
	low     float64
	step    float64
	perTick int
}

func newAxis(d CurveData, rows int) axis {
	low, high := 0.0, 0.0
	see := func(v float64) {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			low, high = math.Min(low, v), math.Max(high, v)
		}
	}
	for _, p := range d.Target {
		see(p.Low)
		see(p.Mid)
		see(p.High)
	}
	for _, v := range d.Blanche {
		see(v)
	}
	var best axis
	for perTick := 2; perTick <= max(min(4, rows-1), 2); perTick++ {
		a := fitAxis(low, high, rows, perTick)
		if best.step == 0 || a.top() < best.top()*0.95 {
			best = a
		}
	}
	return best
}

// fitAxis takes the least rounded step that holds low to high.
func fitAxis(low, high float64, rows, perTick int) axis {
	a := axis{rows: rows, perTick: perTick}
	for span := (high - low) * float64(perTick) / float64(max(rows-1, 1)); ; span = a.step * 1.01 {
		a.step = nice(span)
		a.low = math.Floor(low/a.step) * a.step
		if a.top() >= high {
			return a
		}
	}
}

// top is the value of the highest row.
func (a axis) top() float64 { return a.low + a.step*float64(a.rows-1)/float64(a.perTick) }

// nice is the smallest of 1, 2, 2.5, 5 times a power of ten that is not below x.
func nice(x float64) float64 {
	if x <= 0 || math.IsInf(x, 0) || math.IsNaN(x) {
		return 1
	}
	p := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 2.5, 5, 10} {
		if m*p >= x*(1-1e-9) {
			return m * p
		}
	}
	return 10 * p
}

// row is the row of a value from the top, clamped; false for no value.
func (a axis) row(v float64) (int, bool) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, false
	}
	up := int(math.Round((v - a.low) / a.step * float64(a.perTick)))
	return min(max(a.rows-1-up, 0), a.rows-1), true
}

// labels are the labels of the rows, and their width.
func (a axis) labels(label func(float64) string) ([]string, int) {
	out := make([]string, a.rows)
	w := 0
	for i := 0; i*a.perTick < a.rows && label != nil; i++ {
		s := label(a.low + float64(i)*a.step)
		out[a.rows-1-i*a.perTick] = s
		w = max(w, frame.Width(s))
	}
	return out, w
}

// band fills the cells between low and high of each column, and gives them.
func (a axis) band(th *theme.Theme, c *canvas.Model, x columns, pts []Point) (inside []canvas.Point) {
	style := inkBand.style()
	for col := range x.w {
		p, ok := x.at(col, pts)
		top, okHigh := a.row(p.High)
		bottom, okLow := a.row(p.Low)
		if !ok || !okHigh || !okLow {
			continue
		}
		for y := top; y <= bottom; y++ {
			inside = append(inside, canvas.Point{X: col, Y: y})
			c.SetRuneWithStyle(canvas.Point{X: col, Y: y}, first(th.BandGlyph), style)
		}
	}
	return inside
}

// points draws the zone blanche: a dotted line with a ring here and there, and at
// its last day; rings alone where nothing but shapes tells lines apart.
func (a axis) points(th *theme.Theme, c *canvas.Model, x columns, values []float64) {
	pts := make([]Point, len(values))
	for i, v := range values {
		pts[i] = Point{v, v, v}
	}
	style, apart := inkBlanche.style(), ringApart
	if !fine(th) {
		apart = 1
	} else {
		draw(c, a.trace(x, pts, 2), inkBlanche)
	}
	end := -1
	for col := range x.w {
		p, ok := x.at(col, pts)
		y, known := a.row(p.Mid)
		if !ok || !known {
			break
		}
		if end = col; col%apart == apart/2 {
			c.SetRuneWithStyle(canvas.Point{X: col, Y: y}, first(th.G.Ring), style)
		}
	}
	if p, ok := x.at(end, pts); ok && end >= 0 {
		if y, known := a.row(p.Mid); known {
			c.SetRuneWithStyle(canvas.Point{X: end, Y: y}, first(th.G.Ring), style)
		}
	}
}

// ringApart is how many columns there are from one ring to the next.
const ringApart = 8

// line draws the target and the dot at its last day.
func (a axis) line(th *theme.Theme, c *canvas.Model, x columns, pts []Point) {
	style := inkTarget.style()
	var rows []int
	for col := range x.w {
		p, ok := x.at(col, pts)
		y, isValue := a.row(p.Mid)
		if !ok || !isValue {
			break
		}
		rows = append(rows, y)
	}
	if len(rows) == 0 {
		return
	}
	if th.G.ASCII {
		for col, y := range rows {
			c.SetRuneWithStyle(canvas.Point{X: col, Y: y}, first(th.G.Dot), style)
		}
		return
	}
	if fine(th) {
		draw(c, a.trace(x, pts, 1), inkTarget)
	} else {
		graph.DrawLineSequence(c, false, 0, rows, runes.ArcLineStyle, style)
	}
	end := len(rows) - 1
	c.SetRuneWithStyle(canvas.Point{X: end, Y: rows[end]}, first(th.G.Dot), style)
}

// columns maps days to columns: the first day is the first column, the last
// one the last.
type columns struct{ w, days int }

// at is the value of a column, between its two days; false beyond the data.
func (x columns) at(col int, pts []Point) (Point, bool) {
	if len(pts) == 0 {
		return Point{}, false
	}
	t := 0.0
	if x.days > 1 {
		t = float64(col) * float64(x.days-1) / float64(x.w-1)
	}
	i := int(t + 1e-9)
	if t > float64(len(pts)-1)+1e-9 {
		return Point{}, false
	}
	if i+1 >= len(pts) {
		return pts[len(pts)-1], true
	}
	f := t - float64(i)
	p, q := pts[i], pts[i+1]
	return Point{mix(p.Low, q.Low, f), mix(p.Mid, q.Mid, f), mix(p.High, q.High, f)}, true
}

// mix is NaN only when the side that counts is.
func mix(a, b, f float64) float64 {
	if f < 1e-9 {
		return a
	}
	return a + (b-a)*f
}

func (x columns) column(day int) int {
	if x.days <= 1 {
		return 0
	}
	return int(math.Round(float64(day) * float64(x.w-1) / float64(x.days-1)))
}

// labels is the line under the axis: as many days as fit at an even stride,
// each beginning at its column, the last one pulled in.
func (x columns) labels(label func(int) string) string {
	if label == nil {
		return ""
	}
	for _, stride := range []int{1, 2, 5, 7, 10, 14, 30, 60, 90, 180, 365} {
		if s, ok := x.labelsEvery(stride, label); ok {
			return s
		}
	}
	return label(0)
}

func (x columns) labelsEvery(stride int, label func(int) string) (string, bool) {
	var b strings.Builder
	used := 0
	for day := 0; day < x.days; day += stride {
		s := label(day)
		n := frame.Width(s)
		at := min(x.column(day), x.w-n)
		if day > 0 && at < used+1 {
			return "", false
		}
		b.WriteString(frame.Blank(at - used))
		b.WriteString(s)
		used = max(at, used) + n
	}
	return b.String(), true
}
