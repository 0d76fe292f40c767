package measure

import (
	"math"

	"blanche/model"
)

// What a rung below the draw needs before it is used at all.
const (
	enoughPairs    = 100 // compared customers
	enoughCompared = 0.5 // of those planned
)

// TwinsAllow reports whether pairs carry a rung: a hundred of them, half of
// those planned, ten buyers on either side.
func TwinsAllow(target, others []Person, pairs []Pair) bool {
	var buyers [2]int
	for _, p := range pairs {
		buyers[1] += one(target[p.Target].After > 0)
		buyers[0] += one(others[p.Twin].After > 0)
	}
	return comparable(len(pairs), len(target)) && buyers[0] >= fewBuyers && buyers[1] >= fewBuyers
}

func comparable(compared, planned int) bool {
	return compared >= enoughPairs && float64(compared) >= enoughCompared*float64(planned)
}

// ByTwins turns the trace of a campaign that left nobody alone into what its
// twins say. It is indicative whatever it finds: the verdict stays "not proven".
func ByTwins(t Terms, trace model.Statement, target, others []Person, pairs []Pair, lastYear bool) model.Statement {
	t = t.settled()
	o := CompareTwins(target, others, pairs, t.Alpha)
	mine, theirs := make([]float64, len(pairs)), make([]float64, len(pairs))
	for i, p := range pairs {
		mine[i], theirs[i] = target[p.Target].After, others[p.Twin].After
	}
	twins := summaryOf(theirs)
	s := trace
	s.Method, s.Rung = model.MethodTwins, model.RungTwins
	s.Arms = []model.StatementArm{trace.Arms[0], armLine(model.ArmHoldout, twins)}
	s.Match = &model.StatementMatch{
		Planned: len(target), Compared: len(pairs), Untouched: len(others), LastYear: lastYear,
		Balance: o.Balance.Ptr(), Gamma: o.Gamma.Ptr(),
	}
	season := model.StatementGuard{Guard: model.GuardSeason, Level: model.LevelStop}
	if lastYear {
		s.Match.SeasonDiff, s.Match.SeasonCI = o.Season.Ptr(), o.SeasonCI.Ptr()
		if season.Level = model.LevelOK; o.SeasonCI.Known() && !holdsZero(o.SeasonCI) {
			season.Level = model.LevelWarn
		}
	}
	t.indicate(&s, effect{model.SpendTwins, o.Diff, o.SE, o.CI, zTwoSided(t.Alpha)}, t.buyers(summaryOf(mine), twins), season)
	return s
}

// SeasonsAllow reports whether customers known last year carry a rung.
func SeasonsAllow(known, planned int) bool { return comparable(known, planned) }

// BySeasons turns the trace of a campaign that left nobody alone into the change
// around its send beyond that of last year, against the untouched. Weaker than
// twins, and as little a verdict. Untouched fewer than a hundred would bring more
// noise than news: the targeted are then compared with last year alone.
func BySeasons(t Terms, trace model.Statement, planned int, target, untouched []Seasons) model.Statement {
	t = t.settled()
	season := model.StatementGuard{Guard: model.GuardSeason}
	if len(untouched) < enoughPairs {
		season.Level, untouched = model.LevelWarn, nil
	}
	o := CompareSeasons(target, untouched, t.Alpha)
	s := trace
	s.Method, s.Rung = model.MethodBefore, model.RungBefore
	s.Match = &model.StatementMatch{
		Planned: planned, Compared: o.Target, Untouched: o.Untouched, LastYear: true, Change: o.Naive.Change.Ptr(),
	}
	t.indicate(&s, effect{model.SpendBefore, o.Diff, o.SE, o.CI, zTwoSided(t.Alpha)}, model.StatementBuyers{}, season)
	return s
}

// indicate fills a statement with an effect that no draw stands behind: the
// money with its range, but neither a chance of gain nor a price of a zone
// blanche that was not kept, and no verdict.
func (t Terms) indicate(s *model.Statement, e effect, buyers model.StatementBuyers, season model.StatementGuard) {
	a := s.Arms[0]
	planned := Summary{Customers: a.Customers, Buyers: a.Buyers, Revenue: a.Revenue, Variance: unknown}
	if a.Variance != nil {
		planned.Variance = Num(*a.Variance)
	}
	s.Label, s.Needed, s.Lift, s.Curve = model.LabelIndicative, nil, nil, []model.CurvePoint{}
	s.Buyers = buyers
	s.Spend = model.StatementSpend{Diff: e.diff.Ptr(), CI: e.ci.Ptr(), Method: e.method, SE: e.se.Ptr()}
	s.Money = t.money(e, buyers, planned, Summary{})
	s.Money.HoldoutCost, s.Money.HoldoutCostCI, s.Money.PROIPositive = nil, nil, nil
	s.Guards = []model.StatementGuard{{Guard: model.GuardNoHoldout, Level: model.LevelWarn}, season}
	if g, ok := guardOutlier(planned, Summary{}); ok {
		s.Guards = append(s.Guards, g)
	}
	s.Verdict = model.VerdictNotProven
	s.SinceClose = t.sinceClose(s) // the trace's own knows no twins
}

// summaryOf sums euros of customers as an arm.
func summaryOf(euros []float64) Summary {
	sample := NewSample(euros)
	m := sample.Moments()
	return Summary{Customers: m.N, Buyers: sample.Buyers(), Revenue: model.Cents(math.Round(100 * float64(m.Sum))), Variance: m.Var}
}
