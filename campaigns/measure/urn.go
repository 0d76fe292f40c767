package measure

import (
	"math"
	"math/rand/v2"
	"slices"
)

// urn draws the mean of an arm resampled with replacement.
type urn struct {
	n      int
	size   int // customers other than zero
	values []float64
	counts []int     // how many customers share each of the values
	rare   []float64 // the other values, one for each customer
}

// perBinomial is how many single draws cost as much as one binomial.
const perBinomial = 12

func newUrn(s Sample) urn {
	sorted := slices.Sorted(concat(s.Values))
	u := urn{n: s.N, size: len(sorted)}
	for i := 0; i < len(sorted); {
		j := i
		for j < len(sorted) && sorted[j] == sorted[i] {
			j++
		}
		if j-i > perBinomial {
			u.values, u.counts = append(u.values, sorted[i]), append(u.counts, j-i)
		} else {
			u.rare = append(u.rare, sorted[i:j]...)
		}
		i = j
	}
	return u
}

// work is about how many single draws a mean costs.
func (u urn) work() int { return perBinomial*len(u.values) + len(u.rare) }

// mean is that of one resample: first how many customers have a value, then
// which. How often a value comes that many share is drawn at once (a
// multinomial, as successive binomials); customers with a rare one are drawn
// one by one.
func (u urn) mean(r *rand.Rand) float64 {
	left, rest := binomial(r, u.n, float64(u.size)/float64(u.n)), u.size
	total := 0.0
	for i, v := range u.values {
		times := binomial(r, left, float64(u.counts[i])/float64(rest))
		total += v * float64(times)
		left, rest = left-times, rest-u.counts[i]
	}
	return (total + drawn(r, u.rare, left)) / float64(u.n)
}

// drawn is the sum of k of the values, each drawn alike, two for each number of
// the source (Lemire 2019, with its rejection, so that none comes more often).
func drawn(r *rand.Rand, values []float64, k int) float64 {
	n := uint64(len(values))
	if n == 0 {
		return 0
	}
	least := (1 << 32) % n
	total := 0.0
	for k > 0 {
		bits := r.Uint64()
		for _, half := range [2]uint64{bits >> 32, bits & math.MaxUint32} {
			if place := half * n; place&math.MaxUint32 >= least && k > 0 {
				total += values[place>>32]
				k--
			}
		}
	}
	return total
}
