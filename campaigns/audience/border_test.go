package audience

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// firstOf are the n people of a stratum who go, by putting all of them in order.
func firstOf(salt, stratum string, n int, people []Drawn) map[string]int {
	var of []Drawn
	for _, p := range people {
		if p.Stratum == stratum {
			of = append(of, p)
		}
	}
	slices.SortFunc(of, func(a, b Drawn) int {
		return cmp.Or(cmp.Compare(place(salt, a.ID), place(salt, b.ID)), cmp.Compare(a.ID, b.ID))
	})
	out := map[string]int{}
	for _, p := range of[:n] {
		out[p.ID]++
	}
	return out
}

func TestTheBorderDrawsWhomTheWholeOrderWould(t *testing.T) {
	t.Parallel()
	check := func(t interface{ Fatalf(string, ...any) }, salt string, share float64, people []Drawn) {
		out, quotas := DrawExact(salt, share, people)
		for _, q := range quotas {
			want := firstOf(salt, q.Stratum, q.HeldOut, people)
			for i, p := range people {
				if p.Stratum == q.Stratum && out[i] {
					want[p.ID]--
				}
			}
			for id, n := range want {
				if n != 0 {
					t.Fatalf("stratum %q of %d gives %d, and %s is wrong by %d", q.Stratum, q.Size, q.HeldOut, id, n)
				}
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		n, strata := rapid.IntRange(0, 3000).Draw(t, "n"), rapid.IntRange(1, 4).Draw(t, "strata")
		twice := rapid.IntRange(1, 3000).Draw(t, "ids") // fewer ids than people: the border is missed, or many are on one place
		people := make([]Drawn, n)
		for i := range people {
			people[i] = Drawn{fmt.Sprint(i % twice), fmt.Sprint("s", i*i%strata)}
		}
		check(t, rapid.String().Draw(t, "salt"), rapid.SampledFrom([]float64{0, 0.001, 0.05, 0.1, 0.5, 0.9, 1}).Draw(t, "share"), people)
	})
	many := make([]Drawn, 100_000)
	for i := range many {
		many[i] = Drawn{fmt.Sprint(i), "all"}
	}
	check(t, "salt", 0.1, many)
	for i := range many {
		many[i].ID = "the same"
	}
	check(t, "salt", 0.1, many)
}

func TestADrawAmongManyKeepsFewTickets(t *testing.T) {
	t.Parallel()
	const people = 1_000_000
	b := borderOf(people/10, people)
	if on := float64(b.to-b.from) / lastPlace * people; on > 10_000 {
		t.Errorf("%.0f people are on the border", on)
	}
	if all := borderOf(1, 3); all.from != 0 || all.to != lastPlace { // the control: of few, everybody is
		t.Errorf("%+v", all)
	}
}
