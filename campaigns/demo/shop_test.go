package demo

import (
	"context"
	"testing"
	"time"

	"blanche/campaigns/measure"
	"blanche/model"
)

var end = time.Date(2026, 11, 22, 10, 0, 0, 0, time.FixedZone("CET", 3600))

func shopOf(t testing.TB, seed uint64, contacts int) *Shop {
	t.Helper()
	s, err := NewShop(context.Background(), seed, contacts, end)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// measured is what the product says of a campaign from the orders of a shop.
func measured(s *Shop, c *Campaign) model.Statement {
	const target, holdout = 1, 2
	side := make([]uint8, len(s.People)+1)
	for _, p := range c.Plan.Planned {
		side[p.Contact] = target
	}
	for _, h := range c.Plan.HeldOut {
		side[h.Contact] = holdout
	}
	arms := [3]measure.Arm{target: {Customers: len(c.Plan.Planned)}, holdout: {Customers: len(c.Plan.HeldOut)}}
	for i := range s.Orders {
		o := &s.Orders[i]
		if a := side[o.Contact]; a != 0 && c.covers(o.Day) && o.Status == model.OrderPaid {
			arms[a].Purchases = append(arms[a].Purchases, measure.Purchase{Customer: uint64(o.Contact), Day: int(o.Day-c.first) + 1, Cents: o.Total})
		}
	}
	return measure.Evaluate(measure.Terms{
		Campaign: c.Spec.Name, Window: model.StatementWindow{Days: c.Spec.WindowDays, Closed: true}, Margin: c.Spec.Margin,
		Fixed: c.Spec.FixedCents, PerMessage: c.Spec.PerMessageCents, Share: c.Spec.Share,
	}, arms[target], arms[holdout])
}

func TestLook(t *testing.T) {
	for seed := uint64(1); seed <= 6; seed++ {
		b := time.Now()
		s := shopOf(t, seed, 5000)
		t.Log(seed, time.Since(b), "orders", len(s.Orders))
		for _, c := range s.Sent {
			m := measured(s, c)
			t.Logf("%-18s n %d+%d buyers %d/%d mean %.2f/%.2f true %.2f diff %.2f ci %.2f %s roi %.2f %.2f %s cost %.2f", c.Spec.Name, c.Drawn.Planned, c.Drawn.HeldOut,
				m.Arms[0].Buyers, m.Arms[1].Buyers, *m.Arms[0].Mean, *m.Arms[1].Mean, c.TrueEffect(time.Time{}), *m.Spend.Diff, *m.Spend.CI, m.Spend.Method, *m.Money.ROI, *m.Money.ROICI, m.Verdict, m.Money.Cost.Euros()/float64(m.Arms[0].Customers))
		}
	}
}
