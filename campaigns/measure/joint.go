package measure

// Joint is all that most estimators need of two figures known of each customer
// of one arm: y, the result, and x, which was known before the send or says
// whether the customer was reached.
type Joint struct {
	Y, X Moments
	Cov  Num // of y and x, n−1 in the denominator; unknown below two customers
}

// NewJoint computes the moments of two columns of the same length, in two
// passes, with compensated sums.
func NewJoint(y, x []float64) Joint {
	j := Joint{Y: NewSample(y).Moments(), X: NewSample(x).Moments()}
	my, mx := float64(j.Y.Mean), float64(j.X.Mean)
	var products sum
	for i := range y {
		products.add((y[i] - my) * (x[i] - mx))
	}
	j.Cov = unknown
	if len(y) > 1 {
		j.Cov = Num(products.value() / float64(len(y)-1))
	}
	return j
}

// less is the moments of y − θ·(x − centre). What is left of a variance once it
// is explained to the last digits is no variance at all.
func (j Joint) less(theta, centre float64) Moments {
	m := Moments{N: j.Y.N, Units: j.Y.Units, Mean: Num(float64(j.Y.Mean) - theta*(float64(j.X.Mean)-centre))}
	whole := float64(j.Y.Var) + theta*theta*float64(j.X.Var)
	left := whole - 2*theta*float64(j.Cov)
	if left < 1e-14*whole {
		left = 0
	}
	m.Var, m.Sum = Num(left), m.Mean*Num(m.N)
	return m
}

// spread is the sums of squares and products of both arms together around
// their common means, and the common mean of x.
func spread(j1, j0 Joint) (yy, xx, xy, meanX float64) {
	n1, n0 := float64(j1.Y.N), float64(j0.Y.N)
	between := n1 * n0 / (n1 + n0)
	dy, dx := float64(j1.Y.Mean-j0.Y.Mean), float64(j1.X.Mean-j0.X.Mean)
	yy = (n1-1)*float64(j1.Y.Var) + (n0-1)*float64(j0.Y.Var) + between*dy*dy
	xx = (n1-1)*float64(j1.X.Var) + (n0-1)*float64(j0.X.Var) + between*dx*dx
	xy = (n1-1)*float64(j1.Cov) + (n0-1)*float64(j0.Cov) + between*dy*dx
	return yy, xx, xy, (float64(j1.X.Sum) + float64(j0.X.Sum)) / (n1 + n0)
}
