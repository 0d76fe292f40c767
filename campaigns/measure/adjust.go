package measure

import (
	"cmp"
	"slices"

	"blanche/model"
)

// Adjusted is a family of tests, their p values corrected for how many they
// are. Bonferroni and Holm bound the chance of one false discovery, Benjamini
// and Hochberg the share of false ones among the discoveries. Each list is in
// the order of the names.
type Adjusted struct {
	Names      []string  `json:"names"`
	P          []float64 `json:"p"`
	Bonferroni []float64 `json:"bonferroni"`
	Holm       []float64 `json:"holm"`
	BH         []float64 `json:"bh"`
}

// Adjust corrects p values for their number. Errors are model.Error: no test,
// a name for each test or for none, a p outside of [0, 1].
func Adjust(names []string, p []float64) (Adjusted, error) {
	switch {
	case len(p) == 0:
		return Adjusted{}, model.Invalid("roi.no_p").Hint("roi.p_hint")
	case len(names) != len(p):
		return Adjusted{}, model.Invalid("roi.names_and_p", "names", len(names), "values", len(p)).Hint("roi.p_hint")
	}
	for i, x := range p {
		if !(x >= 0 && x <= 1) {
			return Adjusted{}, model.Invalid("roi.bad_p", "name", names[i], "value", x).Hint("roi.p_hint")
		}
	}
	return Adjusted{Names: names, P: p, Bonferroni: bonferroni(p), Holm: holm(p), BH: benjaminiHochberg(p)}, nil
}

// bonferroni multiplies every p by their number, at most to 1.
func bonferroni(p []float64) []float64 {
	out := make([]float64, len(p))
	for i, x := range p {
		out[i] = min(1, x*float64(len(p)))
	}
	return out
}

// holm corrects p values for their number (Holm 1979): the i-th smallest of m is
// multiplied by m − i + 1, and never falls below the one before it.
func holm(p []float64) []float64 {
	out := make([]float64, len(p))
	last := 0.0
	for rank, i := range ascending(p) {
		last = max(last, min(1, p[i]*float64(len(p)-rank)))
		out[i] = last
	}
	return out
}

// benjaminiHochberg bounds the share of false discoveries (Benjamini, Hochberg
// 1995): the i-th smallest of m is multiplied by m/i, and never rises above the
// one after it.
func benjaminiHochberg(p []float64) []float64 {
	out := make([]float64, len(p))
	order := ascending(p)
	last := 1.0
	for rank := len(p); rank > 0; rank-- {
		i := order[rank-1]
		last = min(last, p[i]*float64(len(p))/float64(rank))
		out[i] = last
	}
	return out
}

// ascending is the order that sorts a list, equal ones as they came.
func ascending(p []float64) []int {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[a], p[b]) })
	return order
}
