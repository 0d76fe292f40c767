package measure

import "math"

// normalTail is P(Z > x) for a standard normal Z, right to the last tail: at
// 22.6 it is 2.2e-113, where 1 − Φ would be 0.
func normalTail(x float64) float64 { return math.Erfc(x/math.Sqrt2) / 2 }

// normalBoth is P(|Z| > |x|).
func normalBoth(x float64) float64 { return math.Erfc(math.Abs(x) / math.Sqrt2) }

// normalUpper is the x with P(Z > x) = p, for p in (0, 1): math.Erfcinv, then
// Newton steps on the tail, because Erfcinv loses digits for small p (below
// 1e-16 it gives +Inf).
func normalUpper(p float64) float64 {
	x := math.Sqrt2 * math.Erfcinv(2*p)
	for range 3 {
		density := math.Exp(-x*x/2) / math.Sqrt(2*math.Pi)
		if density == 0 || math.IsInf(x, 0) {
			break
		}
		x += (normalTail(x) - p) / density
	}
	return x
}

// zTwoSided is the normal quantile of 1 − α/2.
func zTwoSided(alpha float64) float64 { return normalUpper(alpha / 2) }
