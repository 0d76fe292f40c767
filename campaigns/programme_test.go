package campaigns_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
)

func TestTheProgrammeOfAYearAddsItsCampaignsUpAndComparesEverybody(t *testing.T) {
	inShop(t, nil, universally(0.3), func(s *shop) {
		s.people(600)
		s.send(file{name: "noel", holdout: "share = 0.4\n[measure]\nwindow_days = 7"})
		s.send(file{name: "soldes", holdout: "share = 0.4\n[measure]\nwindow_days = 7"})
		start := model.DateOf(s.desk.Now(), paris)
		var orders []model.Order
		for i := 1; i <= 600; i++ { // everybody buys a little, some of them more
			cents := model.Cents(1000 + 100*(i%7))
			orders = append(orders, model.Order{Source: "test", ID: fmt.Sprint(i), Email: address(i), Day: start, Total: cents, Status: model.OrderPaid})
		}
		s.put(orders...)
		s.days(8)
		s.send(file{name: "ouverte", holdout: "share = 0.4\n[measure]\nwindow_days = 30"})

		y, err := s.desk.Programme(s.ctx, 2026)
		s.must(err)
		if y.Counted != 2 || y.Money == nil || len(y.Kinds) != 1 || y.Kinds[0].Pooled == nil || y.Kinds[0].Campaigns != 2 {
			s.Fatalf("%+v", y)
		}
		if d := cmp.Diff("open", y.LeftOut[0].Why); len(y.LeftOut) != 1 || d != "" {
			s.Errorf("%+v", y.LeftOut)
		}
		margin, squared, cost := 0.0, 0.0, model.Cents(0)
		for _, name := range []string{"noel", "soldes"} {
			st, err := s.desk.ROI(s.ctx, name)
			s.must(err)
			k := 100 * st.Money.Margin * float64(st.Arms[0].Customers)
			margin += k * *st.Spend.Diff
			squared += k * *st.Spend.SE * k * *st.Spend.SE
			cost += st.Money.Cost
		}
		half := 1.959963984540054 * math.Sqrt(squared)
		want := [3]model.Cents{model.Cents(math.Round(margin)), model.Cents(math.Round(margin - half)), model.Cents(math.Round(margin + half))}
		if got := [3]model.Cents{*y.Money.Margin, y.Money.MarginCI[0], y.Money.MarginCI[1]}; got != want || y.Money.Cost != cost {
			s.Errorf("%v instead of %v", got, want)
		}
		s.everybody(y.Universal[0].Statement, len(s.arms("noel")["universal"]))

		if y, err = s.desk.Programme(s.ctx, 2025); err != nil || y.Counted != 0 || y.Money != nil || len(y.Universal) != 0 {
			s.Errorf("%+v %v", y, err)
		}
	})
}

// everybody checks the comparison with the universal zone blanche.
func (s *shop) everybody(st model.Statement, apart int) {
	s.Helper()
	if st.Rung != model.RungUniversal || st.Label != model.LabelCausal || st.Window.Days != 184 || st.Window.Closed {
		s.Errorf("%+v", st)
	}
	if n := st.Arms[0].Customers + st.Arms[1].Customers; n != 600 || st.Arms[1].Customers != apart {
		s.Errorf("%d people, %d of them apart instead of %d", n, st.Arms[1].Customers, apart)
	}
	revenue := model.Cents(0)
	for i := 1; i <= 600; i++ {
		revenue += model.Cents(1000 + 100*(i%7))
	}
	if got := st.Arms[0].Revenue + st.Arms[1].Revenue; got != revenue {
		s.Errorf("%d cents instead of %d", got, revenue)
	}
	for _, g := range st.Guards {
		if g.Guard == model.GuardContamination && g.Level != model.LevelOK {
			s.Errorf("somebody of the universal zone blanche was reached: %+v", g)
		}
	}
}

func TestAShopWithoutAUniversalZoneBlancheComparesItsProgrammeWithNothing(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(100)
		s.send(file{name: "noel"})
		y, err := s.desk.Programme(s.ctx, 2026)
		s.must(err)
		if len(y.Universal) != 0 || y.Counted != 0 || y.Money != nil || len(y.LeftOut) != 1 {
			s.Errorf("%+v", y)
		}
	})
}
