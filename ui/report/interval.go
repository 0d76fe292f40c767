package report

import (
	"math"

	"blanche/model"
)

// interval is the plot of the range: the difference for each customer and the
// ROI that it means, the line of the break-even, and what attribution by window
// would have said. Nil without a range.
func (w pen) interval(st *model.Statement) *chart {
	diff, ci, m := st.Spend.Diff, st.Spend.CI, &st.Money
	if diff == nil || ci == nil {
		return nil
	}
	even := math.NaN()
	ends := []float64{0, ci.Low(), ci.High()}
	if m.BreakEvenDelta != nil && m.Cost > 0 {
		even = *m.BreakEvenDelta
		ends = append(ends, even)
	}
	naive := announced(st, even)
	if !math.IsNaN(naive) {
		ends = append(ends, math.Min(naive, ci.High()+(ci.High()-ci.Low())))
	}
	a := over(ends...)
	c := &chart{
		ID: "interval", H: 144, Title: w.T("report.interval.title"),
		Desc: w.T("report.interval.desc", "diff", w.euros(diff), "range", w.eurosRange(ci), "level", w.Percent(1-st.Alpha, 0)),
	}
	w.sides(c, a, even)
	x, low, high := a.at(*diff), a.at(ci.Low()), a.at(ci.High())
	class := shade(st)
	c.line("whisker"+class, low, high, 56, 56)
	c.line("end"+class, low, low, 48, 64)
	c.line("end"+class, high, high, 48, 64)
	c.dot("dot"+class, x, 56)
	c.label("strong", x, 42, w.euros(diff))
	y := 80
	for _, end := range []float64{ci.Low(), ci.High()} {
		text := w.SignedEuros(end, 2)
		if !math.IsNaN(even) {
			text = w.T("report.interval.end", "euros", text, "roi", w.SignedPercent(end/even-1, 0))
		}
		c.label("soft", a.at(end), y, text)
		if high-low < 50 { // else the two lie over each other on a telephone
			y += 14
		}
	}
	if !math.IsNaN(naive) {
		text := w.T("report.interval.naive", "roi", w.ratio(m.NaiveROI))
		sign := "◇ "
		if a.off(naive) {
			sign = "▸ "
		}
		c.label("naive", a.at(naive), 137, sign+text)
	}
	return c
}

// sides draws where nothing is gained: up to the break-even, or to zero, and
// names both lines.
func (w pen) sides(c *chart, a axis, even float64) {
	zero := a.at(0)
	limit := zero
	if !math.IsNaN(even) {
		limit = a.at(even)
		c.box("loss", 0, limit, 22, 82)
		c.line("even", limit, limit, 18, 104)
		c.label("soft", limit, 13, w.T("report.interval.even", "euros", w.Euros(even, 2)))
	}
	c.line("zero", zero, zero, 22, 104)
	c.label("soft", zero, 117, w.T("report.interval.zero"))
	c.line("ground", 0, 100, 104, 104)
}

// announced is the difference for each customer that the ROI of attribution by
// window would mean; NaN where it means nothing, or its bias is not known.
func announced(st *model.Statement, even float64) float64 {
	if st.Money.NaiveROI == nil || !causal(st) || !st.Window.Closed {
		return math.NaN()
	}
	return even * (1 + *st.Money.NaiveROI)
}

// causal reports a comparison with customers left alone by a draw.
func causal(st *model.Statement) bool {
	return st.Label == model.LabelCausal || st.Label == model.LabelQuasi
}

// shade is how a range is drawn: full where a draw stands behind it, broken
// where none does.
func shade(st *model.Statement) string {
	if causal(st) {
		return ""
	}
	return " guess"
}
