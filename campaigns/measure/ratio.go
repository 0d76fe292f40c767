package measure

import "math"

// The intervals of a relative lift a/b − 1, where a and b are means with
// squared errors va and vb.

// deltaRatio is the delta method: a/b − 1 ± z·√(va/b² + a²·vb/b⁴).
func deltaRatio(a, va, b, vb, z float64) Range {
	if b == 0 {
		return unknownRange
	}
	return around(a/b-1, z*math.Sqrt(va/(b*b)+a*a*vb/(b*b*b*b)))
}

// logRatio is exp(log(a/b) ± z·√(va/a² + vb/b²)) − 1 (Katz et al. 1978 for
// rates); unknown unless both means are positive.
func logRatio(a, va, b, vb, z float64) Range {
	if !(a > 0 && b > 0) {
		return unknownRange
	}
	s := math.Sqrt(va/(a*a) + vb/(b*b))
	return newRange(a/b*math.Exp(-z*s)-1, a/b*math.Exp(z*s)-1)
}

// fieller is the set of t with (a − t·b)² ≤ z²·(va + t²·vb), minus one (Fieller
// 1954); unknown when b is not told from zero, since the set is then unbounded.
func fieller(a, va, b, vb, z float64) Range {
	q := b*b - z*z*vb
	if !(q > 0) {
		return unknownRange
	}
	// a²b² − q·(a² − z²va), expanded so that nothing large cancels.
	root := z * math.Sqrt(a*a*vb+va*q)
	return newRange((a*b-root)/q-1, (a*b+root)/q-1)
}

// testBasedRatio is exp(log(a/b)·(1 ± half/|a−b|)) − 1 (Miettinen 1976), half
// being the half-width of the interval of a − b: it holds "no difference"
// exactly when that interval does. At a = b the limit is ± half/b in logarithm.
func testBasedRatio(a, b, half float64) Range {
	l := math.Log(a / b)
	width := half / b
	if a != b {
		width = math.Abs(l) * half / math.Abs(a-b)
	}
	return newRange(math.Exp(l-width)-1, math.Exp(l+width)-1)
}
