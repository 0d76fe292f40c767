package measure

import "math"

// SRM tests whether the arms have the sizes of the design (sample ratio
// mismatch; Fabijan et al. 2019): Pearson's χ² against the weights, and the
// Bayes factor with a flat Dirichlet prior that holds at every look (Lindon,
// Malek 2022).
type SRM struct {
	Counts   []int `json:"counts"`
	Expected []Num `json:"expected"`
	Chi2     Num   `json:"chi2"`
	DF       int   `json:"df"`
	P        Num   `json:"p"`
	LogBayes Num   `json:"log_bayes_factor_dirichlet1"`
	PAnytime Num   `json:"p_anytime_at_n"`
}

// CheckRatio computes an SRM. Weights are positive, one for each count, and
// need not add up to one.
func CheckRatio(counts []int, weights []float64) SRM {
	o := SRM{Counts: counts, DF: len(counts) - 1}
	total, weight := 0, 0.0
	for i := range counts {
		total += counts[i]
		weight += weights[i]
	}
	k := float64(len(counts))
	chi, bayes := 0.0, logGamma(k)-logGamma(k+float64(total))
	for i, n := range counts {
		share := weights[i] / weight
		expected := float64(total) * share
		o.Expected = append(o.Expected, Num(expected))
		gap := float64(n) - expected
		chi += gap * gap / expected
		bayes += logGamma(1+float64(n)) - float64(n)*math.Log(share)
	}
	o.Chi2, o.P = Num(chi), Num(chi2Tail(chi, o.DF))
	o.LogBayes, o.PAnytime = Num(bayes), Num(math.Min(1, math.Exp(-bayes)))
	return o
}

// logGamma is log Γ(x) for x > 0.
func logGamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}
