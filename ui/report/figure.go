package report

import (
	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/say"
)

// pen writes figures in the language of a page; what is not known is a dash.
type pen struct{ *i18n.Printer }

func (w pen) gain(c *model.Cents) string {
	if c == nil {
		return say.Unknown
	}
	return w.SignedMoneyShort(*c)
}

func (w pen) centsRange(r *[2]model.Cents) string {
	if r == nil {
		return ""
	}
	return w.between(w.SignedMoneyShort(r[0]), w.SignedMoneyShort(r[1]))
}

func (w pen) between(low, high string) string {
	return w.T("roi.range", "low", i18n.Raw(low), "high", i18n.Raw(high))
}

func (w pen) euros(x *float64) string {
	if x == nil {
		return say.Unknown
	}
	return w.SignedEuros(*x, 2)
}

func (w pen) eurosRange(r *model.Interval) string {
	if r == nil {
		return ""
	}
	return w.between(w.SignedEuros(r.Low(), 2), w.SignedEuros(r.High(), 2))
}

func (w pen) ratio(x *float64) string {
	if x == nil {
		return say.Unknown
	}
	return w.SignedPercent(*x, 0)
}

func (w pen) ratioRange(r *model.Interval) string {
	if r == nil {
		return ""
	}
	return w.between(w.SignedPercent(r.Low(), 0), w.SignedPercent(r.High(), 0))
}

// small is a p value: never zero.
func (w pen) small(x *float64) string {
	switch {
	case x == nil:
		return say.Unknown
	case *x < 0.0001:
		return "< " + w.Decimal(0.0001, 4)
	case *x < 0.01:
		return w.Decimal(*x, 4)
	}
	return w.Decimal(*x, 2)
}

// chanceOf is a p value in a sentence: p = 0.04, p < 0.0001.
func (w pen) chanceOf(x *float64) string {
	if x != nil && *x < 0.0001 {
		return "p " + w.small(x)
	}
	return "p = " + w.small(x)
}

// chance is a probability in whole percents, never a certainty.
func (w pen) chance(x float64) string {
	switch {
	case x > 0.99:
		return "> " + w.Percent(0.99, 0)
	case x < 0.01:
		return "< " + w.Percent(0.01, 0)
	}
	return w.Percent(x, 0)
}
