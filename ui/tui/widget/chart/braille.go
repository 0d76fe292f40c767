package chart

import (
	"math"

	"github.com/NimbleMarkets/ntcharts/v2/canvas"

	"blanche/ui/tui/theme"
)

// trace is a line of braille dots on a plot of cells: two dots wide and four
// high in each, so that a slope is seen between two rows.
type trace struct {
	cells map[canvas.Point]rune
	last  int // row of the dot before
	drawn bool
}

// fine reports that lines are drawn in braille: the band is a background, and
// colours tell the lines apart.
func fine(th *theme.Theme) bool { return !th.G.ASCII && th.BandGlyph == " " }

// brailleBits are the dots of a cell by column and row.
var brailleBits = [2][4]rune{{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}

func (t *trace) dot(x, y int) {
	p := canvas.Point{X: x / 2, Y: y / 4}
	t.cells[p] |= brailleBits[x%2][y%4]
}

// to goes on to a dot, through those between it and the one before.
func (t *trace) to(x, y int) {
	from := y
	if t.drawn {
		from = t.last
	}
	step := 1
	if from > y {
		step = -1
	}
	for at := from; at != y; at += step {
		if at != from { // the dot before is of its own column
			t.dot(x, at)
		}
	}
	t.dot(x, y)
	t.last, t.drawn = y, true
}

// dots is the row of a value from the top in quarters of a cell, clamped; false
// for no value.
func (a axis) dots(v float64) (int, bool) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, false
	}
	up := (v - a.low) / a.step * float64(a.perTick)
	y := int(math.Round((float64(a.rows-1)-up)*4 + 1.5))
	return min(max(y, 0), 4*a.rows-1), true
}

// trace is the line of the middles of some points; each is every how many dots
// one is drawn, 1 for a whole line.
func (a axis) trace(x columns, pts []Point, each int) map[canvas.Point]rune {
	half := columns{w: 2 * x.w, days: x.days}
	t := trace{cells: map[canvas.Point]rune{}}
	for col := range half.w {
		p, ok := half.at(col, pts)
		y, known := a.dots(p.Mid)
		if !ok || !known {
			break
		}
		switch {
		case each == 1: // two dots thick: a whole line beside a dotted one
			t.to(col, y)
			t.dot(col, min(y+1, 4*a.rows-1))
		case col%each == 0:
			t.dot(col, y)
		}
	}
	return t.cells
}

// draw puts a trace on a canvas; the dots of another one in the same cell are
// kept beside its own.
func draw(c *canvas.Model, cells map[canvas.Point]rune, k ink) {
	for p, bits := range cells {
		if was := c.Cell(p).Rune; was > 0x2800 && was < 0x2900 {
			bits |= was - 0x2800
		}
		c.SetRuneWithStyle(p, 0x2800+bits, k.style())
	}
}
