package i18n

import (
	"math"
	"strconv"
	"strings"

	"blanche/model"
)

// The spaces and signs of French typography (Imprimerie nationale): a narrow
// no-break space groups thousands, a no-break space stands before a unit. The
// minus is U+2212, as wide as a plus, in both languages.
const (
	thin  = "\u202f"
	nbsp  = "\u00a0"
	minus = "\u2212"
)

// Int is a whole number grouped by thousands: 12 384, 12,384.
func (p *Printer) Int(n int) string {
	if n < 0 {
		return minus + p.group(strconv.FormatUint(-uint64(n), 10))
	}
	return p.group(strconv.Itoa(n))
}

// SignedInt is Int with a plus before positive numbers.
func (p *Printer) SignedInt(n int) string { return plus(n > 0) + p.Int(n) }

// Decimal is a number with a fixed count of digits after the decimal sign,
// rounded half away from zero. It never writes a negative zero; what is not a
// number is a dash.
func (p *Printer) Decimal(x float64, digits int) string {
	if math.IsNaN(x) {
		return "–"
	}
	if math.IsInf(x, 0) {
		return map[bool]string{true: "∞", false: minus + "∞"}[x > 0]
	}
	s := strconv.FormatFloat(round(math.Abs(x), digits), 'f', digits, 64)
	whole, frac, _ := strings.Cut(s, ".")
	s = p.group(whole)
	if frac != "" {
		s += p.point() + frac
	}
	if x < 0 && strings.Trim(s, "0.,") != "" {
		return minus + s
	}
	return s
}

// SignedDecimal is Decimal with a plus before positive numbers.
func (p *Printer) SignedDecimal(x float64, digits int) string {
	return plus(round(x, digits) > 0) + p.Decimal(x, digits)
}

// Percent writes a ratio: 0.683 is 68,3 % or 68.3%.
func (p *Printer) Percent(ratio float64, digits int) string {
	return p.Decimal(ratio*100, digits) + p.unitGap() + "%"
}

// SignedPercent is Percent with a plus before positive ratios: +362 %.
func (p *Printer) SignedPercent(ratio float64, digits int) string {
	return p.SignedDecimal(ratio*100, digits) + p.unitGap() + "%"
}

// Points writes a difference of two ratios in percentage points: +0,68 pt.
func (p *Printer) Points(diff float64, digits int) string {
	return p.SignedDecimal(diff*100, digits) + nbsp + "pt"
}

// Money is an amount with its cents: 1 234,56 €, €1,234.56.
func (p *Printer) Money(c model.Cents) string {
	n := uint64(c)
	if c < 0 {
		n = -n
	}
	frac := strconv.FormatUint(n%100, 10)
	if len(frac) == 1 {
		frac = "0" + frac
	}
	return p.euro(c < 0, p.group(strconv.FormatUint(n/100, 10))+p.point()+frac)
}

// MoneyShort is an amount to the euro, rounded half away from zero: 4 921 €.
func (p *Printer) MoneyShort(c model.Cents) string {
	n := uint64(c)
	if c < 0 {
		n = -n
	}
	n = (n + 50) / 100
	return p.euro(c < 0 && n > 0, p.group(strconv.FormatUint(n, 10)))
}

// SignedMoneyShort is MoneyShort with a plus before gains.
func (p *Printer) SignedMoneyShort(c model.Cents) string {
	return plus(c >= 50) + p.MoneyShort(c)
}

// Euros writes a statistic in euros (revenue per customer) with a fixed count
// of digits; it is not an amount of money, so it may have more than two.
func (p *Printer) Euros(x float64, digits int) string {
	s := p.Decimal(math.Abs(x), digits)
	return p.euro(strings.HasPrefix(p.Decimal(x, digits), minus), s)
}

// SignedEuros is Euros with a plus before gains.
func (p *Printer) SignedEuros(x float64, digits int) string {
	return plus(round(x, digits) > 0) + p.Euros(x, digits)
}

// Interval writes a range from its written ends: [+3 101 ; +6 741].
func (p *Printer) Interval(low, high string) string {
	if p.fr {
		return "[" + low + thin + "; " + high + "]"
	}
	return "[" + low + "; " + high + "]"
}

// Rate is a number of things per second: 38/s, and 0,4/s under ten.
func (p *Printer) Rate(perSecond float64) string {
	if perSecond > 0 && perSecond < 9.95 {
		return p.Decimal(perSecond, 1) + "/s"
	}
	return p.Decimal(perSecond, 0) + "/s"
}

// ParseMoney reads an amount as a person of this language types it.
func (p *Printer) ParseMoney(s string) (model.Cents, error) {
	return model.ParseCents(s, p.decimalFor(s))
}

// ParseNumber reads a number as a person of this language types it.
func (p *Printer) ParseNumber(s string) (float64, error) {
	return model.ParseNumber(s, p.decimalFor(s))
}

// decimalFor is the decimal sign meant in s: the one of the language, or the
// other one when it is the only sign there and cannot group thousands ("12.5"
// typed in French).
func (p *Printer) decimalFor(s string) byte {
	own, other := p.point()[0], byte('.')
	if own == '.' {
		other = ','
	}
	i := strings.IndexByte(s, other)
	if i < 0 || strings.IndexByte(s, own) >= 0 || strings.LastIndexByte(s, other) != i {
		return own
	}
	if tail := strings.TrimRight(s[i+1:], " €\u00a0\u202f"); len(tail) == 3 {
		return own
	}
	return other
}

func (p *Printer) euro(negative bool, s string) string {
	if p.fr {
		s += nbsp + "€"
	} else {
		s = "€" + s
	}
	if negative {
		return minus + s
	}
	return s
}

// group puts a separator between thousands of a run of digits.
func (p *Printer) group(digits string) string {
	if len(digits) <= 3 {
		return digits
	}
	sep := ","
	if p.fr {
		sep = thin
	}
	var b strings.Builder
	first := len(digits) % 3
	b.WriteString(digits[:first])
	for i := first; i < len(digits); i += 3 {
		if i > 0 {
			b.WriteString(sep)
		}
		b.WriteString(digits[i : i+3])
	}
	return b.String()
}

func (p *Printer) point() string {
	if p.fr {
		return ","
	}
	return "."
}

// unitGap stands before a percent sign.
func (p *Printer) unitGap() string {
	if p.fr {
		return nbsp
	}
	return ""
}

func plus(yes bool) string {
	if yes {
		return "+"
	}
	return ""
}

// round rounds half away from zero at a count of digits; strconv alone would
// round the binary neighbour of 0.125 to even.
func round(x float64, digits int) float64 {
	scale := math.Pow10(digits)
	if r := math.Round(x*scale) / scale; !math.IsInf(r, 0) && !math.IsNaN(r) {
		return r
	}
	return x
}

// shortestDigits is how many digits show a float in a sentence without noise.
func shortestDigits(x float64) int {
	for d := 0; d < 4; d++ {
		if math.Abs(x-round(x, d)) < 1e-9 {
			return d
		}
	}
	return 4
}
