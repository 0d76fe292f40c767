package campaigns_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// everybodyOf is the file of a campaign of another tool that left nobody alone:
// the people for whom planned holds.
func everybodyOf(people int, planned func(int) bool) string {
	var b strings.Builder
	b.WriteString("email;arm\n")
	for i := 1; i <= people; i++ {
		if planned(i) {
			fmt.Fprintf(&b, "%s;target\n", address(i))
		}
	}
	return b.String()
}

func (s *shop) recordAll(name, csv string) {
	s.Helper()
	_, err := s.desk.RecordCampaign(s.ctx, campaigns.RecordRequest{
		Name: name, Source: strings.NewReader(csv), StartedAt: time.Date(2026, 11, 1, 9, 0, 0, 0, paris),
		WindowDays: 14, Margin: 0.5, Fixed: 1000, PerMessage: 10,
	})
	s.must(err)
}

// trade is what people buy before and after a send of 1 November 2026; those
// planned spend more by gain in the window.
func (s *shop) trade(people int, since model.Date, planned func(int) bool, gain model.Cents) {
	r := rand.New(rand.NewPCG(1, 2))
	var orders []model.Order
	send := model.NewDate(2026, 11, 1)
	for i := 1; i <= people; i++ {
		buys := func(day model.Date, cents model.Cents) {
			orders = append(orders, model.Order{Source: "test", ID: fmt.Sprint(len(orders)), Email: address(i), Day: day, Total: cents, Status: model.OrderPaid})
		}
		buys(since, 1000)
		buys(send-20, model.Cents(1500+500*(i%3)))
		if r.Float64() < 0.4 {
			buys(send-364+3, model.Cents(2000+r.IntN(1000)))
		}
		spent := model.Cents(0)
		if r.Float64() < 0.4 {
			spent = model.Cents(2000 + r.IntN(1000))
		}
		if planned(i) {
			spent += gain
		}
		if spent > 0 {
			buys(send+5, spent)
		}
	}
	s.put(orders...)
}

func half(i int) bool        { return i%2 == 0 }
func nearlyAll(i int) bool   { return i > 20 }
func lastYear() model.Date   { return model.NewDate(2025, 6, 1) }
func lastSpring() model.Date { return model.NewDate(2026, 5, 1) }

// Whoever left nobody alone gets the best of what the orders allow, named for
// what it is, and never a verdict.
func TestACampaignWithoutZoneBlancheGetsTheHighestRungThatItsDataAllow(t *testing.T) {
	for name, x := range map[string]struct {
		planned func(int) bool
		since   model.Date
		method  model.StatementMethod
		rung    model.Rung
		label   model.StatementLabel
		season  model.Level
	}{
		"twins":                   {half, lastYear(), model.MethodTwins, model.RungTwins, model.LabelIndicative, model.LevelOK},
		"twins without last year": {half, lastSpring(), model.MethodTwins, model.RungTwins, model.LabelIndicative, model.LevelStop},
		"last year":               {nearlyAll, lastYear(), model.MethodBefore, model.RungBefore, model.LabelIndicative, model.LevelWarn},
		"nothing":                 {nearlyAll, lastSpring(), model.MethodNone, model.RungTrace, model.LabelTrace, model.LevelOK},
	} {
		t.Run(name, func(t *testing.T) {
			inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
				const people = 600
				s.people(people)
				s.recordAll("tous", everybodyOf(people, x.planned))
				s.trade(people, x.since, x.planned, 800)
				st := s.roi("tous")
				if st.Method != x.method || st.Rung != x.rung || st.Label != x.label || st.Verdict != model.VerdictNotProven {
					s.Fatalf("%s, rung %s, %s, %s: %+v", st.Method, st.Rung, st.Label, st.Verdict, st.Match)
				}
				if x.method == model.MethodNone {
					return
				}
				if st.Spend.CI == nil || !st.Spend.CI.Holds(8) || st.Spend.CI.Holds(0) || st.Money.ROICI == nil || st.Money.PROIPositive != nil || st.Money.HoldoutCost != nil {
					s.Errorf("the effect of 8.00 is not told: %+v, %+v", st.Spend, st.Money)
				}
				if again := s.roi("tous"); again.SinceClose != nil || *again.Spend.Diff != *st.Spend.Diff {
					s.Errorf("nothing came in, yet %+v", again.SinceClose)
				}
				if x.method == model.MethodTwins { // an order of somebody who was not planned
					var late []string
					for i := 1; i < 100; i += 2 {
						late = append(late, fmt.Sprintf("late%d,%s,2026-11-09,500.00,paid", i, address(i)))
					}
					s.orders(late...)
					if late := s.roi("tous"); *late.Spend.Diff >= *st.Spend.Diff || late.SinceClose == nil || late.SinceClose.Holdout <= 0 {
						s.Errorf("late orders of the twins: %v after %v, since the close %+v", *late.Spend.Diff, *st.Spend.Diff, late.SinceClose)
					}
				}
				for _, g := range st.Guards {
					if g.Guard == model.GuardSeason && g.Level != x.season {
						s.Errorf("season: %v, want %v", g.Level, x.season)
					}
				}
				if st.Match == nil || st.Match.Compared < 200 || x.method == model.MethodTwins && (st.Match.Gamma == nil || *st.Match.Gamma < 1.5) {
					s.Errorf("%+v", st.Match)
				}
			})
		})
	}
}

// While the window is open nothing is compared: a range of twins is that of one
// look.
func TestAnOpenWindowWithoutZoneBlancheIsATrace(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false; s.from = time.Date(2026, 11, 9, 9, 0, 0, 0, paris) }, func(s *shop) {
		s.people(600)
		s.recordAll("tous", everybodyOf(600, half))
		s.trade(600, lastYear(), half, 800)
		if st := s.roi("tous"); st.Method != model.MethodNone || st.Label != model.LabelTrace {
			s.Errorf("%s, %s", st.Method, st.Label)
		}
	})
}

// A trace is worth what like campaigns with a zone blanche have shown of theirs.
func TestATraceIsCalibratedByEarlierCampaignsOfItsKind(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		const people = 600
		s.people(people)
		arms := "email;arm\n"
		for i := 1; i <= people; i++ {
			arms += address(i) + map[bool]string{true: ";holdout\n", false: ";target\n"}[i%3 == 0]
		}
		_, err := s.desk.RecordCampaign(s.ctx, campaigns.RecordRequest{
			Name: "avant", Source: strings.NewReader(arms), StartedAt: time.Date(2026, 9, 1, 9, 0, 0, 0, paris), WindowDays: 14, Margin: 0.5, Fixed: 1000, PerMessage: 10,
		})
		s.must(err)
		s.recordAll("tous", everybodyOf(people, nearlyAll))
		if st := s.roi("tous"); st.Method != model.MethodNone || st.Naive != nil && st.Naive.TrueShare != nil {
			s.Errorf("nobody has bought yet, and the share is known: %+v", st.Naive)
		}
		for i := 1; i <= people; i++ { // twice as many buyers in the target
			if i%4 == 0 || i%4 == 1 && i%3 != 0 {
				s.buy(fmt.Sprint("a", i), address(i), model.NewDate(2026, 9, 5), 3000)
			}
			if i%5 == 0 {
				s.buy(fmt.Sprint("t", i), address(i), model.NewDate(2026, 11, 5), 3000)
			}
		}
		st := s.roi("tous")
		if st.Label != model.LabelTrace || st.Naive == nil || st.Naive.TrueShare == nil || st.Naive.TrueShareCI == nil {
			s.Fatalf("%s: %+v", st.Label, st.Naive)
		}
		if share := *st.Naive.TrueShare; share < 0.4 || share > 0.6 || !st.Naive.TrueShareCI.Holds(0.5) || st.Naive.Target != st.Money.NaiveRevenue {
			s.Errorf("%.2f %v, want a half", share, *st.Naive.TrueShareCI)
		}
	})
}
