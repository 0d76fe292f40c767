package audience

import (
	"math"

	"blanche/model"
)

// wholeColumn is a field of whole numbers: four bytes a row while all of them
// fit, else eight.
type wholeColumn struct {
	small *numColumn[int32]
	large *numColumn[int64] // nil while all fit
}

func newWhole(t Type) *wholeColumn {
	return &wholeColumn{small: &numColumn[int32]{none: math.MinInt32, typ: t}}
}

func (c *wholeColumn) put(row int, x int64) {
	if c.large == nil && x > math.MinInt32 && x <= math.MaxInt32 {
		c.small.put(row, int32(x))
		return
	}
	if c.large == nil {
		c.large = &numColumn[int64]{none: noNumber, typ: c.small.typ, v: make([]int64, len(c.small.v), max(cap(c.small.v), 64))}
		for i, s := range c.small.v {
			c.large.v[i] = int64(s)
			if s == c.small.none {
				c.large.v[i] = noNumber
			}
		}
		c.small = nil
	}
	c.large.put(row, x)
}

func (c *wholeColumn) at(row int) (int64, bool) {
	if c.large != nil {
		return c.large.at(row)
	}
	x, ok := c.small.at(row)
	return int64(x), ok
}

func (c *wholeColumn) column() column {
	if c.large != nil {
		return c.large
	}
	return c.small
}

// over matches the numbers above x.
func (c *wholeColumn) over(x int32) block {
	if c.large != nil {
		return c.large.between(int64(x)+1, math.MaxInt64)
	}
	return c.small.between(x+1, math.MaxInt32)
}

func (c *wholeColumn) exists() block { return c.column().exists() }

func (c *wholeColumn) compare(op model.RuleOp, v model.RuleValue, today model.Date) (block, error) {
	return c.column().compare(op, v, today)
}

func (c *wholeColumn) show(row int) string { return c.column().show(row) }
