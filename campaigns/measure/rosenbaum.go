package measure

import (
	"cmp"
	"math"
	"slices"
)

// HiddenBias is the bound Γ of Rosenbaum (2002, 4.3): twins who look alike may
// still differ in what nobody noted; were the odds to be targeted at most Γ times
// greater for one of two twins, Wilcoxon's signed-rank test would still say what
// it says. Γ is where it stops: near 1, a trifle explains the difference away; at
// 2, it takes somebody twice as likely to be targeted.
//
// It takes the differences of pairs; pairs without difference say nothing. Up is
// the direction of the sign. False where the test is not significant at two-sided
// alpha to begin with.
//
// With ranks q of |d| (means over ties) and T the sum of those of the sign, the
// worst case has mean λΣq and variance λ(1−λ)Σq², λ = Γ/(1+Γ): Γ is where
// (T − λΣq)² = z²λ(1−λ)Σq².
func HiddenBias(differences []float64, alpha float64) (gamma float64, up, ok bool) {
	d := slices.DeleteFunc(slices.Clone(differences), func(x float64) bool { return x == 0 || math.IsNaN(x) })
	slices.SortFunc(d, func(a, b float64) int { return cmp.Compare(math.Abs(a), math.Abs(b)) })
	var positive, total, squares float64
	for start := 0; start < len(d); {
		end := start
		for end < len(d) && math.Abs(d[end]) == math.Abs(d[start]) {
			end++
		}
		rank := float64(start+1+end) / 2
		for _, x := range d[start:end] {
			total += rank
			squares += rank * rank
			if x > 0 {
				positive += rank
			}
		}
		start = end
	}
	t, z := math.Max(positive, total-positive), zTwoSided(alpha)
	up = positive > total-positive
	a, b := total*total+z*z*squares, 2*t*total+z*z*squares
	lambda := (b - math.Sqrt(math.Max(0, b*b-4*a*t*t))) / (2 * a)
	if !(lambda > 0.5 && lambda < 1) {
		return 1, up, false
	}
	return lambda / (1 - lambda), up, true
}
