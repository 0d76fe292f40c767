package measure

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// urn draws the mean of an arm resampled with replacement.
type urn struct {
	n      int
	listed []float64 // of the customers other than zero
	values []float64 // the different ones, and how many have each
	counts []int
}

// perBinomial is how many single draws cost as much as one binomial.
const perBinomial = 40

func newUrn(s Sample) urn {
	u := urn{n: s.N, listed: slices.Sorted(concat(s.Values))}
	for i, v := range u.listed {
		if i == 0 || v != u.listed[i-1] {
			u.values, u.counts = append(u.values, v), append(u.counts, 0)
		}
		u.counts[len(u.counts)-1]++
	}
	return u
}

// mean is that of one resample: first how many have a value, then which. Where
// many customers share few values, how often each value comes (a multinomial,
// as successive binomials) is drawn rather than each customer.
func (u urn) mean(r *rand.Rand) float64 {
	left := binomial(r, u.n, float64(len(u.listed))/float64(u.n))
	if perBinomial*len(u.values) > len(u.listed) {
		return drawn(r, u.listed, left) / float64(u.n)
	}
	total, rest := 0.0, len(u.listed)
	for i, v := range u.values {
		if left == 0 {
			break
		}
		times := left
		if i < len(u.values)-1 {
			times = binomial(r, left, float64(u.counts[i])/float64(rest))
		}
		total += v * float64(times)
		left, rest = left-times, rest-u.counts[i]
	}
	return total / float64(u.n)
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

// binomial draws how many of n succeed, each with the same chance.
func binomial(r *rand.Rand, n int, chance float64) int {
	switch {
	case n == 0 || !(chance > 0):
		return 0
	case chance >= 1:
		return n
	}
	return int(distuv.Binomial{N: float64(n), P: chance, Src: r}.Rand())
}
