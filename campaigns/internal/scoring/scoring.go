package scoring

import (
	"cmp"
	"slices"
)

// Quantiles gives each value, by its place in the list, a score from 1 to k: 1 +
// floor(k × values strictly below / values), so that equals have the same score
// (Hughes 1994). k is at least 1.
func Quantiles[T cmp.Ordered](values []T, k int, put func(i, score int)) {
	from := Bounds(slices.Clone(values), k)
	for i, x := range values {
		put(i, Score(x, from))
	}
}

// Score is that of one value between the bounds of all.
func Score[T cmp.Ordered](x T, from []T) int {
	score := 1
	for _, least := range from {
		if x < least {
			break
		}
		score++
	}
	return score
}

// Bounds are the least values of the scores from 2 on, as far as there are any:
// a score is over j where at least j × n / k values are below. The values are put
// in order, but no further than that takes.
func Bounds[T cmp.Ordered](values []T, k int) []T {
	n := len(values)
	var from []T
	for j, done := 1, 0; j < k; j++ {
		at := (j*n + k - 1) / k
		if at >= n {
			break
		}
		least := nth(values[done:], at-done)
		done = at
		if at > 0 && slices.Max(values[:at]) == least { // then the next greater one
			var any bool
			if least, any = nextAfter(values[at:], least); !any {
				break
			}
		}
		from = append(from, least)
	}
	return from
}

// nextAfter is the least value of a list above x.
func nextAfter[T cmp.Ordered](list []T, x T) (next T, any bool) {
	for _, y := range list {
		if y > x && (!any || y < next) {
			next, any = y, true
		}
	}
	return next, any
}

// nth brings the value that would be at place n of the sorted list there, with
// nothing greater before and nothing smaller behind it (Hoare 1961, FIND).
func nth[T cmp.Ordered](list []T, n int) T {
	for low, high := 0, len(list)-1; low < high; {
		pivot := list[low+(high-low)/2]
		i, j := low, high
		for i <= j {
			for list[i] < pivot {
				i++
			}
			for list[j] > pivot {
				j--
			}
			if i <= j {
				list[i], list[j] = list[j], list[i]
				i++
				j--
			}
		}
		switch {
		case n <= j:
			high = j
		case n >= i:
			low = i
		default:
			return list[n]
		}
	}
	return list[n]
}
