package measure

import "math"

// hypergeometric is Gauss's ₂F₁(a, b; c; z) for 0 ≤ z < 1 by its power series
// (Abramowitz, Stegun 1964, 15.1.1); NaN where c is zero or a negative whole
// number, or where the series does not settle.
//
// Where c < a + b the sum grows without bound as z nears 1: callers then ask for
// ₂F₁(c−a, c−b; c; z) and multiply by (1−z)^(c−a−b) themselves (15.3.3).
func hypergeometric(a, b, c, z float64) float64 {
	if c <= 0 && c == math.Trunc(c) || !(z >= 0 && z < 1) {
		return math.NaN()
	}
	var total sum
	term := 1.0
	total.add(term)
	for n := range 5_000_000 {
		k := float64(n)
		term *= (a + k) * (b + k) / ((c + k) * (k + 1)) * z
		total.add(term)
		// What follows is at most a geometric series once the ratio has settled.
		if math.Abs(term) <= 1e-17*math.Abs(total.value())*(1-z) && k > math.Abs(a)+math.Abs(b)+math.Abs(c) {
			return total.value()
		}
		if term == 0 {
			return total.value()
		}
	}
	return math.NaN()
}
