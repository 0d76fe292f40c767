package measure

import "math"

// Welch compares two means with unequal variances (Welch 1947, degrees of
// freedom of Satterthwaite 1946): se² = s₁²/n₁ + s₀²/n₀.
type Welch struct {
	Arm1      Moments `json:"arm1"`
	Arm0      Moments `json:"arm0"`
	Diff      Num     `json:"diff"`
	SE        Num     `json:"se"`
	DF        Num     `json:"df"`
	T         Num     `json:"t"`
	P         Num     `json:"p"`
	CIt       Range   `json:"ci_t"`
	CIz       Range   `json:"ci_z"`
	RelLift   Num     `json:"rel_lift"` // this and its intervals: unknown unless both means are positive
	CIDelta   Range   `json:"ci_rel_lift_delta"`
	CILog     Range   `json:"ci_rel_lift_log"`
	CIFieller Range   `json:"ci_rel_lift_fieller"`
}

// CompareMeans computes a Welch from the moments of the arms. Without any
// variance nothing is known of the error: the intervals are unknown, not of
// width zero.
func CompareMeans(m1, m0 Moments, alpha float64) Welch {
	z := zTwoSided(alpha)
	v1, v0 := m1.errorSquared(), m0.errorSquared()
	d := float64(m1.Mean - m0.Mean)
	o := Welch{Arm1: m1, Arm0: m0, Diff: Num(d), RelLift: unknown, CIDelta: unknownRange, CILog: unknownRange, CIFieller: unknownRange}
	se := positive(math.Sqrt(v1 + v0))
	df := (v1 + v0) * (v1 + v0) / (v1*v1/float64(m1.draws()-1) + v0*v0/float64(m0.draws()-1))
	t := d / se
	o.SE, o.DF, o.T, o.P = Num(se), Num(df), Num(t), Num(studentBoth(t, df))
	o.CIt = around(d, studentUpper(alpha/2, df)*se)
	o.CIz = around(d, z*se)
	if a, b := float64(m1.Mean), float64(m0.Mean); a > 0 && b > 0 {
		o.RelLift = Num(a/b - 1)
		if se > 0 {
			o.CIDelta = deltaRatio(a, v1, b, v0, z)
			o.CILog = logRatio(a, v1, b, v0, z)
			o.CIFieller = fieller(a, v1, b, v0, z)
		}
	}
	return o
}

// positive is x, unknown unless it is above zero.
func positive(x float64) float64 {
	if x > 0 {
		return x
	}
	return math.NaN()
}
