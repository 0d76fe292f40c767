package measure

import (
	"math"
	"math/rand/v2"
)

// binomial draws how many of n succeed, each with the same chance, exactly: by
// inversion when few do, else by transformed rejection (BTRS, Hörmann 1993),
// whose cost does not grow with n.
func binomial(r *rand.Rand, n int, chance float64) int {
	switch {
	case n == 0 || !(chance > 0):
		return 0
	case chance >= 1:
		return n
	case chance > 0.5:
		return n - binomial(r, n, 1-chance)
	case float64(n)*chance < 10:
		return binomialByInversion(r, n, chance)
	}
	return binomialByRejection(r, n, chance)
}

// binomialByInversion walks the distribution from zero, when n·p is below 10.
func binomialByInversion(r *rand.Rand, n int, p float64) int {
	odds := p / (1 - p)
	first := math.Exp(float64(n) * math.Log1p(-p))
	for {
		u, weight := r.Float64(), first
		for k := 0; k <= n; k++ {
			if u < weight {
				return k
			}
			u -= weight
			weight *= odds * float64(n-k) / float64(k+1)
		}
	}
}

// binomialByRejection is BTRS, for p up to a half and n·p of 10 or more.
func binomialByRejection(r *rand.Rand, n int, p float64) int {
	size, odds := float64(n), p/(1-p)
	spread := math.Sqrt(size * p * (1 - p))
	b := 1.15 + 2.53*spread
	a := -0.0873 + 0.0248*b + 0.01*p
	mode := math.Floor((size + 1) * p)
	for {
		v, u := r.Float64(), r.Float64()-0.5
		us := 0.5 - math.Abs(u)
		k := math.Floor((2*a/us+b)*u + size*p + 0.5)
		if us >= 0.07 && v <= 0.92-4.2/b {
			return int(k)
		}
		if k < 0 || k > size {
			continue
		}
		v = math.Log(v * (2.83 + 5.1/b) * spread / (a/(us*us) + b))
		bound := (mode+0.5)*math.Log((mode+1)/(odds*(size-mode+1))) +
			(size+1)*math.Log((size-mode+1)/(size-k+1)) + (k+0.5)*math.Log(odds*(size-k+1)/(k+1)) +
			stirlingRest(mode) + stirlingRest(size-mode) - stirlingRest(k) - stirlingRest(size-k)
		if v <= bound {
			return int(k)
		}
	}
}

// stirlingRest is what Stirling's formula leaves of log k!.
func stirlingRest(k float64) float64 {
	if k < 10 {
		return [...]float64{
			0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509, 0.0166446911898211,
			0.0138761288230707, 0.0118967099458917, 0.0104112652619720, 0.00925546218271273, 0.00833056343336287,
		}[int(k)]
	}
	x := k + 1
	return (1./12 - (1./360-1./(1260*x*x))/(x*x)) / x
}
