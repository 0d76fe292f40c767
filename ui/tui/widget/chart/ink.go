package chart

import (
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/NimbleMarkets/ntcharts/v2/canvas"

	"blanche/ui/tui/theme"
)

// ink names what a cell of the canvas is drawn with. The canvas carries it as
// the string of a bare style, and paint turns it into a style of the theme:
// so runs of cells share one opening sequence, and no colour is named here.
type ink string

const (
	inkAxis    ink = "axis"
	inkBand    ink = "band"
	inkTarget  ink = "target"
	inkBlanche ink = "blanche"
	inkMain    ink = "main"

	inkTargetOnBand  ink = "target+band"
	inkBlancheOnBand ink = "blanche+band"
)

func (k ink) style() lipgloss.Style { return lipgloss.NewStyle().SetString(string(k)) }

// paint reads a canvas into lines of exactly its width.
func paint(c *canvas.Model, styles map[ink]theme.Style) []string {
	lines := make([]string, c.Height())
	for y := range lines {
		var line, run strings.Builder
		current := ink("")
		flush := func() {
			styles[current].Append(&line, run.String())
			run.Reset()
		}
		for x := range c.Width() {
			cell := c.Cell(canvas.Point{X: x, Y: y})
			r, k := cell.Rune, ink(cell.Style.Value())
			if r == 0 {
				r, k = ' ', ""
			}
			if k != current {
				flush()
				current = k
			}
			run.WriteRune(r)
		}
		flush()
		lines[y] = line.String()
	}
	return lines
}

func inks(th *theme.Theme) map[ink]theme.Style {
	return map[ink]theme.Style{
		inkAxis: th.Muted, inkBand: th.Band, inkTarget: th.Accent, inkBlanche: th.Blanche, inkMain: th.Accent,
		inkTargetOnBand: th.AccentOnBand, inkBlancheOnBand: th.BlancheOnBand,
	}
}

// onBand is the ink of a cell that stands on the band.
func (k ink) onBand() ink {
	switch k {
	case inkTarget:
		return inkTargetOnBand
	case inkBlanche:
		return inkBlancheOnBand
	}
	return k
}

// first is the rune of a glyph.
func first(glyph string) rune {
	for _, r := range glyph {
		return r
	}
	return ' '
}
