package audience

import (
	"math"
	"math/bits"
	"strconv"

	"blanche/model"
)

// block answers for the 64 rows of one word: bit i is row 64*w+i. Only the rows
// of the mask are asked about: the others may carry any bit, and a block may
// look at those of the mask alone where they are few.
type block func(w int, mask uint64) uint64

// few is how many rows of a word are looked at one by one rather than all.
const few = 16

// column is one field of everybody.
type column interface {
	// exists matches the rows that have a value.
	exists() block
	// compare matches the rows with a value for which the comparison holds.
	compare(op model.RuleOp, v model.RuleValue, today model.Date) (block, error)
	// show is the value of a row as a rule would write it, empty without one.
	show(row int) string
}

// words is how many 64-row words hold n rows.
func words(n int) int { return (n + 63) / 64 }

// rowset is one bit a row.
type rowset []uint64

func (b rowset) has(row int) bool { return row>>6 < len(b) && b[row>>6]>>(row&63)&1 == 1 }
func (b rowset) add(row int)      { b[row>>6] |= 1 << (row & 63) }

func (b *rowset) put(row int, on bool) {
	for len(*b) <= row>>6 {
		*b = append(*b, 0)
	}
	if on {
		b.add(row)
	} else {
		(*b)[row>>6] &^= 1 << (row & 63)
	}
}

func (b rowset) word(w int, _ uint64) uint64 {
	if w < len(b) {
		return b[w]
	}
	return 0
}

func nobody(int, uint64) uint64   { return 0 }
func everyone(int, uint64) uint64 { return math.MaxUint64 }

// without matches what the first does and the second does not.
func without(among, b block) block {
	return func(w int, mask uint64) uint64 {
		m := among(w, mask) & mask
		if m == 0 {
			return 0
		}
		return m &^ b(w, m)
	}
}

// flagColumn is a field that is true or false for everybody.
type flagColumn struct{ is block }

func (c flagColumn) exists() block { return everyone }

func (c flagColumn) compare(op model.RuleOp, v model.RuleValue, _ model.Date) (block, error) {
	if v.Kind != model.ValueBool || op > model.OpNotEqual {
		return nil, wrongType(v, TypeBool)
	}
	if v.True == (op == model.OpEqual) {
		return c.is, nil
	}
	return without(everyone, c.is), nil
}

func (c flagColumn) show(row int) string {
	return strconv.FormatBool(c.is(row>>6, 1<<(row&63))>>(row&63)&1 == 1)
}

// noColumn is a field that nobody has a value in.
type noColumn struct{}

func (noColumn) exists() block { return nobody }
func (noColumn) compare(model.RuleOp, model.RuleValue, model.Date) (block, error) {
	return nobody, nil
}
func (noColumn) show(int) string { return "" }

// isNot are the sentences for a value that a column cannot be compared with.
var isNot = map[Type]string{
	TypeNumber: "rule.not_number", TypeMoney: "rule.not_money", TypeDate: "rule.not_date", TypeBool: "rule.not_bool",
}

func wrongType(v model.RuleValue, t Type) error { return model.Invalid(isNot[t], "word", v.String()) }

// numeric is what a column of numbers holds: days, counts, cents, ratios.
type numeric interface{ int32 | int64 | float64 }

// numColumn is a field of numbers or of days. The smallest number of its type
// (minus infinity for ratios) means "no value". v is filled up to a whole word.
type numColumn[T numeric] struct {
	v    []T
	none T
	typ  Type
}

func dayColumn() *numColumn[int32] {
	return &numColumn[int32]{none: math.MinInt32, typ: TypeDate}
}

func (c *numColumn[T]) put(row int, x T) {
	for len(c.v) <= row {
		for range 64 {
			c.v = append(c.v, c.none)
		}
	}
	c.v[row] = x
}

func (c *numColumn[T]) at(row int) (x T, ok bool) {
	if row >= len(c.v) {
		return c.none, false
	}
	return c.v[row], c.v[row] > c.none
}

func (c *numColumn[T]) exists() block {
	if v, ok := any(c.v).([]int32); ok {
		return between32(v, math.MinInt32+1, math.MaxInt32)
	}
	return func(w int, mask uint64) uint64 {
		if w*64 >= len(c.v) {
			return 0
		}
		var m uint64
		for i, x := range (*[64]T)(c.v[w*64:]) {
			var b uint64
			if x > c.none {
				b = 1
			}
			m |= b << i
		}
		return m
	}
}

// between matches the values from lo to hi, both in. Without branches, so that
// it takes the same time whatever it matches.
func (c *numColumn[T]) between(lo, hi T) block {
	if v, ok := any(c.v).([]int32); ok {
		return between32(v, int32(lo), int32(hi))
	}
	return func(w int, mask uint64) uint64 {
		if w*64 >= len(c.v) {
			return 0
		}
		v := (*[64]T)(c.v[w*64:])
		var m uint64
		if bits.OnesCount64(mask) <= few {
			for rest := mask; rest != 0; rest &= rest - 1 {
				i := bits.TrailingZeros64(rest)
				x := v[i&63]
				var a, b uint64
				if x >= lo {
					a = 1
				}
				if x <= hi {
					b = 1
				}
				m |= (a & b) << (i & 63)
			}
			return m
		}
		for i, x := range v {
			var a, b uint64
			if x >= lo {
				a = 1
			}
			if x <= hi {
				b = 1
			}
			m |= (a & b) << i
		}
		return m
	}
}

func (c *numColumn[T]) compare(op model.RuleOp, v model.RuleValue, today model.Date) (block, error) {
	x, err := c.number(v, today)
	if err != nil || op > model.OpMoreEqual {
		return nil, wrongType(v, c.typ)
	}
	if op == model.OpNotEqual {
		lo, hi, some := c.bounds(model.OpEqual, x)
		if !some {
			return c.exists(), nil
		}
		return without(c.exists(), c.between(lo, hi)), nil
	}
	lo, hi, some := c.bounds(op, x)
	if !some {
		return nobody, nil
	}
	return c.between(lo, hi), nil
}

func (c *numColumn[T]) number(v model.RuleValue, today model.Date) (float64, error) {
	switch {
	case c.typ == TypeDate && (v.Kind == model.ValueDate || v.Kind == model.ValueAgo):
		return float64(v.Day(today)), nil
	case c.typ == TypeMoney && v.Kind == model.ValueNumber:
		return cents(v.Number()), nil
	case c.typ == TypeNumber && v.Kind == model.ValueNumber:
		return v.Number(), nil
	}
	return 0, wrongType(v, c.typ)
}

// cents is an amount of euros in cents: whole when it was written with two
// decimals, although 19.99 × 100 is not.
func cents(euros float64) float64 {
	c := euros * 100
	if r := math.Round(c); math.Abs(c-r) < 1e-6 {
		return r
	}
	return c
}

// bounds turns a comparison with x into a range of values, both ends in; false
// when no value can be in it.
func (c *numColumn[T]) bounds(op model.RuleOp, x float64) (lo, hi T, some bool) {
	lowest, highest := above(c.none)
	from, to := x, x
	switch op {
	case model.OpLess:
		to = below(x, c.none)
	case model.OpMore:
		from = -below(-x, c.none)
	}
	if _, whole := any(c.none).(float64); !whole {
		from, to = math.Ceil(from), math.Floor(to)
	}
	if op == model.OpLess || op == model.OpLessEqual || from < float64(lowest) {
		from = float64(lowest)
	}
	if op == model.OpMore || op == model.OpMoreEqual || to > float64(highest) {
		to = float64(highest)
	}
	return T(from), T(to), from <= to
}

// below is the greatest value of the column under x.
func below[T numeric](x float64, kind T) float64 {
	if _, ratio := any(kind).(float64); ratio {
		return math.Nextafter(x, math.Inf(-1))
	}
	return math.Ceil(x) - 1
}

// above is the smallest and the greatest value that is one: whole numbers stay
// within what a float64 says exactly.
func above[T numeric](none T) (lowest, highest T) {
	switch any(none).(type) {
	case int32:
		lo, hi := float64(math.MinInt32+1), float64(math.MaxInt32)
		return T(lo), T(hi)
	case int64:
		lo, hi := float64(-1<<53), float64(1<<53)
		return T(lo), T(hi)
	}
	lo, hi := -math.MaxFloat64, math.MaxFloat64
	return T(lo), T(hi)
}

func (c *numColumn[T]) show(row int) string {
	x, ok := c.at(row)
	switch {
	case !ok:
		return ""
	case c.typ == TypeDate:
		return model.DateValue(model.Date(x)).String()
	case c.typ == TypeMoney:
		return strconv.FormatFloat(float64(x)/100, 'f', 2, 64)
	}
	return strconv.FormatFloat(float64(x), 'f', -1, 64)
}
