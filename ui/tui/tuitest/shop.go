package tuitest

import (
	"context"
	"time"

	"blanche/campaigns"
	"blanche/campaigns/bus"
	"blanche/model"
)

// Shop is a desk with fixed answers for the screens that only look: one
// campaign on its way, three results, hostile names among them. A method it
// does not have panics: the test should say what it needs.
type Shop struct {
	campaigns.Desk
	Done      []string // what was asked to be done, in order
	Picture   campaigns.Live
	Figures   campaigns.Today
	Lines     []campaigns.CampaignLine
	Statement map[string]model.Statement
	People    []campaigns.RecipientLine
	Actor     model.Actor       // who is looking; an admin named sophie by default
	Team      []model.Operator  // by name
	Audit     []model.AuditLine // newest first
	Proof     model.AuditProof
	Bus       bus.Bus // what the mailboxes of Follow hear
}

// hostileTitle would draw outside its place, were it not sanitized.
const hostileTitle = "\x1b[2J\x1b]0;x\x07Noël\r\n\u202e−15 %"

// NewShop is the shop of the pictures: 14:05 on 22 November 2026.
func NewShop() *Shop {
	now := time.Date(2026, 11, 22, 14, 5, 0, 0, time.UTC)
	started, eta := now.Add(-3*time.Hour), now.Add(49*time.Minute)
	running := model.Status{
		Name: "noel-15", Title: "Noël −15 %", Kind: "coupon", State: model.Running, Version: 2, Matched: 13012, Target: 12000,
		HeldOut: 1200, Planned: 10800, Accepted: 7381, Refused: 61, Excluded: 127, Deferred: 88, Waiting: 3143, Balanced: true,
		RatePerSecond: 38.2, RateLimit: 40, StartedAt: &started, ETA: &eta, Sending: true, InFlight: 4,
		Versions: []model.VersionCount{{Version: 1, Accepted: 3010}, {Version: 2, Accepted: 4371}},
		Lanes: []model.LaneStatus{
			{Lane: "gmail", Accepted: 3120, Deferred: 3, Refused: 6, Waiting: 812, RatePerSecond: 14},
			{Lane: "orange", Accepted: 1204, Deferred: 85, Refused: 1, Waiting: 1204, RatePerSecond: 3},
			{Lane: "other", Accepted: 3057, Refused: 54, Waiting: 1127, RatePerSecond: 21.2},
		},
	}
	paused := model.Status{Name: "reveil", Title: hostileTitle, State: model.Paused, PausedWhy: "deliver.guard.unknown", Planned: 400, Accepted: 120, Uncertain: 12, Waiting: 268, Target: 440, HeldOut: 40, Balanced: true}
	s := &Shop{Statement: map[string]model.Statement{}, Actor: model.Actor{Name: "sophie", Role: model.Admin, From: "local"}}
	s.Figures = campaigns.Today{
		Shop: "Boutique des Lilas", Contacts: 12384, Customers: 8421, NewCustomers: 38, Revenue12: 164.2, Orders30: 1731, Spend30: 11093700, Ready: true,
		CustomersBy: []float64{5, 6, 6, 7, 7, 8}, RevenueTrend: []float64{3, 3, 4, 4, 5, 6}, SpendBy: []float64{1, 2, 2, 3, 2, 4},
		Running:   []model.Status{running, paused},
		Waiting:   []campaigns.CampaignLine{{Name: "rentree", Title: "Rentrée", State: model.Checked}},
		Late:      []campaigns.CampaignLine{{Name: "anniversaires", Title: "Anniversaires", State: model.Late}},
		Uncertain: []campaigns.UncertainCount{{Name: "reveil", Count: 12}},
	}
	s.Picture = campaigns.Live{At: now, Revision: 1, Sends: true, Ready: true, Running: []campaigns.LiveCampaign{
		{Status: running, History: []float64{12, 25, 31, 38, 36, 40, 38, 39, 38, 37, 38, 40}},
	}, Events: []model.Event{
		{At: now.Add(-time.Minute), Campaign: "noel-15", Level: model.LevelWarn, Key: "deliver.event.rate", Args: []any{"rate", 40.0}},
		{At: started, Campaign: "noel-15", Level: model.LevelInfo, Key: "deliver.event.started"},
	}}
	s.addResults(started.AddDate(0, 0, -30))
	s.addTeam(now)
	s.addAudit(now)
	s.People = []campaigns.RecipientLine{
		{Email: "elodie@orange.example", State: "deferred", Reason: "450 4.2.0 \x1b[31mgreylisted"}, {Email: "nguyen@gmail.example", State: "refused", Reason: "550 5.1.1"},
	}
	return s
}

// addResults adds three campaigns that are over: one pays, one is not proven,
// one loses.
func (s *Shop) addResults(started time.Time) {
	end := started.AddDate(0, 0, 14)
	window := model.StatementWindow{Start: started, End: end, Days: 14, Closed: true}
	add := func(name, title string, verdict model.Verdict, roi, low, high float64, level model.Level) {
		st := statement(name, window, verdict, roi, low, high, level)
		if name == "mens" {
			beside(&st)
		}
		s.Statement[name] = st
		line := campaigns.CampaignLine{
			Name: name, Title: title, State: model.Done, Target: 42613, HeldOut: 21306, Planned: 21307, Accepted: 21107, Done: 1, Share: 0.5,
			StartedAt: &started, Verdict: string(verdict), ROI: &roi, ROILow: &low, ROIHigh: &high, NetCents: st.Money.Net,
		}
		s.Lines = append(s.Lines, line)
		s.Figures.Results = append(s.Figures.Results, line)
	}
	add("mens", "Mens E-Mail", model.VerdictPays, 3.62, 1.91, 5.33, model.LevelOK)
	add("soldes", hostileTitle, model.VerdictNotProven, 0.4, -1.2, 2.1, model.LevelStop)
	add("parrainage", "Parrainage d’hiver, dix jours et un très long titre", model.VerdictLoses, -0.8, -0.95, -0.4, model.LevelWarn)
}

func statement(name string, window model.StatementWindow, verdict model.Verdict, roi, low, high float64, level model.Level) model.Statement {
	f := func(v float64) *float64 { return &v }
	c := func(v model.Cents) *model.Cents { return &v }
	st := model.Statement{
		Campaign: name, Method: model.MethodHoldout, Label: model.LabelCausal, Window: window, Day: 14, Alpha: 0.05, Verdict: verdict,
		Arms: []model.StatementArm{
			{Arm: model.ArmTarget, Customers: 21307, Buyers: 267, Revenue: 3031169, Mean: f(1.4226), Variance: f(315.2), Rate: f(0.01253)},
			{Arm: model.ArmHoldout, Customers: 21306, Buyers: 122, Revenue: 1390833, Mean: f(0.6528), Variance: f(134.3), Rate: f(0.00573)},
		},
		Buyers: model.StatementBuyers{Diff: f(0.0068), CI: &model.Interval{0.005, 0.0086}, Method: "newcombe", P: f(1e-13)},
		Spend:  model.StatementSpend{Diff: f(0.7698), CI: &model.Interval{0.4578, 1.0818}, Method: model.SpendPrudent, SE: f(0.159)},
		Money: model.StatementMoney{
			Margin: 0.3, Cost: 106535, IncrementalRevenue: c(1640271), IncrementalMargin: c(492081), IncrementalMarginCI: &[2]model.Cents{310106, 674056},
			Net: c(385546), NetCI: &[2]model.Cents{203571, 567521}, ROI: &roi, ROICI: &model.Interval{low, high}, PROIPositive: f(0.999),
			BreakEvenDelta: f(0.167), IncrementalBuyers: f(145), HoldoutCost: c(385400), NaiveRevenue: 3031169, NaiveROI: f(7.54),
		},
		Guards: []model.StatementGuard{
			{Guard: model.GuardSRM, Level: model.LevelOK, P: f(0.9), Values: map[string]float64{"target": 21307, "holdout": 21306, "expected_target": 21307, "expected_holdout": 21306}},
			{Guard: model.GuardFewBuyers, Level: level, Values: map[string]float64{"buyers": 8, "effective_buyers": 6, "floor": 10}},
		},
	}
	for day := 1; day <= 14; day++ {
		x := float64(day) / 14
		st.Curve = append(st.Curve, model.CurvePoint{Day: day, Target: 1.42 * x, Holdout: 0.65 * x, Diff: 0.77 * x, Low: f(0.77*x - 0.6), High: f(0.77*x + 0.6)})
	}
	return st
}

// Now is the time of the pictures.
func (s *Shop) Now() time.Time { return s.Picture.At }

// Live is the picture.
func (s *Shop) Live() *campaigns.Live { return &s.Picture }

// Settings name the shop.
func (s *Shop) Settings() campaigns.Config { return campaigns.Config{Shop: s.Figures.Shop} }

// Today gives the figures.
func (s *Shop) Today(context.Context) (campaigns.Today, error) { return s.Figures, nil }

// Campaigns gives the lines.
func (s *Shop) Campaigns(context.Context) ([]campaigns.CampaignLine, error) { return s.Lines, nil }

// Status is that of the picture.
func (s *Shop) Status(_ context.Context, name string) (model.Status, error) {
	for _, c := range s.Picture.Running {
		if c.Name == name {
			return c.Status, nil
		}
	}
	return model.Status{}, model.NotFound("store.no_campaign", "name", name)
}

// ROI gives a statement.
func (s *Shop) ROI(_ context.Context, name string) (model.Statement, error) {
	st, ok := s.Statement[name]
	if !ok {
		return st, model.Refused("roi.not_started", "name", name).Hint("roi.start_first", "name", name)
	}
	return st, nil
}

// Missing gives the people.
func (s *Shop) Missing(context.Context, string) ([]campaigns.RecipientLine, error) {
	return s.People, nil
}

// Uncertain gives the people.
func (s *Shop) Uncertain(context.Context, string) ([]campaigns.RecipientLine, error) {
	return s.People, nil
}

func (s *Shop) note(what string) error {
	s.Done = append(s.Done, what)
	return nil
}

// Pause notes itself.
func (s *Shop) Pause(_ context.Context, name string) error { return s.note("pause " + name) }

// Resume notes itself.
func (s *Shop) Resume(_ context.Context, name string) error { return s.note("resume " + name) }

// Cancel notes itself.
func (s *Shop) Cancel(_ context.Context, name string) error { return s.note("cancel " + name) }

// SetRate notes itself.
func (s *Shop) SetRate(_ context.Context, name string, _ float64) error {
	return s.note("rate " + name)
}

// SendAgain notes itself.
func (s *Shop) SendAgain(_ context.Context, name string) (int, error) {
	return 12, s.note("again " + name)
}

// ResolveUncertain notes itself.
func (s *Shop) ResolveUncertain(_ context.Context, name string, resend bool) (int, error) {
	if resend {
		return 12, s.note("resend " + name)
	}
	return 12, s.note("as-sent " + name)
}

// PublicState is that of a shop without a public part.
func (s *Shop) PublicState(context.Context) (campaigns.PublicState, error) {
	return campaigns.PublicState{}, nil
}
