package report

import (
	"math"

	"blanche/model"
)

// difference is one row of a forest: euros for each customer, with a range.
type difference struct {
	name string
	diff *float64
	ci   *model.Interval
}

// forest draws differences under each other on one axis, each with its range
// beside its name. Nil without a range.
func (w pen) forest(id, title, desc string, rows []difference) *chart {
	narrow := math.Inf(1)
	for _, r := range rows {
		if r.diff != nil && r.ci != nil {
			narrow = math.Min(narrow, r.ci.High()-r.ci.Low())
		}
	}
	if math.IsInf(narrow, 1) {
		return nil
	}
	ends := []float64{0}
	for _, r := range rows {
		if r.diff != nil && r.ci != nil { // a range that says nothing does not flatten the others
			ends = append(ends, math.Max(r.ci.Low(), *r.diff-3*narrow), math.Min(r.ci.High(), *r.diff+3*narrow))
		}
	}
	a := over(ends...)
	const high = 38
	c := &chart{ID: id, Title: title, Desc: desc, H: high*len(rows) + 20}
	zero := a.at(0)
	c.label("soft", zero, high*len(rows)+15, w.T("report.interval.zero"))
	for i, r := range rows {
		y := high * i
		c.line("zero", zero, zero, y+18, y+36)
		c.text("name", "start", 0, y+14, r.name)
		if r.diff == nil || r.ci == nil {
			c.text("soft", "end", 100, y+14, w.T("report.unknown"))
			continue
		}
		c.text("soft", "end", 100, y+14, w.euros(r.diff)+" "+w.Interval(w.SignedDecimal(r.ci.Low(), 2), w.SignedDecimal(r.ci.High(), 2)))
		c.whisker(a, *r.diff, *r.ci, y+27)
	}
	return c
}

// whisker is a range with its middle; where it goes on beyond the sheet, an
// arrow says so.
func (c *chart) whisker(a axis, mid float64, ci model.Interval, y int) {
	low, high := a.at(ci.Low()), a.at(ci.High())
	c.line("whisker", low, high, y, y)
	for _, end := range []float64{ci.Low(), ci.High()} {
		at := a.at(end)
		switch {
		case end < a.low:
			c.text("arrow", "start", 0, y+4, "◂")
		case end > a.high:
			c.text("arrow", "end", 100, y+4, "▸")
		default:
			c.line("end", at, at, y-5, y+5)
		}
	}
	c.dot("dot", a.at(mid), y)
}
