package measure

import (
	"math"

	"blanche/model"
)

// The thresholds of the guards that need more than the two arms.
const (
	balanceGap  = 0.1   // standardised difference before the send: above, a warning
	balanceP    = 0.001 // of the same
	overlapP    = 0.001 // that another campaign reached both arms alike
	forwardMost = 0.3   // of the first window given back by the second
)

// guards are those of the two arms, with what the book knows beside them. A
// guard that has nothing to check is left out.
func (b *Book) guards(t Terms, e effect, s *model.Statement) []model.StatementGuard {
	all := s.Guards
	for i := range all {
		switch all[i].Guard {
		case model.GuardSRM:
			b.guardStrata(t, &all[i])
		case model.GuardOutlier:
			b.guardWinsor(t, e, s, &all[i])
		}
	}
	for _, g := range []func() (model.StatementGuard, bool){
		b.guardBalance,
		func() (model.StatementGuard, bool) { return guardOverlap(s.Overlaps) },
		t.guardPower,
		func() (model.StatementGuard, bool) { return guardForward(e, s.Second) },
		func() (model.StatementGuard, bool) { return guardSegments(s.Segments) },
		t.guardChanged,
		t.guardReturns,
	} {
		if found, ok := g(); ok {
			all = append(all, found)
			if found.Guard == model.GuardBalance && found.Level == model.LevelWarn && s.Cuped == nil {
				s.Cuped = b.cuped(t, e, 0) // arms that differed ask for it, however little it gains
			}
		}
	}
	return all
}

// guardStrata looks for customers lost from one arm of a stratum: the worst one,
// its p corrected for how many strata there are (Bonferroni), takes the place of
// the whole when it is worse.
func (b *Book) guardStrata(t Terms, g *model.StatementGuard) {
	c := b.cut(CutStratum)
	if c == nil || len(t.Quotas) == 0 {
		return
	}
	group := map[string]int{}
	for i, name := range c.names {
		group[name] = i + 1
	}
	for _, q := range t.Quotas {
		target, holdout := q.Size-q.HeldOut, q.HeldOut
		var n [2]int
		if i := group[q.Stratum]; i > 0 {
			s0, s1 := &c.sums[0][i-1], &c.sums[1][i-1]
			n = [2]int{s0.customers, s1.customers}
			if q.Units > 0 && s0.units.count > 0 && s1.units.count > 0 && n != [2]int{holdout, target} { // some are lost: of how many units
				n, target, holdout = [2]int{s0.units.count, s1.units.count}, q.Units-q.UnitsHeldOut, q.UnitsHeldOut
			}
		}
		if target < 1 || holdout < 1 || n[0]+n[1] == 0 {
			continue
		}
		srm := CheckRatio([]int{n[1], n[0]}, []float64{float64(target), float64(holdout)})
		p := math.Min(1, float64(srm.P)*float64(len(t.Quotas)))
		if g.P != nil && !(p < *g.P) {
			continue
		}
		g.P, g.Where = Num(p).Ptr(), q.Stratum
		g.Level = max(g.Level, levelBelow(p, srmWarn, srmStop))
		g.Values = map[string]float64{
			"target": float64(n[1]), "holdout": float64(n[0]), "expected_target": float64(target), "expected_holdout": float64(holdout),
		}
	}
}

// guardWinsor warns when the verdict hangs on the greatest baskets.
func (b *Book) guardWinsor(t Terms, e effect, s *model.Statement, g *model.StatementGuard) {
	line, cut := b.winsor(t)
	if line == nil || line.Diff == nil || !t.Window.Closed {
		return
	}
	g.Values["winsor_diff"] = *line.Diff
	if t.verdict(e, *s) != t.verdict(cut, *s) {
		g.Values["flips"], g.Level = 1, max(g.Level, model.LevelWarn)
	}
}

// guardBalance compares what the arms were before the send: the spend of the
// year, and how long ago those who had bought did last. A gap is between
// customers, its chance that of what was drawn; of households, the chance of a gap
// of days is not known.
func (b *Book) guardBalance() (model.StatementGuard, bool) {
	g := model.StatementGuard{Guard: model.GuardBalance, Values: map[string]float64{}}
	worst := unknown
	look := func(name string, m1, m0 Moments, variance float64, chance bool) {
		gap := Num(float64(m1.Mean-m0.Mean) / math.Sqrt(variance/2))
		if !gap.Known() {
			return
		}
		g.Values[name] = float64(gap)
		p := unknown
		if chance {
			p = CompareMeans(m1, m0, 0.05).P
		}
		if !worst.Known() || p < worst {
			worst = p
		}
		if math.Abs(float64(gap)) > balanceGap || p < balanceP {
			g.Level = model.LevelWarn
		}
	}
	a1, a0 := &b.arms[1], &b.arms[0]
	look("spend", a1.before(), a0.before(), a1.varianceBefore()+a0.varianceBefore(), true)
	recent1, recent0 := a1.recent.moments(), a0.recent.moments()
	look("recency", recent1, recent0, float64(recent1.Var+recent0.Var), !b.grouped())
	g.P = worst.Ptr()
	return g, len(g.Values) > 0
}

// guardOverlap warns of the campaign that reached the arms most unequally.
func guardOverlap(all []model.StatementOverlap) (model.StatementGuard, bool) {
	g := model.StatementGuard{Guard: model.GuardOverlap}
	for _, o := range all {
		if o.P == nil || g.P != nil && *o.P >= *g.P {
			continue
		}
		g.P, g.Where = o.P, o.Campaign
		g.Values = map[string]float64{"target_share": o.TargetShare, "holdout_share": o.HoldoutShare}
	}
	if g.P != nil && *g.P < overlapP {
		g.Level = model.LevelWarn
	}
	return g, g.P != nil
}

// guardPower recalls that the zone blanche was known to be too small.
func (t Terms) guardPower() (model.StatementGuard, bool) {
	f := t.Foreseen
	g := model.StatementGuard{Guard: model.GuardLowPower, Values: map[string]float64{"mde": f.MDE, "expected": f.Expected}}
	if f.LowPower() {
		g.Level = model.LevelWarn
	}
	return g, f.Known && f.MDE > 0
}

// guardForward warns when the second window gives back a part of the first:
// sales that were only brought forward.
func guardForward(e effect, second *model.StatementSecond) (model.StatementGuard, bool) {
	if second == nil || !second.Closed || second.Diff == nil || !e.diff.Known() {
		return model.StatementGuard{}, false
	}
	first, then := float64(e.diff), *second.Diff
	g := model.StatementGuard{Guard: model.GuardPullForward, Values: map[string]float64{"first": first, "second": then}}
	if first > 0 && then < 0 {
		g.Values["share"] = -then / first
		if -then > forwardMost*first {
			g.Level = model.LevelWarn
		}
	}
	return g, true
}

// guardSegments says that the p values of many segments are corrected ones.
func guardSegments(tables []model.StatementSegments) (model.StatementGuard, bool) {
	most := 0
	for _, t := range tables {
		most = max(most, len(t.Rows))
	}
	g := model.StatementGuard{Guard: model.GuardSegments, Values: map[string]float64{"segments": float64(most)}}
	if most > manySegments {
		g.Level = model.LevelInfo
	}
	return g, most > 0
}

// guardChanged marks terms that were decided again after the send.
func (t Terms) guardChanged() (model.StatementGuard, bool) {
	g := model.StatementGuard{Guard: model.GuardChanged, Level: model.LevelWarn, Values: map[string]float64{"changes": float64(len(t.Changes))}}
	return g, len(t.Changes) > 0
}

// guardReturns says that returns may still come in.
func (t Terms) guardReturns() (model.StatementGuard, bool) {
	g := model.StatementGuard{Guard: model.GuardProvisional, Level: model.LevelInfo, Values: map[string]float64{"days": float64(t.ReturnsIn)}}
	return g, t.Window.Closed && t.ReturnsIn > 0
}
