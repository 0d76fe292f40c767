package measure

import "math"

// Estimate is one effect to pool, with the name it is known by.
type Estimate struct {
	Name string
	Diff float64
	SE   float64 // above zero
}

// Pooled is what several estimates of one kind say together: campaigns of one
// type, segments of one campaign.
//
// Fixed effect (one effect for all), weights 1/vᵢ; Q and I² (Cochran 1954,
// Higgins, Thompson 2002); τ² by moments (DerSimonian, Laird 1986); random
// effects, weights 1/(vᵢ+τ²). The prediction interval is where the effect of
// the next one lies (Higgins, Thompson, Spiegelhalter 2009):
// μ ± t₍k₋₂₎·√(τ²+se²), from three estimates on.
type Pooled struct {
	Ranked []PooledRow `json:"ranked"` // as they came; who ranks them sorts

	Q    Num `json:"cochran_Q"`
	DF   int `json:"df"`
	P    Num `json:"p_heterogeneity"` // that all have one effect; unknown for one alone
	I2   Num `json:"I2"`
	Tau2 Num `json:"tau2_dersimonian_laird"`

	Fixed    Num   `json:"mean_fixed_effect"`
	FixedSE  Num   `json:"se_fixed_effect"`
	FixedCI  Range `json:"ci_fixed_effect"`
	Random   Num   `json:"mean_random_effects"`
	RandomSE Num   `json:"se_random_effects"`
	RandomCI Range `json:"ci_random_effects"`
	RandomP  Num   `json:"p_random_effects"`
	Next     Range `json:"prediction_interval"`
}

// PooledRow is one estimate beside its shrunk effect, drawn to the common mean
// as much as its own error deserves, (dᵢ/vᵢ + μ/τ²)/(1/vᵢ + 1/τ²) (empirical
// Bayes, Efron, Morris 1975): the best of many is mostly the luckiest, and what
// it will do again is nearer to the others.
type PooledRow struct {
	Name   string `json:"name"`
	Diff   Num    `json:"diff"`
	SE     Num    `json:"se"`
	CI     Range  `json:"ci_z"`
	Weight Num    `json:"weight"` // share in the mean of random effects
	Shrunk Num    `json:"shrunk_diff"`
}

// Pool computes a Pooled of at least one estimate; their errors are above zero.
func Pool(all []Estimate, alpha float64) Pooled {
	z := zTwoSided(alpha)
	variance := func(e Estimate) float64 { return e.SE * e.SE }
	var squared float64
	fixed, weights := weighted(all, func(e Estimate) float64 { return 1 / variance(e) })
	q := 0.0
	for _, e := range all {
		w := 1 / variance(e)
		q += w * (e.Diff - fixed) * (e.Diff - fixed)
		squared += w * w
	}
	df := len(all) - 1
	tau2 := 0.0
	if df > 0 {
		tau2 = math.Max(0, (q-float64(df))/(weights-squared/weights))
	}
	i2 := 0.0
	if q > 0 {
		i2 = math.Max(0, (q-float64(df))/q)
	}
	mean, total := weighted(all, func(e Estimate) float64 { return 1 / (variance(e) + tau2) })
	o := Pooled{
		Q: Num(q), DF: df, P: Num(chi2Tail(q, df)), I2: Num(i2), Tau2: Num(tau2),
		Fixed: Num(fixed), FixedSE: Num(1 / math.Sqrt(weights)), Random: Num(mean), RandomSE: Num(1 / math.Sqrt(total)),
		Next: unknownRange,
	}
	o.FixedCI, o.RandomCI = around(fixed, z*float64(o.FixedSE)), around(mean, z*float64(o.RandomSE))
	o.RandomP = Num(normalBoth(mean / float64(o.RandomSE)))
	if df > 1 {
		o.Next = around(mean, studentUpper(alpha/2, float64(df-1))*math.Sqrt(tau2+1/total))
	}
	for _, e := range all {
		o.Ranked = append(o.Ranked, PooledRow{
			Name: e.Name, Diff: Num(e.Diff), SE: Num(e.SE), CI: around(e.Diff, z*e.SE),
			Weight: Num(1 / (variance(e) + tau2) / total), Shrunk: Num(shrunk(e, mean, tau2)),
		})
	}
	return o
}

// weighted is the mean of the effects under weights, and the sum of these.
func weighted(all []Estimate, weight func(Estimate) float64) (mean, total float64) {
	var values, weights sum
	for _, e := range all {
		values.add(weight(e) * e.Diff)
		weights.add(weight(e))
	}
	return values.value() / weights.value(), weights.value()
}

// shrunk is the effect of one estimate among its like: the mean itself where
// nothing tells them apart.
func shrunk(e Estimate, mean, tau2 float64) float64 {
	if tau2 == 0 {
		return mean
	}
	v := e.SE * e.SE
	return (e.Diff/v + mean/tau2) / (1/v + 1/tau2)
}
