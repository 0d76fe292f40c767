package measure

import (
	"cmp"
	"slices"
	"strings"

	"blanche/model"
)

// manySegments is above how many segments only corrected p values are given.
const manySegments = 5

// segments are the tables by segment: the strata of the draw, and any other cut
// that is none of a statement's own.
func (b *Book) segments(t Terms) []model.StatementSegments {
	var all []model.StatementSegments
	for _, c := range b.cuts {
		own := c.by == CutVariant || c.by == CutReached || strings.HasPrefix(c.by, cutOther)
		if !own && len(c.names) > 1 {
			all = append(all, c.segments(t))
		}
	}
	return all
}

// segments ranks the segments of a cut by their shrunk effect. An effect that
// has no error (an arm with nobody, nobody bought) is listed without a range,
// after the others, and enters no common figure.
func (c *cut) segments(t Terms) model.StatementSegments {
	table := model.StatementSegments{By: c.by, Rows: []model.StatementSegment{}}
	var p []float64
	var estimates []Estimate
	var known []int
	for i, name := range c.names {
		m1, m0 := c.sums[1][i].moments(), c.sums[0][i].moments()
		if m1.N+m0.N == 0 {
			continue
		}
		row := model.StatementSegment{Name: name, Target: m1.N, Holdout: m0.N, Diff: (m1.Mean - m0.Mean).Ptr()}
		e := t.segment(m1, m0, c.sums[0][i].carriers())
		if e.se > 0 && e.ci.Known() {
			row.CI = e.ci.Ptr()
			known = append(known, len(table.Rows))
			p = append(p, normalBoth(float64(e.diff/e.se)))
			estimates = append(estimates, Estimate{name, float64(e.diff), float64(e.se)})
		}
		table.Rows = append(table.Rows, row)
	}
	common(t, &table, known, p, estimates)
	slices.SortStableFunc(table.Rows, func(x, y model.StatementSegment) int {
		return cmp.Or(cmp.Compare(one(x.Shrunk == nil), one(y.Shrunk == nil)), compareKnown(y.Shrunk, x.Shrunk), strings.Compare(x.Name, y.Name))
	})
	return table
}

// segment is the effect in one segment: prudent, or as often as one looks.
func (t Terms) segment(m1, m0 Moments, buyers int) effect {
	if m1.N < 2 || m0.N < 2 {
		return effect{se: unknown, ci: unknownRange}
	}
	if t.Window.Closed {
		return t.effectOf(m1, m0, buyers)
	}
	d, se, q := float64(m1.Mean-m0.Mean), prudentError(m1, m0), t.quantile(m1.N+m0.N)
	return effect{model.SpendSequence, Num(d), Num(se), around(d, q*se), q}
}

// common fills what segments say of each other: whether they have one effect,
// the shrunk effects, and the corrected p values; above five segments no other
// p value is given, and while the window is open none.
func common(t Terms, table *model.StatementSegments, known []int, p []float64, estimates []Estimate) {
	if len(estimates) == 0 {
		return
	}
	pooled, corrected := Pool(estimates, t.Alpha), holm(p)
	for k, i := range known {
		row := &table.Rows[i]
		row.Shrunk = pooled.Ranked[k].Shrunk.Ptr()
		if !t.Window.Closed {
			continue
		}
		row.PHolm = Num(corrected[k]).Ptr()
		if len(table.Rows) <= manySegments {
			row.P = Num(p[k]).Ptr()
		}
	}
	if t.Window.Closed && len(estimates) > 1 {
		table.Q, table.P = pooled.Q.Ptr(), pooled.P.Ptr()
		table.One = !(float64(pooled.P) < t.Alpha)
	}
}

func compareKnown(a, b *float64) int {
	if a == nil || b == nil {
		return 0
	}
	return cmp.Compare(*a, *b)
}

// fewWordings is up to how many e-mails Holm corrects; above, Benjamini and
// Hochberg do.
const fewWordings = 10

// variants sets each wording of a test beside the whole zone blanche. A cell
// bears the cost of its own messages and its part of the fixed one.
func (b *Book) variants(t Terms) []model.StatementVariant {
	c := b.cut(CutVariant)
	if c == nil {
		return nil
	}
	var rows []model.StatementVariant
	var p []float64
	var known []int
	zone, target := b.arms[0].sums, b.arms[1].customers
	for i := 1; i < len(c.names); i++ {
		cell := c.sums[1][i]
		row := model.StatementVariant{Name: c.names[i], Customers: cell.customers}
		if e := t.segment(cell.moments(), zone.moments(), zone.carriers()); cell.customers > 0 && e.se > 0 {
			row.Diff, row.CI = e.diff.Ptr(), e.ci.Ptr()
			part := t.PerMessage*model.Cents(cell.customers) + model.Cents(float64(t.Fixed)*float64(cell.customers)/float64(target))
			row.ROI, row.ROICI = t.returns(cell.customers, part, e.diff, e.ci)
			known, p = append(known, len(rows)), append(p, normalBoth(float64(e.diff/e.se)))
		}
		rows = append(rows, row)
	}
	adjust := holm
	if len(p) > fewWordings {
		adjust = benjaminiHochberg
	}
	for k, adjusted := range adjust(p) {
		if t.Window.Closed {
			rows[known[k]].P, rows[known[k]].PAdjusted = Num(p[k]).Ptr(), Num(adjusted).Ptr()
		}
	}
	return rows
}
