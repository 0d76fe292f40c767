package roi

import "blanche/model"

// What is not known is a dash, never a zero.

func (x *Screen) unknown() string { return x.s.P.T("roi.screen.unknown") }

func (x *Screen) percent(v *float64, digits int) string {
	if v == nil {
		return x.unknown()
	}
	return x.s.P.Percent(*v, digits)
}

func (x *Screen) euros(v *float64) string {
	if v == nil {
		return x.unknown()
	}
	return x.s.P.Euros(*v, 2)
}

func (x *Screen) signedEuros(v *float64) string {
	if v == nil {
		return x.unknown()
	}
	return x.s.P.SignedEuros(*v, 2)
}

func (x *Screen) points(v *float64) string {
	if v == nil {
		return x.unknown()
	}
	return x.s.P.Points(*v, 2)
}

func (x *Screen) pointsRange(ci *model.Interval) string {
	if ci == nil {
		return x.unknown()
	}
	return x.s.P.Interval(x.s.P.SignedDecimal(ci.Low()*100, 1), x.s.P.SignedDecimal(ci.High()*100, 1))
}

func (x *Screen) eurosRange(ci *model.Interval) string {
	if ci == nil {
		return x.unknown()
	}
	return x.s.P.Interval(x.s.P.SignedDecimal(ci.Low(), 2), x.s.P.SignedDecimal(ci.High(), 2))
}

// chance is a probability in whole percents, never a certainty.
func (x *Screen) chance(p float64) string {
	switch {
	case p > 0.995:
		return "> " + x.s.P.Percent(0.99, 0)
	case p < 0.005:
		return "< " + x.s.P.Percent(0.01, 0)
	}
	return x.s.P.Percent(p, 0)
}
