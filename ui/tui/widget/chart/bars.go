package chart

import (
	"math"
	"strings"

	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/frame"
)

// Bars draws values as columns of eighths in exactly h lines of w cells, the
// newest at the right, with the highest rounded value on the axis. Each column
// is the mean of as many values as it takes to show them all.
func Bars(th *theme.Theme, style theme.Style, w, h int, values []float64, label func(float64) string) []string {
	values = finite(values)
	top := nice(maxOf(values))
	head := label(top)
	lw := frame.Width(head) + 1
	plot := w - lw - 1
	if h < 2 || plot < 4 || len(values) == 0 {
		return frame.Block(nil, w, h)
	}
	cols := squeeze(values, plot)
	out := make([]string, h)
	for y := range h {
		axis := frame.FitRight("", lw) + th.G.Bar
		switch y {
		case 0:
			axis = frame.FitRight(head, lw) + th.G.WhiskerRight
		case h - 1:
			axis = frame.FitRight(label(0), lw) + th.G.WhiskerRight
		}
		var b strings.Builder
		b.WriteString(frame.Blank(plot - len(cols)))
		for _, v := range cols {
			b.WriteString(eighth(th, v/top*float64(h)-float64(h-1-y)))
		}
		out[y] = th.Muted.Render(axis) + style.Render(b.String())
	}
	return out
}

// BarsWidth is how wide Bars of n columns are, with their axis and no room left.
func BarsWidth(n int, values []float64, label func(float64) string) int {
	return frame.Width(label(nice(maxOf(finite(values))))) + 2 + n
}

// eighth is a cell filled from below: part is 1 or more when it is full.
func eighth(th *theme.Theme, part float64) string {
	n := int(math.Round(part * 8))
	switch {
	case n <= 0:
		return " "
	case n >= 8:
		return th.G.Full
	}
	return th.G.Levels[n-1]
}

// squeeze makes at most n values of many, each the mean of its share.
func squeeze(values []float64, n int) []float64 {
	if len(values) <= n {
		return values
	}
	out := make([]float64, n)
	for i := range out {
		from, to := i*len(values)/n, (i+1)*len(values)/n
		for _, v := range values[from:to] {
			out[i] += v / float64(to-from)
		}
	}
	return out
}

func maxOf(values []float64) float64 {
	top := 1.0
	for _, v := range values {
		top = math.Max(top, v)
	}
	return top
}
