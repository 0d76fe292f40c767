package cli

import (
	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/say"
)

// sayPlainROI is the statement with each chart of the screens as a table: the
// range on its axis, the curve by day, the segments, the wordings of a test, the
// other looks, the other campaigns, the guards.
func (s *session) sayPlainROI(st *model.Statement) error {
	if err := s.sayROI(st); err != nil {
		return err
	}
	tables := []titled{
		{s.p.T("roi.plain.axis"), s.axisTable(st)},
		{s.p.T("roi.screen.curve"), s.curveTable(st)},
		{s.p.T("roi.lines.title"), s.otherLooks(st)},
		{s.p.T("roi.lines.overlaps"), s.overlapTable(st)},
		{s.p.T("roi.variant.title"), s.variantTable(st)},
	}
	for i := range st.Segments {
		tables = append(tables, titled{s.p.T("roi.segment.title", "by", s.cutName(st.Segments[i].By)), s.segmentTable(&st.Segments[i])})
	}
	tables = append(tables, titled{s.p.T("roi.screen.guards"), s.guardTable(st)})
	for _, t := range tables {
		if len(t.grid.rows) == 0 {
			continue
		}
		s.say("", t.title)
		if err := t.grid.write(s.Out); err != nil {
			return err
		}
	}
	return nil
}

// titled is a table under its title.
type titled struct {
	title string
	grid  *grid
}

// axisTable is the plot of the range: each mark of its two axes.
func (s *session) axisTable(st *model.Statement) *grid {
	p := s.p
	g := &grid{columns: []column{left("", "mark"), right(p.T("roi.screen.diff"), "diff"), right(p.T("roi.money.roi"), "roi")}}
	even := st.Money.BreakEvenDelta
	roi := func(diff float64) string {
		if even == nil || !(*even > 0) {
			return say.Unknown
		}
		return p.SignedPercent(diff/(*even)-1, 0)
	}
	add := func(name string, diff float64) { g.add(name, p.SignedEuros(diff, 2), roi(diff)) }
	if st.Spend.CI == nil || st.Spend.Diff == nil {
		return g
	}
	add(p.T("roi.plot.zero"), 0)
	if even != nil && *even > 0 {
		add(p.T("roi.money.even"), *even)
	}
	add(p.T("roi.plain.low"), st.Spend.CI.Low())
	add(p.T("roi.plain.estimate"), *st.Spend.Diff)
	add(p.T("roi.plain.high"), st.Spend.CI.High())
	if n := st.Money.NaiveROI; n != nil && even != nil {
		add(p.T("roi.money.naive"), *even*(1+*n))
	}
	return g
}

// curveTable is one line a day.
func (s *session) curveTable(st *model.Statement) *grid {
	p := s.p
	g := &grid{columns: []column{
		right(p.T("roi.plain.day"), "day"), right(p.T("roi.screen.target"), "target"), right(p.T("roi.screen.holdout"), "holdout"),
		right(p.T("roi.screen.diff"), "diff"), right(p.T("roi.curve.band", "level", p.Percent(1-st.Alpha, 0)), "low_high"),
	}}
	for _, c := range st.Curve {
		var ci *model.Interval
		if c.Low != nil && c.High != nil {
			ci = &model.Interval{*c.Low, *c.High}
		}
		g.add(p.Int(c.Day), p.Euros(c.Target, 2), p.Euros(c.Holdout, 2), p.SignedEuros(c.Diff, 2), s.eurosBetween(ci))
	}
	return g
}

// otherLooks is the estimate that decides, beside the others.
func (s *session) otherLooks(st *model.Statement) *grid {
	p := s.p
	g := &grid{columns: []column{left("", "look"), right(p.T("roi.screen.diff"), "diff"), right(p.T("roi.forest.range"), "ci"), right(p.T("roi.screen.roi_range"), "roi_ci")}}
	add := func(name string, diff *float64, ci, roi *model.Interval) {
		g.add(name, eurosOf(s, diff), s.eurosBetween(ci), s.percentBetween(roi))
	}
	line := func(name string, l *model.StatementLine) {
		if l != nil {
			add(name, l.Diff, l.CI, l.ROICI)
		}
	}
	add(p.T("roi.lines.decides"), st.Spend.Diff, st.Spend.CI, st.Money.ROICI)
	line(p.T("roi.lines.winsor"), st.Winsor)
	line(p.T("roi.lines.stratified"), st.Stratified)
	line(p.T("roi.lines.cuped"), st.Cuped)
	if r := st.Reached; r != nil {
		add(p.T("roi.lines.reached"), r.Diff, r.CI, nil)
	}
	if w := st.Second; w != nil {
		add(p.T("roi.lines.second"), w.Diff, w.CI, nil)
		add(p.T("roi.lines.both"), w.Both, w.BothCI, w.ROICI)
	}
	if len(g.rows) == 1 {
		g.rows = nil // the one that decides is said already
	}
	return g
}

func (s *session) overlapTable(st *model.Statement) *grid {
	p := s.p
	g := &grid{columns: []column{
		left(p.T("roi.screen.campaign"), "campaign"), right(p.T("roi.screen.target"), "target_share"), right(p.T("roi.screen.holdout"), "holdout_share"),
		right(p.T("roi.lines.chance"), "p"), right(p.T("roi.lines.adjusted"), "adjusted"), right(p.T("roi.forest.range"), "adjusted_ci"),
	}}
	for _, o := range st.Overlaps {
		g.add(o.Campaign, p.Percent(o.TargetShare, 1), p.Percent(o.HoldoutShare, 1), s.small(o.P), eurosOf(s, o.Adjusted), s.eurosBetween(o.AdjustedCI))
	}
	return g
}

func (s *session) variantTable(st *model.Statement) *grid {
	p := s.p
	g := &grid{columns: []column{
		left("", "variant"), right(p.T("roi.screen.customers"), "customers"), right(p.T("roi.screen.diff"), "diff"), right(p.T("roi.forest.range"), "ci"),
		right(p.T("roi.variant.adjusted"), "p_adjusted"), right(p.T("roi.screen.roi_range"), "roi_ci"),
	}}
	for _, v := range st.Variants {
		g.add(v.Name, p.Int(v.Customers), eurosOf(s, v.Diff), s.eurosBetween(v.CI), s.small(v.PAdjusted), s.percentBetween(v.ROICI))
	}
	return g
}

// segmentTable is ranked by the shrunk effect, as the screen is.
func (s *session) segmentTable(t *model.StatementSegments) *grid {
	p := s.p
	g := &grid{columns: []column{
		left("", "segment"), right(p.T("roi.screen.target"), "target"), right(p.T("roi.screen.holdout"), "holdout"), right(p.T("roi.screen.diff"), "diff"),
		right(p.T("roi.forest.range"), "ci"), right(p.T("roi.segment.shrunk"), "shrunk"), right(p.T("roi.segment.holm"), "p_holm"),
	}}
	for _, r := range t.Rows {
		g.add(s.className(r.Name), p.Int(r.Target), p.Int(r.Holdout), eurosOf(s, r.Diff), s.eurosBetween(r.CI), eurosOf(s, r.Shrunk), s.small(r.PHolm))
	}
	return g
}

// guardTable is every guard, in order or not.
//
//i18n:keys roi.guards.name.*
func (s *session) guardTable(st *model.Statement) *grid {
	g := &grid{columns: []column{left("", "guard"), left("", "level"), left("", "message")}}
	for _, one := range st.Guards {
		g.add(s.p.T("roi.guards.name."+string(one.Guard)), s.p.T("cli.level."+one.Level.String()), one.Message)
	}
	return g
}

// cutName and className are how the screens call a way to cut, and a class.
//
//i18n:keys roi.segment.by.*
func (s *session) cutName(by string) any {
	if key := "roi.segment.by." + by; s.p.Has(key) {
		return i18n.Raw(s.p.T(key))
	}
	return by
}

//i18n:keys contact.class.*
func (s *session) className(name string) string {
	if key := "contact.class." + name; s.p.Has(key) {
		return s.p.T(key)
	}
	return name
}

func (s *session) eurosBetween(ci *model.Interval) string {
	if ci == nil {
		return say.Unknown
	}
	return s.p.Interval(s.p.SignedDecimal(ci.Low(), 2), s.p.SignedDecimal(ci.High(), 2))
}

func (s *session) percentBetween(ci *model.Interval) string {
	if ci == nil {
		return say.Unknown
	}
	return s.p.Interval(s.p.SignedPercent(ci.Low(), 0), s.p.SignedPercent(ci.High(), 0))
}
