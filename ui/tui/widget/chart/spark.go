package chart

import (
	"math"

	"github.com/NimbleMarkets/ntcharts/v2/sparkline"

	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/frame"
)

// Spark is a sparkline of exactly w cells on one line: the last w values, from
// the least (an eighth) to the greatest (a whole cell), so that a slow trend
// is seen. Fewer values than cells stand at the right.
func Spark(th *theme.Theme, style theme.Style, w int, values []float64) string {
	values = finite(values)
	if w <= 0 || len(values) == 0 {
		return frame.Blank(w)
	}
	if len(values) > w {
		values = values[len(values)-w:]
	}
	levels := heights(values)
	if th.G.ASCII {
		line := ""
		for _, v := range levels {
			line += th.G.Levels[int(v*8)-1]
		}
		return frame.Blank(w-len(values)) + style.Render(line)
	}
	m := sparkline.New(len(values), 1, sparkline.WithNoAutoMaxValue(), sparkline.WithMaxValue(1), sparkline.WithStyle(inkMain.style()))
	m.PushAll(levels)
	m.DrawColumnsOnly()
	return frame.Blank(w-len(values)) + paint(&m.Canvas, map[ink]theme.Style{inkMain: style})[0]
}

// heights turns values into eighths of a cell, from 1/8 to 1; all equal ones
// into a half.
func heights(values []float64) []float64 {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		low, high = math.Min(low, v), math.Max(high, v)
	}
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = 0.5
		if high > low {
			out[i] = (1 + math.Round((v-low)/(high-low)*7)) / 8
		}
	}
	return out
}

func finite(values []float64) []float64 {
	var out []float64
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			out = append(out, v)
		}
	}
	return out
}
