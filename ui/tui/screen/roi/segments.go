package roi

import (
	"blanche/model"
	"blanche/ui/tui/widget/frame"
)

// segmentsPart are the segments ranked by what may be expected of them, each
// with its range, and the wordings of a test.
func (x *Screen) segmentsPart(w int, st *model.Statement) []string {
	p, th := x.s.P, x.s.Th
	var lines []string
	for i := range st.Segments {
		table := &st.Segments[i]
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, frame.Title(th, w, p.T("roi.segment.title", "by", x.cutName(table.By))))
		lines = append(lines, x.paragraph(w, th.Text, x.alike(table))...)
		lines = append(lines, x.table(w, x.segmentForest(table, st), []int{10, 12, 9, 9})...)
	}
	if len(st.Variants) > 0 {
		lines = append(lines, "", frame.Title(th, w, p.T("roi.variant.title")))
		lines = append(lines, x.table(w, x.variantForest(st), []int{12, 20, 9})...)
	}
	if len(lines) == 0 {
		return append([]string{""}, x.paragraph(w, th.Muted, p.T("roi.segment.none"))...)
	}
	return append(append(lines, ""), x.paragraph(w, th.Muted, p.T("roi.segment.note", "sign", th.G.Check))...)
}

// cutName is how customers were parted: the strata of the draw have a name,
// others are said as they are.
//
//i18n:keys roi.segment.by.*
func (x *Screen) cutName(by string) string {
	if key := "roi.segment.by." + by; x.s.P.Has(key) {
		return x.s.P.T(key)
	}
	return by
}

// segmentName is a class of customers in the language, any other value as it is.
//
//i18n:keys contact.class.*
func (x *Screen) segmentName(name string) string {
	if key := "contact.class." + name; x.s.P.Has(key) {
		return x.s.P.T(key)
	}
	return name
}

// alike says whether anything speaks against one effect for all segments.
func (x *Screen) alike(table *model.StatementSegments) string {
	switch {
	case table.P == nil:
		return x.s.P.T("roi.segment.open")
	case table.One:
		return x.s.P.T("roi.segment.one", "p", x.small(table.P))
	}
	return x.s.P.T("roi.segment.several", "p", x.small(table.P))
}

func (x *Screen) segmentForest(table *model.StatementSegments, st *model.Statement) forest {
	p := x.s.P
	f := forest{marks: []float64{0}, head: []string{p.T("roi.segment.shrunk"), p.T("roi.segment.holm"), p.T("roi.screen.target"), p.T("roi.segment.held")}}
	for _, r := range table.Rows {
		f.rows = append(f.rows, forestRow{
			name: x.segmentName(r.Name), diff: r.Diff, ci: r.CI, style: x.sided(r.CI),
			more: []string{x.signedEuros(r.Shrunk), x.marked(r.PHolm, st.Alpha), p.Int(r.Target), p.Int(r.Holdout)},
		})
	}
	return f
}

// marked is a corrected p value behind a check when it is below the risk.
func (x *Screen) marked(v *float64, alpha float64) string {
	if v == nil {
		return x.unknown()
	}
	if *v < alpha {
		return x.s.Th.G.Check + " " + x.small(v)
	}
	return x.small(v)
}

func (x *Screen) variantForest(st *model.Statement) forest {
	p := x.s.P
	f := forest{marks: []float64{0}, head: []string{p.T("roi.variant.adjusted"), p.T("roi.screen.roi_range"), p.T("roi.screen.customers")}}
	for _, v := range st.Variants {
		f.rows = append(f.rows, forestRow{
			name: v.Name, diff: v.Diff, ci: v.CI, style: x.sided(v.CI),
			more: []string{x.marked(v.PAdjusted, st.Alpha), x.percentRange(v.ROICI), p.Int(v.Customers)},
		})
	}
	return f
}
