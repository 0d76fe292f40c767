package measure

import (
	"encoding/json"
	"math"

	"blanche/model"
)

// Num is a figure that may be unknown: NaN and infinities mean unknown, and
// are written as null. Arithmetic on an unknown stays unknown, so the formulas
// need no special case.
type Num float64

// Known reports whether there is a figure.
func (n Num) Known() bool { return !math.IsNaN(float64(n)) && !math.IsInf(float64(n), 0) }

// Ptr is the figure, nil when unknown.
func (n Num) Ptr() *float64 {
	if !n.Known() {
		return nil
	}
	f := float64(n)
	return &f
}

// MarshalJSON writes the figure, null when unknown.
func (n Num) MarshalJSON() ([]byte, error) { return json.Marshal(n.Ptr()) }

// Range is a lower and an upper bound, unknown as soon as one of them is.
type Range [2]Num

// unknown is the figure that is not there.
var unknown = Num(math.NaN())

// unknownRange is the range that is not there.
var unknownRange = Range{unknown, unknown}

// newRange makes a Range of two bounds.
func newRange(low, high float64) Range { return Range{Num(low), Num(high)} }

// around is the range x ± half.
func around(x, half float64) Range { return newRange(x-half, x+half) }

// Known reports whether both bounds are there.
func (r Range) Known() bool { return r[0].Known() && r[1].Known() }

// Ptr is the range as a statement carries it, nil when unknown.
func (r Range) Ptr() *model.Interval {
	if !r.Known() {
		return nil
	}
	return &model.Interval{float64(r[0]), float64(r[1])}
}

// MarshalJSON writes two numbers, null when one is unknown.
func (r Range) MarshalJSON() ([]byte, error) { return json.Marshal(r.Ptr()) }

// affine is the range of a + b·x for x in the range: an increasing or
// decreasing line carries bounds through without approximation.
func (r Range) affine(a, b float64) Range {
	low, high := a+b*float64(r[0]), a+b*float64(r[1])
	if low > high {
		low, high = high, low
	}
	return newRange(low, high)
}
