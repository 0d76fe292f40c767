package audience

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"blanche/model"
)

// dictColumn is a field whose texts repeat: a number a row, and each text
// once. A comparison is decided once a text. Number 0 is "no value".
type dictColumn struct {
	code  codes
	text  []string // folded, by number
	label []string // as first seen
	uses  []int32
	find  map[string]uint32

	kept keptSets // who has a text, by number

	scratch []byte
	latest  uint32 // number of the last text looked up

	typ    Type // of a free column, from its values in use
	stale  bool // typ must be found again
	number func(string) (float64, bool)
}

func newDict() *dictColumn {
	return &dictColumn{text: []string{""}, label: []string{""}, uses: []int32{0}, find: map[string]uint32{}, typ: TypeText, number: parseNumber}
}

func (c *dictColumn) put(row int, value string) {
	n := c.numberOf(value)
	if old := c.code.at(row); old != n || row >= c.code.len() {
		c.uses[old]--
		c.uses[n]++
		c.stale = c.stale || c.uses[n] == 1 || c.uses[old] == 0
		c.code.put(row, n)
		c.kept.put(old, row, false)
		c.kept.put(n, row, true)
	}
}

func (c *dictColumn) numberOf(value string) uint32 {
	if value == "" {
		return 0
	}
	if value == c.label[c.latest] { // what repeats often repeats at once
		return c.latest
	}
	c.scratch = appendFold(c.scratch[:0], value)
	if len(c.scratch) == 0 {
		return 0
	}
	n, ok := c.find[string(c.scratch)]
	if !ok {
		folded := string(c.scratch)
		n = uint32(len(c.text))
		c.find[folded] = n
		c.text = append(c.text, folded)
		c.label = append(c.label, strings.Clone(value))
		c.uses = append(c.uses, 0)
	}
	c.latest = n
	return n
}

func (c *dictColumn) at(row int) uint32 {
	return c.code.at(row)
}

func (c *dictColumn) show(row int) string { return c.label[c.at(row)] }

// infer finds the type of a free column: what every value in use reads as.
func (c *dictColumn) infer() {
	if !c.stale {
		return
	}
	c.stale = false
	for _, t := range []Type{TypeNumber, TypeDate, TypeBool} {
		if c.all(t) {
			c.typ = t
			return
		}
	}
	c.typ = TypeText
}

func (c *dictColumn) all(t Type) bool {
	some := false
	for n, s := range c.label {
		if n == 0 || c.uses[n] == 0 {
			continue
		}
		if _, ok := c.readAs(t, s); !ok {
			return false
		}
		some = true
	}
	return some
}

// readAs reads a value of a free column as a number: of the thing itself, of
// days, or 1 and 0.
func (c *dictColumn) readAs(t Type, s string) (float64, bool) {
	switch t {
	case TypeNumber:
		return c.number(s)
	case TypeDate:
		d, ok := parseDay(s)
		return float64(d), ok
	case TypeBool:
		b, ok := parseBool(s)
		if b {
			return 1, ok
		}
		return 0, ok
	}
	return 0, false
}

func (c *dictColumn) exists() block {
	return c.matching(func(int) bool { return true })
}

// matching decides once for each text, then looks the rows up.
func (c *dictColumn) matching(ok func(n int) bool) block {
	table := make([]uint8, len(c.text))
	only, matches := 0, 0
	for n := 1; n < len(table); n++ {
		if c.uses[n] > 0 && ok(n) {
			table[n] = 1
			only = n
			matches++
		}
	}
	switch matches {
	case 0:
		return nobody
	case 1:
		n := uint32(only)
		return c.kept.get(n, func() rowset { return setOf(c.code.len(), c.code.equal(n)) }).word
	}
	return c.code.in(table)
}

func (c *dictColumn) compare(op model.RuleOp, v model.RuleValue, today model.Date) (block, error) {
	if c.typ == TypeText || op > model.OpMoreEqual {
		x := Fold(textOf(v))
		return c.matching(func(n int) bool { return holds(op, c.text[n], x) }), nil
	}
	x, ok := c.value(v, today)
	if !ok || (c.typ == TypeBool && op > model.OpNotEqual) {
		return nil, wrongType(v, c.typ)
	}
	return c.matching(func(n int) bool {
		y, ok := c.readAs(c.typ, c.label[n])
		return ok && ordered(op, cmp.Compare(y, x))
	}), nil
}

// value is a value of a rule as a number of the type of the column.
func (c *dictColumn) value(v model.RuleValue, today model.Date) (float64, bool) {
	switch {
	case v.Kind == model.ValueText:
		return c.readAs(c.typ, v.Text)
	case c.typ == TypeDate && (v.Kind == model.ValueDate || v.Kind == model.ValueAgo):
		return float64(v.Day(today)), true
	case c.typ != TypeDate && v.Kind == model.ValueNumber:
		return v.Number(), true
	case c.typ != TypeDate && v.Kind == model.ValueBool && v.True:
		return 1, true
	case c.typ != TypeDate && v.Kind == model.ValueBool:
		return 0, true
	}
	return math.NaN(), false
}

// in matches the rows that have one of several texts.
func (c *dictColumn) in(values []model.RuleValue) block {
	wanted := make([]string, len(values))
	for i, v := range values {
		wanted[i] = Fold(textOf(v))
	}
	slices.Sort(wanted)
	return c.matching(func(n int) bool {
		_, ok := slices.BinarySearch(wanted, c.text[n])
		return ok
	})
}
