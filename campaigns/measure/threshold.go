package measure

import (
	"math"
	"slices"
)

// Scored is one customer of a campaign that went to those with a score of at
// least some threshold.
type Scored struct{ Score, Outcome float64 }

// ThresholdEffect is the jump at the threshold: caused by the campaign for those
// right there, and for them alone (Thistlethwaite, Campbell 1960).
type ThresholdEffect struct {
	Above  int   `json:"above"` // customers within the width
	Below  int   `json:"below"`
	Width  Num   `json:"width"`
	Diff   Num   `json:"diff"`
	SE     Num   `json:"se"`
	CI     Range `json:"ci_z"`
	Narrow Num   `json:"diff_half_width"` // with half and twice the width: three alike are believable
	Wide   Num   `json:"diff_twice_width"`
}

// CompareAtThreshold fits a line on each side of the threshold to those within a
// width of it, the nearest with the most weight (triangular kernel, Fan, Gijbels
// 1996), and takes the jump, with errors robust to unequal variances (HC2).
// Without a width (0) it takes the pilot of Imbens, Kalyanaraman (2012):
// 1.84·s·n^(−1/5). Those at the threshold are above it.
func CompareAtThreshold(all []Scored, threshold, width, alpha float64) ThresholdEffect {
	if !(width > 0) {
		scores := make([]float64, len(all))
		for i, s := range all {
			scores[i] = s.Score
		}
		width = 1.84 * math.Sqrt(float64(momentsOfAll(scores).Var)) * math.Pow(float64(len(all)), -0.2)
	}
	at := func(width float64) (above, below edge) {
		return edgeOf(all, threshold, width, true), edgeOf(all, threshold, width, false)
	}
	above, below := at(width)
	o := ThresholdEffect{Above: above.n, Below: below.n, Width: Num(width), Diff: above.value - below.value, SE: Num(math.Sqrt(float64(above.variance + below.variance)))}
	o.CI = around(float64(o.Diff), zTwoSided(alpha)*float64(o.SE))
	above, below = at(width / 2)
	o.Narrow = above.value - below.value
	above, below = at(2 * width)
	o.Wide = above.value - below.value
	return o
}

func momentsOfAll(values []float64) Moments {
	return Sample{N: len(values), Values: slices.Clone(values)}.Moments()
}

// edge is where a line meets the threshold from one side.
type edge struct {
	n        int
	value    Num
	variance Num
}

// edgeOf is the weighted line of one side at the threshold: with distance x and
// weight w, value Σl·y and variance Σl²·e²/(1−h), l being the share of each
// customer in the value and h the leverage.
func edgeOf(all []Scored, threshold, width float64, above bool) edge {
	var s0, s1, s2 sum
	var near []Scored // distance and outcome
	for _, p := range all {
		x := p.Score - threshold
		if (x >= 0) != above || !(math.Abs(x) < width) {
			continue
		}
		near = append(near, Scored{x, p.Outcome})
		w := 1 - math.Abs(x)/width
		s0.add(w)
		s1.add(w * x)
		s2.add(w * x * x)
	}
	a, b, c := s0.value(), s1.value(), s2.value()
	det := a*c - b*b
	if len(near) < 3 || !(det > 1e-12*a*c) {
		return edge{len(near), unknown, unknown}
	}
	var level, slope sum
	for _, p := range near {
		w := 1 - math.Abs(p.Score)/width
		level.add(w * (c - b*p.Score) / det * p.Outcome)
		slope.add(w * (a*p.Score - b) / det * p.Outcome)
	}
	var variance sum
	for _, p := range near {
		w := 1 - math.Abs(p.Score)/width
		share := w * (c - b*p.Score) / det
		leverage := share + w*(a*p.Score-b)/det*p.Score
		e := p.Outcome - level.value() - slope.value()*p.Score
		variance.add(share * share * e * e / math.Max(1e-9, 1-leverage))
	}
	return edge{len(near), Num(level.value()), Num(variance.value())}
}
