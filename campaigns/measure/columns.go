package measure

// What the estimators of a file are given: its columns, arm by arm.

// metric is the result that the customers are compared by: the outcome, else
// the binary column as 0 and 1.
func (d *dataset) metric() []float64 {
	if d.value >= 0 {
		return d.y
	}
	return d.bought
}

// outcomes are the two samples of the outcome, target first.
func (d *dataset) outcomes() (Sample, Sample) {
	y1, y0 := sides(d, d.y)
	return NewSample(y1), NewSample(y0)
}

// joint is the result of each arm with another column.
func (d *dataset) joint(x []float64) (Joint, Joint) {
	y1, y0 := sides(d, d.metric())
	x1, x0 := sides(d, x)
	return NewJoint(y1, x1), NewJoint(y0, x0)
}

func (d *dataset) buyers() Prop2 {
	n1, n0 := d.size()
	b1, b0 := sides(d, d.bought)
	return CompareShares(NewSample(b1).Buyers(), n1, NewSample(b0).Buyers(), n0, d.alpha)
}

func (d *dataset) welch() Welch {
	s1, s0 := d.outcomes()
	return CompareMeans(s1.Moments(), s0.Moments(), d.alpha)
}

func (d *dataset) regression() Lin {
	var arm1, arm0 Covariates
	arm1.Y, arm0.Y = sides(d, d.metric())
	for _, column := range d.x {
		x1, x0 := sides(d, column)
		arm1.X, arm0.X = append(arm1.X, x1), append(arm0.X, x0)
	}
	return AdjustByRegression(arm1, arm0, d.alpha)
}

// unaskedWork is how many single draws a bootstrap may take that nobody asked
// for by its seed: about a second.
var unaskedWork = 400_000_000

// bootstrap is nil when nobody asked for it and it would take long.
func (d *dataset) bootstrap() any {
	s1, s0 := d.outcomes()
	seed := uint64(1)
	switch {
	case d.spec.Seed != nil:
		seed = *d.spec.Seed
	case BootstrapWork(s1, s0) > unaskedWork:
		return nil
	}
	return Resample(s1, s0, d.alpha, seed)
}
