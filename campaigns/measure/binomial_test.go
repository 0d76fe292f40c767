package measure

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Draws against the exact probabilities, with few and many successes, by χ² of
// the values expected at least ten times.
func TestBinomialDrawsFollowTheirLaw(t *testing.T) {
	t.Parallel()
	const draws = 400_000
	for i, c := range []struct {
		n int
		p float64
	}{{5, 0.3}, {40, 0.02}, {100, 0.0999}, {100, 0.1}, {60, 0.5}, {400, 0.9}, {21306, 0.0057}, {1_000_000, 0.05}, {30, 0.97}} {
		r := rand.New(rand.NewPCG(1, uint64(i)))
		seen := map[int]int{}
		for range draws {
			seen[binomial(r, c.n, c.p)]++
		}
		chi, cells, rest, left := 0.0, 0, draws, 1.0
		for k, n := range seen {
			if k < 0 || k > c.n {
				t.Fatalf("%d of %d", k, c.n)
			}
			p := math.Exp(logGamma(float64(c.n)+1) - logGamma(float64(k)+1) - logGamma(float64(c.n-k)+1) + float64(k)*math.Log(c.p) + float64(c.n-k)*math.Log1p(-c.p))
			if want := p * draws; want >= 10 {
				chi += (float64(n) - want) * (float64(n) - want) / want
				cells, rest, left = cells+1, rest-n, left-p
			}
		}
		if want := left * draws; want >= 10 {
			chi += (float64(rest) - want) * (float64(rest) - want) / want
			cells++
		}
		if p := chi2Tail(chi, cells-1); p < 1e-4 {
			t.Errorf("n %d, p %v: χ² %.1f over %d values, p %.2g", c.n, c.p, chi, cells, p)
		}
	}
}
