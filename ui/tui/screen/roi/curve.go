package roi

import (
	"math"

	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/tui/widget/chart"
	"blanche/ui/tui/widget/frame"
)

// curvePart is the curve by day at its full height, and where it ends.
func (x *Screen) curvePart(w, h int, st *model.Statement) []string {
	p, th := x.s.P, x.s.Th
	if len(st.Curve) == 0 {
		return []string{"", th.Muted.Render("  " + p.T("roi.screen.no_curve"))}
	}
	last := st.Curve[len(st.Curve)-1]
	var foot []string
	text := p.T("roi.curve.last_unknown", "day", last.Day, "diff", p.SignedEuros(last.Diff, 2))
	if last.Low != nil && last.High != nil {
		text = p.T("roi.curve.last", "day", last.Day, "diff", p.SignedEuros(last.Diff, 2), "range", p.Interval(p.SignedDecimal(*last.Low, 2), p.SignedDecimal(*last.High, 2)))
	}
	for _, l := range frame.Wrap(safe.Text(text+" "+p.T("roi.curve.reading")), w-4) {
		foot = append(foot, "  "+l)
	}
	return append(x.curve(w, max(h-len(foot), 8), st), foot...)
}

// curve is the revenue per customer cumulated by day in exactly h lines: both
// groups, and the band around the zone blanche outside which the target differs
// however often one looks.
func (x *Screen) curve(w, h int, st *model.Statement) []string {
	p, th := x.s.P, x.s.Th
	d := chart.CurveData{
		Days:   st.Window.Days,
		YLabel: func(v float64) string { return p.Euros(v, 2) },
		XLabel: func(day int) string { return p.T("roi.screen.day", "n", day+1) },
	}
	for _, c := range st.Curve {
		pt := chart.Point{Low: math.NaN(), Mid: c.Target, High: math.NaN()}
		if c.Low != nil && c.High != nil {
			pt.Low, pt.High = c.Holdout+*c.Low, c.Holdout+*c.High
		}
		d.Target = append(d.Target, pt)
		d.Blanche = append(d.Blanche, c.Holdout)
	}
	title := frame.Title(th, w, p.T("roi.screen.curve"))
	if len(st.Curve) == 0 {
		return frame.Block([]string{title, th.Muted.Render("  " + p.T("roi.screen.no_curve"))}, w, h)
	}
	_, other := x.against(st)
	key := " " + th.Accent.Render(th.G.Dot+" "+p.T("roi.screen.target")) + "  " + th.Blanche.Render(th.G.Ring+" "+other) + "  " +
		th.Band.Render(th.BandGlyph+th.BandGlyph) + " " + th.Muted.Render(p.T("roi.curve.band", "level", p.Percent(1-st.Alpha, 0)))
	return frame.Block(append([]string{title, key}, chart.Curve(th, w, h-2, clipBand(d))...), w, h)
}

// clipBand keeps the wide band of the first days from flattening the curves.
func clipBand(d chart.CurveData) chart.CurveData {
	top := 0.0
	for i, t := range d.Target {
		top = max(top, t.Mid, d.Blanche[i])
	}
	if n := len(d.Target); n > 0 && !math.IsNaN(d.Target[n-1].High) {
		top = max(top, min(d.Target[n-1].High, 3*top))
	}
	bottom := -top * 0.25
	if n := len(d.Target); n > 0 && d.Target[n-1].Low >= 0 {
		bottom = 0
	}
	for i := range d.Target {
		d.Target[i].High = min(d.Target[i].High, top*1.05)
		d.Target[i].Low = max(d.Target[i].Low, bottom)
	}
	return d
}
