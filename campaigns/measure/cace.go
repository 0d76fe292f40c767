package measure

import "math"

// CACE is the effect on a customer whom the campaign reached, when some of the
// target were not reached and some of the zone blanche were: the difference of
// results over the difference of exposure (Bloom 1984; Angrist, Imbens, Rubin
// 1996), with the error of the delta method. It stands beside the effect on the
// target (itt), which stays the one of the ROI. It holds when the campaign acts
// only on those it reaches and repels nobody from being reached.
type CACE struct {
	ITT       Num   `json:"itt"`
	Exposure1 Num   `json:"exposure1"` // share of the target reached
	Exposure0 Num   `json:"exposure0"` // share of the zone blanche reached
	CACE      Num   `json:"cace"`      // unknown when both shares are the same
	SE        Num   `json:"se"`
	CIz       Range `json:"ci_z"`
}

// EffectOnReached computes a CACE from the joint moments of the result (Y) and
// of the exposure (X: 1 reached, 0 not) of each arm: τ = Δy/Δe, se the root of
// Σ var(y − τe)/n over |Δe|.
func EffectOnReached(j1, j0 Joint, alpha float64) CACE {
	itt, exposed := float64(j1.Y.Mean-j0.Y.Mean), float64(j1.X.Mean-j0.X.Mean)
	tau := itt / exposed
	v := j1.less(tau, 0).errorSquared() + j0.less(tau, 0).errorSquared()
	se := positive(math.Sqrt(v) / math.Abs(exposed))
	return CACE{
		ITT: Num(itt), Exposure1: j1.X.Mean, Exposure0: j0.X.Mean,
		CACE: Num(tau), SE: Num(se), CIz: around(tau, zTwoSided(alpha)*se),
	}
}
