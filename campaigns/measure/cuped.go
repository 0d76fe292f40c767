package measure

import "math"

// Cuped is a difference of means after what was known before the send is taken
// out of the result: y − θ·(x − x̄), x̄ over both arms (Deng, Xu, Kohavi, Walker
// 2013). x must be a figure that the campaign cannot have changed. Its error is
// that of Welch on the adjusted results.
type Cuped struct {
	Theta    Num   `json:"theta"`
	MeanX    Num   `json:"mean_x"`
	Corr     Num   `json:"corr_xy"` // over both arms
	Diff     Num   `json:"diff"`
	SE       Num   `json:"se"`
	DF       Num   `json:"df"`
	T        Num   `json:"t"`
	P        Num   `json:"p"`
	CIt      Range `json:"ci_t"`
	AdjMean1 Num   `json:"adj_mean1"`
	AdjMean0 Num   `json:"adj_mean0"`
	RawDiff  Num   `json:"raw_diff"`
	RawSE    Num   `json:"raw_se"`
	Gain     Num   `json:"variance_reduction"` // 1 − (se/raw_se)²; below zero when it hurts
}

// CupedMinVar is a Cuped whose θ is the one of least variance.
type CupedMinVar struct {
	Theta    Num   `json:"theta"`
	Diff     Num   `json:"diff"`
	SE       Num   `json:"se"`
	DF       Num   `json:"df"`
	T        Num   `json:"t"`
	P        Num   `json:"p"`
	CIt      Range `json:"ci_t"`
	AdjMean1 Num   `json:"adj_mean1"`
	AdjMean0 Num   `json:"adj_mean0"`
	RawDiff  Num   `json:"raw_diff"`
	RawSE    Num   `json:"raw_se"`
	Gain     Num   `json:"variance_reduction"` // never below zero
}

// AdjustUsual is CUPED as it is usually done, θ = cov(y, x)/var(x) over both
// arms. With unequal arms and a heavy tail it may raise the variance: it is
// shown beside the other for who compares with another tool.
func AdjustUsual(j1, j0 Joint, alpha float64) Cuped {
	yy, xx, xy, mean := spread(j1, j0)
	c := Cuped{MeanX: Num(mean), Corr: Num(xy / math.Sqrt(xx*yy))}
	o := takeOut(j1, j0, xy/xx, mean, alpha)
	c.Theta, c.Diff, c.SE, c.DF, c.T, c.P, c.CIt = o.Theta, o.Diff, o.SE, o.DF, o.T, o.P, o.CIt
	c.AdjMean1, c.AdjMean0, c.RawDiff, c.RawSE, c.Gain = o.AdjMean1, o.AdjMean0, o.RawDiff, o.RawSE, o.Gain
	return c
}

// AdjustLeastVariance is CUPED with the θ that makes the variance of the
// difference least whatever the sizes of the arms (ours, from Var(Δ) as a
// parabola in θ): θ = (cov₁/n₁ + cov₀/n₀)/(s²ₓ₁/n₁ + s²ₓ₀/n₀).
func AdjustLeastVariance(j1, j0 Joint, alpha float64) CupedMinVar {
	n1, n0 := float64(j1.Y.N), float64(j0.Y.N)
	theta := (float64(j1.Cov)/n1 + float64(j0.Cov)/n0) / (j1.X.errorSquared() + j0.X.errorSquared())
	_, _, _, mean := spread(j1, j0)
	return takeOut(j1, j0, theta, mean, alpha)
}

// takeOut compares the means after θ·(x − centre) is taken out.
func takeOut(j1, j0 Joint, theta, centre, alpha float64) CupedMinVar {
	raw := CompareMeans(j1.Y, j0.Y, alpha)
	adj := CompareMeans(j1.less(theta, centre), j0.less(theta, centre), alpha)
	ratio := (j1.less(theta, centre).errorSquared() + j0.less(theta, centre).errorSquared()) / (j1.Y.errorSquared() + j0.Y.errorSquared())
	return CupedMinVar{
		Theta: Num(theta), Diff: adj.Diff, SE: adj.SE, DF: adj.DF, T: adj.T, P: adj.P, CIt: adj.CIt,
		AdjMean1: adj.Arm1.Mean, AdjMean0: adj.Arm0.Mean, RawDiff: raw.Diff, RawSE: raw.SE, Gain: Num(1 - ratio),
	}
}
