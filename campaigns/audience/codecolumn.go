package audience

import "blanche/model"

// codeColumn is a field of few values of ours: who has each but the first, which
// is that of everybody else.
type codeColumn struct {
	names []string
	who   [8]rowset // by code; none of code 0
}

func (c *codeColumn) put(row int, x uint8) {
	for code := 1; code < len(c.names); code++ {
		c.who[code].put(row, code == int(x))
	}
}

func (c *codeColumn) at(row int) uint8 {
	for code := 1; code < len(c.names); code++ {
		if c.who[code].has(row) {
			return uint8(code)
		}
	}
	return 0
}

func (c *codeColumn) show(row int) string { return c.names[c.at(row)] }
func (c *codeColumn) exists() block       { return everyone }

// bytes is the memory that the rows take.
func (c *codeColumn) bytes() (n int) {
	for code := range c.who {
		n += 8 * cap(c.who[code])
	}
	return n
}

func (c *codeColumn) compare(op model.RuleOp, v model.RuleValue, _ model.Date) (block, error) {
	x := Fold(textOf(v))
	return c.where(func(code uint8) bool { return holds(op, c.names[code], x) }), nil
}

// where matches the rows with certain codes.
func (c *codeColumn) where(ok func(code uint8) bool) block {
	var in, out []block
	for code := 1; code < len(c.names); code++ {
		if set := c.who[code].word; ok(uint8(code)) {
			in = append(in, set)
		} else {
			out = append(out, set)
		}
	}
	switch {
	case ok(0):
		return without(everyone, some(out))
	case len(in) == 1:
		return in[0]
	}
	return some(in)
}
