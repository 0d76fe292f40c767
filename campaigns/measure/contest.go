package measure

import (
	"math"
	"slices"
)

// Contest is a test of several wordings, each sent to its own people.
type Contest struct {
	Best   int     // the one with the highest mean
	Better bool    // it differs from every other one: see Compete
	P      []Num   // of each against the best, corrected; unknown for the best itself
	Means  []Num   // per person
	Ranges []Range // of the mean, at 1 − alpha
}

// contestBuyers is how many people must have bought in the best and in the
// other one together: below, a test of means calls luck a difference.
const contestBuyers = 10

// Compete finds the best of several samples by their means. It is better when a
// comparison of means with unequal variances (Welch 1947) tells it from each
// other one, after the correction of Holm (1979) for their number; else there is
// no difference, which is a verdict too.
func Compete(samples []Sample, alpha float64) Contest {
	c := Contest{P: make([]Num, len(samples)), Means: make([]Num, len(samples)), Ranges: make([]Range, len(samples))}
	moments := make([]Moments, len(samples))
	for i, s := range samples {
		moments[i] = s.Moments()
		c.Means[i] = moments[i].Mean
		se := math.Sqrt(moments[i].errorSquared())
		c.Ranges[i] = around(float64(moments[i].Mean), studentUpper(alpha/2, float64(moments[i].N-1))*se)
		if float64(moments[i].Mean) > float64(moments[c.Best].Mean) || math.IsNaN(float64(moments[c.Best].Mean)) {
			c.Best = i
		}
	}
	raw := make([]float64, 0, len(samples))
	for i, s := range samples {
		c.P[i] = unknown
		if i == c.Best {
			continue
		}
		p := float64(CompareMeans(moments[c.Best], moments[i], alpha).P)
		if s.Buyers()+samples[c.Best].Buyers() < contestBuyers || math.IsNaN(p) {
			p = 1
		}
		c.P[i] = Num(p)
		raw = append(raw, p)
	}
	for i, p := range holm(raw) {
		at := i
		if i >= c.Best {
			at++
		}
		c.P[at] = Num(p)
	}
	c.Better = len(raw) > 0 && !slices.ContainsFunc(c.P, func(p Num) bool { return p.Known() && float64(p) >= alpha })
	return c
}
