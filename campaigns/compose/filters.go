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
	month, weekday := monthNames[lang][day.Month()-1], dayNames[lang][day.Weekday()]
	two := func(n int) string { return strconv.Itoa(n/10%10) + strconv.Itoa(n%10) }
	return strings.NewReplacer(
		"%%", "%", "%-d", strconv.Itoa(day.Day()), "%d", two(day.Day()),
		"%-m", strconv.Itoa(int(day.Month())), "%m", two(int(day.Month())),
		"%Y", strconv.Itoa(day.Year()), "%y", two(day.Year()), "%F", day.Format("2006-01-02"),
		"%B", month, "%b", string([]rune(month)[:3]), "%A", weekday, "%a", string([]rune(weekday)[:3]),
	).Replace(format)
}
