package roi

import (
	"math"

	"blanche/model"
	"blanche/ui/tui/widget/chart"
	"blanche/ui/tui/widget/frame"
)

// plot is the range on one axis with two readings: the difference for each
// customer above it, the ROI below. Its marks are no effect at all, and the
// break-even; what attribution by window would have said stands under it.
func (x *Screen) plot(w int, st *model.Statement) []string {
	p, th := x.s.P, x.s.Th
	if st.Spend.CI == nil || st.Spend.Diff == nil || w < 40 {
		return []string{th.Muted.Render("  " + p.T("roi.screen.no_range"))}
	}
	const indent = 2
	even, hasEven := 0.0, st.Money.BreakEvenDelta != nil && st.Money.Cost > 0
	ends := []float64{0, st.Spend.CI.Low(), st.Spend.CI.High()}
	marks := []float64{0}
	labels := []chart.Mark{{At: 0, Label: p.T("roi.plot.zero")}}
	if hasEven {
		even = *st.Money.BreakEvenDelta
		ends, marks = append(ends, even), append(marks, even)
		labels = append([]chart.Mark{{At: even, Label: p.T("roi.plot.even", "euros", p.Euros(even, 2))}}, labels...)
	}
	naive, hasNaive := announced(st, even, hasEven)
	if hasNaive {
		ends = append(ends, min(naive, st.Spend.CI.High()+(st.Spend.CI.High()-st.Spend.CI.Low())))
	}
	s := chart.FitScale(w-indent, ends...)
	for _, at := range []float64{*st.Spend.Diff, st.Spend.CI.Low(), st.Spend.CI.High()} {
		labels = append(labels, chart.Mark{At: at, Label: p.SignedEuros(at, 2)})
	}
	iv := chart.Point{Low: st.Spend.CI.Low(), Mid: *st.Spend.Diff, High: st.Spend.CI.High()}
	pad := frame.Blank(indent)
	lines := []string{pad + chart.Axis(th, s, labels), pad + chart.Whisker(th, x.tone(st), s, iv, marks...)}
	if !hasEven {
		return lines
	}
	below := []chart.Mark{{At: even, Label: p.Percent(0, 0)}, {At: 0, Label: p.SignedPercent(-1, 0)}}
	for _, v := range []float64{*st.Spend.Diff, st.Spend.CI.Low(), st.Spend.CI.High()} {
		below = append(below, chart.Mark{At: v, Label: p.SignedPercent(v/even-1, 0)})
	}
	lines = append(lines, pad+chart.Axis(th, s, below))
	if hasNaive {
		lines = append(lines, pad+chart.Dot(th, th.Muted, s, naive, p.T("roi.plot.naive", "roi", p.SignedPercent(*st.Money.NaiveROI, 0)), marks...))
	}
	return lines
}

// announced is the difference for each customer that the ROI of attribution
// by window would mean.
func announced(st *model.Statement, even float64, hasEven bool) (float64, bool) {
	if !hasEven || st.Money.NaiveROI == nil {
		return 0, false
	}
	d := even * (1 + *st.Money.NaiveROI)
	return d, !math.IsNaN(d) && !math.IsInf(d, 0)
}
