package campaigns_test

import (
	"testing"

	"blanche/campaigns"
)

func TestACopyForSomebodyLeftAloneIsSaidBefore(t *testing.T) {
	inShop(t, nil, universally(0.1), func(s *shop) {
		s.people(300)
		s.write(file{holdout: "share = 0.2"})
		aside := func(name, email string) campaigns.Aside {
			s.Helper()
			found, err := s.desk.Aside(s.ctx, name, email)
			s.must(err)
			return found
		}
		before, universal := map[campaigns.Aside]int{}, ""
		for i := 1; i <= 300; i++ {
			found := aside("noel", address(i))
			if before[found]++; found == campaigns.AsideUniversal {
				universal = address(i)
			}
		}
		if before[campaigns.AsideHoldout] != 0 || before[campaigns.AsideUniversal] < 10 {
			t.Errorf("before the draw: %v", before)
		}
		s.start("noel")
		s.end("noel")
		arms := s.arms("noel")
		for arm, want := range map[string]campaigns.Aside{"target": campaigns.AsideNot, "holdout": campaigns.AsideHoldout, "universal": campaigns.AsideUniversal} {
			for _, email := range arms[arm] {
				if got := aside("noel", email); got != want {
					t.Fatalf("%s is of the %s: %q", email, arm, got)
				}
			}
		}
		if aside("noel", "moi@boutique.example") != campaigns.AsideNot || aside("noel", universal) != campaigns.AsideUniversal {
			t.Error("a stranger is left alone, or one of the half-year is not")
		}

		st, err := s.desk.ROI(s.ctx, "noel")
		s.must(err)
		s.must(s.desk.TestSend(s.ctx, "noel", "", arms["holdout"][0])) // outside the ledger: no leak
		s.desk.DataChanged()
		after, err := s.desk.ROI(s.ctx, "noel")
		s.must(err)
		if g := s.guardOf(&after, "contamination"); g.Values["reached"] != 0 || st.Arms[1] != after.Arms[1] && st.Arms[1].Customers != after.Arms[1].Customers {
			t.Errorf("%+v", g)
		}
	})
}

func TestTheUniversalZoneBlancheTellsItsSizeAndWhoInsisted(t *testing.T) {
	inShop(t, nil, universally(0.1), func(s *shop) {
		s.people(300)
		s.send(file{holdout: "share = 0.2"})
		u, err := s.desk.Universal(s.ctx)
		s.must(err)
		if u.Period != "2026-H2" || u.Share != 0.1 || u.Of != 300 || u.People != len(s.arms("noel")["universal"]) || u.Insisted != 0 {
			t.Errorf("%+v", u)
		}
		s.write(file{name: "tous", holdout: "share = 0.1\nmail_universal = true"})
		s.ctx = campaigns.MailUniversal(s.ctx)
		s.start("tous")
		s.end("tous")
		if u, err = s.desk.Universal(s.ctx); err != nil || u.Insisted != 1 {
			t.Errorf("%+v %v", u, err)
		}
		s.days(60) // another half-year, of other people, and nobody insisted yet
		if u, err = s.desk.Universal(s.ctx); err != nil || u.Period != "2027-H1" || u.Insisted != 0 {
			t.Errorf("%+v %v", u, err)
		}
	})
}
