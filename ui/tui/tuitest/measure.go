package tuitest

import (
	"context"

	"blanche/campaigns"
	"blanche/model"
)

// Programme is that of 2026: one kind pooled, one alone, and a universal zone
// blanche; nothing in any other year.
func (s *Shop) Programme(_ context.Context, year int) (campaigns.Programme, error) {
	out := campaigns.Programme{Year: year, Alpha: 0.05}
	if year != s.Picture.At.Year() {
		return out, nil
	}
	var all []model.Statement
	for _, l := range s.Lines {
		if st, ok := s.Statement[l.Name]; ok && st.Label == model.LabelCausal {
			all = append(all, st)
		}
	}
	for i := range all {
		diff, se := *all[i].Spend.Diff-0.2*float64(i), *all[i].Spend.SE+0.05*float64(i)
		all[i].Spend.Diff, all[i].Spend.SE = &diff, &se
	}
	pooled, err := campaigns.PoolStatements(all, out.Alpha)
	if err != nil {
		return out, err
	}
	out.Counted, out.Money = len(pooled.Campaigns), &pooled.Money
	out.LeftOut = []campaigns.LeftOut{{Campaign: "rentree", Why: "open"}, {Campaign: hostileTitle, Why: "no_holdout"}}
	out.Kinds = []campaigns.ProgrammeKind{{Kind: "newsletter", Campaigns: len(pooled.Campaigns), Pooled: &pooled}}
	if len(all) > 0 {
		out.Kinds = append(out.Kinds, campaigns.ProgrammeKind{Kind: "coupon", Campaigns: 1, Alone: &all[0]})
		u := all[0]
		u.Campaign, u.Title, u.Rung = "2026-H2", "", model.RungUniversal
		out.Universal = []campaigns.UniversalComparison{{Period: "2026-H2", Share: 0.03, Campaigns: 3, Statement: u}}
	}
	return out, nil
}

// AddIndicative adds a campaign that left nobody alone, and one whose window is
// open, with all that stands beside a comparison.
func (s *Shop) AddIndicative() {
	f := func(v float64) *float64 { return &v }
	base, line := s.Statement["mens"], s.Lines[0]
	twin := base
	twin.Campaign, twin.Method, twin.Label, twin.Rung, twin.Verdict = "jumeaux", model.MethodTwins, model.LabelIndicative, model.RungTwins, model.VerdictNotProven
	twin.Match = &model.StatementMatch{Planned: 21307, Compared: 19870, Untouched: 30112, LastYear: true, Gamma: f(1.35), SeasonDiff: f(0.08), SeasonCI: &model.Interval{-0.2, 0.36}}
	twin.Naive = &model.StatementNaive{Target: 3031169, Holdout: 0, ROI: f(7.54), TrueShare: f(0.41), TrueShareCI: &model.Interval{0.2, 0.6}}
	twin.Guards = []model.StatementGuard{{Guard: model.GuardSeason, Level: model.LevelWarn}}
	s.add(line, "jumeaux", "Sans zone blanche", twin)
	open := s.Statement["soldes"]
	open.Campaign, open.Day, open.Verdict, open.Window.Closed = "ouverte", 4, model.VerdictTooEarly, false
	open.Spend.Method, open.Money.PROIPositive, open.Curve = model.SpendSequence, nil, open.Curve[:4]
	open.Guards = []model.StatementGuard{{Guard: model.GuardPeeking, Level: model.LevelInfo, Values: map[string]float64{"day": 4, "days": 14}}}
	s.add(line, "ouverte", "Ventes privées", open)
}

func (s *Shop) add(line campaigns.CampaignLine, name, title string, st model.Statement) {
	line.Name, line.Title = name, title
	s.Lines = append(s.Lines, line)
	s.Statement[name] = st
}

// beside fills what stands beside the comparison of a statement.
func beside(st *model.Statement) {
	f := func(v float64) *float64 { return &v }
	st.Provisional = true
	st.Split = &model.StatementSplit{Buyers: f(0.61), Baskets: f(0.16)}
	st.Winsor = &model.StatementLine{Method: model.SpendPrudent, Diff: f(0.71), CI: &model.Interval{0.44, 0.98}, SE: f(0.138), Cap: f(499), ROI: f(3.3), ROICI: &model.Interval{1.6, 4.9}}
	st.Stratified = &model.StatementLine{Method: "post_stratified", Diff: f(0.768), CI: &model.Interval{0.46, 1.08}, SE: f(0.157), Gain: f(0.02)}
	st.Cuped = &model.StatementLine{Method: "cuped", Diff: f(0.75), CI: &model.Interval{0.5, 1.0}, SE: f(0.127), Gain: f(0.36), ROI: f(3.5), ROICI: &model.Interval{2, 5}}
	st.Reached = &model.StatementReached{TargetShare: 0.97, HoldoutShare: 0.004, Diff: f(0.797), CI: &model.Interval{0.47, 1.12}}
	st.Second = &model.StatementSecond{Day: 9, Days: 14, Diff: f(-0.11), CI: &model.Interval{-0.5, 0.28}, Both: f(0.66), BothCI: &model.Interval{0.2, 1.12}, ROI: f(2.9), ROICI: &model.Interval{0.3, 5.6}}
	st.Segments = []model.StatementSegments{{By: "stratum", Q: f(4.1), P: f(0.25), One: true, Rows: []model.StatementSegment{
		{Name: "champions", Target: 4210, Holdout: 4200, Diff: f(1.9), CI: &model.Interval{0.8, 3.0}, P: f(0.0007), PHolm: f(0.003), Shrunk: f(1.2)},
		{Name: "to_wake", Target: 9100, Holdout: 9105, Diff: f(0.5), CI: &model.Interval{0.1, 0.9}, P: f(0.014), PHolm: f(0.03), Shrunk: f(0.6)},
		{Name: "\x1b[31mville\r", Target: 7900, Holdout: 7901, Diff: f(0.1), CI: &model.Interval{-0.6, 0.8}, P: f(0.78), PHolm: f(0.78), Shrunk: f(0.4)},
		{Name: "lost", Target: 97, Holdout: 100, Diff: f(0.4)},
	}}}
	st.Variants = []model.StatementVariant{
		{Name: "A", Customers: 10653, Diff: f(0.9), CI: &model.Interval{0.5, 1.3}, P: f(0.0001), PAdjusted: f(0.0002), ROI: f(4.1), ROICI: &model.Interval{2, 6.2}},
		{Name: "B", Customers: 10654, Diff: f(0.64), CI: &model.Interval{0.2, 1.1}, P: f(0.005), PAdjusted: f(0.005), ROI: f(2.8), ROICI: &model.Interval{0.3, 5.3}},
	}
	st.Overlaps = []model.StatementOverlap{{Campaign: "rentree", TargetShare: 0.213, HoldoutShare: 0.198, P: f(0.0002), Adjusted: f(0.74), AdjustedCI: &model.Interval{0.43, 1.05}}}
	st.Naive = &model.StatementNaive{Target: st.Money.NaiveRevenue, Holdout: 1390833, ROI: st.Money.NaiveROI, TrueShare: f(0.541), TrueShareCI: &model.Interval{0.38, 0.66}}
	st.Changes = []model.StatementChange{{Field: "margin", From: "0.3", To: "0.35", At: st.Window.End, By: "sophie"}}
	st.SinceClose = &model.StatementSince{Close: model.StatementClose{At: st.Window.End, Verdict: st.Verdict}, Target: 12900, Holdout: -4550, Net: func() *model.Cents { c := model.Cents(5210); return &c }()}
	st.Money.CostFixed, st.Money.CostPerMessage, st.Money.CostPerBuyer, st.Money.CostPerBuyerCI = 0, 5, f(7.35), &model.Interval{5.8, 10}
	st.Money.HoldoutCostCI = &[2]model.Cents{203500, 567500}
	st.Guards = append(st.Guards,
		model.StatementGuard{Guard: model.GuardContamination, Level: model.LevelWarn, Values: map[string]float64{"reached": 85, "customers": 21306, "share": 0.004}},
		model.StatementGuard{Guard: model.GuardChanged, Level: model.LevelWarn, Values: map[string]float64{"changes": 1}},
		model.StatementGuard{Guard: model.GuardProvisional, Level: model.LevelInfo, Values: map[string]float64{"days": 9}},
		model.StatementGuard{Guard: model.GuardOutlier, Level: model.LevelOK, Values: map[string]float64{"target_share": 0.01, "holdout_share": 0.02}})
}
