package report

import (
	"math"
	"strconv"
	"strings"

	"blanche/model"
)

// Places of the curve on its sheet, in pixels.
const (
	curveTop, curveHigh = 24, 170
	curveFoot           = curveTop + curveHigh
)

// curve is the revenue for each customer, cumulated by day, of both groups, and
// the band in which the target would be, however often one looks: while the
// zone blanche is in it, nothing is shown. Nil before the second day.
func (w pen) curve(st *model.Statement) *chart {
	if len(st.Curve) < 2 {
		return nil
	}
	last := st.Curve[len(st.Curve)-1]
	bottom, top := bounds(st.Curve)
	y := axis{bottom, top}
	c := &chart{
		ID: "curve", H: curveFoot + 24, Title: w.T("report.curve.title"),
		Desc: w.T("report.curve.desc", "day", last.Day, "target", w.Euros(last.Target, 2), "holdout", w.Euros(last.Holdout, 2), "diff", w.SignedEuros(last.Diff, 2)),
	}
	for _, v := range y.ticks(4) {
		at := curveTop + int(math.Round(curveHigh*(1-y.at(v)/100)))
		c.line("grid", 0, 100, at, at)
		c.text("tick", "start", 0, at-3, w.Euros(v, decimals(y)))
	}
	xs := func(day int) float64 { return 100 * float64(day-1) / float64(max(st.Window.Days-1, 1)) }
	xy := func(day int, v float64) string {
		return coordinate(xs(day)) + " " + coordinate(100-y.at(v))
	}
	if band := bandPath(st.Curve, xy); band != "" {
		c.path("band", band, curveTop, curveHigh)
	}
	c.path("holdout", linePath(st.Curve, xy, func(p model.CurvePoint) float64 { return p.Holdout }), curveTop, curveHigh)
	c.path("target"+shade(st), linePath(st.Curve, xy, func(p model.CurvePoint) float64 { return p.Target }), curveTop, curveHigh)
	for _, day := range []int{1, (st.Window.Days + 1) / 2, st.Window.Days} {
		c.label("tick", xs(day), curveFoot+17, w.T("report.curve.day", "day", day))
	}
	return c
}

// bounds keep the wide band of the first days from flattening the curves.
func bounds(points []model.CurvePoint) (bottom, top float64) {
	for _, p := range points {
		top, bottom = max(top, p.Target, p.Holdout), min(bottom, p.Target, p.Holdout)
	}
	if last := points[len(points)-1]; last.High != nil {
		top = max(top, min(last.Holdout+*last.High, 2*top))
	}
	if top <= bottom {
		top = bottom + 1
	}
	return bottom, top * 1.04
}

func decimals(y axis) int {
	if y.high-y.low < 8 {
		return 2
	}
	return 0
}

func coordinate(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }

func linePath(points []model.CurvePoint, xy func(int, float64) string, of func(model.CurvePoint) float64) string {
	var b strings.Builder
	for i, p := range points {
		b.WriteString(step(i) + xy(p.Day, of(p)))
	}
	return b.String()
}

// bandPath goes along the upper edge and back along the lower one.
func bandPath(points []model.CurvePoint, xy func(int, float64) string) string {
	var out, back []string
	for _, p := range points {
		if p.Low != nil && p.High != nil {
			out = append(out, step(len(out))+xy(p.Day, p.Holdout+*p.High))
			back = append(back, "L"+xy(p.Day, p.Holdout+*p.Low))
		}
	}
	if len(out) < 2 {
		return ""
	}
	for i := len(back) - 1; i >= 0; i-- {
		out = append(out, back[i])
	}
	return strings.Join(out, "") + "Z"
}

func step(i int) string {
	if i == 0 {
		return "M"
	}
	return "L"
}

// curveTable are some days of the curve, the last among them.
func (w pen) curveTable(st *model.Statement) *table {
	t := &table{
		Caption: w.T("report.curve.table"),
		Head:    []string{w.T("report.day"), w.T("report.target"), w.blanche(st), w.T("report.difference"), w.T("report.range")},
	}
	const shown = 6
	n := len(st.Curve)
	for i := range n {
		if n > shown && i != n-1 && i*(shown-1)/(n-1) == (i-1)*(shown-1)/(n-1) && i > 0 {
			continue
		}
		p := st.Curve[i]
		between := ""
		if p.Low != nil && p.High != nil {
			between = w.eurosRange(&model.Interval{*p.Low, *p.High})
		}
		t.add(w.Int(p.Day), w.Euros(p.Target, 2), w.Euros(p.Holdout, 2), w.SignedEuros(p.Diff, 2), between)
	}
	return t
}
