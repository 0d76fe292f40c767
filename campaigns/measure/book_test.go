package measure_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"blanche/campaigns/measure"
	"blanche/model"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// people are the members of a small campaign: every n-th is held out.
func people(count, nth int) []measure.Member {
	members := make([]measure.Member, count)
	for i := range members {
		members[i] = measure.Member{Customer: uint32(3*i + 2), Holdout: i%nth == 0}
	}
	return members
}

// cutAll gives a book every cut that a statement knows.
func cutAll(b *measure.Book) {
	label := func(k uint32) func(uint32) int { return func(id uint32) int { return int(id / 3 % k) } }
	b.Cut(measure.CutStratum, []string{"a", "b", "c"}, label(3))
	b.Cut(measure.CutVariant, []string{"", "A", "B"}, label(3))
	b.Cut(measure.CutReached, []string{"no", "yes"}, label(2))
	b.Cut("channel", []string{"shop", "web", "phone", "app", "fair", "none"}, label(6))
	b.Cut(measure.CutOther("autre"), []string{"no", "yes"}, label(2))
}

// ledger is what each customer bought by order: the shop of the test.
type ledger map[string]measure.Purchase

func (l ledger) of(customer uint64) (all []measure.Purchase) {
	for _, p := range l {
		if p.Customer == customer {
			all = append(all, p)
		}
	}
	return all
}

var bookTerms = measure.Terms{
	Campaign: "noel", Window: closed, Margin: 0.4, Fixed: 2000, PerMessage: 3, Share: 0.25, SecondClosed: true,
	Overlaps: []measure.Overlap{{Campaign: "autre", Target: 14, Holdout: 6}},
}

func TestABookHasTheSameDigitsWhateverTheOrderOfArrival(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		members, days := people(rapid.IntRange(1, 40).Draw(t, "customers"), 4), closed.Days
		live := measure.NewBook(members, days)
		cutAll(live)
		live.Until(rapid.IntRange(0, 2*days+2).Draw(t, "first look"))
		shop := ledger{}
		for range rapid.IntRange(0, 80).Draw(t, "events") {
			id := fmt.Sprint(rapid.IntRange(0, 40).Draw(t, "order")) // the same again is a correction
			next := measure.Purchase{
				Customer: uint64(rapid.IntRange(0, 125).Draw(t, "customer")), Day: rapid.IntRange(-500, 2*days+3).Draw(t, "day"),
				Cents: model.Cents(rapid.Int64Range(-9000, 90000).Draw(t, "cents")),
			}
			old, again := shop[id]
			shop[id] = next
			switch {
			case again:
				live.Replace(uint32(old.Customer), shop.of(old.Customer))
				live.Replace(uint32(next.Customer), shop.of(next.Customer))
			default:
				live.Add(uint32(next.Customer), next.Day, next.Cents)
			}
			if rapid.IntRange(0, 9).Draw(t, "look") == 0 {
				live.Until(rapid.IntRange(0, 2*days).Draw(t, "day of the look"))
			}
		}
		last := rapid.IntRange(0, 2*days).Draw(t, "last day")
		live.Until(last)

		cold := measure.NewBook(members, days)
		for _, p := range shop {
			cold.Add(uint32(p.Customer), p.Day, p.Cents)
		}
		cutAll(cold)
		cold.Until(last)
		terms := bookTerms
		terms.Window.Closed = last >= days
		terms.Day = last
		want, got := cold.Statement(terms), live.Statement(terms)
		if d := cmp.Diff(want, got); d != "" {
			t.Fatalf("cold against stream:\n%s", d)
		}

		if _, err := json.Marshal(got); err != nil {
			t.Fatal(err)
		}

		var arms [2]measure.Arm
		for _, m := range members {
			i := 1
			if m.Holdout {
				i = 0
			}
			arms[i].Customers++
			for _, p := range shop.of(uint64(m.Customer)) {
				if p.Day >= 1 && p.Day <= min(days, last) {
					arms[i].Purchases = append(arms[i].Purchases, p)
				}
			}
		}
		plain := measure.Evaluate(terms, arms[1], arms[0])
		got.StatementLines, got.Guards, plain.Guards = model.StatementLines{}, nil, nil
		if d := cmp.Diff(plain, got); d != "" {
			t.Fatalf("the plain evaluation against the book:\n%s", d)
		}
	})
}

// mail draws a book of two arms of the same habits; the target gets more with
// gain, and everybody's spend of the year before tells of the one to come.
func mail(seed uint64, target, holdout int, rate, gain float64) *measure.Book {
	r := rand.New(rand.NewPCG(seed, 5))
	members := make([]measure.Member, target+holdout)
	for i := range members {
		members[i].Customer = uint32(i + 1)
	}
	for _, i := range r.Perm(len(members))[:holdout] {
		members[i].Holdout = true
	}
	b := measure.NewBook(members, closed.Days)
	for _, m := range members {
		habit := 500 + r.Int64N(20000)
		b.Add(m.Customer, -r.IntN(300), model.Cents(habit*4))
		p := rate
		if !m.Holdout {
			p += gain
		}
		if r.Float64() < p {
			b.Add(m.Customer, 1+r.IntN(closed.Days), model.Cents(habit+r.Int64N(500)))
		}
	}
	b.Until(closed.Days)
	return b
}

func guard(t *testing.T, s model.Statement, name model.Guard) model.StatementGuard {
	t.Helper()
	i := slices.IndexFunc(s.Guards, func(g model.StatementGuard) bool { return g.Guard == name })
	if i < 0 {
		t.Fatalf("no guard %s among %v", name, s.Guards)
	}
	return s.Guards[i]
}

// The list of the greatest amounts is filled again when it runs out, and cut
// back when it grows: the figures never tell.
func TestTheGreatestBasketsAreKnownHoweverManyComeAndGo(t *testing.T) {
	t.Parallel()
	const n = 4000
	r := rand.New(rand.NewPCG(9, 9))
	members := people(n, 3)
	live, spent := measure.NewBook(members, closed.Days), map[uint32][]measure.Purchase{}
	live.Until(closed.Days)
	terms := measure.Terms{Window: closed, Margin: 0.4}
	for round := range 12 {
		for i, m := range members {
			switch {
			case round%3 == 2 && i%4 != 0: // nearly everybody sends everything back
				spent[m.Customer] = nil
			default:
				spent[m.Customer] = append(spent[m.Customer], measure.Purchase{Day: 1 + r.IntN(closed.Days), Cents: model.Cents(r.Int64N(1_000_000))})
			}
			live.Replace(m.Customer, spent[m.Customer])
			if i%1500 == 0 {
				live.Statement(terms)
			}
		}
		cold := measure.NewBook(members, closed.Days)
		for id, all := range spent {
			for _, p := range all {
				cold.Add(id, p.Day, p.Cents)
			}
		}
		cold.Until(closed.Days)
		if d := cmp.Diff(cold.Statement(terms), live.Statement(terms)); d != "" {
			t.Fatalf("round %d, cold against stream:\n%s", round, d)
		}
	}
}
