package measure

import (
	"math"
	"slices"

	"blanche/model"
)

// The thresholds of the guards.
const (
	srmStop, srmWarn = 0.001, 0.01 // p of the sizes (Fabijan et al. 2019)
	fewBuyers        = 10          // in the zone blanche: below, no verdict
	fewEffective     = 30          // effective buyers in the zone blanche: below, a badge
	outlierShare     = 0.10        // of an arm's revenue, by one customer
	leakWarn         = 0.01        // share of the zone blanche that was reached
	leakStop         = 0.05
)

// guards checks what a verdict rests on, in the order they are shown. A guard
// that has nothing to check (no design known, best customer not known) is left
// out rather than shown as passed.
func (t Terms) guards(target, holdout Summary) []model.StatementGuard {
	if holdout.Customers == 0 || target.Customers == 0 {
		return []model.StatementGuard{{Guard: model.GuardNoHoldout, Level: model.LevelStop}}
	}
	var all []model.StatementGuard
	if g, ok := t.guardRatio(target, holdout); ok {
		all = append(all, g)
	}
	all = append(all, t.guardLeak(holdout), guardFewBuyers(holdout))
	if g, ok := guardOutlier(target, holdout); ok {
		all = append(all, g)
	}
	if g, ok := t.guardUnits(target, holdout); ok {
		all = append(all, g)
	}
	peeking := model.StatementGuard{Guard: model.GuardPeeking, Values: map[string]float64{"day": float64(t.Day), "days": float64(t.Window.Days)}}
	if !t.Window.Closed {
		peeking.Level = model.LevelInfo
	}
	return append(all, peeking)
}

// guardRatio tests the sizes drawn against the share asked for, and the sizes
// now against the sizes drawn, and keeps the worse. Where households were drawn
// they are what is counted: chance gives their number, not that of customers.
func (t Terms) guardRatio(target, holdout Summary) (model.StatementGuard, bool) {
	now, drawn := []int{target.Customers, holdout.Customers}, []int{t.DrawnTarget, t.DrawnHoldout}
	known := t.DrawnTarget > 0 && t.DrawnHoldout > 0
	if t.UnitsTarget > 0 && t.UnitsHoldout > 0 {
		lost := !known || !slices.Equal(now, drawn)
		drawn, known = []int{t.UnitsTarget, t.UnitsHoldout}, true
		now = drawn // as many customers as then: nobody is lost, whoever moved since
		if lost && target.Clusters.Units > 0 && holdout.Clusters.Units > 0 {
			now = []int{target.Clusters.Units, holdout.Clusters.Units}
		}
	}
	worst, ok := t.worstRatio(now, drawn, known)
	if !ok {
		return model.StatementGuard{}, false
	}
	g := model.StatementGuard{Guard: model.GuardSRM, Level: levelBelow(float64(worst.P), srmWarn, srmStop), P: worst.P.Ptr()}
	g.Values = map[string]float64{
		"target": float64(worst.Counts[0]), "holdout": float64(worst.Counts[1]),
		"expected_target": float64(worst.Expected[0]), "expected_holdout": float64(worst.Expected[1]),
	}
	if known && slices.Equal(worst.Counts, now) { // who was drawn is expected back, not a share of who is left
		g.Values["expected_target"], g.Values["expected_holdout"] = float64(drawn[0]), float64(drawn[1])
	}
	return g, true
}

// worstRatio is the worse of the two tests; false when there is nothing to test
// against.
func (t Terms) worstRatio(now, drawn []int, known bool) (SRM, bool) {
	designed := t.Share > 0 && t.Share < 1
	share := []float64{1 - t.Share, t.Share}
	switch {
	case known:
		worst := CheckRatio(now, []float64{float64(drawn[0]), float64(drawn[1])})
		if designed {
			if s := CheckRatio(drawn, share); s.P < worst.P {
				return s, true
			}
		}
		return worst, true
	case designed:
		return CheckRatio(now, share), true
	}
	return SRM{}, false
}

// guardLeak looks at the share of the zone blanche that was reached.
func (t Terms) guardLeak(holdout Summary) model.StatementGuard {
	share := float64(t.Reached) / float64(holdout.Customers)
	return model.StatementGuard{
		Guard: model.GuardContamination, Level: levelBelow(-share, -leakWarn, -leakStop),
		Values: map[string]float64{"reached": float64(t.Reached), "customers": float64(holdout.Customers), "share": share},
	}
}

// guardFewBuyers stops below ten buyers in the zone blanche, and warns when
// its effective buyers are few; households that bought, where these were drawn.
func guardFewBuyers(holdout Summary) model.StatementGuard {
	buyers := holdout.carriers()
	g := model.StatementGuard{Guard: model.GuardFewBuyers, Values: map[string]float64{"buyers": float64(buyers), "floor": fewBuyers}}
	effective := holdout.EffectiveBuyers()
	if effective.Known() {
		g.Values["effective_buyers"] = float64(effective)
	}
	switch {
	case buyers < fewBuyers:
		g.Level = model.LevelStop
	case !(effective >= fewEffective):
		g.Level = model.LevelWarn
	}
	return g
}

// fewUnits is below how many units in an arm an error counted on them is itself
// uncertain (Cameron, Miller 2015, Journal of Human Resources 50:317: 20 to 50).
const fewUnits = 30

// guardUnits says on what the errors are counted, where households were drawn:
// on them, or on customers when whose household is whose is not known any more.
func (t Terms) guardUnits(target, holdout Summary) (model.StatementGuard, bool) {
	g := model.StatementGuard{Guard: model.GuardUnits, Level: model.LevelInfo, Where: t.Unit}
	if u1, u0 := target.Clusters.Units, holdout.Clusters.Units; u1 > 0 && u0 > 0 {
		g.Level, g.Values = model.LevelOK, map[string]float64{"target": float64(u1), "holdout": float64(u0)}
		if min(u1, u0) < fewUnits {
			g.Level = model.LevelWarn
		}
	}
	return g, t.Unit != ""
}

// guardOutlier warns when one customer carries more than a tenth of an arm.
func guardOutlier(target, holdout Summary) (model.StatementGuard, bool) {
	g := model.StatementGuard{Guard: model.GuardOutlier, Values: map[string]float64{}}
	for name, s := range map[string]Summary{"target_share": target, "holdout_share": holdout} {
		if s.Largest <= 0 || s.Revenue <= 0 {
			continue
		}
		share := float64(s.Largest) / float64(s.Revenue)
		g.Values[name] = share
		if share > outlierShare {
			g.Level = model.LevelWarn
		}
	}
	return g, len(g.Values) > 0
}

// levelBelow is stop below the second threshold, warn below the first.
func levelBelow(x, warn, stop float64) model.Level {
	switch {
	case math.IsNaN(x):
		return model.LevelOK
	case x < stop:
		return model.LevelStop
	case x < warn:
		return model.LevelWarn
	}
	return model.LevelOK
}
