package measure

import "math"

// miettinenNurminen is the score interval of p1 − p0 (Miettinen, Nurminen
// 1985): every difference that a χ² test with variance constrained to that
// difference does not reject.
func miettinenNurminen(x1, n1, x0, n0 int, z float64) Range {
	if n1 < 1 || n0 < 1 {
		return unknownRange
	}
	seen := float64(x1)/float64(n1) - float64(x0)/float64(n0)
	excess := func(d float64) float64 { return scoreChi2(x1, n1, x0, n0, d) - z*z }
	return newRange(boundary(excess, seen, -1), boundary(excess, seen, 1))
}

// boundary finds where excess turns positive between inside, where it is
// negative, and edge; edge itself when it never does. Bisection to the last
// bit: the function costs nothing and its slope is steep.
func boundary(excess func(float64) float64, inside, edge float64) float64 {
	if edge-inside == 0 || !(excess(edge) > 0) {
		return edge
	}
	for range 200 {
		mid := inside + (edge-inside)/2
		if mid == inside || mid == edge {
			break
		}
		if excess(mid) > 0 {
			edge = mid
		} else {
			inside = mid
		}
	}
	return inside + (edge-inside)/2
}

// scoreChi2 is the χ² of H0: p1 − p0 = d, with both shares at their maximum
// likelihood under H0 (closed root of the cubic in the paper's appendix).
func scoreChi2(x1, n1, x0, n0 int, d float64) float64 {
	a1, m1, a0, m0 := float64(x1), float64(n1), float64(x0), float64(n0)
	n, x := m1+m0, a1+a0
	l2 := (m1+2*m0)*d - n - x
	l1 := (m0*d-n-2*a0)*d + x
	l0 := a0 * d * (1 - d)
	q := math.Pow(l2/(3*n), 3) - l1*l2/(6*n*n) + l0/(2*n)
	r := math.Copysign(math.Sqrt(math.Max(l2*l2/(9*n*n)-l1/(3*n), 0)), q)
	angle := math.Pi / 3
	if r != 0 {
		angle = (math.Pi + math.Acos(math.Max(-1, math.Min(1, q/(r*r*r))))) / 3
	}
	p0 := math.Max(0, math.Min(1, 2*r*math.Cos(angle)-l2/(3*n)))
	p1 := math.Max(0, math.Min(1, p0+d))
	variance := (p1*(1-p1)/m1 + p0*(1-p0)/m0) * n / (n - 1)
	gap := a1/m1 - a0/m0 - d
	if !(variance > 0) {
		return math.Inf(1)
	}
	return gap * gap / variance
}
