package measure

import "math"

// Sequence is the asymptotic confidence sequence of a difference of means
// (Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas 2024, Annals of Statistics):
// Δ ± se·√(2(tρ²+1)/(tρ²)·log(√(tρ²+1)/α)), t = n₁+n₀. It holds at all looks
// together, so one may look every day. CI uses the plain variance, CIPrudent
// the prudent one, which a small and skewed zone blanche needs.
type Sequence struct {
	T         int   `json:"t"`
	N1        int   `json:"n1"`
	N0        int   `json:"n0"`
	Diff      Num   `json:"diff"`
	SE        Num   `json:"se"`
	CIFixed   Range `json:"ci_fixed_z"` // of a single look decided beforehand
	HalfWidth Num   `json:"half_width"`
	CI        Range `json:"ci"`
	CIPrudent Range `json:"ci_prudent"`
}

// Rho tunes a sequence to be narrowest at a planned size t*:
// ρ² = (−2 log α + log(−2 log α + 1))/t*.
func Rho(alpha float64, planned int) float64 {
	l := -2 * math.Log(alpha)
	return math.Sqrt((l + math.Log(l+1)) / float64(planned))
}

// sequenceQuantile is what replaces z in a sequence of t customers.
func sequenceQuantile(t int, rho, alpha float64) float64 {
	a := float64(t) * rho * rho
	return math.Sqrt(2 * (a + 1) / a * math.Log(math.Sqrt(a+1)/alpha))
}

// Follow computes a Sequence from the moments of the arms so far.
func Follow(m1, m0 Moments, rho, alpha float64) Sequence {
	t := m1.N + m0.N
	d := float64(m1.Mean - m0.Mean)
	se := positive(math.Sqrt(m1.errorSquared() + m0.errorSquared()))
	q := sequenceQuantile(t, rho, alpha)
	prudent := float64(ComparePrudently(m1, m0, 0, alpha).SE)
	return Sequence{
		T: t, N1: m1.N, N0: m0.N, Diff: Num(d), SE: Num(se),
		CIFixed: around(d, zTwoSided(alpha)*se), HalfWidth: Num(q * se),
		CI: around(d, q*se), CIPrudent: around(d, q*prudent),
	}
}
