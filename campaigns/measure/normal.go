package measure

import "math"

// normalTail is P(Z > x) for a standard normal Z, right to the last tail: at
// 22.6 it is 2.2e-113, where 1 − Φ would be 0.
func normalTail(x float64) float64 { return math.Erfc(x/math.Sqrt2) / 2 }

// normalBoth is P(|Z| > |x|).
func normalBoth(x float64) float64 { return math.Erfc(math.Abs(x) / math.Sqrt2) }

// normalUpper is the x with P(Z > x) = p, for p in (0, 1): math.Erfcinv, or
// where that has no digits left (below 1e-15) the first term of the tail, then
// Newton steps on the logarithm of the tail, which is nearly straight.
func normalUpper(p float64) float64 {
	x := math.Sqrt2 * math.Erfcinv(2*p)
	if p > 0 && p < 1e-15 {
		x = math.Sqrt(-2 * math.Log(p*math.Sqrt(-4*math.Pi*math.Log(p))))
	}
	for range 4 {
		tail, density := normalTail(x), math.Exp(-x*x/2)/math.Sqrt(2*math.Pi)
		if density == 0 || math.IsInf(x, 0) || math.IsNaN(x) {
			break
		}
		x += math.Log(tail/p) * tail / density
	}
	return x
}

// zTwoSided is the normal quantile of 1 − α/2.
func zTwoSided(alpha float64) float64 { return normalUpper(alpha / 2) }
