package compose

import (
	"strconv"
	"strings"
	"unicode"
)

// step is one filter of a value that is printed without Liquid: it gives what
// the filter of that name gives for a text, and refuses what it refuses.
type step func(s string) (string, error)

// simpleFilters are the filters that a value can go through without Liquid, by
// the number of texts they take. What they do is what their namesakes of the
// engine do: TestSegmentsAndLiquidWriteTheSame compares them.
var simpleFilters = map[string]struct {
	texts int
	step  func(args []string, lang string) step
}{
	"default": {1, func(a []string, _ string) step {
		return func(s string) (string, error) {
			if s == "" {
				return a[0], nil
			}
			return s, nil
		}
	}},
	"upcase":     {0, plainStep(strings.ToUpper)},
	"downcase":   {0, plainStep(strings.ToLower)},
	"capitalize": {0, plainStep(capitalize)},
	"strip":      {0, plainStep(strings.TrimSpace)},
	"lstrip":     {0, plainStep(func(s string) string { return strings.TrimLeftFunc(s, unicode.IsSpace) })},
	"rstrip":     {0, plainStep(func(s string) string { return strings.TrimRightFunc(s, unicode.IsSpace) })},
	"append":     {1, func(a []string, _ string) step { return func(s string) (string, error) { return bounded(s + a[0]) } }},
	"prepend":    {1, func(a []string, _ string) step { return func(s string) (string, error) { return bounded(a[0] + s) } }},
	"replace": {2, func(a []string, _ string) step {
		return func(s string) (string, error) { return replaceAll(s, a[0], a[1]) }
	}},
	"date":     {1, dateStep},
	"truncate": {1, truncateStep},
}

func plainStep(f func(string) string) func([]string, string) step {
	return func([]string, string) step { return func(s string) (string, error) { return f(s), nil } }
}

func dateStep(a []string, lang string) step {
	return func(s string) (string, error) { return dateText(s, a[0], lang), nil }
}

func truncateStep(a []string, _ string) step {
	n, err := strconv.Atoi(a[0])
	if err != nil {
		return nil
	}
	ellipsis := func(s string) string { return s }
	return func(s string) (string, error) { return truncate(s, func(int) int { return n }, ellipsis), nil }
}

// chainOf reads the filters after a value: | name: 'text', 'text' | name. False
// when one of them needs Liquid.
func chainOf(ws []word, lang string) ([]step, bool) {
	var steps []step
	for i := 0; i < len(ws); {
		if ws[i].kind != '|' || i+1 >= len(ws) || ws[i+1].kind != 'i' {
			return nil, false
		}
		name := ws[i+1].text
		filter, ok := simpleFilters[name]
		args, next, ok2 := textArgs(ws, i+2, name == "truncate")
		if !ok || !ok2 || len(args) != filter.texts {
			return nil, false
		}
		one := filter.step(args, lang)
		if one == nil {
			return nil, false
		}
		steps, i = append(steps, one), next
	}
	return steps, true
}

// textArgs reads : 'text', 'text' — or, for a filter that counts, one number —
// and gives the word after them.
func textArgs(ws []word, i int, number bool) (args []string, next int, ok bool) {
	if i >= len(ws) || ws[i].kind != ':' {
		return nil, i, true
	}
	for {
		i++
		want := byte('s')
		if number {
			want = 'n'
		}
		if i >= len(ws) || ws[i].kind != want {
			return nil, i, false
		}
		args = append(args, ws[i].text)
		if i++; i >= len(ws) || ws[i].kind != ',' {
			return args, i, true
		}
	}
}
