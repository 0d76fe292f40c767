package report

import (
	"math"
	"strconv"
)

// chart is a drawing of marks on a sheet of H pixels whose width is that of the
// page: places along it are in percent, so that a text keeps its size on a
// telephone. Its title and description stand for it where it is not seen.
type chart struct {
	ID, Title, Desc string
	H               int
	Marks           []mark
}

// mark is one sign: a line, a text, a dot, a box or a path. X and X2 are places
// along the sheet ("12.50%"), Y and Y2 pixels from the top.
type mark struct {
	Kind, Class, Anchor, Text, Path string
	X, X2                           string
	Y, Y2                           int
	W                               string // of a box
}

func (c *chart) line(class string, x, x2 float64, y, y2 int) {
	c.Marks = append(c.Marks, mark{Kind: "line", Class: class, X: percent(x), X2: percent(x2), Y: y, Y2: y2})
}

func (c *chart) dot(class string, x float64, y int) {
	c.Marks = append(c.Marks, mark{Kind: "dot", Class: class, X: percent(x), Y: y})
}

func (c *chart) box(class string, x, x2 float64, y, h int) {
	if x2 > x {
		c.Marks = append(c.Marks, mark{Kind: "box", Class: class, X: percent(x), W: percent(x2 - x), Y: y, Y2: h})
	}
}

func (c *chart) text(class, anchor string, x float64, y int, text string) {
	c.Marks = append(c.Marks, mark{Kind: "text", Class: class, Anchor: anchor, X: percent(x), Y: y, Text: text})
}

// label is a text under or over a place, which leans inwards near an edge.
func (c *chart) label(class string, x float64, y int, text string) {
	anchor := "middle"
	switch half := 100 * 3.4 * float64(len([]rune(text))) / narrowest; {
	case x < half:
		anchor = "start"
	case x > 100-half:
		anchor = "end"
	}
	c.text(class, anchor, x, y, text)
}

// path is drawn on a sheet of its own of 100 by 100, stretched over the width
// and over y to y+h.
func (c *chart) path(class, d string, y, h int) {
	c.Marks = append(c.Marks, mark{Kind: "path", Class: class, Path: d, Y: y, Y2: h})
}

// narrowest is the width, in pixels, on which labels must not lie over each
// other: that of the text of a page on a telephone.
const narrowest = 340.0

func percent(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) + "%" }

// axis carries values to places along a sheet.
type axis struct{ low, high float64 }

// over is an axis that holds all values, with some air at both ends.
func over(values ...float64) axis {
	a := axis{math.Inf(1), math.Inf(-1)}
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			a.low, a.high = math.Min(a.low, v), math.Max(a.high, v)
		}
	}
	if !(a.high > a.low) {
		a = axis{math.Min(a.low, 0) - 1, math.Max(a.high, 0) + 1}
		if math.IsInf(a.low, 0) || math.IsInf(a.high, 0) {
			a = axis{-1, 1}
		}
	}
	air := 0.04 * (a.high - a.low)
	return axis{a.low - air, a.high + air}
}

// at is the place of a value, kept on the sheet.
func (a axis) at(v float64) float64 {
	return math.Max(0, math.Min(100, 100*(v-a.low)/(a.high-a.low)))
}

// off reports a value beyond the sheet.
func (a axis) off(v float64) bool { return v < a.low || v > a.high }

// ticks are round values on the axis: about n of them.
func (a axis) ticks(n int) []float64 {
	raw := (a.high - a.low) / float64(n)
	unit := math.Pow(10, math.Floor(math.Log10(raw)))
	step := unit
	for _, k := range []float64{2, 5, 10} {
		if step < raw {
			step = k * unit
		}
	}
	var out []float64
	for k := math.Ceil(a.low / step); k*step <= a.high; k++ {
		out = append(out, k*step)
	}
	return out
}
