package measure

import (
	"math"
	"slices"
)

// quantile is the quantile q of sorted values, by linear interpolation between
// the two ranks around (n−1)·q (type 7 of Hyndman, Fan 1996; the default of R
// and numpy). NaN without values.
func quantile(sorted []float64, q float64) float64 {
	return quantileAt(len(sorted), q, func(i int) float64 { return sorted[i] })
}

// quantileAt is quantile over n ranked values that at gives by rank.
func quantileAt(n int, q float64, at func(rank int) float64) float64 {
	if n == 0 || !(q >= 0 && q <= 1) {
		return math.NaN()
	}
	place := float64(n-1) * q
	low := int(place)
	if low >= n-1 {
		return at(n - 1)
	}
	a, b := at(low), at(low+1)
	part := place - float64(low)
	switch {
	case a == b:
		return a
	case part == 0:
		return a
	case part >= 0.5: // from the nearer end, so that no digit is lost
		return b - (b-a)*(1-part)
	}
	return a + (b-a)*part
}

// pooledQuantile is the quantile q of the customers of both arms together,
// those at zero included.
func pooledQuantile(s1, s0 Sample, q float64) float64 {
	listed := slices.Sorted(concat(s1.Values, s0.Values))
	below, _ := slices.BinarySearch(listed, 0) // of refunds
	zeros := s1.N + s0.N - len(listed)
	return quantileAt(s1.N+s0.N, q, func(rank int) float64 {
		switch {
		case rank < below:
			return listed[rank]
		case rank < below+zeros:
			return 0
		}
		return listed[rank-zeros]
	})
}

// concat walks several lists one after the other.
func concat(lists ...[]float64) func(func(float64) bool) {
	return func(yield func(float64) bool) {
		for _, l := range lists {
			for _, v := range l {
				if !yield(v) {
					return
				}
			}
		}
	}
}
