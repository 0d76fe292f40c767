package measure

import (
	"cmp"
	"math"
	"slices"

	"blanche/model"
)

// Terms is what a campaign is judged on, all of it decided before the send.
type Terms struct {
	Campaign   string
	Window     model.StatementWindow
	Day        int     // day of the window the purchases go up to; the last one once it is closed
	Alpha      float64 // 0 means 0.05
	Margin     float64 // share of revenue
	Fixed      model.Cents
	PerMessage model.Cents // for each planned customer

	DrawnTarget  int     // sizes the draw made, 0 and 0 when not known
	DrawnHoldout int     //
	Unit         string  // what was drawn as one; empty: each customer alone
	UnitsTarget  int     // units drawn, 0 and 0 when not known or each alone
	UnitsHoldout int     //
	Share        float64 // share of the zone blanche asked for, 0 when not known
	Reached      int     // customers of the zone blanche who were reached after all

	// What follows is for the lines beside the comparison and the guards; none of
	// it is needed.
	Quotas       []model.StratumQuota    // sizes drawn by stratum, for the cut by stratum
	Overlaps     []Overlap               // other campaigns in the window
	Changes      []model.StatementChange // decided again after the launch
	Foreseen     model.Foresight         // what the zone blanche promised to show
	ReturnsIn    int                     // days until returns are in; 0: they are
	SecondClosed bool                    // the second window is over too
	AtClose      *model.StatementClose   // what was said at the close; nil before
}

// Overlap is another campaign that left in the window, and how many customers
// of either arm got it.
type Overlap struct {
	Campaign        string
	Target, Holdout int
}

// Evaluate measures one campaign: everyone planned against everyone held out,
// reached or not, all their purchases of the window. It never fails: what
// cannot be known is nil in the statement, and its guards say why.
func Evaluate(terms Terms, target, holdout Arm) model.Statement {
	terms = terms.settled()
	t1, t0 := newTally(target.Customers), newTally(holdout.Customers)
	p1, p0 := byDay(target.Purchases), byDay(holdout.Purchases)
	curve := make([]model.CurvePoint, 0, terms.Day)
	for day := 1; day <= terms.Day; day++ {
		p1, p0 = t1.until(day, p1), t0.until(day, p0)
		if target.Customers > 0 && holdout.Customers > 0 {
			curve = append(curve, terms.point(day, t1.summary(false).Moments(), t0.summary(false).Moments()))
		}
	}
	s := Conclude(terms, t1.summary(true), t0.summary(true))
	s.Curve = curve
	return s
}

// Conclude judges a campaign from the summaries of its arms; the curve is left
// empty.
func Conclude(terms Terms, target, holdout Summary) model.Statement {
	terms = terms.settled()
	s, e := terms.compare(target, holdout)
	s.Guards = terms.guards(target, holdout)
	s.Verdict = terms.verdict(e, s)
	return s
}

// compare is a statement without its guards, and so without its verdict.
func (t Terms) compare(target, holdout Summary) (model.Statement, effect) {
	s := model.Statement{
		Campaign: t.Campaign, Method: model.MethodHoldout, Label: model.LabelCausal, Rung: model.RungHoldout,
		Window: t.Window, Day: t.Day, Alpha: t.Alpha, Provisional: t.Window.Closed && t.ReturnsIn > 0,
		Arms:   []model.StatementArm{armLine(model.ArmTarget, target), armLine(model.ArmHoldout, holdout)},
		Needed: needed(holdout), Curve: []model.CurvePoint{},
	}
	if holdout.Customers == 0 || target.Customers == 0 {
		s.Method, s.Label, s.Rung, s.Needed = model.MethodNone, model.LabelTrace, model.RungTrace, nil
	}
	e := t.effect(target, holdout)
	s.Buyers = t.buyers(target, holdout)
	s.Spend = model.StatementSpend{Diff: e.diff.Ptr(), CI: e.ci.Ptr(), Method: e.method, SE: e.se.Ptr()}
	s.Lift = e.lift(target, holdout)
	s.Money = t.money(e, s.Buyers, target, holdout)
	return s, e
}

// settled fills the defaults: a closed window is at its last day.
func (t Terms) settled() Terms {
	if t.Alpha == 0 {
		t.Alpha = 0.05
	}
	t.Day = max(0, min(t.Day, t.Window.Days))
	if t.Window.Closed {
		t.Day = t.Window.Days
	}
	return t
}

// byDay sorts purchases by day, without touching the caller's.
func byDay(ps []Purchase) []Purchase {
	less := func(a, b Purchase) int { return cmp.Compare(a.Day, b.Day) }
	if slices.IsSortedFunc(ps, less) {
		return ps
	}
	ps = slices.Clone(ps)
	slices.SortStableFunc(ps, less)
	return ps
}

// until counts the purchases up to a day and returns the later ones.
func (t *tally) until(day int, ps []Purchase) []Purchase {
	i := 0
	for ; i < len(ps) && ps[i].Day <= day; i++ {
		t.add(ps[i])
	}
	return ps[i:]
}

// armLine is an arm as the statement shows it.
func armLine(name model.ArmName, s Summary) model.StatementArm {
	m := s.Moments()
	line := model.StatementArm{
		Arm: name, Customers: s.Customers, Buyers: s.Buyers, Revenue: s.Revenue,
		Mean: m.Mean.Ptr(), Variance: m.Var.Ptr(),
		Rate: Num(float64(s.Buyers) / float64(s.Customers)).Ptr(), EffectiveBuyers: s.EffectiveBuyers().Ptr(),
	}
	if s.Largest > 0 {
		line.Largest = &s.Largest
	}
	if c := s.Clusters; c.Units > 0 {
		line.Clusters, line.ClustersBuying = &c.Units, &c.Buying
	}
	return line
}

// point is one day of the curve, with the band of a confidence sequence.
func (t Terms) point(day int, m1, m0 Moments) model.CurvePoint {
	ci := t.sequence(m1, m0).ci
	p := model.CurvePoint{Day: day, Target: float64(m1.Mean), Holdout: float64(m0.Mean), Diff: float64(m1.Mean - m0.Mean)}
	if ci.Known() {
		p.Low, p.High = ci[0].Ptr(), ci[1].Ptr()
	}
	return p
}

// needed is what a zone blanche that bought too little would have needed, at
// the rate seen in it.
func needed(holdout Summary) *model.StatementNeeded {
	if holdout.carriers() >= enoughBuyers {
		return nil
	}
	n := &model.StatementNeeded{Buyers: enoughBuyers}
	if holdout.carriers() > 0 {
		customers := int(math.Ceil(enoughBuyers * float64(holdout.Customers) / float64(holdout.carriers())))
		campaigns := (enoughBuyers + holdout.carriers() - 1) / holdout.carriers()
		n.Customers, n.Campaigns = &customers, &campaigns
	}
	return n
}
