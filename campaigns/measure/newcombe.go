package measure

import "math"

// wilson is the score interval of one share (Wilson 1927): it stays within
// [0, 1] and tells something even from zero buyers.
func wilson(x, n int, z float64) Range { return score(float64(x)/float64(n), float64(n), z) }

// score is the same of a share p among m, which need not be whole.
func score(p, m, z float64) Range {
	centre := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return newRange(math.Max(0, centre-half), math.Min(1, centre+half))
}

// newcombe is the hybrid score interval of p1 − p0 (Newcombe 1998, Statistics
// in Medicine 17:873, method 10): the distances from each share to its Wilson
// bounds, squared and added.
func newcombe(p1, p0 float64, w1, w0 Range) Range {
	l1, u1, l0, u0 := float64(w1[0]), float64(w1[1]), float64(w0[0]), float64(w0[1])
	d := p1 - p0
	return newRange(d-math.Hypot(p1-l1, u0-p0), d+math.Hypot(u1-p1, p0-l0))
}
