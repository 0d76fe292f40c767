package say

import (
	"blanche/model"
	"blanche/ui/i18n"
)

// Unknown stands for a figure that cannot be known.
const Unknown = "–"

// The figures of a statement, each a dash when unknown.

func cents(p *i18n.Printer, c *model.Cents) string {
	if c == nil {
		return Unknown
	}
	return p.MoneyShort(*c)
}

func percent(p *i18n.Printer, x *float64) string {
	if x == nil {
		return Unknown
	}
	return p.SignedPercent(*x, 0)
}

func euros(p *i18n.Printer, x *float64, digits int) string {
	if x == nil {
		return Unknown
	}
	return p.Euros(*x, digits)
}

func signedEuros(p *i18n.Printer, x *float64) string {
	if x == nil {
		return Unknown
	}
	return p.SignedEuros(*x, 2)
}

// between is « de A à B ».
func between(p *i18n.Printer, low, high string) string {
	return p.T("roi.range", "low", i18n.Raw(low), "high", i18n.Raw(high))
}

func moneyRange(p *i18n.Printer, r *[2]model.Cents) string {
	if r == nil {
		return Unknown
	}
	return between(p, p.SignedMoneyShort(r[0]), p.SignedMoneyShort(r[1]))
}

func percentRange(p *i18n.Printer, r *model.Interval) string {
	if r == nil {
		return Unknown
	}
	return between(p, p.SignedPercent(r.Low(), 0), p.SignedPercent(r.High(), 0))
}

func euroRange(p *i18n.Printer, r *model.Interval) string {
	if r == nil {
		return Unknown
	}
	return between(p, p.SignedEuros(r.Low(), 2), p.SignedEuros(r.High(), 2))
}

// pValue is a probability with as many digits as say something.
func pValue(p *i18n.Printer, x *float64) string {
	switch {
	case x == nil:
		return Unknown
	case *x < 0.0001:
		return "< " + p.Decimal(0.0001, 4)
	case *x < 0.01:
		return "= " + p.Decimal(*x, 4)
	}
	return "= " + p.Decimal(*x, 2)
}
