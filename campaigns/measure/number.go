package measure

import (
	"math"
	"strconv"
	"strings"
)

// parseNumber reads "1234.56", "1234,56", "1 234,56 €", "1.234,56", "1,234.56"
// and "1e3"; the sign of a currency before or behind says nothing more. With both signs the last is the decimal one. A comma alone is
// decimal, except before exactly three digits in a file whose decimal sign is
// the point: "1,234" may be either there, so it is refused, never guessed.
func parseNumber(s string, decimal byte) (float64, bool) {
	s = strings.TrimSpace(s)
	if v, err := strconv.ParseFloat(s, 64); err == nil && plain(s) {
		return v, !math.IsInf(v, 0)
	}
	s = strings.Trim(s, "€$£ \u00a0\u202f")
	s = strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\u00a0', '\u202f', '’':
			return -1
		case '\u2212':
			return '-'
		}
		return r
	}, s)
	comma, dot := strings.LastIndexByte(s, ','), strings.LastIndexByte(s, '.')
	switch {
	case comma > dot && dot >= 0:
		s = strings.ReplaceAll(s, ".", "")
	case comma >= 0 && dot > comma:
		s = strings.ReplaceAll(s, ",", "")
	case comma >= 0 && decimal == '.' && len(s)-comma == 4:
		return 0, false
	}
	s = strings.Replace(s, ",", ".", 1)
	v, err := strconv.ParseFloat(s, 64)
	return v, err == nil && plain(s) && !math.IsInf(v, 0)
}

// plain refuses what ParseFloat reads and a file of sales never means: NaN,
// Inf, hexadecimal, underscores.
func plain(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c == '.', c == 'e', c == 'E', c == '+', c == '-':
		default:
			return false
		}
	}
	return s != ""
}
