package compose

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// textFilters are the filters of Liquid that we write ourselves: its own count
// bytes where people count letters, can be asked for unlimited text, or read
// the clock.
func textFilters(lang string) map[string]any {
	return map[string]any{
		"append":     func(s, suffix string) (string, error) { return bounded(s + suffix) },
		"prepend":    func(s, prefix string) (string, error) { return bounded(prefix + s) },
		"capitalize": capitalize,
		"replace":    replaceAll,
		"replace_first": func(s, old, with string) (string, error) {
			return bounded(strings.Replace(s, old, with, 1))
		},
		"newline_to_br": func(s string) (string, error) { return bounded(strings.ReplaceAll(s, "\n", "<br>\n")) },
		"truncate":      truncate,
		"truncatewords": truncateWords,
		"slice":         slice,
		"split":         split,
		"join":          join,
		"date":          func(s, format string) string { return dateText(s, format, lang) },
	}
}

func bounded(s string) (string, error) {
	if len(s) > maxValue {
		return "", errValue
	}
	return s, nil
}

func replaceAll(s, old, with string) (string, error) {
	if len(s)+strings.Count(s, old)*len(with) > 2*maxValue {
		return "", errValue
	}
	return bounded(strings.ReplaceAll(s, old, with))
}

// capitalize puts the first letter in upper case: élodie gives Élodie.
func capitalize(s string) string {
	for i, r := range s {
		return string(unicode.ToUpper(r)) + s[i+len(string(r)):]
	}
	return s
}

// truncate keeps n letters, the sign of the cut among them.
func truncate(s string, n func(int) int, ellipsis func(string) string) string {
	cut, r := []rune(ellipsis("…")), []rune(s)
	keep := max(0, n(50)-len(cut))
	if len(r) <= keep+len(cut) {
		return s
	}
	return string(r[:keep]) + string(cut)
}

func truncateWords(s string, n func(int) int, ellipsis func(string) string) string {
	fields := strings.Fields(s)
	keep := max(0, n(15))
	if len(fields) <= keep {
		return s
	}
	return strings.Join(fields[:keep], " ") + ellipsis("…")
}

// slice is the part of n letters (1 by default) from a place, from the end
// when it is negative.
func slice(s string, start int, n func(int) int) string {
	r := []rune(s)
	if start < 0 {
		start += len(r)
	}
	if start < 0 || start > len(r) {
		return ""
	}
	return string(r[start : start+min(max(0, n(1)), len(r)-start)])
}

func split(s, sep string) []any {
	parts := strings.Split(s, sep)
	if sep == " " {
		parts = strings.Fields(s)
	}
	out := make([]any, len(parts))
	for i, p := range parts {
		out[i] = p
	}
	return out
}

func join(list []any, sep func(string) string) (string, error) {
	parts := make([]string, 0, len(list))
	size := 0
	for _, v := range list {
		t := textOf(v)
		if size += len(t); size > maxValue {
			return "", errValue
		}
		parts = append(parts, t)
	}
	return bounded(strings.Join(parts, sep(" ")))
}

// monthNames and dayNames are the words of dates in the languages of messages.
var (
	monthNames = map[string][]string{
		"fr": {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
		"en": {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	}
	dayNames = map[string][]string{
		"fr": {"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
		"en": {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
	}
)

// dateText writes a day (2026-11-22) as a format of strftime says: %d %-d %m
// %-m %Y %y %B %b %A %a %F %%. A text that is no day is given back as it is;
// "now" is no day, since a message does not know the hour.
func dateText(s, format, lang string) string {
	if len(s) < 10 {
		return s
	}
	day, err := time.Parse("2006-01-02", s[:10])
	if err != nil {
		return s
	}
	var memory [64]byte
	b := memory[:0]
	for i := 0; i < len(format); i++ {
		if format[i] == '%' {
			if out, n := appendDay(b, format[i+1:], day, lang); n > 0 {
				b, i = out, i+n
				continue
			}
		}
		b = append(b, format[i])
	}
	return string(b)
}

// appendDay writes what one sign of a format stands for, and how long it is
// after its %; 0 for what is no sign.
func appendDay(b []byte, sign string, day time.Time, lang string) ([]byte, int) {
	month, weekday := monthNames[lang][day.Month()-1], dayNames[lang][day.Weekday()]
	switch {
	case strings.HasPrefix(sign, "-d"):
		return strconv.AppendInt(b, int64(day.Day()), 10), 2
	case strings.HasPrefix(sign, "-m"):
		return strconv.AppendInt(b, int64(day.Month()), 10), 2
	case sign == "":
		return b, 0
	}
	switch sign[0] {
	case '%':
		return append(b, '%'), 1
	case 'd':
		return appendTwo(b, day.Day()), 1
	case 'm':
		return appendTwo(b, int(day.Month())), 1
	case 'Y':
		return strconv.AppendInt(b, int64(day.Year()), 10), 1
	case 'y':
		return appendTwo(b, day.Year()), 1
	case 'F':
		return day.AppendFormat(b, "2006-01-02"), 1
	case 'B':
		return append(b, month...), 1
	case 'b':
		return append(b, string([]rune(month)[:3])...), 1
	case 'A':
		return append(b, weekday...), 1
	case 'a':
		return append(b, string([]rune(weekday)[:3])...), 1
	}
	return b, 0
}

func appendTwo(b []byte, n int) []byte { return append(b, byte('0'+n/10%10), byte('0'+n%10)) }
