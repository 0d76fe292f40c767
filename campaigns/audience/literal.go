package audience

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"blanche/model"
)

// civil is a calendar day from its digits; false for a day that does not
// exist.
func civil(year, month, day string) (model.Date, bool) {
	y, err1 := strconv.Atoi(year)
	m, err2 := strconv.Atoi(month)
	d, err3 := strconv.Atoi(day)
	if err1 != nil || err2 != nil || err3 != nil || m < 1 || m > 12 {
		return 0, false
	}
	date := model.NewDate(y, time.Month(m), d)
	yy, mm, dd := date.Civil()
	return date, yy == y && int(mm) == m && dd == d
}

// daysOf reads "30d", "30j", "2 semaines" as a number of days.
func daysOf(s string) (int, bool) {
	m := days.FindStringSubmatch(strings.ToLower(s))
	if m == nil {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return 0, false
	}
	if m[2][0] == 'w' || m[2][0] == 's' {
		n *= 7
	}
	return n, n <= 100*maxPeriod
}

// parseDay reads a day written 2026-11-22 or 22/11/2026, with or without a
// time of day behind it.
func parseDay(s string) (model.Date, bool) {
	s = strings.TrimSpace(s)
	var day model.Date
	var ok bool
	var rest string
	if m := isoDate.FindStringSubmatch(s); m != nil {
		day, ok = civil(m[1], m[2], m[3])
		rest = s[len(m[0]):]
	} else if m := frenchDate.FindStringSubmatch(s); m != nil {
		day, ok = civil(m[3], m[2], m[1])
		rest = s[len(m[0]):]
	}
	if rest != "" && rest[0] != ' ' && rest[0] != 'T' {
		return 0, false
	}
	return day, ok
}

// writtenNumber is a number as a person writes one in a file: groups of three
// apart by a space, a point or a comma, a euro sign behind.
var writtenNumber = regexp.MustCompile("^([+-]?(?:\\d+|\\d{1,3}(?:[ \u00a0\u202f]\\d{3})+))(?:([.,])(\\d+))?[ \u00a0\u202f]*€?$")

// parseNumber reads a number of a free column.
func parseNumber(s string) (float64, bool) {
	m := writtenNumber.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return 0, false
	}
	digits := strings.Map(func(r rune) rune {
		if r == ' ' || r == '\u00a0' || r == '\u202f' {
			return -1
		}
		return r
	}, m[1])
	if m[3] != "" {
		digits += "." + m[3]
	}
	f, err := strconv.ParseFloat(digits, 64)
	return f, err == nil
}

var boolWords = map[string]bool{
	"true": true, "yes": true, "oui": true, "vrai": true,
	"false": false, "no": false, "non": false, "faux": false,
}

// parseBool reads a yes or a no in French or in English.
func parseBool(s string) (value, ok bool) {
	value, ok = boolWords[Fold(s)]
	return value, ok
}
