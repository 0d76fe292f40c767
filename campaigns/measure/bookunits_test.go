package measure_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"blanche/campaigns/measure"
	"blanche/model"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// events are what a shop sees of its customers, drawn by a test.
func events(t *rapid.T, days int) (all []measure.Purchase) {
	for range rapid.IntRange(0, 60).Draw(t, "events") {
		all = append(all, measure.Purchase{
			Customer: uint64(rapid.IntRange(0, 125).Draw(t, "customer")), Day: rapid.IntRange(-500, 2*days+3).Draw(t, "day"),
			Cents: model.Cents(rapid.Int64Range(-9000, 90000).Draw(t, "cents")),
		})
	}
	return all
}

func alone(id uint32) string { return fmt.Sprint(id) }

func TestUnitsOfOneGiveTheDigitsOfCustomers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		members := people(rapid.IntRange(1, 40).Draw(t, "customers"), rapid.IntRange(2, 4).Draw(t, "nth"))
		all, last := events(t, closed.Days), rapid.IntRange(0, 2*closed.Days).Draw(t, "last day")
		terms := bookTerms
		terms.Window.Closed, terms.Day = last >= closed.Days, last
		state := func(units bool) model.Statement {
			b := measure.NewBook(members, closed.Days)
			if units {
				b.Units(alone)
			}
			cutAll(b)
			b.Until(last)
			for _, p := range all {
				b.Add(uint32(p.Customer), p.Day, p.Cents)
			}
			s := b.Statement(terms)
			for i := range s.Arms {
				if units && (s.Arms[i].Clusters == nil || *s.Arms[i].Clusters != s.Arms[i].Customers) && s.Arms[i].Customers > 0 {
					t.Fatalf("%+v", s.Arms[i])
				}
				s.Arms[i].Clusters, s.Arms[i].ClustersBuying = nil, nil
			}
			return s
		}
		if d := cmp.Diff(state(false), state(true)); d != "" {
			t.Fatalf("customers against units of one:\n%s", d)
		}
	})
}

func TestABookOfHouseholdsHasTheSameDigitsWhateverTheOrderOfArrival(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		members := people(rapid.IntRange(1, 40).Draw(t, "customers"), 4)
		houses := uint32(rapid.IntRange(1, 15).Draw(t, "households"))
		key := func(id uint32) string { // some are alone, some households are on both sides
			if id%7 == 0 {
				return ""
			}
			return fmt.Sprint(id / 3 % houses)
		}
		live, shop := measure.NewBook(members, closed.Days), map[uint64][]measure.Purchase{}
		live.Units(key)
		cutAll(live)
		live.Until(rapid.IntRange(0, 2*closed.Days+2).Draw(t, "first look"))
		for _, p := range events(t, closed.Days) {
			switch rapid.IntRange(0, 5).Draw(t, "how") {
			case 0: // all that he bought is told again, and this instead of it
				shop[p.Customer] = []measure.Purchase{p}
				live.Replace(uint32(p.Customer), shop[p.Customer])
			case 1:
				live.Until(rapid.IntRange(0, 2*closed.Days).Draw(t, "day of the look"))
				fallthrough
			default:
				shop[p.Customer] = append(shop[p.Customer], p)
				live.Add(uint32(p.Customer), p.Day, p.Cents)
			}
		}
		last := rapid.IntRange(0, 2*closed.Days).Draw(t, "last day")
		live.Until(last)
		cold := measure.NewBook(members, closed.Days)
		for _, all := range shop {
			for _, p := range all {
				cold.Add(uint32(p.Customer), p.Day, p.Cents)
			}
		}
		cutAll(cold)
		cold.Units(key) // after the rest: it may come at any time
		cold.Until(last)
		terms := bookTerms
		terms.Unit, terms.Window.Closed, terms.Day = "foyer", last >= closed.Days, last
		if d := cmp.Diff(cold.Statement(terms), live.Statement(terms)); d != "" {
			t.Fatalf("cold against stream:\n%s", d)
		}
	})
}

// The error is the one of the formula, worked out from scratch.
func TestTheErrorOfHouseholdsIsThatOfTheRatioOfTheirTotals(t *testing.T) {
	t.Parallel()
	b, houses := homes(rand.New(rand.NewPCG(1, 1)), 400, 300, 0.3, 0.5)
	s := b.Statement(measure.Terms{Window: closed, Margin: 0.4, Unit: "foyer"})
	var perCustomer, meanVar [2]float64
	for arm, all := range houses {
		n, y := 0.0, 0.0
		for _, h := range all {
			n, y = n+float64(h.people), y+float64(h.cents)/100
		}
		squares := 0.0
		for _, h := range all {
			d := float64(h.cents)/100 - y/n*float64(h.people)
			squares += d * d
		}
		g := float64(len(all))
		meanVar[arm] = squares * g / (g - 1) / (n * n)
		perCustomer[arm] = meanVar[arm] * n
	}
	n1, n0 := float64(s.Arms[0].Customers), float64(s.Arms[1].Customers)
	pooled := ((n1-1)*perCustomer[1] + (n0-1)*perCustomer[0]) / (n1 + n0 - 2)
	want := math.Sqrt(meanVar[1] + math.Max(perCustomer[0], pooled)/n0)
	if s.Spend.Method == model.SpendWelch {
		want = math.Sqrt(meanVar[1] + meanVar[0])
	}
	if math.Abs(*s.Spend.SE/want-1) > 1e-12 {
		t.Errorf("%v, want %v", *s.Spend.SE, want)
	}
	if s.Buyers.P != nil || s.Buyers.Design == nil || *s.Buyers.Design < 1.5 {
		t.Errorf("%+v", s.Buyers)
	}
	if last := s.Curve[len(s.Curve)-1]; !(*last.High-*last.Low > 2*1.96*want) {
		t.Errorf("the band of the last day, %v to %v, is narrower than one look", *last.Low, *last.High)
	}
}

// home is what a household of some people spent.
type home struct{ people, cents int64 }

// homes draws a book of households of one to four, of which so many are held
// out. A household either buys in these days, when each of it does with the
// chance alike, or does not: its people are much alike.
func homes(r *rand.Rand, mailed, held int, rate, alike float64) (*measure.Book, [2][]home) {
	var members []measure.Member
	var house []string
	var drawn [2][]home
	var orders []measure.Purchase
	total := mailed + held
	out := make([]bool, total)
	for _, i := range r.Perm(total)[:held] {
		out[i] = true
	}
	for h := range total {
		size, basket, buys := 1+r.IntN(4), 1000+r.Int64N(9000), r.Float64() < rate
		all := home{people: int64(size)}
		for range size {
			id := uint32(len(members) + 1)
			members, house = append(members, measure.Member{Customer: id, Holdout: out[h]}), append(house, fmt.Sprint(h))
			if buys && r.Float64() < alike {
				cents := basket + r.Int64N(500)
				all.cents += cents
				orders = append(orders, measure.Purchase{Customer: uint64(id), Day: 1 + r.IntN(closed.Days), Cents: model.Cents(cents)})
			}
		}
		drawn[1-count(out[h])] = append(drawn[1-count(out[h])], all)
	}
	b := measure.NewBook(members, closed.Days)
	for _, p := range orders {
		b.Add(uint32(p.Customer), p.Day, p.Cents)
	}
	b.Units(func(id uint32) string { return house[id-1] })
	b.Until(closed.Days)
	return b, drawn
}

// Households of customers who buy together are fewer pieces of news than there
// are customers. The interval on households holds the truth as often as it
// promises; the same draw taken for one of customers, the control, does not.
func TestTheIntervalOfHouseholdsHoldsTheTruth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ target, holdout int }{{800, 800}, {1600, 400}, {2700, 300}} {
		t.Run(fmt.Sprintf("%d households against %d", c.target, c.holdout), func(t *testing.T) {
			t.Parallel()
			rounds := draws(t, 1000)
			r := rand.New(rand.NewPCG(4, uint64(c.holdout)))
			terms := measure.Terms{Window: closed, Margin: 1}
			spend, buyers, wrong, wrongBuyers := 0, 0, 0, 0
			for range rounds {
				b, _ := homes(r, c.target, c.holdout, 0.2, 0.9)
				s := b.Statement(terms) // nobody was written to: the truth is zero
				spend += count(!s.Spend.CI.Holds(0))
				buyers += count(!s.Buyers.CI.Holds(0))
				b.Units(func(uint32) string { return "" })
				s = b.Statement(terms)
				wrong += count(!s.Spend.CI.Holds(0))
				wrongBuyers += count(!s.Buyers.CI.Holds(0))
			}
			t.Logf("missed: spend %.2f %%, buyers %.2f %%; by customer %.2f %%, %.2f %%", 100*float64(spend)/float64(rounds),
				100*float64(buyers)/float64(rounds), 100*float64(wrong)/float64(rounds), 100*float64(wrongBuyers)/float64(rounds))
			below(t, "spend missed", spend, rounds, 0.06)
			below(t, "buyers missed", buyers, rounds, 0.06)
			above(t, "spend missed by customer", wrong, rounds, 0.10)
			above(t, "buyers missed by customer", wrongBuyers, rounds, 0.10)
		})
	}
}

func TestGuardsCountTheHouseholdsThatWereDrawn(t *testing.T) {
	t.Parallel()
	clusters := func(units, buying int) measure.Clusters {
		return measure.Clusters{Units: units, Buying: buying, Variance: 400, Squares: 4e5, Design: 2}
	}
	target := measure.Summary{Customers: 4000, Buyers: 200, Revenue: 900_000, Variance: 200, Clusters: clusters(2000, 100)}
	holdout := measure.Summary{Customers: 2000, Buyers: 100, Revenue: 400_000, Variance: 200, Clusters: clusters(1000, 60)}
	terms := measure.Terms{Window: closed, Margin: 0.4, Unit: "foyer", Share: 1. / 3, DrawnTarget: 4000, DrawnHoldout: 2000, UnitsTarget: 2000, UnitsHoldout: 1000}
	with := func(change func(t *measure.Terms, target, holdout *measure.Summary)) model.Statement {
		t, a, b := terms, target, holdout
		change(&t, &a, &b)
		return measure.Conclude(t, a, b)
	}
	for _, c := range []struct {
		name  string
		guard model.Guard
		level model.Level
		from  model.Statement
	}{
		{"all is well", model.GuardSRM, model.LevelOK, with(func(*measure.Terms, *measure.Summary, *measure.Summary) {})},
		{"households known", model.GuardUnits, model.LevelOK, with(func(*measure.Terms, *measure.Summary, *measure.Summary) {})},
		{"large households fell on one side", model.GuardSRM, model.LevelOK, with(func(t *measure.Terms, a, _ *measure.Summary) {
			t.DrawnTarget, a.Customers = 4500, 4500
		})},
		{"households lost", model.GuardSRM, model.LevelStop, with(func(_ *measure.Terms, a, _ *measure.Summary) {
			a.Customers, a.Clusters.Units = 3200, 1600
		})},
		{"somebody moved", model.GuardSRM, model.LevelOK, with(func(_ *measure.Terms, a, _ *measure.Summary) { a.Clusters.Units = 1600 })},
		{"a draw beside its share", model.GuardSRM, model.LevelStop, with(func(t *measure.Terms, _, _ *measure.Summary) { t.UnitsHoldout = 1300 })},
		{"twelve buyers of nine households", model.GuardFewBuyers, model.LevelStop, with(func(_ *measure.Terms, _, b *measure.Summary) {
			b.Buyers, b.Clusters.Buying = 12, 9
		})},
		{"households not known any more", model.GuardUnits, model.LevelInfo, with(func(_ *measure.Terms, a, b *measure.Summary) {
			a.Clusters, b.Clusters = measure.Clusters{}, measure.Clusters{}
		})},
		{"twenty households", model.GuardUnits, model.LevelWarn, with(func(_ *measure.Terms, _, b *measure.Summary) { b.Clusters.Units = 20 })},
	} {
		if g := guard(t, c.from, c.guard); g.Level != c.level {
			t.Errorf("%s: %s is %v, want %v (%v)", c.name, c.guard, g.Level, c.level, g.Values)
		}
		if c.name == "twelve buyers of nine households" && c.from.Verdict != model.VerdictNotProven {
			t.Errorf("%s: %s", c.name, c.from.Verdict)
		}
	}
}
