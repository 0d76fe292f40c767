package measure

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// Bootstrap is what resampling the customers of each arm says of a difference
// of means (Efron 1979): percentile bounds, and BCa bounds, corrected for bias
// and skewness (Efron 1987). It asks for no shape of the baskets, but a zone
// blanche too small to have met the big ones stays too small. Several seeds
// tell how much of a bound is luck: each figure is their mean, its tolerance
// six standard deviations between seeds.
//
// The same Seed gives the same digits for ever.
type Bootstrap struct {
	Diff          Num    `json:"diff"`
	Draws         int    `json:"B_per_seed"`
	Seeds         int    `json:"seeds"`
	Acceleration  Num    `json:"acceleration_a"`
	SE            Num    `json:"se_boot"`
	CIPercentile  Bounds `json:"ci_percentile"`
	TolPercentile Num    `json:"tol_percentile"`
	CIBCa         Bounds `json:"ci_bca"`
	TolBCa        Num    `json:"tol_bca"`
	CILift        Bounds `json:"ci_rel_lift_percentile"`
	TolLift       Num    `json:"tol_rel_lift"`
	Seed          uint64 `json:"seed"` // the first; the others follow it
}

// Bounds are a lower and an upper bound, of which one alone may be unknown: a
// lift has no upper bound when some resamples of the zone blanche hold nobody
// who bought.
type Bounds [2]Num

// Range is both bounds, unknown as soon as one of them is.
func (b Bounds) Range() Range { return Range(b) }

// How many resamples for each seed, and how many seeds.
const (
	bootstrapDraws = 20_000
	bootstrapSeeds = 5
)

// Resample computes a Bootstrap. Customers at zero are never drawn one by one:
// how many of n resampled customers have a value is Bin(n, share), and only
// their values are drawn, which is the same law.
func Resample(s1, s0 Sample, alpha float64, seed uint64) Bootstrap {
	m1, m0 := s1.Moments(), s0.Moments()
	o := Bootstrap{Diff: m1.Mean - m0.Mean, Draws: bootstrapDraws, Seeds: bootstrapSeeds, Seed: seed}
	o.Acceleration = Num(acceleration(s1, s0))
	urn1, urn0 := newUrn(s1), newUrn(s0)
	runs := make([]resampled, bootstrapSeeds)
	var all sync.WaitGroup
	for i := range runs {
		all.Go(func() {
			r := rand.New(rand.NewPCG(seed+uint64(i), 1987))
			runs[i] = resample(urn1, urn0, float64(o.Diff), float64(o.Acceleration), alpha, r)
		})
	}
	all.Wait()
	o.CIPercentile, o.TolPercentile = meanBounds(runs, func(r resampled) [2]float64 { return r.percentile })
	o.CIBCa, o.TolBCa = meanBounds(runs, func(r resampled) [2]float64 { return r.bca })
	o.CILift, o.TolLift = meanBounds(runs, func(r resampled) [2]float64 { return r.lift })
	var errors sum
	for _, r := range runs {
		errors.add(r.se)
	}
	o.SE = Num(positive(errors.value() / bootstrapSeeds))
	if !o.SE.Known() { // nothing varies: nothing is known of the error
		nothing := Bounds(unknownRange)
		o.CIPercentile, o.CIBCa, o.CILift = nothing, nothing, nothing
		o.TolPercentile, o.TolBCa, o.TolLift = unknown, unknown, unknown
	}
	return o
}

// BootstrapWork is about how many single draws Resample would take.
func BootstrapWork(s1, s0 Sample) int {
	return bootstrapDraws * bootstrapSeeds * (newUrn(s1).work() + newUrn(s0).work())
}

// resampled is what one seed says.
type resampled struct {
	se                    float64
	percentile, bca, lift [2]float64
}

func resample(urn1, urn0 urn, diff, a, alpha float64, r *rand.Rand) resampled {
	diffs, lifts := make([]float64, bootstrapDraws), make([]float64, bootstrapDraws)
	below, broken := 0.0, false
	var total, squares sum
	for i := range diffs {
		b1, b0 := urn1.mean(r), urn0.mean(r)
		diffs[i], lifts[i] = b1-b0, b1/b0-1
		broken = broken || math.IsNaN(lifts[i])
		switch {
		case diffs[i] < diff:
			below++
		case diffs[i] == diff:
			below += 0.5
		}
		total.add(diffs[i])
	}
	mean := total.value() / bootstrapDraws
	for _, d := range diffs {
		squares.add((d - mean) * (d - mean))
	}
	slices.Sort(diffs)
	slices.Sort(lifts)
	o := resampled{se: math.Sqrt(squares.value() / (bootstrapDraws - 1))}
	for side, tail := range []float64{alpha / 2, 1 - alpha/2} {
		o.percentile[side] = quantile(diffs, tail)
		o.bca[side] = quantile(diffs, bcaTail(tail, below/bootstrapDraws, a))
		o.lift[side] = math.NaN()
		if !broken {
			o.lift[side] = quantile(lifts, tail)
		}
	}
	return o
}

// bcaTail is the share of the resamples that BCa puts below a bound of nominal
// tail: Φ(z₀ + (z₀+z)/(1−a(z₀+z))), z₀ the normal quantile of the share of the
// resamples below the estimate.
func bcaTail(tail, below, a float64) float64 {
	if !(below > 0 && below < 1) {
		return math.NaN()
	}
	z0, z := -normalUpper(below), -normalUpper(tail)
	return normalTail(-(z0 + (z0+z)/(1-a*(z0+z))))
}

// acceleration is Efron's a from the empirical influence of each customer,
// ΣL³/(6·(ΣL²)^1.5), L = ±(y−ȳ)/n.
func acceleration(s1, s0 Sample) float64 {
	q1, c1 := s1.influence()
	q0, c0 := s0.influence()
	return (c1 - c0) / (6 * math.Pow(q1+q0, 1.5))
}

// influence is the sums of squares and cubes of (y−ȳ)/n.
func (s Sample) influence() (squares, cubes float64) {
	n := float64(s.N)
	mean := float64(s.Moments().Mean)
	var q, c sum
	for _, v := range s.Values {
		l := (v - mean) / n
		q.add(l * l)
		c.add(l * l * l)
	}
	zeros, l := n-float64(len(s.Values)), -mean/n
	q.add(zeros * l * l)
	c.add(zeros * l * l * l)
	return q.value(), c.value()
}

// meanBounds is the mean of some bounds over the seeds, and their tolerance.
func meanBounds(runs []resampled, of func(resampled) [2]float64) (Bounds, Num) {
	var out Bounds
	worst := 0.0
	for side := range out {
		var total, squares float64
		for _, r := range runs {
			total += of(r)[side]
		}
		mean := total / float64(len(runs))
		for _, r := range runs {
			d := of(r)[side] - mean
			squares += d * d
		}
		out[side] = Num(mean)
		worst = math.Max(worst, math.Sqrt(squares/float64(len(runs)-1)))
	}
	return out, Num(math.Max(6*worst, 1e-6))
}
