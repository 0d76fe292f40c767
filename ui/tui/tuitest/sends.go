package tuitest

import (
	"context"
	"fmt"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// What a shop that sends a lot looks like: lanes of which one is slowed, ten
// campaigns at once, people in doubt, a test of wordings, a start in its grace.

// lanesOf is the part of each mailbox provider; Orange has slowed down.
func lanesOf(now time.Time) []model.LaneStatus {
	until := now.Add(27 * time.Minute)
	return []model.LaneStatus{
		{Lane: "gmail", Accepted: 3120, Deferred: 3, Refused: 6, Waiting: 812, RatePerSecond: 14, InHand: 6, SentToday: 3120},
		{Lane: "microsoft", Accepted: 1905, Refused: 8, Waiting: 640, RatePerSecond: 11, RateLimit: 20, InHand: 4, SentToday: 1905, Ceiling: 5000},
		{Lane: "yahoo", Accepted: 240, Waiting: 60, InHand: 0, SentToday: 300, Ceiling: 300},
		{
			Lane: "orange", Accepted: 1204, Deferred: 85, Refused: 1, Waiting: 1204, RatePerSecond: 3, RateLimit: 5, Connections: 2, InHand: 1, SentToday: 1204,
			SlowUntil: &until, SlowWhy: "421 OFR004_104 Trop de connexions, veuillez verifier votre configuration. Too many connections",
		},
		{Lane: "sfr", Accepted: 310, Connections: 4, SentToday: 310},
		{Lane: "other", Accepted: 602, Refused: 46, Waiting: 427, RatePerSecond: 10.2, InHand: 3, SentToday: 602},
	}
}

// NewLanesShop is the shop with every lane in the campaign on its way, and two
// versions of its message.
func NewLanesShop() *Shop {
	s := NewShop()
	st := &s.Picture.Running[0].Status
	st.Lanes = lanesOf(s.Now())
	st.Versions = []model.VersionCount{{Version: 1, Accepted: 3010}, {Version: 2, Accepted: 4371}}
	st.Complaints = 3
	requested := st.StartedAt.Add(-18 * time.Minute)
	st.RequestedAt, st.FirstAcceptedAt = &requested, st.StartedAt
	s.Figures.Running, s.Figures.Uncertain = []model.Status{*st}, nil
	s.People = []campaigns.RecipientLine{
		{
			Email: "elodie@orange.example", State: "deferred", Code: "421", Said: "OFR004_104 Trop de connexions \x1b[31m", Reason: "421 OFR004_104",
			At: s.Now().Add(-2 * time.Minute), Attempts: 3, Version: 2, Lane: "orange", MessageID: "<noel-15.12@boutique.example>",
		},
		{Email: "nguyen@gmail.example", State: "refused", Code: "550 5.1.1", Said: "no such user", At: s.Now().Add(-9 * time.Minute), Attempts: 1, Version: 2, Lane: "gmail"},
		{Email: "b.durand@free.example", State: "refused", Code: "552 5.2.2", Said: "Quota exceeded", MayPass: true, At: s.Now().Add(-19 * time.Minute), Attempts: 1, Version: 1, Lane: "free"},
		{Email: "lou@sfr.example", State: "excluded", Code: "opposed", At: s.Now().Add(-time.Hour), Version: 1, Lane: "sfr"},
		{Email: "marc@laposte.example", State: "planned", Version: 2, Lane: "laposte"},
		{Email: "zoe@orange.example", State: "deferred", Code: "421", Said: "OFR004_104", At: s.Now().Add(-3 * time.Minute), Attempts: 2, Version: 2, Lane: "orange"},
	}
	return s
}

// NewBusyShop sends ten campaigns at once.
func NewBusyShop() *Shop {
	s := NewLanesShop()
	first := s.Picture.Running[0]
	for i := range 9 {
		c := first
		c.Name, c.Title = fmt.Sprintf("soldes-%d", i), fmt.Sprintf("Soldes d’hiver, magasin %d", i+1)
		c.Planned, c.HeldOut, c.Refused, c.Excluded, c.Deferred = 4000+i*811, 400, 0, 0, 0
		c.Accepted = c.Planned * (i + 1) / 11
		c.Waiting = c.Planned - c.Accepted
		c.RatePerSecond, c.RateLimit = 4.2+float64(i), 0
		eta := s.Now().Add(time.Duration(17*(i+1)) * time.Minute)
		c.ETA, c.Version, c.Versions, c.Complaints, c.RequestedAt = &eta, 1, nil, 0, nil
		switch i {
		case 2:
			rests := s.Now().Add(18*time.Hour + 25*time.Minute)
			c.RestsUntil, c.ETA, c.RatePerSecond = &rests, nil, 0
		case 4:
			c.State, c.PausedWhy, c.Sending, c.Title = model.Paused, "deliver.guard.unknown", false, hostileTitle
		case 6:
			c.AB = undecided()
		}
		s.Picture.Running = append(s.Picture.Running, c)
	}
	return s
}

// undecided is a test that found no difference.
func undecided() *model.ABStatus {
	f := func(v float64) *float64 { return &v }
	return &model.ABStatus{Metric: "revenue", Waits: true, Verdict: model.ABNoDifference, Variants: []model.VariantStatus{
		{Name: "a", Subject: "Noël −15 % jusqu’à dimanche", Planned: 800, Accepted: 796, Value: f(0.42), Range: &[2]float64{0.21, 0.63}},
		{Name: "b", Subject: "Votre cadeau de Noël vous attend", Planned: 800, Accepted: 799, Value: f(0.39), Range: &[2]float64{0.19, 0.6}},
	}}
}

// NewTestShop is the shop whose campaign tests two wordings, without finding a
// difference.
func NewTestShop() *Shop {
	s := NewLanesShop()
	st := &s.Picture.Running[0].Status
	st.AB, st.Version, st.Versions, st.Complaints = undecided(), 1, nil, 0
	st.Accepted, st.Waiting, st.Refused, st.Excluded, st.Deferred = 1595, 9200, 5, 0, 0
	s.Figures.Running = []model.Status{*st}
	s.Figures.Choose = []string{st.Name}
	return s
}

// NewDoubtShop is the shop with people in doubt.
func NewDoubtShop() *Shop {
	s := NewLanesShop()
	st := &s.Picture.Running[0].Status
	st.Uncertain, st.Waiting = 3, st.Waiting-3
	s.Figures.Running = []model.Status{*st}
	s.People = []campaigns.RecipientLine{
		{Email: "elodie@orange.example", State: "uncertain", At: s.Now().Add(-31 * time.Minute), MessageID: "<noel-15.12@boutique.example>", Attempts: 1, Version: 1, Lane: "orange", Evidence: []string{campaigns.EvidenceInterrupted}},
		{Email: "nguyen@gmail.example", State: "uncertain", At: s.Now().Add(-12 * time.Minute), MessageID: "<noel-15.98@boutique.example>", Attempts: 2, Version: 2, Lane: "gmail", Said: "read tcp: i/o timeout", Evidence: []string{campaigns.EvidenceNoAnswer, campaigns.EvidenceOrdered}},
		{Email: "b.durand@free.example", State: "uncertain", At: s.Now().Add(-11 * time.Minute), MessageID: "<noel-15.143@boutique.example>", Attempts: 1, Version: 2, Lane: "free", Evidence: []string{campaigns.EvidenceNoAnswer}},
	}
	return s
}

// Lanes is the pace of the house, with what is in the pictures.
func (s *Shop) Lanes(context.Context) (campaigns.LaneReport, error) {
	return campaigns.LaneReport{Rate: 50, WarmUp: campaigns.LaneWarmUp{On: true, First: 200, Growth: 0.5}, Lanes: lanesOf(s.Now())}, nil
}

// SetLane notes itself.
func (s *Shop) SetLane(ctx context.Context, lane string, c campaigns.LaneChange) (campaigns.LaneReport, error) {
	what := "lane " + lane
	if c.Rate != nil {
		what += fmt.Sprintf(" rate %g", *c.Rate)
	}
	if c.Connections != nil {
		what += fmt.Sprintf(" connections %d", *c.Connections)
	}
	if c.Ceiling != nil {
		what += fmt.Sprintf(" ceiling %d", *c.Ceiling)
	}
	_ = s.note(what)
	return s.Lanes(ctx)
}

// SetWarmUp notes itself.
func (s *Shop) SetWarmUp(ctx context.Context, first int, growth float64) (campaigns.LaneReport, error) {
	_ = s.note(fmt.Sprintf("warm-up %d %g", first, growth))
	return s.Lanes(ctx)
}

// ChooseVariant notes itself.
func (s *Shop) ChooseVariant(_ context.Context, name, variant string) error {
	return s.note("choose " + name + " " + variant)
}

// Leaving puts a start in its time of grace into the picture.
func (s *Shop) Leaving(name, title, by string, planned int, left time.Duration) {
	s.Picture.Departures = append(s.Picture.Departures, campaigns.Departure{Name: name, Title: title, At: s.Now().Add(left), Left: left, Planned: planned, By: by})
}

// Hold notes itself, and takes the start away.
func (s *Shop) Hold(_ context.Context, name string) error {
	s.Picture.Departures = nil
	return s.note("hold " + name)
}
