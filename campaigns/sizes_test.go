package campaigns_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"blanche/campaigns"
	"blanche/model"
)

// habit gives people 1 to n an order in each of the last four windows, and some
// of them a greater one.
func (s *shop) habit(n int) {
	s.Helper()
	var orders []model.Order
	for w := range 4 {
		for i := 1; i <= n; i++ {
			cents := model.Cents(1000)
			if i%2 == 0 {
				cents = 3000
			}
			orders = append(orders, model.Order{
				Source: "test", ID: fmt.Sprint(w, "-", i), Email: address(i), Day: model.NewDate(2026, 11, 20) - model.Date(14*w), Total: cents, Currency: "EUR",
			})
		}
	}
	s.put(orders...)
}

func near(got, want float64) bool { return math.Abs(got-want) < 1e-6*math.Max(1, math.Abs(want)) }

func TestTheAdvisorSpeaksInMoney(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(1000)
		s.habit(1000)
		plan := func(expected *float64, fixed model.Cents) campaigns.HoldoutPlan {
			s.Helper()
			p, err := s.desk.PlanHoldout(s.ctx, campaigns.HoldoutRequest{
				Rule: `email contains "clients"`, Margin: 0.4, Fixed: fixed, PerMessage: 10, WindowDays: 14, Expected: expected,
			})
			s.must(err)
			return p
		}
		p := plan(nil, 40000)
		if p.Expected != nil || p.ExpectedFrom != "" || p.LowPower || p.Advised != 0.10 || *p.Campaigns != 1 || p.Rows[0].HoldoutCost != nil {
			s.Errorf("nothing expected: %+v", p)
		}
		// 10 €: 1000 people, σ = 10 €, MDE = 2.8016·10·√(1/900+1/100), C = 400 + 0.10·900
		ten := 10.0
		p = plan(&ten, 40000)
		row := p.Rows[1]
		mde := (1.959963984540054 + 0.8416212335729143) * p.SD * math.Sqrt(1.0/900+1.0/100)
		breakEven := (400 + 90) / (0.4 * 900)
		if !near(row.MDESpend, mde) || !near(row.BreakEven, breakEven) || !near(row.NeededEffect, mde+breakEven) || row.Buyers != 100 {
			s.Errorf("%+v, want an MDE of %g and a break-even of %g", row, mde, breakEven)
		}
		if row.MDEProfit != model.Cents(math.Round(100*0.4*900*mde)) || *row.HoldoutCost != model.Cents(100*100*(0.4*10-0.10)) {
			s.Errorf("profit %d, cost %d", row.MDEProfit, *row.HoldoutCost)
		}
		if p.ExpectedFrom != "given" || p.Advised != 0.10 || !row.Advised || !row.SeesProfit || p.LowPower || *p.Campaigns != 1 {
			s.Errorf("%+v", p)
		}
		// half: C = 400 + 50, the smallest MDE; an effect just above the break-even asks for many campaigns
		little := (400+50)/(0.4*500) + 0.5
		p = plan(&little, 40000)
		row = p.Rows[4]
		k := int(math.Ceil(math.Pow(row.MDESpend/0.5, 2)))
		if p.Advised != 0.50 || p.Campaigns == nil || *p.Campaigns != k || k < 2 || p.LowPower != (row.MDESpend > 2*little) {
			s.Errorf("want 50 %% and %d campaigns: %+v", k, p)
		}
		nothing := 0.5
		p = plan(&nothing, 40000)
		if p.Campaigns != nil || p.Advised != 0.50 || !p.LowPower || !p.Rows[0].LowPower {
			s.Errorf("an effect that does not pay: %+v", p)
		}
	})
}

func TestTheExpectedEffectIsTheMedianOfThePast(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Config.Pressure.MaxMessages = 0 }, func(s *shop) {
		s.people(400)
		s.habit(400)
		for k, more := range []model.Cents{0, 400, 900} { // cents that each of the target buys for, in the window
			name := fmt.Sprint("c", k)
			s.send(file{name: name, holdout: "share = 0.5"})
			day := model.DateOf(s.now(), paris) + 1
			var orders []model.Order
			arms := s.arms(name)
			for i, email := range slices.Concat(arms["target"], arms["holdout"]) {
				o := model.Order{Source: "test", ID: fmt.Sprint(name, i), Email: email, Day: day, Total: 2000, Currency: "EUR"}
				if i < len(arms["target"]) {
					o.Total += more
				}
				orders = append(orders, o)
			}
			s.put(orders...)
			s.days(20)
		}
		p, err := s.desk.PlanHoldout(s.ctx, campaigns.HoldoutRequest{Rule: `email contains "clients"`})
		s.must(err)
		if p.Expected == nil || !near(*p.Expected, 4) || p.Past != 3 || p.ExpectedFrom != "past" {
			s.Errorf("%+v %v", p, p.Expected)
		}
		s.send(file{name: "petite", holdout: "share = 0.05"})
		if f := s.campaign("petite").Foreseen; !f.Known || !near(f.Expected, 4) || f.MDE <= 0 {
			s.Errorf("%+v", f)
		}
		list, err := s.desk.CheckCampaign(s.ctx, "petite")
		s.must(err)
		low := slices.ContainsFunc(list.Lines, func(l model.CheckLine) bool { return l.Code == "low_power" && l.Level == model.LevelWarn })
		if low != s.campaign("petite").Foreseen.LowPower() {
			s.Errorf("said %v: %+v", low, s.campaign("petite").Foreseen)
		}
		s.write(file{name: "plan-moi", holdout: "share = \"auto\""})
		named, err := s.desk.PlanHoldout(s.ctx, campaigns.HoldoutRequest{Rule: "plan-moi"})
		s.must(err)
		list, err = s.desk.CheckCampaign(s.ctx, "plan-moi")
		s.must(err)
		if want := int(math.Round(named.Advised * float64(named.Target))); list.HeldOut != want {
			s.Errorf("advised %g of %d, held out %d", named.Advised, named.Target, list.HeldOut)
		}
	})
}
