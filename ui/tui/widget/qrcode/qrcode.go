package qrcode

import (
	"strings"

	"rsc.io/qr"

	"blanche/ui/tui/theme"
)

// The quiet zone around a code, in modules: that of the standard, and the least
// with which telephones still find it.
const (
	quiet = 4
	tight = 2
)

// Code is a text as modules.
type Code struct{ code *qr.Code }

// New makes a code that fits, when it can, in w cells by h lines: the stronger
// correction (M) rather than the weaker (L). An error: the text is too long for
// any code.
func New(text string, w, h int) (Code, error) {
	strong, err := qr.Encode(text, qr.M)
	if err == nil && fits(strong.Size+2*tight, w, h) {
		return Code{strong}, nil
	}
	weak, err := qr.Encode(text, qr.L)
	return Code{weak}, err
}

func fits(size, w, h int) bool { return size <= w && (size+1)/2 <= h }

// Room is how many cells and lines the code takes at least.
func (c Code) Room() (w, h int) {
	n := c.code.Size + 2*tight
	return n, (n + 1) / 2
}

// Lines draws the code, with as much of its quiet zone as there is room for; nil
// when it does not fit in w cells by h lines, or the terminal has no blocks.
func (c Code) Lines(th *theme.Theme, w, h int) []string {
	around := quiet
	if !fits(c.code.Size+2*quiet, w, h) {
		around = tight
	}
	size := c.code.Size + 2*around
	if th.G.ASCII || !fits(size, w, h) {
		return nil
	}
	p := paperOf(th)
	lines := make([]string, 0, (size+1)/2)
	for y := -around; y < c.code.Size+around; y += 2 {
		var b strings.Builder
		for x := -around; x < c.code.Size+around; x++ {
			b.WriteString(p.cell(c.code.Black(x, y), c.code.Black(x, y+1)))
		}
		lines = append(lines, p.open+b.String()+p.end)
	}
	return lines
}

// paper is what the code is drawn on.
type paper struct {
	open, end string
	inverse   bool // ink is what stays empty: a terminal that is dark, without colours
}

func paperOf(th *theme.Theme) paper {
	if th.Colorless() {
		return paper{inverse: !th.Options.Light}
	}
	open, end := th.Paper()
	return paper{open: open, end: end}
}

// cell is two modules, one above the other.
func (p paper) cell(above, below bool) string {
	switch above, below = above != p.inverse, below != p.inverse; {
	case above && below:
		return "█"
	case above:
		return "▀"
	case below:
		return "▄"
	}
	return " "
}
