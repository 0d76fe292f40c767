package audience

import (
	"bytes"
	"sort"
	"strings"

	"blanche/model"
)

// textColumn is a field whose texts are mostly different: one long text of
// folded values, each between two line ends, so that one search over it finds
// the rows that are equal to, start with or contain something. Rows are added
// in order; a value changed later lives beside, and its old place is blanked.
type textColumn struct {
	data  []byte   // "\n" value "\n" value "\n"
	start []uint32 // of each row's value; it ends before the next one's line end
	fresh map[int]string
}

const blank = 0x01 // no folded text holds it

func (c *textColumn) put(row int, value string) {
	if len(c.data) == 0 {
		c.data = append(c.data, '\n')
	}
	if row < len(c.start) {
		c.replace(row, Fold(value))
		return
	}
	for len(c.start) <= row {
		c.start = append(c.start, uint32(len(c.data)))
		if len(c.start) == row+1 {
			c.data = appendFold(c.data, value)
		}
		c.data = append(c.data, '\n')
	}
}

func (c *textColumn) replace(row int, v string) {
	if string(c.at(row)) == v {
		return
	}
	for i, end := int(c.start[row]), c.end(row); i < end; i++ {
		c.data[i] = blank
	}
	if c.fresh == nil {
		c.fresh = make(map[int]string)
	}
	c.fresh[row] = strings.Clone(v)
}

func (c *textColumn) end(row int) int {
	if row+1 < len(c.start) {
		return int(c.start[row+1]) - 1
	}
	return len(c.data) - 1
}

// at is the folded value of a row; the caller does not keep or change it.
func (c *textColumn) at(row int) []byte {
	if row >= len(c.start) {
		return nil
	}
	if len(c.fresh) > 0 {
		if v, ok := c.fresh[row]; ok {
			return []byte(v)
		}
	}
	return c.data[c.start[row]:c.end(row)]
}

func (c *textColumn) show(row int) string { return string(c.at(row)) }

// search adds to into the rows whose value, between line ends, holds the
// pattern.
func (c *textColumn) search(pattern string, into rowset) {
	p := []byte(pattern)
	row := 0
	for at := 0; at < len(c.data); {
		i := bytes.Index(c.data[at:], p)
		if i < 0 {
			break
		}
		at += i
		inside := uint32(at)
		if p[0] == '\n' {
			inside++
		}
		row = c.rowOf(inside, row)
		if _, moved := c.fresh[row]; !moved {
			into.add(row)
		}
		row++
		if row == len(c.start) {
			break
		}
		at = int(c.start[row]) - 1
	}
	for row, v := range c.fresh {
		if strings.Contains("\n"+v+"\n", pattern) {
			into.add(row)
		}
	}
}

// rowOf is the row of a place in the text, at or after a row: looked for
// nearby first, since what is found often is found again in the next rows.
func (c *textColumn) rowOf(place uint32, from int) int {
	step := 1
	for from+step < len(c.start) && c.start[from+step] <= place {
		from += step
		step *= 2
	}
	ahead := min(step, len(c.start)-from)
	return from + sort.Search(ahead, func(k int) bool { return c.start[from+k] > place }) - 1
}

func (c *textColumn) matching(pattern string) block {
	found := make(rowset, words(len(c.start)))
	c.search(pattern, found)
	return found.word
}

func (c *textColumn) exists() block {
	return c.where(func(v []byte) bool { return len(v) > 0 })
}

// where tries every row.
func (c *textColumn) where(ok func([]byte) bool) block {
	found := make(rowset, words(len(c.start)))
	for row := range c.start {
		if ok(c.at(row)) {
			found.add(row)
		}
	}
	return found.word
}

func (c *textColumn) compare(op model.RuleOp, v model.RuleValue, _ model.Date) (block, error) {
	x := Fold(textOf(v))
	switch op {
	case model.OpEqual, model.OpStarts, model.OpContains:
		if x == "" && op == model.OpEqual {
			return nobody, nil
		}
		if x == "" {
			return c.exists(), nil
		}
		return c.matching(pattern(op, x)), nil
	case model.OpNotEqual:
		return without(c.exists(), c.matching(pattern(model.OpEqual, x))), nil
	}
	return c.where(func(b []byte) bool { return len(b) > 0 && ordered(op, bytes.Compare(b, []byte(x))) }), nil
}

func pattern(op model.RuleOp, x string) string {
	switch op {
	case model.OpEqual:
		return "\n" + x + "\n"
	case model.OpStarts:
		return "\n" + x
	}
	return x
}

// textOf is a value of a rule as a text to compare with.
func textOf(v model.RuleValue) string {
	if v.Kind == model.ValueText {
		return v.Text
	}
	return v.String()
}

// ordered reports whether a comparison holds for the sign of a difference.
func ordered(op model.RuleOp, sign int) bool {
	switch op {
	case model.OpEqual:
		return sign == 0
	case model.OpNotEqual:
		return sign != 0
	case model.OpLess:
		return sign < 0
	case model.OpLessEqual:
		return sign <= 0
	case model.OpMore:
		return sign > 0
	}
	return sign >= 0
}

// holds reports whether a comparison of two folded texts, the first one not
// empty, is true.
func holds(op model.RuleOp, value, x string) bool {
	switch op {
	case model.OpStarts:
		return strings.HasPrefix(value, x)
	case model.OpContains:
		return strings.Contains(value, x)
	}
	return ordered(op, strings.Compare(value, x))
}
