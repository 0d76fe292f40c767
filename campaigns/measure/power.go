package measure

import "math"

// HoldoutForShares is how many people to hold out to tell p1 from p0, when k
// are treated for one held out (Fleiss, Levin, Paik 2003, no continuity
// correction): n₀ = (z√((1+1/k)p̄q̄) + z_β√(p₀q₀+p₁q₁/k))²/δ². Real-valued:
// round it up.
func HoldoutForShares(p0, p1, k, alpha, power float64) float64 {
	pooled := (p0 + k*p1) / (1 + k)
	a := zTwoSided(alpha) * math.Sqrt((1+1/k)*pooled*(1-pooled))
	b := normalUpper(1-power) * math.Sqrt(p0*(1-p0)+p1*(1-p1)/k)
	return (a + b) * (a + b) / ((p1 - p0) * (p1 - p0))
}

// PowerForShares is the chance to see p1 against p0 with n0 held out and n1
// treated.
func PowerForShares(p0, p1 float64, n0, n1 int, alpha float64) float64 {
	k := float64(n1) / float64(n0)
	pooled := (p0 + k*p1) / (1 + k)
	reach := math.Abs(p1-p0)*math.Sqrt(float64(n0)) - zTwoSided(alpha)*math.Sqrt((1+1/k)*pooled*(1-pooled))
	return normalTail(-reach / math.Sqrt(p0*(1-p0)+p1*(1-p1)/k))
}

// SmallestShareGain is the smallest rise above the usual share of buyers p0
// that n0 held out and n1 treated can see with the given power; false when not
// even everybody buying would be seen.
func SmallestShareGain(p0 float64, n0, n1 int, alpha, power float64) (float64, bool) {
	if n0 < 1 || n1 < 1 || !(p0 >= 0 && p0 < 1) {
		return 0, false
	}
	k := float64(n1) / float64(n0)
	enough := func(gain float64) float64 { return float64(n0) - HoldoutForShares(p0, p0+gain, k, alpha, power) }
	if most := 1 - p0 - 1e-9; !(enough(most) > 0) {
		return 0, false
	}
	return boundary(enough, 1e-9, 1-p0-1e-9), true
}

// SmallestMeanGain is the smallest difference of means seen with the given
// power: MDE = (z+z_β)·√(s₁²/n₁ + s₀²/n₀).
func SmallestMeanGain(sd1, sd0 float64, n1, n0 int, alpha, power float64) float64 {
	return (zTwoSided(alpha) + normalUpper(1-power)) * math.Sqrt(sd1*sd1/float64(n1)+sd0*sd0/float64(n0))
}

// PowerForMeans is the chance to see a difference of means delta, either side
// of zero counted.
func PowerForMeans(delta, sd1, sd0 float64, n1, n0 int, alpha float64) float64 {
	s := math.Sqrt(sd1*sd1/float64(n1) + sd0*sd0/float64(n0))
	z := zTwoSided(alpha)
	return normalTail(z-delta/s) + normalTail(z+delta/s)
}

// HoldoutForMeans is the smallest zone blanche out of n customers that sees a
// difference delta, and its share before rounding; false when holding half of
// them out is not enough. From h(1−h) ≥ s²/(n·(δ/(z+z_β))²).
func HoldoutForMeans(n int, sd, delta, alpha, power float64) (holdout int, share float64, ok bool) {
	reach := delta / (zTwoSided(alpha) + normalUpper(1-power))
	h := sd * sd / (float64(n) * reach * reach)
	if !(h <= 0.25) {
		return 0, 0, false
	}
	share = (1 - math.Sqrt(1-4*h)) / 2
	return int(math.Ceil(share*float64(n) - 1e-9)), share, true
}

// VisibleShareGain is what the preflight says can be seen: the smallest rise
// above the usual share of buyers p0, both arms taken at the variance of p0
// (Lehr 1992). SmallestShareGain, which lets the variance grow with the rise,
// asks for a little more. False without anybody in an arm, or without a usual
// rate to start from.
func VisibleShareGain(p0 float64, n0, n1 int, alpha, power float64) (float64, bool) {
	if n0 < 1 || n1 < 1 || !(p0 > 0 && p0 < 1) {
		return 0, false
	}
	sd := math.Sqrt(p0 * (1 - p0))
	gain := SmallestMeanGain(sd, sd, n1, n0, alpha, power)
	return gain, gain <= 1-p0
}
