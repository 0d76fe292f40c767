package campaigns_test

import (
	"strings"
	"testing"

	"blanche/campaigns"
	"blanche/model"
)

// A message that left under a number that is gone was got by the person, and
// counts for them; taken apart again, each has their own.
func TestWhoBecamePartOfAnotherTakesTheMessagesAlong(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Config.Pressure = campaigns.Pressure{MaxMessages: 2, Days: 7} }, func(s *shop) {
		s.people(12)
		s.send(file{name: "a", holdout: "share = 0", audience: `zone = "A"`}) // 3, 6, 9, 12
		s.send(file{name: "b", holdout: "share = 0", audience: `zone = "B"`}) // 1, 4, 7, 10
		if n := s.counted(`received("a") and zone = "B"`); n.Matched != 0 {
			s.Errorf("before: %+v", n)
		}
		if n := s.counted("all"); n.Excluded.Pressure != 0 {
			s.Errorf("before: %+v", n)
		}
		s.unite(1, 3) // 1 keeps the record: got b, and a under the number of 3
		if n := s.counted(`received("a") and received("b")`); n.Matched != 1 {
			s.Errorf("both campaigns: %+v", n)
		}
		if n := s.counted(`received("a")`); n.Matched != 4 {
			s.Errorf("still four people: %+v", n)
		}
		if n := s.counted("all"); n.Matched != 11 || n.Excluded.Pressure != 1 {
			s.Errorf("two messages of one person: %+v", n)
		}
		x, err := s.desk.Explain(s.ctx, `received("a")`, address(1))
		if s.must(err); !x.Matches || x.Reason != "" && x.Reason != model.ExclPressure {
			s.Errorf("%+v", x)
		}
		_, err = s.desk.UnmergeContact(s.ctx, address(3))
		s.must(err)
		if n := s.counted(`received("a") and received("b")`); n.Matched != 0 {
			s.Errorf("taken back: %+v", n)
		}
		if n := s.counted("all"); n.Matched != 12 || n.Excluded.Pressure != 0 {
			s.Errorf("taken back: %+v", n)
		}
	})
}

// An order has a line for each of its products: it is in the category of each,
// whole, and once.
func TestAnOrderIsInTheCategoryOfEachOfItsLines(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(4)
		bring := func(lines string) {
			_, err := s.desk.Import(s.ctx, campaigns.ImportRequest{
				Kind: "orders", Name: "commandes.csv", Source: strings.NewReader("order_id,email,date,total,status,catégorie\n" + lines),
			})
			s.must(err)
		}
		bring(strings.Join([]string{
			"1," + address(1) + ",2026-11-01,60.00,paid,Jardin",
			"1," + address(1) + ",2026-11-01,60.00,paid,Cuisine",
			"1," + address(1) + ",2026-11-01,60.00,paid,Jardin", // a second product of the same
			"2," + address(2) + ",2026-11-02,30.00,paid,Été | jardin",
			"3," + address(3) + ",2026-11-03,20.00,paid,Cuisine",
			"4," + address(4) + ",2026-11-03,10.00,paid,",
		}, "\n") + "\n")
		for rule, want := range map[string]int{
			`orders(category = "jardin") = 1`:                    2,
			`spend(category = "JARDIN") >= 60`:                   1,
			`spend(category = "cuisine") = 60`:                   1,
			`orders(category = "ete") = 1`:                       1,
			`spend(category = "jardin") = 0`:                     2,
			`last_order(category = "cuisine") >= 2026-11-02`:     1,
			`orders(category = "rien") = 0`:                      4,
			`orders = 1`:                                         4,
			`ca(catégorie = "été") = 30 et dernier_achat existe`: 1,
		} {
			if n := s.counted(rule); n.Matched != want {
				s.Errorf("%s: %d, want %d", rule, n.Matched, want)
			}
		}
		bring("3," + address(3) + ",2026-11-03,20.00,paid,Jardin\n") // the same order, told again
		if n := s.counted(`orders(category = "jardin") = 1`); n.Matched != 3 {
			s.Errorf("an order that came again: %+v", n)
		}
		bring("5," + address(4) + ",2026-11-04,90.00,paid,Jardin\n")
		if n := s.counted(`spend(category = "jardin") = 90`); n.Matched != 1 {
			s.Errorf("a new one: %+v", n)
		}
	})
}
