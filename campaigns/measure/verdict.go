package measure

import "blanche/model"

// verdict is the word the statement ends on:
//
//	blocked                   an arm lost customers, or the zone blanche was reached
//	not_proven                nobody was held out
//	too_early                 the window is open
//	not_proven                fewer than ten buyers in the zone blanche, or no interval
//	pays, loses               the whole range of the net margin is above, below zero
//	works_profit_not_proven   the whole range of the difference of spend is above zero
//	not_proven                anything else
//
// The sign of the net margin is that of the ROI, and exists without a cost.
func (t Terms) verdict(e effect, s model.Statement) model.Verdict {
	target, holdout := s.Arms[0], s.Arms[1]
	net := t.net(e.ci, Summary{Customers: target.Customers})
	switch {
	case stopped(s.Guards, model.GuardSRM), stopped(s.Guards, model.GuardContamination):
		return model.VerdictBlocked
	case s.Method == model.MethodNone:
		return model.VerdictNotProven
	case !t.Window.Closed:
		return model.VerdictTooEarly
	case carriers(holdout) < fewBuyers, !e.ci.Known():
		return model.VerdictNotProven
	case net[0] > 0:
		return model.VerdictPays
	case net[1] < 0:
		return model.VerdictLoses
	case e.ci[0] > 0:
		return model.VerdictWorksProfitUnknown
	}
	return model.VerdictNotProven
}

// carriers is that of Summary, of an arm as it is shown.
func carriers(a model.StatementArm) int {
	s := Summary{Customers: a.Customers, Buyers: a.Buyers}
	if a.Clusters != nil {
		s.Clusters = Clusters{Units: *a.Clusters, Buying: *a.ClustersBuying}
	}
	return s.carriers()
}

// stopped reports whether a guard says that no verdict can be drawn.
func stopped(guards []model.StatementGuard, name model.Guard) bool {
	for _, g := range guards {
		if g.Guard == name && g.Level == model.LevelStop {
			return true
		}
	}
	return false
}
