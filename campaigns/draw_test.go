package campaigns_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"blanche/campaigns"
	"blanche/model"
	"blanche/store"

	"github.com/google/go-cmp/cmp"
)

func TestNobodyOfTheZoneBlancheGetsAMessage(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(200)
		if st := s.send(file{holdout: "share = 0.25"}); st.HeldOut != 50 || st.Accepted != 150 {
			t.Errorf("%+v", st)
		}
		s.once("noel")
		proof, err := s.desk.VerifyHoldout(s.ctx, "noel")
		s.must(err)
		if !proof.Replayed || proof.Touched != 0 || proof.HeldOut != 50 {
			s.Errorf("%+v", proof)
		}
	})
}

// tampered is a store where one person of the zone blanche was swapped for one
// of the planned people, after the draw.
type tampered struct{ store.Store }

type tamperedLedger struct{ store.Ledger }

func (t tampered) Ledger() store.Ledger { return tamperedLedger{t.Store.Ledger()} }

func (l tamperedLedger) Plan(ctx context.Context, c model.CampaignID, p model.Plan) error {
	last := len(p.Planned) - 1
	for i, h := range p.HeldOut { // the first pair whose order by number stays
		for j := last; j >= 0; j-- {
			if between(p, i, j) {
				p.HeldOut[i].Contact, p.Planned[j].Contact = p.Planned[j].Contact, h.Contact
				return l.Ledger.Plan(ctx, c, p)
			}
		}
	}
	return fmt.Errorf("nobody to swap")
}

func between(p model.Plan, i, j int) bool {
	held := func(k int) model.ContactID { return p.HeldOut[k].Contact }
	planned := func(k int) model.ContactID { return p.Planned[k].Contact }
	a, b := held(i), planned(j)
	return (i == 0 || held(i-1) < b) && (i == len(p.HeldOut)-1 || b < held(i+1)) &&
		(j == 0 || planned(j-1) < a) && (j == len(p.Planned)-1 || a < planned(j+1))
}

func TestADrawTamperedWithIsSeen(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(200)
		real := s.store
		s.must(s.desk.Close(s.ctx))
		s.store = tampered{real}
		s.open()
		s.send(file{holdout: "share = 0.25"})
		if proof, err := s.desk.VerifyHoldout(s.ctx, "noel"); err != nil || proof.Replayed || proof.Doubt == "" {
			s.Errorf("nothing was seen: %+v %v", proof, err)
		}
	})
}

func TestStrataHoldTheirExactShare(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(90)
		for i := 1; i <= 30; i++ {
			s.buy(fmt.Sprint(i), address(i), model.NewDate(2026, 11, 1), 5000)
		}
		strata := func(name, holdout string) map[string][2]int {
			s.send(file{name: name, audience: `email contains "clients"`, holdout: holdout})
			h, err := s.desk.Holdout(s.ctx, name)
			s.must(err)
			members := map[string]int{}
			for _, m := range h.Members {
				members[m.Stratum]++
			}
			got := map[string][2]int{}
			for _, q := range h.Strata {
				got[q.Stratum] = [2]int{q.Size, q.HeldOut}
				if members[q.Stratum] != q.HeldOut {
					s.Errorf("%s: %d held out, quota %d", q.Stratum, members[q.Stratum], q.HeldOut)
				}
			}
			return got
		}
		byRFM := strata("rfm", "share = 0.2")
		if byRFM["none"] != [2]int{60, 12} || len(byRFM) < 2 {
			s.Errorf("by class: %v", byRFM)
		}
		want := map[string][2]int{"A": {30, 6}, "B": {30, 6}, "C": {30, 6}}
		if d := cmp.Diff(want, strata("zone", "share = 0.2\nstrata = [\"zone\"]")); d != "" {
			s.Errorf("by a free column: %s", d)
		}
	})
}

func TestShareAutoIsTheSmallestThatPromisesBuyersEnough(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(1000)
		var orders []model.Order // everybody once in each of the last four windows
		for w := range 4 {
			for i := 1; i <= 1000; i++ {
				orders = append(orders, model.Order{
					Source: "test", ID: fmt.Sprint(w, "-", i), Email: address(i), Day: model.NewDate(2026, 11, 20) - model.Date(14*w), Total: 1000, Currency: "EUR",
				})
			}
		}
		s.put(orders...)
		s.write(file{holdout: `share = "auto"`})
		list, err := s.desk.CheckCampaign(s.ctx, "noel")
		s.must(err)
		if list.HeldOut != 100 || list.Planned != 900 { // 10 % of 1,000 who all buy: 100 buyers
			s.Errorf("%d held out", list.HeldOut)
		}
		plan, err := s.desk.PlanHoldout(s.ctx, campaigns.HoldoutRequest{Rule: `email contains "clients"`, Margin: 0.4, Fixed: 40000})
		s.must(err)
		if row := plan.Rows[1]; plan.BaseRate != 1 || !row.Sufficient || row.HeldOut != 100 || plan.Rows[0].Sufficient {
			s.Errorf("%+v", plan)
		}
		s.start("noel")
		s.end("noel")
		s.once("noel")
		if c := s.campaign("noel"); c.Share != 0.10 {
			s.Errorf("share %v", c.Share)
		}
	})
}

func TestWhatTheCheckCountsIsWhatLeaves(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(60)
		s.bring("email;consentement\nnon@clients.example;non\nmauvais@clients.example;\n", model.BasisNone)
		s.must(s.desk.Oppose(s.ctx, address(7), "lettre"))
		n, err := s.desk.Count(s.ctx, `email contains "clients"`)
		s.must(err)
		s.write(file{holdout: "share = 0.2"})
		list, err := s.desk.CheckCampaign(s.ctx, "noel")
		s.must(err)
		if n.Matched != list.Matched || n.Sendable != list.Target || list.Target != 59 || n.Excluded != list.Excluded {
			s.Errorf("counted %+v, checked %+v", n, list)
		}
		s.start("noel")
		st := s.end("noel")
		if st.Matched != 62 || st.Target != 59 || st.Planned != list.Planned || st.HeldOut != 12 {
			s.Errorf("%+v", st)
		}
		for email := range s.relay.Kept() {
			if email == address(7) || strings.HasPrefix(email, "non@") {
				s.Errorf("%s got a message", email)
			}
		}
		again, err := s.desk.CheckCampaign(s.ctx, "noel") // of the plan, whoever comes in
		s.must(err)
		if again.Planned != list.Planned || again.Excluded != list.Excluded {
			s.Errorf("checked again: %+v", again)
		}
	})
}
