package report

import (
	"blanche/model"
)

// segments are the ways to cut the customers, ranked, and the wordings of a
// test.
func (w pen) segments(st *model.Statement) []section {
	var all []section
	for i := range st.Segments {
		s := &st.Segments[i]
		t := &table{Head: []string{w.T("report.segment.name"), w.T("report.target"), w.blanche(st), w.T("report.difference"), w.T("report.segment.expected"), w.T("report.segment.p")}}
		var rows []difference
		for _, r := range s.Rows {
			name := w.segment(r.Name)
			rows = append(rows, difference{name, r.Diff, r.CI})
			t.add(name, w.Int(r.Target), w.Int(r.Holdout), w.euros(r.Diff), w.euros(r.Shrunk), w.small(r.PHolm))
		}
		title := w.T("report.segment.title", "by", w.cutBy(s.By))
		id := "segments" + w.Decimal(float64(i), 0)
		all = append(all, section{Title: title, Chart: w.forest(id, title, w.T("report.forest.desc"), rows), Table: t, Text: []string{w.alike(s)}})
	}
	if len(st.Variants) > 0 {
		t := &table{Head: []string{w.T("report.variant.name"), w.T("report.arms.customers"), w.T("report.difference"), w.T("report.money.roi"), w.T("report.range"), w.T("report.segment.p")}}
		var rows []difference
		for _, v := range st.Variants {
			rows = append(rows, difference{v.Name, v.Diff, v.CI})
			t.add(v.Name, w.Int(v.Customers), w.euros(v.Diff), w.ratio(v.ROI), w.ratioRange(v.ROICI), w.small(v.PAdjusted))
		}
		title := w.T("report.variant.title")
		all = append(all, section{Title: title, Chart: w.forest("variants", title, w.T("report.forest.desc"), rows), Table: t})
	}
	return all
}

// segment is the name of a class of customers, in the language where it has
// one.
//
//i18n:keys contact.class.*
func (w pen) segment(name string) string {
	if name == "none" {
		return w.T("report.no_class")
	}
	if key := "contact.class." + name; w.Has(key) {
		return w.T(key)
	}
	return name
}

//i18n:keys report.cut.*
func (w pen) cutBy(by string) string {
	if key := "report.cut." + by; w.Has(key) {
		return w.T(key)
	}
	return by
}

func (w pen) alike(s *model.StatementSegments) string {
	switch {
	case s.P == nil:
		return w.T("report.segment.open")
	case s.One:
		return w.T("report.segment.one", "p", w.chanceOf(s.P))
	}
	return w.T("report.segment.several", "p", w.chanceOf(s.P))
}

// others are the other looks at the same customers and the other campaigns of
// the window. None of them decides.
func (w pen) others(st *model.Statement) []section {
	rows := []difference{{w.T("report.look.decides"), st.Spend.Diff, st.Spend.CI}}
	t := &table{Head: []string{w.T("report.look.name"), w.T("report.difference"), w.T("report.range"), w.T("report.money.roi")}}
	t.strong(w.T("report.look.decides"), w.euros(st.Spend.Diff), w.eurosRange(st.Spend.CI), w.ratioRange(st.Money.ROICI))
	add := func(name string, diff *float64, ci, roi *model.Interval) {
		rows = append(rows, difference{name, diff, ci})
		t.add(name, w.euros(diff), w.eurosRange(ci), w.ratioRange(roi))
	}
	for _, l := range []struct {
		key  string
		line *model.StatementLine
	}{{"report.look.winsor", st.Winsor}, {"report.look.stratified", st.Stratified}, {"report.look.cuped", st.Cuped}} {
		if l.line != nil {
			add(w.T(l.key), l.line.Diff, l.line.CI, l.line.ROICI)
		}
	}
	if r := st.Reached; r != nil {
		add(w.T("report.look.reached"), r.Diff, r.CI, nil)
	}
	if s := st.Second; s != nil {
		add(w.T("report.look.second"), s.Diff, s.CI, nil)
		add(w.T("report.look.both"), s.Both, s.BothCI, s.ROICI)
	}
	var all []section
	if len(rows) > 1 {
		title := w.T("report.look.title")
		all = append(all, section{Title: title, Text: w.remarks(st), Chart: w.forest("looks", title, w.T("report.forest.desc"), rows), Table: t})
	}
	if len(st.Overlaps) > 0 {
		all = append(all, section{Title: w.T("report.overlap.title"), Table: w.overlaps(st)})
	}
	return all
}

// remarks say what the other looks are, with their figures.
func (w pen) remarks(st *model.Statement) []string {
	text := w.T("report.look.text")
	if s := st.Split; s != nil && s.Buyers != nil && s.Baskets != nil {
		text += " " + w.T("report.look.split", "buyers", w.euros(s.Buyers), "baskets", w.euros(s.Baskets))
	}
	return []string{text}
}

func (w pen) overlaps(st *model.Statement) *table {
	t := &table{Head: []string{w.T("report.overlap.campaign"), w.T("report.target"), w.blanche(st), w.T("report.overlap.p"), w.T("report.overlap.adjusted")}}
	for _, o := range st.Overlaps {
		adjusted := w.euros(o.Adjusted)
		if o.AdjustedCI != nil {
			adjusted += " " + w.eurosRange(o.AdjustedCI)
		}
		t.add(o.Campaign, w.Percent(o.TargetShare, 1), w.Percent(o.HoldoutShare, 1), w.small(o.P), adjusted)
	}
	return t
}
