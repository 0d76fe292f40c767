package measure

import (
	"math"
	"math/rand/v2"
	"testing"
)

// shoppers are a cell of n people of whom a share buys, for about 40 euros each.
func shoppers(r *rand.Rand, n int, rate float64) Sample {
	s := Sample{N: n}
	for range n {
		if r.Float64() < rate {
			s.Values = append(s.Values, math.Exp(3.5+0.7*r.NormFloat64()))
		}
	}
	return s
}

// falseWinners is how often a test of wordings that do not differ names one.
func falseWinners(k, n int, rate float64, runs int) float64 {
	r := rand.New(rand.NewPCG(4, uint64(k)))
	named := 0
	for range runs {
		samples := make([]Sample, k)
		for i := range samples {
			samples[i] = shoppers(r, n, rate)
		}
		if Compete(samples, 0.05).Better {
			named++
		}
	}
	return float64(named) / float64(runs)
}

func TestWordingsThatDoNotDifferAreRarelyCalledBetter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		k, n int
		rate float64
	}{{2, 400, 0.03}, {2, 3000, 0.02}, {3, 1000, 0.03}, {4, 1000, 0.03}, {2, 100, 0.02}} {
		const runs = 2000
		got := falseWinners(c.k, c.n, c.rate, runs)
		if most := 0.05 + 3*math.Sqrt(0.05*0.95/runs); got > most {
			t.Errorf("%d wordings to %d people each: one is called better in %.1f %% of the tests", c.k, c.n, 100*got)
		}
	}
}

func TestAWordingThatSellsMoreIsFound(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	found := 0
	for range 200 {
		if c := Compete([]Sample{shoppers(r, 4000, 0.02), shoppers(r, 4000, 0.04)}, 0.05); c.Better && c.Best == 1 {
			found++
		}
	}
	if found < 190 {
		t.Errorf("found %d times of 200", found)
	}
}

func TestAContestSaysWhatItKnows(t *testing.T) {
	t.Parallel()
	buyers := func(n, bought int) Sample {
		s := Sample{N: n}
		for range bought {
			s.Values = append(s.Values, 30)
		}
		return s
	}
	for name, c := range map[string]struct {
		samples []Sample
		best    int
		better  bool
	}{
		"clear":                   {[]Sample{buyers(100, 5), buyers(100, 40)}, 1, true},
		"equal":                   {[]Sample{buyers(100, 20), buyers(100, 20)}, 0, false},
		"nobody bought":           {[]Sample{buyers(100, 0), buyers(100, 0)}, 0, false},
		"too few to tell":         {[]Sample{buyers(1000, 0), buyers(1000, 6)}, 1, false},
		"the second is as good":   {[]Sample{buyers(100, 5), buyers(100, 40), buyers(100, 38)}, 1, false},
		"the best of four":        {[]Sample{buyers(200, 5), buyers(200, 6), buyers(200, 7), buyers(200, 60)}, 3, true},
		"one person":              {[]Sample{buyers(1, 1), buyers(1, 0)}, 0, false},
		"nobody":                  {[]Sample{buyers(0, 0), buyers(100, 40)}, 1, false},
		"one wording, no contest": {[]Sample{buyers(100, 40)}, 0, false},
	} {
		got := Compete(c.samples, 0.05)
		if got.Best != c.best || got.Better != c.better || got.P[got.Best].Known() {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestHolm(t *testing.T) {
	t.Parallel()
	// p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") of R 4.3
	for i, want := range []float64{0.03, 0.06, 0.06, 0.02} {
		if got := holm([]float64{0.01, 0.04, 0.03, 0.005})[i]; math.Abs(got-want) > 1e-12 {
			t.Errorf("%d: %v, want %v", i, got, want)
		}
	}
}
