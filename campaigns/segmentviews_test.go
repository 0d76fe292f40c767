package campaigns_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/campaigns"
	"blanche/model"
)

// buyers are ten people, of whom the first n bought n-i months ago.
func (s *shop) buyers(n int) {
	s.Helper()
	s.people(10)
	for i := range n {
		s.buy(string(rune('a'+i)), address(i+1), model.NewDate(2026, 11, 20)-model.Date(14*i), model.Cents(1000*(i+1)))
	}
}

func TestASegmentInUseIsNotDeleted(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(10)
		_, err := s.desk.SaveSegment(s.ctx, "nantes", `city = "Nantes"`)
		s.must(err)
		copied, err := s.desk.CopySegment(s.ctx, "nantes", "nantes-2")
		s.must(err)
		if copied.Rule != `city = "Nantes"` {
			s.Errorf("%+v", copied)
		}
		_, err = s.desk.CopySegment(s.ctx, "nantes", "nantes-2")
		wantKey(t, err, "segment.taken")
		s.write(file{audience: "nantes"})
		wantKey(t, s.desk.DeleteSegment(s.ctx, "nantes"), "segment.in_use")
		lines, err := s.desk.SegmentLines(s.ctx)
		s.must(err)
		if len(lines) != 2 || lines[0].Count.Matched != 10 || len(lines[0].UsedBy) != 1 || len(lines[1].UsedBy) != 0 {
			s.Errorf("%+v", lines)
		}
		s.must(s.desk.DeleteSegment(s.ctx, "nantes-2"))
		wantKey(t, s.desk.DeleteSegment(s.ctx, "nantes-2"), "segment.unknown")
	})
}

func wantKey(t *testing.T, err error, key string) {
	t.Helper()
	var e *model.Error
	if !errors.As(err, &e) || e.Key != key {
		t.Errorf("%v instead of %s", err, key)
	}
}

func TestTwoSegmentsSideBySideAddUp(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.buyers(6)
		o, err := s.desk.SegmentOverlap(s.ctx, "customer", "spend >= 30 or prospect")
		s.must(err)
		got := []int{o.A.Matched, o.B.Matched, o.OnlyA.Matched, o.Both.Matched, o.OnlyB.Matched}
		if diff := cmp.Diff([]int{6, 8, 2, 4, 4}, got); diff != "" {
			s.Error(diff)
		}
	})
}

func TestGrowthIsCountedFromDatedFactsWhereItCanBe(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.buyers(6)
		g, err := s.desk.SegmentGrowth(s.ctx, "customer")
		s.must(err)
		var got []int
		for _, p := range g.Points {
			got = append(got, p.Matched)
		}
		// Orders on 20 November and every second week before: on the Monday of each week.
		if diff := cmp.Diff([]int{1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 5, 6}, got); diff != "" && g.Source == campaigns.GrowthFacts {
			s.Log(diff)
		}
		if g.Source != campaigns.GrowthFacts || len(got) != campaigns.GrowthWeeks || got[0] >= got[11] || got[11] != 6 || !g.Whole {
			s.Errorf("%+v", g)
		}
		lately, err := s.desk.SegmentGrowth(s.ctx, "last_order > 15d ago")
		s.must(err)
		for _, p := range lately.Points[1:] {
			if p.Matched < 1 || p.Matched > 2 {
				s.Errorf("on %s %d bought in the 15 days before", p.Day, p.Matched)
			}
		}
	})
}

func TestGrowthWithoutDatesIsNotedWeekByWeek(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(10)
		_, err := s.desk.SaveSegment(s.ctx, "nantes", `city = "Nantes"`)
		s.must(err)
		g, err := s.desk.SegmentGrowth(s.ctx, "nantes")
		s.must(err)
		if g.Source != campaigns.GrowthRecorded || len(g.Points) != 1 || g.Whole {
			s.Errorf("%+v", g)
		}
		s.days(7)
		time.Sleep(2 * time.Hour)
		s.bring("email;ville\nzoe@clients.example;Nantes\n", model.BasisConsent)
		s.days(7)
		time.Sleep(2 * time.Hour)
		g, err = s.desk.SegmentGrowth(s.ctx, "nantes")
		s.must(err)
		if len(g.Points) != 3 || g.Points[0].Matched != 10 || g.Points[2].Matched != 11 || g.Change() != 1 {
			s.Errorf("%+v", g)
		}
		// Another rule under the name has no past.
		_, err = s.desk.SaveSegment(s.ctx, "nantes", `city = "Brest"`)
		s.must(err)
		if g, err = s.desk.SegmentGrowth(s.ctx, "nantes"); err != nil || len(g.Points) != 1 {
			s.Errorf("%+v %v", g, err)
		}
	})
}

func TestTheGridCountsEveryCustomerOnceAndItsCellsAreRules(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.buyers(9)
		g, err := s.desk.RFMGrid(s.ctx)
		s.must(err)
		n, revenue, classes := 0, model.Cents(0), 0
		for _, c := range g.Cells {
			n, revenue = n+c.Customers, revenue+c.Revenue
			if c.Customers == 0 {
				continue
			}
			if got := s.counted(campaigns.RFMRule([]campaigns.RFMCell{c})); got.Matched != c.Customers {
				s.Errorf("R%d F%d: %d by its rule, %d in the cell", c.R, c.F, got.Matched, c.Customers)
			}
		}
		for _, c := range g.Classes {
			classes += c.Customers
		}
		if len(g.Cells) != 25 || n != 9 || n != g.Customers || classes != 9 || revenue != g.Revenue || revenue != 45_000 {
			s.Errorf("%d cells, %d people, %d by class, %d", len(g.Cells), n, classes, revenue)
		}
		if got := s.counted(campaigns.RFMRule(g.Cells)); got.Matched != 9 {
			s.Errorf("all cells: %d", got.Matched)
		}
	})
}

func TestRFMRuleSaysCellsAsShortAsItCan(t *testing.T) {
	t.Parallel()
	cells := func(list ...[2]int) []campaigns.RFMCell {
		var out []campaigns.RFMCell
		for _, c := range list {
			out = append(out, campaigns.RFMCell{R: c[0], F: c[1]})
		}
		return out
	}
	for want, of := range map[string][]campaigns.RFMCell{
		"":                         nil,
		"rfm_r = 5 and rfm_f = 5":  cells([2]int{5, 5}),
		"rfm_r >= 4 and rfm_f = 5": cells([2]int{5, 5}, [2]int{4, 5}),
		"rfm_r <= 2":               cells([2]int{1, 1}, [2]int{1, 2}, [2]int{1, 3}, [2]int{1, 4}, [2]int{1, 5}, [2]int{2, 1}, [2]int{2, 2}, [2]int{2, 3}, [2]int{2, 4}, [2]int{2, 5}),
		"(rfm_r in [1, 5] and rfm_f = 1) or (rfm_r = 3 and rfm_f in [2, 4])": cells([2]int{5, 1}, [2]int{1, 1}, [2]int{3, 2}, [2]int{3, 4}),
	} {
		got := campaigns.RFMRule(of)
		if got != want && got != unparenthesized(want) {
			t.Errorf("%q instead of %q", got, want)
		}
	}
}

func unparenthesized(s string) string {
	out := ""
	for _, r := range s {
		if r != '(' && r != ')' {
			out += string(r)
		}
	}
	return out
}

func TestASnapshotKeepsWhoWasThere(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(10)
		_, err := s.desk.SaveSegment(s.ctx, "nantes", `city = "Nantes"`)
		s.must(err)
		one, err := s.desk.Freeze(s.ctx, "nantes-novembre", "nantes")
		s.must(err)
		if one.Matched != 10 || one.Segment != "nantes" || one.Rule != `city = "Nantes"` {
			s.Errorf("%+v", one)
		}
		if _, err = s.desk.Freeze(s.ctx, "nantes-novembre", "all"); err == nil {
			s.Error("a snapshot was taken over another")
		}
		s.bring("email;ville\n"+address(1)+";Brest\nzoe@clients.example;Nantes\n", model.BasisConsent)
		today, err := s.desk.FrozenToday(s.ctx, "nantes-novembre")
		s.must(err)
		if diff := cmp.Diff([]int{10, 9, 1, 1}, []int{today.Here, today.Still, today.Left, today.Joined}); diff != "" {
			s.Error(diff)
		}
		if n := s.counted(`in_snapshot("nantes-novembre") and not city = "Nantes"`); n.Matched != 1 {
			s.Errorf("%+v", n)
		}
		c, err := s.desk.Contact(s.ctx, address(2))
		s.must(err)
		s.must(s.store.Erase(s.ctx, c.ID, s.now()))
		seen := 0
		s.must(s.desk.EachFrozen(s.ctx, "nantes-novembre", func(*campaigns.ContactRow) error { seen++; return nil }))
		if seen != 9 {
			s.Errorf("%d people after the erasure of one", seen)
		}
		viewer := s.desk.As(model.Actor{Name: "vera", Role: model.Viewer, From: "local"})
		if viewer.EachFrozen(context.Background(), "nantes-novembre", func(*campaigns.ContactRow) error { return nil }) == nil {
			s.Error("a viewer took people out")
		}
		s.must(s.desk.DeleteFrozen(s.ctx, "nantes-novembre"))
		wantKey(t, func() error { _, err := s.desk.Count(s.ctx, `in_snapshot("nantes-novembre")`); return err }(), "store.no_frozen")
	})
}
