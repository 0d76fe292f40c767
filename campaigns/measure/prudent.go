package measure

import "math"

// Prudent compares two means when the zone blanche is small. A small zone
// blanche meets too few big baskets, so its mean and its variance are both too
// low and every campaign looks good; here its variance is never taken below
// the pooled one (ours): se² = s₁²/n₁ + max(s₀², s_p²)/n₀,
// s_p² = ((n₁−1)s₁² + (n₀−1)s₀²)/(n₁+n₀−2), normal quantile.
type Prudent struct {
	NHoldout      int   `json:"n_holdout"`
	Diff          Num   `json:"diff"`
	PooledVar     Num   `json:"pooled_var"`
	HoldoutVar    Num   `json:"holdout_var_used"`
	SE            Num   `json:"se"`
	CIz           Range `json:"ci_z"`
	P             Num   `json:"p"`
	BuyersHoldout int   `json:"buyers_holdout"`
	WelchCIt      Range `json:"welch_ci_t"` // what the usual comparison would have said
}

// ComparePrudently computes a Prudent from the moments of the arms.
func ComparePrudently(m1, m0 Moments, buyersHoldout int, alpha float64) Prudent {
	d := float64(m1.Mean - m0.Mean)
	pooled := (float64(m1.N-1)*float64(m1.Var) + float64(m0.N-1)*float64(m0.Var)) / float64(m1.N+m0.N-2)
	used := math.Max(float64(m0.Var), pooled)
	se := positive(math.Sqrt(m1.errorSquared() + used/float64(m0.N)))
	return Prudent{
		NHoldout: m0.N, WelchCIt: CompareMeans(m1, m0, alpha).CIt,
		Diff: Num(d), PooledVar: Num(pooled), HoldoutVar: Num(used), SE: Num(se),
		CIz: around(d, zTwoSided(alpha)*se), P: Num(normalBoth(d / se)), BuyersHoldout: buyersHoldout,
	}
}
