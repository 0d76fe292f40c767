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

func (x *Screen) signedPercent(v *float64) string {
	if v == nil {
		return x.unknown()
	}
	return x.s.P.SignedPercent(*v, 0)
}

func (x *Screen) percentRange(ci *model.Interval) string {
	if ci == nil {
		return x.unknown()
	}
	return x.s.P.Interval(x.s.P.SignedPercent(ci.Low(), 0), x.s.P.SignedPercent(ci.High(), 0))
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
	return x.s.P.Interval(x.s.P.SignedDecimal(ci.Low()*100, 2), x.s.P.SignedDecimal(ci.High()*100, 2))
}

func (x *Screen) eurosRange(ci *model.Interval) string {
	if ci == nil {
		return x.unknown()
	}
	return x.s.P.Interval(x.s.P.SignedDecimal(ci.Low(), 2), x.s.P.SignedDecimal(ci.High(), 2))
}

func (x *Screen) cents(c *model.Cents) string {
	if c == nil {
		return x.unknown()
	}
	return x.s.P.SignedMoneyShort(*c)
}

func (x *Screen) centsRange(ci *[2]model.Cents) string {
	if ci == nil {
		return ""
	}
	return x.s.P.Interval(x.s.P.SignedMoneyShort(ci[0]), x.s.P.SignedMoneyShort(ci[1]))
}

// small is a p value: never zero, never a certainty.
func (x *Screen) small(p *float64) string {
	switch {
	case p == nil:
		return x.unknown()
	case *p < 0.0001:
		return "< " + x.s.P.Decimal(0.0001, 4)
	case *p < 0.01:
		return x.s.P.Decimal(*p, 4)
	}
	return x.s.P.Decimal(*p, 2)
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

// between is a range in the middle of a sentence: « de 12 € à 40 € ».
func (x *Screen) between(low, high string) string {
	return x.s.P.T("roi.range", "low", low, "high", high)
}

func (x *Screen) centsBetween(ci *[2]model.Cents) string {
	if ci == nil {
		return x.unknown()
	}
	return x.between(x.s.P.SignedMoneyShort(ci[0]), x.s.P.SignedMoneyShort(ci[1]))
}

func (x *Screen) percentBetween(ci *model.Interval) string {
	if ci == nil {
		return x.unknown()
	}
	return x.between(x.s.P.SignedPercent(ci.Low(), 0), x.s.P.SignedPercent(ci.High(), 0))
}
