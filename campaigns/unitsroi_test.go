package campaigns_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"blanche/model"
)

// guardOf is a guard of a statement.
func (s *shop) guardOf(st *model.Statement, name model.Guard) *model.StatementGuard {
	if i := slices.IndexFunc(st.Guards, func(g model.StatementGuard) bool { return g.Guard == name }); i >= 0 {
		return &st.Guards[i]
	}
	return nil
}

func TestTheROIOfADrawByHouseholdCountsHouseholds(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		roofs := func(of func(i int) string) string {
			var b strings.Builder
			b.WriteString("email;household\n")
			for i := 1; i <= 400; i++ {
				fmt.Fprintf(&b, "%s;%s\n", address(i), of(i))
			}
			return b.String()
		}
		s.bring(roofs(func(i int) string { return fmt.Sprint("Roof ", (i-1)/4) }), model.BasisConsent)
		s.send(file{holdout: "share = 0.4\nstrata = []\nunit = \"household\""})
		day := model.DateOf(s.now(), paris)
		for i := 1; i <= 400; i++ { // every third roof buys, all of it
			if (i-1)/4%3 == 0 {
				s.buy(fmt.Sprint("o", i), address(i), day, 2000)
			}
		}
		st, err := s.desk.ROI(s.ctx, "noel")
		s.must(err)
		if a := st.Arms[0]; a.Clusters == nil || *a.Clusters != 60 || a.Customers != 240 || *st.Arms[1].Clusters != 40 {
			s.Fatalf("%+v", st.Arms)
		}
		if g := s.guardOf(&st, model.GuardUnits); g == nil || g.Level != model.LevelOK || g.Values["holdout"] != 40 {
			s.Errorf("%+v", g)
		}
		if b := st.Buyers; b.Design == nil || *b.Design < 3.5 || *b.Design > 4.5 || b.P != nil { // four who do the same
			s.Errorf("%+v", b)
		}
		if few := s.guardOf(&st, model.GuardFewBuyers); few.Values["buyers"]*4 != float64(st.Arms[1].Buyers) {
			s.Errorf("%+v of %d buyers", few, st.Arms[1].Buyers)
		}
		s.buy("encore", address(5), day, 4000) // one more order, and the whole again
		streamed, err := s.desk.ROI(s.ctx, "noel")
		s.must(err)
		s.desk.DataChanged()
		cold, err := s.desk.ROI(s.ctx, "noel")
		s.must(err)
		if *streamed.Spend.SE != *cold.Spend.SE || *streamed.Spend.SE == *st.Spend.SE {
			s.Errorf("%v, streamed %v, cold %v", *st.Spend.SE, *streamed.Spend.SE, *cold.Spend.SE)
		}
		wide := *st.Spend.SE

		s.bring(roofs(func(i int) string { return fmt.Sprint("Alone ", i) }), model.BasisConsent) // all of them moved
		moved, err := s.desk.ROI(s.ctx, "noel")
		s.must(err)
		if *moved.Arms[0].Clusters != 240 || *moved.Spend.SE > 0.7*wide {
			s.Errorf("%+v, error %v after %v", moved.Arms[0], *moved.Spend.SE, wide)
		}
		if g := s.guardOf(&moved, model.GuardSRM); g.Level != model.LevelOK {
			s.Errorf("nobody is lost by moving: %+v", g)
		}

		_, err = s.store.Campaigns().Update(s.ctx, "noel", func(c *model.Campaign) error { // a plan from before units were counted
			for i := range c.Quotas {
				c.Quotas[i].Units, c.Quotas[i].UnitsHeldOut = 0, 0
			}
			return nil
		})
		s.must(err)
		s.desk.DataChanged()
		plain, err := s.desk.ROI(s.ctx, "noel")
		s.must(err)
		if g := s.guardOf(&plain, model.GuardUnits); g == nil || g.Level != model.LevelInfo || plain.Arms[0].Clusters != nil || plain.Buyers.P == nil {
			s.Errorf("%+v %+v", g, plain.Arms[0])
		}
	})
}
