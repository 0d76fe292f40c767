package measure

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// studentTail is P(T > x) for a Student variable with df degrees of freedom
// (Gosset 1908), NaN when df is not a positive number. Right to 2e-10 up to a
// million degrees of freedom, where gonum's logarithms of Γ start to show.
func studentTail(x, df float64) float64 {
	if !(df > 0) || math.IsNaN(x) || math.IsInf(df, 0) {
		return math.NaN()
	}
	return distuv.StudentsT{Sigma: 1, Nu: df}.Survival(x)
}

// studentBoth is P(|T| > |x|).
func studentBoth(x, df float64) float64 { return 2 * studentTail(math.Abs(x), df) }

// studentUpper is the x with P(T > x) = p, for p in (0, 1/2): gonum's inverse,
// then Newton steps on the tail.
func studentUpper(p, df float64) float64 {
	if !(df > 0) || math.IsInf(df, 0) || !(p > 0 && p < 0.5) {
		return math.NaN()
	}
	t := distuv.StudentsT{Sigma: 1, Nu: df}
	x := -t.Quantile(p)
	for range 2 {
		x += (t.Survival(x) - p) / t.Prob(x)
	}
	return x
}

// chi2Tail is P(X > x) for a χ² variable (Pearson 1900).
func chi2Tail(x float64, df int) float64 {
	if df < 1 || math.IsNaN(x) || x < 0 {
		return math.NaN()
	}
	if df == 1 {
		return normalBoth(math.Sqrt(x))
	}
	return distuv.ChiSquared{K: float64(df)}.Survival(x)
}
