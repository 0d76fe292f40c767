package measure

// Group is the moments of both arms among the customers of one stratum or
// segment.
type Group struct {
	Label      Label
	Arm1, Arm0 Moments
}

// diff is the difference of means; unknown when an arm has nobody here.
func (g Group) diff() float64 { return float64(g.Arm1.Mean - g.Arm0.Mean) }

// errorSquared is the squared error of the difference; unknown when an arm has
// fewer than two customers here.
func (g Group) errorSquared() float64 { return g.Arm1.errorSquared() + g.Arm0.errorSquared() }

// people is how many customers of both arms are here.
func (g Group) people() int { return g.Arm1.N + g.Arm0.N }

// GroupMoments are the moments of a column by group, group[i] being that of
// customer i out of k, or -1 for none; in two passes, with compensated sums.
func GroupMoments(y []float64, group []int32, k int) []Moments {
	totals, squares, out := make([]sum, k), make([]sum, k), make([]Moments, k)
	for i, v := range y {
		if g := group[i]; g >= 0 {
			out[g].N++
			totals[g].add(v)
		}
	}
	for g := range out {
		out[g].Sum = Num(totals[g].value())
		out[g].Mean = out[g].Sum / Num(out[g].N)
	}
	for i, v := range y {
		if g := group[i]; g >= 0 {
			d := v - float64(out[g].Mean)
			squares[g].add(d * d)
		}
	}
	for g := range out {
		out[g].Var = unknown
		if out[g].N > 1 {
			out[g].Var = Num(squares[g].value() / float64(out[g].N-1))
		}
	}
	return out
}
