package scoring

import (
	"cmp"
	"slices"
)

// Quantiles gives each value, by its place in the list, a score from 1 to k: 1 +
// floor(k × values strictly below / values), so that equals have the same score
// (Hughes 1994). k is at least 1.
func Quantiles[T cmp.Ordered](values []T, k int, put func(i, score int)) {
	from := bounds(values, k)
	for i, x := range values {
		score := 1
		for _, least := range from {
			if x < least {
				break
			}
			score++
		}
		put(i, score)
	}
}

// bounds are the least values of the scores from 2 on, as far as there are any:
// a score is over j where at least j × n / k values are below.
func bounds[T cmp.Ordered](values []T, k int) []T {
	sorted, n := slices.Sorted(slices.Values(values)), len(values)
	var from []T
	for j := 1; j < k; j++ {
		at := (j*n + k - 1) / k
		for at > 0 && at < n && sorted[at] == sorted[at-1] {
			at++
		}
		if at >= n {
			break
		}
		from = append(from, sorted[at])
	}
	return from
}
