package measure

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/optimize"
)

// mostLikely finds the positive parameters under which a log-likelihood is
// greatest: the simplex of Nelder and Mead (1965) on their logarithms, from
// every start, then twice more around the best end, since a simplex may close too
// early. False where no finite parameters are best: the data do not pin the model
// down.
func mostLikely(logLikelihood func(parameters []float64) float64, starts ...[]float64) (best []float64, at float64, ok bool) {
	at = math.Inf(-1)
	p := make([]float64, len(starts[0]))
	loss := func(logs []float64) float64 {
		for i, x := range logs {
			p[i] = math.Exp(x)
		}
		if l := logLikelihood(p); !math.IsNaN(l) {
			return -l
		}
		return math.Inf(1)
	}
	problem := optimize.Problem{Func: loss}
	climb := func(from []float64, size float64) {
		settings := &optimize.Settings{MajorIterations: 20_000, Converger: &optimize.FunctionConverge{Absolute: 1e-12, Iterations: 100}}
		r, _ := optimize.Minimize(problem, from, settings, &optimize.NelderMead{SimplexSize: size})
		if r != nil && -r.F >= at {
			best, at = r.X, -r.F
		}
	}
	for _, start := range starts {
		climb(start, 0.5)
	}
	for size := 0.05; best != nil && size > 1e-3; size /= 10 {
		climb(slices.Clone(best), size)
	}
	for i, x := range best {
		if !(math.Abs(x) < 15) {
			return nil, at, false
		}
		best[i] = math.Exp(x)
	}
	return best, at, best != nil && !math.IsInf(at, 0)
}

// logSum is log(eᵃ + eᵇ).
func logSum(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if math.IsInf(a, -1) {
		return a
	}
	return a + math.Log1p(math.Exp(b-a))
}
