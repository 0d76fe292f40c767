package measure

import "math"

// Moments is all that most estimators need of one arm.
type Moments struct {
	N    int `json:"n"`    // customers, zeros included
	Mean Num `json:"mean"` // unknown without customers
	Var  Num `json:"var"`  // n−1 in the denominator; unknown below two customers
	Sum  Num `json:"sum"`

	// Units is how many were drawn, each as one; 0: each customer alone. Var is
	// then n times the squared error of the mean.
	Units int `json:"-"`
}

// draws is how many independent observations there are.
func (m Moments) draws() int {
	if m.Units > 0 {
		return m.Units
	}
	return m.N
}

// errorSquared is s²/n, the squared standard error of the mean.
func (m Moments) errorSquared() float64 { return float64(m.Var) / float64(m.N) }

// Sample is one arm of a file: N customers, of whom only those with a value
// other than zero are listed.
type Sample struct {
	N      int
	Values []float64
}

// NewSample is the sample of all the values of an arm, zeros included.
func NewSample(all []float64) Sample {
	s := Sample{N: len(all)}
	for _, v := range all {
		if v != 0 {
			s.Values = append(s.Values, v)
		}
	}
	return s
}

// Moments computes mean and variance in two passes, with compensated sums. The
// customers at zero are counted, not walked.
func (s Sample) Moments() Moments {
	var total, squares sum
	for _, v := range s.Values {
		total.add(v)
	}
	n := float64(s.N)
	mean := total.value() / n
	for _, v := range s.Values {
		squares.add((v - mean) * (v - mean))
	}
	squares.add(float64(s.N-len(s.Values)) * mean * mean)
	variance := math.NaN()
	if s.N > 1 {
		variance = squares.value() / (n - 1)
	}
	return Moments{N: s.N, Mean: Num(mean), Var: Num(variance), Sum: Num(total.value())}
}

// Buyers counts the customers whose value is positive.
func (s Sample) Buyers() int {
	n := 0
	for _, v := range s.Values {
		if v > 0 {
			n++
		}
	}
	return n
}
