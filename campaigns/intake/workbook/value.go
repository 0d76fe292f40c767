package workbook

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// aside are the parts of a format that are no codes: texts, escapes, colours
// and languages. Elapsed time ([h]) stays.
var aside = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|\[[^hmsHMS\]][^\]]*\]`)

// styleOf reads a format: the built-in dates are 14 to 22, 27 to 36, 45 to 47
// and 50 to 58 (ECMA-376, 18.8.30).
func styleOf(id int, code string, own bool) style {
	if !own {
		return style{date: id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58}
	}
	first, _, _ := strings.Cut(aside.ReplaceAllString(code, ""), ";")
	first = strings.TrimSpace(first)
	if strings.EqualFold(first, "general") || strings.EqualFold(first, "standard") {
		return style{}
	}
	if strings.ContainsAny(first, "dmyhsDMYHSaAjJ") {
		return style{date: true}
	}
	if len(first) > 1 && strings.Trim(first, "0") == "" {
		return style{digits: min(len(first), 32)}
	}
	return style{}
}

// number is the value of a cell of numbers as a person sees it.
func number(raw string, st style, y1904 bool) (Kind, string) {
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return Text, raw
	}
	if st.date {
		if s, ok := serial(f, y1904); ok {
			return Date, s
		}
	}
	return Number, padded(plain(f), st.digits)
}

// plain writes a number to fifteen digits, without an exponent. The numbers of
// a spreadsheet are of base two: 12.34 may stand there as 12.339999999999998.
func plain(f float64) string {
	if f == 0 {
		return "0"
	}
	f, _ = strconv.ParseFloat(strconv.FormatFloat(f, 'e', 14, 64), 64)
	s := strconv.FormatFloat(f, 'f', -1, 64)
	return s
}

func padded(s string, digits int) string {
	if len(s) >= digits || strings.ContainsAny(s, "-.") {
		return s
	}
	return strings.Repeat("0", digits-len(s)) + s
}

// serial is the date of a number of days: since 1904, or since 1900 with a 29
// February that never was (ECMA-376, 18.17.4). False beyond the year 9999.
func serial(days float64, y1904 bool) (string, bool) {
	if days < 0 || days >= 2958466 {
		return "", false
	}
	whole, part := math.Modf(days)
	seconds := int64(math.Round(part * 86400))
	if seconds == 86400 {
		whole, seconds = whole+1, 0
	}
	clock := time.Unix(seconds, 0).UTC()
	if whole == 0 && seconds > 0 {
		return clock.Format(time.TimeOnly), true
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case y1904:
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case whole < 60:
		epoch = epoch.AddDate(0, 0, 1)
	}
	day := epoch.AddDate(0, 0, int(whole)).Format(time.DateOnly)
	if seconds == 0 {
		return day, true
	}
	return day + " " + clock.Format(time.TimeOnly), true
}

// isoDate is a date that a cell holds as text (t="d").
func isoDate(s string) string {
	day, clock, has := strings.Cut(s, "T")
	if !has || strings.HasPrefix(clock, "00:00:00") {
		return day
	}
	return day + " " + clock
}
