package measure

import (
	"cmp"
	"regexp"
	"strings"

	"blanche/model"
)

// rule keeps the rows of a file that satisfy every condition; an empty rule
// keeps them all. It is not the language of segments, which knows people: only
// `column operator value` joined by `and`, over the columns of one file.
type rule []condition

type condition struct {
	column  int
	op      string // = != < <= > >=
	value   string
	number  float64
	numeric bool
}

// Quoted parts are swallowed first, so that an "and" inside them joins nothing.
var (
	ruleJoin = regexp.MustCompile(`(?i)(?:^|[=<>\s])(?:"[^"]*"|'[^']*')|\s+(?:and|et)\s+`)
	ruleOne  = regexp.MustCompile(`^\s*(?:"([^"]+)"|(.+?))\s*(!=|<=|>=|=|<|>)\s*(?:"([^"]*)"|'([^']*)'|(.*?))\s*$`)
)

// parseRule reads a rule over the columns of a table.
func parseRule(text string, t *table) (rule, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	var r rule
	start := 0
	add := func(part string) error {
		m := ruleOne.FindStringSubmatch(part)
		if m == nil {
			return model.Invalid("roi.bad_where", "text", strings.TrimSpace(part), "column", start+1)
		}
		column, err := t.column(m[1] + m[2])
		if err != nil {
			return err
		}
		c := condition{column: column, op: m[3], value: m[4] + m[5] + m[6]}
		c.number, c.numeric = parseNumber(c.value, t.comma)
		r = append(r, c)
		return nil
	}
	for _, at := range ruleJoin.FindAllStringIndex(text, -1) {
		if strings.ContainsAny(text[at[0]:at[1]], `"'`) {
			continue
		}
		if err := add(text[start:at[0]]); err != nil {
			return nil, err
		}
		start = at[1]
	}
	if err := add(text[start:]); err != nil {
		return nil, err
	}
	return r, nil
}

// holds reports whether the current row satisfies every condition.
func (r rule) holds(t *table) bool {
	for _, c := range r {
		if !c.holds(t) {
			return false
		}
	}
	return true
}

// holds compares as numbers when the rule gives one, else as text without
// regard to case. A comparison with a missing value is false, and a text that
// is no number is only different from one.
func (c condition) holds(t *table) bool {
	cell := strings.TrimSpace(t.text(c.column))
	if cell == "" && c.value != "" {
		return false
	}
	if !c.numeric {
		return c.accepts(strings.Compare(strings.ToLower(cell), strings.ToLower(c.value)))
	}
	v, ok := parseNumber(cell, t.comma)
	if !ok {
		return c.op == "!="
	}
	return c.accepts(cmp.Compare(v, c.number))
}

// accepts reads an order (-1, 0, 1) under the operator.
func (c condition) accepts(order int) bool {
	switch c.op {
	case "=":
		return order == 0
	case "!=":
		return order != 0
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	}
	return order >= 0
}
