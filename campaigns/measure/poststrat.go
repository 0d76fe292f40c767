package measure

import "math"

// PostStrat weighs the difference of each stratum by the share of the stratum
// in both arms together (Miratrix, Sekhon, Yu 2013): Δ = Σ W_s·Δ_s,
// se² = Σ W_s²·(s₁²/n₁ + s₀²/n₀), normal quantile. It takes out of the error
// what the strata explain of the result. The strata must be known before the
// send; a stratum of which an arm has nobody leaves all unknown, one of which
// an arm has a single customer leaves the error unknown.
type PostStrat struct {
	Strata  int   `json:"strata"`
	Diff    Num   `json:"diff"`
	SE      Num   `json:"se"`
	Z       Num   `json:"z"`
	P       Num   `json:"p"`
	CIz     Range `json:"ci_z"`
	LeftOut int   `json:"left_out,omitempty"` // customers without a stratum, not in any figure here
}

// PostStratify computes a PostStrat from the moments of the strata.
func PostStratify(strata []Group, alpha float64) PostStrat {
	total := 0
	for _, s := range strata {
		total += s.people()
	}
	var diff, squared sum
	for _, s := range strata {
		w := float64(s.people()) / float64(total)
		diff.add(w * s.diff())
		squared.add(w * w * s.errorSquared())
	}
	if len(strata) == 0 {
		diff.add(math.NaN())
	}
	d, se := diff.value(), positive(math.Sqrt(squared.value()))
	return PostStrat{
		Strata: len(strata), Diff: Num(d), SE: Num(se), Z: Num(d / se), P: Num(normalBoth(d / se)),
		CIz: around(d, zTwoSided(alpha)*se),
	}
}
