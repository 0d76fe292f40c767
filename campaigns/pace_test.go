package campaigns_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/campaigns/deliver/relay"
	"blanche/model"
)

func ptr[T any](v T) *T { return &v }

// lane is one line of the report of the paces.
func (s *shop) lane(name string) model.LaneStatus {
	s.Helper()
	r, err := s.desk.Lanes(s.ctx)
	s.must(err)
	for _, l := range r.Lanes {
		if l.Lane == name {
			return l
		}
	}
	s.Fatalf("no lane %s in %+v", name, r)
	return model.LaneStatus{}
}

// at brings in n consenting people of a provider.
func (s *shop) at(domain string, n int) {
	s.Helper()
	var b strings.Builder
	b.WriteString("email\n")
	for i := range n {
		fmt.Fprintf(&b, "c%04d@%s.example\n", i, domain)
	}
	s.bring(b.String(), model.BasisConsent)
}

func TestAPaceIsRefusedWhereNoLaneCouldHoldIt(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		for name, c := range map[string]struct {
			lane   string
			change campaigns.LaneChange
			key    string
		}{
			"no such lane":          {"gmial", campaigns.LaneChange{Rate: ptr(1.0)}, "lane.unknown lane=gmial nearest=gmail"},
			"a negative rate":       {"gmail", campaigns.LaneChange{Rate: ptr(-1.0)}, "lane.bad_rate"},
			"no number":             {"gmail", campaigns.LaneChange{Rate: ptr(math.NaN())}, "lane.bad_rate"},
			"without end":           {"all", campaigns.LaneChange{Rate: ptr(math.Inf(1))}, "lane.bad_rate"},
			"too many connections":  {"gmail", campaigns.LaneChange{Connections: ptr(1001)}, "lane.bad_connections"},
			"a negative ceiling":    {"gmail", campaigns.LaneChange{Ceiling: ptr(-1)}, "lane.bad_ceiling"},
			"connections of all":    {"all", campaigns.LaneChange{Connections: ptr(2)}, "lane.all_rate_only"},
			"a ceiling of all":      {"all", campaigns.LaneChange{Ceiling: ptr(2)}, "lane.all_rate_only"},
			"the rate, half a wish": {"orange", campaigns.LaneChange{Rate: ptr(5.0), Ceiling: ptr(-5)}, "lane.bad_ceiling"},
		} {
			_, err := s.desk.SetLane(s.ctx, c.lane, c.change)
			s.refused(err, model.KindInvalid, c.key)
			if r := s.lane("orange"); r.RateLimit != 0 || r.Connections != 2 {
				s.Errorf("%s: something changed: %+v", name, r)
			}
		}
		for _, w := range []struct {
			first  int
			growth float64
		}{{-1, 0.5}, {100, 0}, {100, -1}, {100, 11}, {100, math.NaN()}} {
			if _, err := s.desk.SetWarmUp(s.ctx, w.first, w.growth); model.KindOf(err) != model.KindInvalid || err == nil {
				s.Errorf("warm-up %+v: %v", w, err)
			}
		}
	})
}

func TestAPaceHoldsWithinASecondWhileMessagesLeave(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.at("orange", 3000)
		s.write(file{audience: `email contains "orange"`})
		_, err := s.desk.SetLane(s.ctx, "orange", campaigns.LaneChange{Rate: ptr(20.0), Connections: ptr(0)})
		s.must(err)
		s.start("noel")
		time.Sleep(5 * time.Second)
		slow := s.relay.Total()
		if slow > 130 {
			s.Errorf("%d messages in 5 s at 20 a second", slow)
		}
		if l := s.lane("orange"); l.RateLimit != 20 || l.SentToday < 50 {
			s.Errorf("%+v", l)
		}
		_, err = s.desk.SetLane(s.ctx, "orange", campaigns.LaneChange{Rate: ptr(200.0)})
		s.must(err)
		time.Sleep(time.Second)
		from := s.relay.Total()
		time.Sleep(2 * time.Second)
		if n := s.relay.Total() - from; n < 300 {
			s.Errorf("%d messages in 2 s at 200 a second", n)
		}
		_, err = s.desk.SetLane(s.ctx, "all", campaigns.LaneChange{Rate: ptr(5.0)})
		s.must(err)
		time.Sleep(time.Second)
		from = s.relay.Total()
		time.Sleep(4 * time.Second)
		if n := s.relay.Total() - from; n > 30 {
			s.Errorf("%d messages in 4 s at 5 a second for all", n)
		}
		s.must(s.desk.Pause(s.ctx, "noel"))
	})
}

func TestAPaceAndWhatLeftTodayOutliveTheProcess(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.at("orange", 400)
		s.write(file{audience: `email contains "orange"`, holdout: "share = 0.0"})
		_, err := s.desk.SetLane(s.ctx, "orange", campaigns.LaneChange{Ceiling: ptr(100)})
		s.must(err)
		s.start("noel")
		time.Sleep(time.Minute)
		if n := s.relay.Total(); n != 100 {
			s.Fatalf("%d messages under a ceiling of 100", n)
		}
		s.opt.Continue = true
		s.reopen(true)
		time.Sleep(time.Minute)
		if n := s.relay.Total(); n != 100 {
			s.Errorf("%d messages after another life of the process", n)
		}
		if l := s.lane("orange"); l.Ceiling != 100 || l.SentToday != 100 {
			s.Errorf("%+v", l)
		}
		s.reopen(false)
		if l := s.lane("orange"); l.Ceiling != 100 || l.SentToday != 100 {
			s.Errorf("a command sees %+v", l)
		}
		s.reopen(true)
		s.days(1)
		time.Sleep(2 * time.Minute)
		if n := s.relay.Total(); n != 200 {
			s.Errorf("%d messages after two days", n)
		}
	})
}

func TestOnlyWhoMayLaunchLetsMoreThrough(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		viewer := model.Actor{Name: "v", Role: model.Viewer, From: "192.0.2.9"}
		_, err := s.as(viewer).SetLane(s.ctx, "orange", campaigns.LaneChange{Rate: ptr(1.0)})
		s.refused(err, model.KindRefused, "team.forbidden")
		if _, err := s.as(viewer).Lanes(s.ctx); err != nil {
			s.Error(err)
		}
		for _, r := range model.Roles() {
			who := model.Actor{Name: "x", Role: r, From: "192.0.2.9"}
			if who.May(model.HoldBack) != nil || who.May(model.Launch) == nil {
				continue
			}
			_, err := s.as(who).SetLane(s.ctx, "orange", campaigns.LaneChange{Connections: ptr(1)})
			s.must(err)
			_, err = s.as(who).SetLane(s.ctx, "orange", campaigns.LaneChange{Connections: ptr(8)})
			s.refused(err, model.KindRefused, "team.forbidden")
		}
	})
}

// warming is a shop under a warm-up of 100 messages the first day, half as many
// again each day, with enough people at Gmail, and a campaign a day.
func (s *shop) warming(people int) {
	s.Helper()
	s.at("gmail", people)
	_, err := s.desk.SetWarmUp(s.ctx, 100, 0.5)
	s.must(err)
}

// step is where a lane stands in the warm-up.
func (s *shop) step(l model.Lane) int {
	s.Helper()
	p, err := s.store.Pacing().Get(s.ctx)
	s.must(err)
	return p.WarmUp.Days[l].Step
}

// nextDay lets the clock pass midnight, and the desk look.
func (s *shop) nextDay() {
	s.Helper()
	s.skip(24 * time.Hour)
	time.Sleep(2 * time.Minute)
}

func TestAWarmUpGrowsAfterADayThatWentWell(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.warming(1000)
		s.write(file{audience: `email contains "gmail"`, holdout: "share = 0.0"})
		s.start("noel")
		time.Sleep(5 * time.Minute)
		head := s.head()
		for day, want := range []int{100, 250, 475, 812} {
			if n := s.relay.Total(); n != want {
				s.Fatalf("day %d: %d messages, want %d", day, n, want)
			}
			if l := s.lane("gmail"); l.Ceiling != []int{100, 150, 225, 337}[day] {
				s.Errorf("day %d: %+v", day, l)
			}
			s.nextDay()
			time.Sleep(5 * time.Minute)
		}
		if s.step(model.LaneGmail) != 4 || s.step(model.LaneOrange) != 0 {
			s.Errorf("gmail at %d, orange, which had nothing, at %d", s.step(model.LaneGmail), s.step(model.LaneOrange))
		}
		var steps int
		for _, l := range s.lines(head) {
			if l.Entry.Act == "pacing.step" && l.Entry.Who == model.System().Name {
				steps++
			}
		}
		if steps != 4 {
			s.Errorf("%d steps in the audit", steps)
		}
	})
}

func TestAWarmUpFallsBackAfterDeferralsOrComplaints(t *testing.T) {
	deferring := func(to string, try int) relay.Act {
		if try == 1 && to < "c0020" && strings.Contains(to, "gmail") {
			return relay.DeferRcpt
		}
		return relay.Take
	}
	for name, c := range map[string]struct {
		behave relay.Behaviour
		spoil  func(s *shop)
		want   int
	}{
		"a good day":      {nil, func(*shop) {}, 3},
		"many deferrals":  {deferring, func(*shop) {}, 1},
		"a complaint":     {nil, func(s *shop) { s.must(s.desk.Complain(s.ctx, "c0001@gmail.example", "noel")) }, 1},
		"hardly any used": {nil, func(s *shop) { s.must(s.desk.Cancel(s.ctx, "noel")) }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			inShop(t, c.behave, nil, func(s *shop) {
				s.warming(150)
				_, err := s.store.Pacing().Change(s.ctx, func(p *model.Pacing) error {
					p.WarmUp.First = 80
					p.WarmUp.Days[model.LaneGmail].Step = 2
					return nil
				})
				s.must(err)
				s.reopen(true)
				send := ""
				if name == "hardly any used" {
					send = "rate = 1.0"
				}
				s.write(file{audience: `email contains "gmail"`, holdout: "share = 0.0", send: send})
				s.start("noel")
				time.Sleep(20 * time.Second)
				c.spoil(s)
				s.nextDay()
				if got := s.step(model.LaneGmail); got != c.want {
					s.Errorf("at step %d, want %d", got, c.want)
				}
			})
		})
	}
}

func TestAProcessThatWasOffForDaysDoesNotJump(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.warming(100)
		s.write(file{audience: `email contains "gmail"`, holdout: "share = 0.0"})
		s.start("noel")
		s.end("noel")
		s.close()
		s.days(9)
		s.open()
		time.Sleep(3 * time.Minute)
		if got := s.step(model.LaneGmail); got != 1 {
			s.Errorf("at step %d after one good day and eight days off", got)
		}
		s.reopen(true)
		time.Sleep(3 * time.Minute)
		if got := s.step(model.LaneGmail); got != 1 {
			s.Errorf("at step %d: the day was counted twice", got)
		}
		_, err := s.desk.SetWarmUp(s.ctx, 0, 0)
		s.must(err)
		if l := s.lane("gmail"); l.Ceiling != 0 {
			s.Errorf("an ended warm-up still holds: %+v", l)
		}
	})
}

func TestAWarmUpGoesOnAfterAClockThatWasAYearAhead(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.warming(1000)
		s.days(365)
		time.Sleep(3 * time.Minute)
		s.days(-365)
		time.Sleep(3 * time.Minute)
		s.write(file{audience: `email contains "gmail"`, holdout: "share = 0.0"})
		s.start("noel")
		for want := 1; want < 4; want++ {
			time.Sleep(5 * time.Minute)
			s.nextDay()
			time.Sleep(2 * time.Minute)
			if got := s.step(model.LaneGmail); got != want {
				s.Errorf("at step %d, want %d", got, want)
			}
		}
	})
}

func TestACompanyWhoseMailAProviderKeepsIsInItsLane(t *testing.T) {
	asked := make(chan string, 1000)
	lookup := func(ctx context.Context, domain string) ([]string, error) {
		asked <- domain
		switch domain {
		case "menuiserie.example":
			return []string{"aspmx.l.google.com."}, nil
		case "lente.example":
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return []string{"mx.chez-nous.example"}, nil
	}
	inShop(t, nil, func(s *shop) { s.opt.LookupMX = lookup }, func(s *shop) {
		for domain, n := range map[string]int{"menuiserie": 30, "lente": 30, "chez-nous": 30, "petite": 19, "orange": 30} {
			s.at(domain, n)
		}
		s.write(file{audience: `email contains "example"`, holdout: "share = 0.0"})
		began := time.Now()
		s.start("noel")
		if d := time.Since(began); d > 4*time.Second {
			s.Errorf("a name server that is away held the launch up for %v", d)
		}
		st := s.end("noel")
		got := map[string]int{}
		for _, l := range st.Lanes {
			got[l.Lane] = l.Accepted
		}
		if got["gmail"] != 30 || got["orange"] != 30 || got["other"] != 79 {
			s.Errorf("%v", got)
		}
		close(asked)
		for d := range asked {
			if d == "petite.example" || d == "orange.example" {
				s.Errorf("%s was looked up", d)
			}
		}
	})
}
