package model

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// Cents is an amount of money in the hundredth of its currency. Amounts are
// never floating point until the statistics, which are per customer in euros.
type Cents int64

// Euros is the amount as the statistics use it.
func (c Cents) Euros() float64 { return float64(c) / 100 }

// ErrAmount is what ParseCents returns for a text that is not an amount.
var ErrAmount = errors.New("not an amount")

// ParseCents reads an amount whose decimal sign is known: "1 234,56" with
// decimal ',', "1,234.56" with '.'. Spaces of any kind, a currency sign and a
// leading plus are allowed; more than two decimals are rounded half away from
// zero. A text without a decimal sign reads the same with both.
func ParseCents(s string, decimal byte) (Cents, error) {
	f, err := ParseNumber(s, decimal)
	if err != nil || math.Abs(f) > 9e13 {
		return 0, ErrAmount
	}
	return Cents(math.Round(f * 100)), nil
}

// ParseNumber reads a number as ParseCents does, without rounding it.
func ParseNumber(s string, decimal byte) (float64, error) {
	group := byte(',')
	if decimal == ',' {
		group = '.'
	}
	var b strings.Builder
	digits := 0
	for _, r := range strings.TrimSpace(s) {
		switch {
		case r >= '0' && r <= '9':
			digits++
			b.WriteRune(r)
		case r == ' ' || r == '\u00a0' || r == '\u202f' || r == '\u2009' || r == '€' || r == '$' || r == '£' || r == '\'':
		case r == rune(decimal):
			b.WriteByte('.')
		case r == rune(group) && digits > 0:
		case r == '-' || r == '−':
			b.WriteByte('-')
		case r == '+':
		default:
			return 0, ErrAmount
		}
	}
	if digits == 0 {
		return 0, ErrAmount
	}
	f, err := strconv.ParseFloat(b.String(), 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, ErrAmount
	}
	return f, nil
}
