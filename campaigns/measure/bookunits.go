package measure

import (
	"math"
	"math/big"
	"slices"
	"unsafe"
)

// units are the customers of a book who were drawn as one: households. What
// chance decided is their side, so they are what an error is counted on. Those of
// a unit who are on both sides after all (somebody moved) are two.
type units struct {
	cells cells    // of each arm
	spent spending // by cell
	arms  [2]flows
}

// Units says that the customers for whom the key is the same were drawn as one;
// who has an empty one was drawn alone. Every error of the statement is then
// that of so many units, and stays right whatever the customers of a unit have
// in common; with units of one it is the same to the last digit. One more order
// costs no more than the days on which its unit has bought. Said again, it takes
// the place of what was said before.
func (b *Book) Units(key func(customer uint32) string) {
	type side struct {
		key     string
		holdout bool
	}
	u, known := &units{cells: cells{of: make([]uint32, len(b.ids))}}, map[side]uint32{}
	for r, id := range b.ids {
		s := side{key(id), b.holdout[r]}
		n, found := known[s]
		if !found || s.key == "" {
			n = uint32(len(u.cells.totals))
			u.cells.totals = append(u.cells.totals, cell{})
			known[s] = n
		}
		u.cells.of[r] = n
	}
	if b.units != nil && slices.Equal(u.cells.of, b.units.cells.of) {
		return
	}
	u.spent = newSpending(len(u.cells.totals))
	for r, n := range u.cells.of {
		for at := b.spent.first[r]; at != 0; at = b.spent.entries[at-1].next {
			e := b.spent.entries[at-1]
			u.spent.entry(int(n), int(e.day)).cents += e.cents
		}
	}
	b.units, b.ready = u, false
	for _, c := range b.cuts {
		c.cells = u.cells.within(c.labels)
	}
}

// grouped reports whether several customers were drawn as one.
func (b *Book) grouped() bool { return !b.arms[0].summary().alone() || !b.arms[1].summary().alone() }

// meanSize is how many others of the same unit a customer has, and himself, on
// average: the most that drawing units can do to a variance (Kish 1965).
func (b *Book) meanSize() float64 {
	most := 1.0
	for i := range b.arms {
		squares, _ := new(big.Float).SetInt(b.arms[i].units.nn.big()).Float64()
		most = math.Max(most, squares/float64(b.arms[i].customers))
	}
	return most
}

// within are the parts of the units by the groups of a cut.
func (c *cells) within(labels []uint16) *cells {
	type part struct {
		unit  uint32
		label uint16
	}
	parts, known := &cells{of: make([]uint32, len(c.of))}, make(map[part]uint32, len(c.totals))
	for r, unit := range c.of {
		p := part{unit, labels[r]}
		n, found := known[p]
		if !found {
			n = uint32(len(parts.totals))
			parts.totals = append(parts.totals, cell{})
			known[p] = n
		}
		parts.of[r] = n
	}
	return parts
}

func (u *units) bytes() int {
	if u == nil {
		return 0
	}
	return u.cells.bytes() + u.spent.bytes()
}

// spend writes an amount of one day down for the unit of a customer.
func (u *units) spend(b *Book, r, day int, amount int64) {
	n := int(u.cells.of[r])
	if b.ready && day <= b.until {
		f := &u.arms[side(b.holdout[r])]
		u.spent.flow(f, n, day, amount, b.days, b.until)
		f.by[day-1].sized = f.by[day-1].sized.plus(product(amount, u.cells.totals[n].size))
	}
	u.spent.entry(n, day).cents += amount
}

func (u *units) empty(until int) {
	clear(u.cells.totals)
	for i := range u.arms {
		u.arms[i] = flows{by: make([]dayBook, until)}
	}
}

// recount counts the sums by day, once the customers of each unit are known.
func (u *units) recount(b *Book) {
	next := uint32(0) // units have the order of their first customers
	for r, n := range u.cells.of {
		if n != next {
			continue
		}
		next++
		f := &u.arms[side(b.holdout[r])]
		f.count(&u.spent, int(n), b.days, b.until)
		for at := u.spent.first[n]; at != 0; at = u.spent.entries[at-1].next {
			if e := u.spent.entries[at-1]; int(e.day) <= b.until {
				d := &f.by[e.day-1]
				d.sized = d.sized.plus(product(e.cents, u.cells.totals[n].size))
			}
		}
	}
}

// cells are units, or what of them is in one group: what their customers add up
// to.
type cells struct {
	of     []uint32 // of each member
	totals []cell
}

type cell struct {
	fact
	size, buyers int64
}

func (c *cells) bytes() int {
	if c == nil {
		return 0
	}
	return 4*cap(c.of) + cap(c.totals)*int(unsafe.Sizeof(cell{}))
}

// join counts one more customer.
func (c *cells) join(r int, s *unitSums) {
	t := &c.totals[c.of[r]]
	from := *t
	t.size++
	s.move(from, *t)
}

// move counts that a customer is no longer worth one fact but another.
func (c *cells) move(r int, from, to fact, s *unitSums) {
	t := &c.totals[c.of[r]]
	was := *t
	t.before += to.before - from.before
	t.window += to.window - from.window
	t.buyers += int64(one(to.window > 0) - one(from.window > 0))
	s.move(was, *t)
}

// unitSums are the exact sums of some units: Y, X and B being what the customers
// of one spent in the window and before, and how many bought, n how many they are.
type unitSums struct {
	count              int
	buying             int // Y above zero
	nn, yy, xx, xy, bb wide
	yn, xn, bn         wide
}

func (s *unitSums) move(from, to cell) {
	s.count += one(to.size > 0) - one(from.size > 0)
	s.buying += one(to.window > 0) - one(from.window > 0)
	for _, f := range [...]struct {
		sum           *wide
		was, a, is, b int64
	}{
		{&s.nn, from.size, from.size, to.size, to.size},
		{&s.yy, from.window, from.window, to.window, to.window},
		{&s.xx, from.before, from.before, to.before, to.before},
		{&s.xy, from.before, from.window, to.before, to.window},
		{&s.bb, from.buyers, from.buyers, to.buyers, to.buyers},
		{&s.yn, from.window, from.size, to.window, to.size},
		{&s.xn, from.before, from.size, to.before, to.size},
		{&s.bn, from.buyers, from.size, to.buyers, to.size},
	} {
		if f.was != f.is || f.a != f.b {
			*f.sum = f.sum.plus(product(f.is, f.b)).minus(product(f.was, f.a))
		}
	}
}

func (s unitSums) plus(o unitSums) unitSums {
	return unitSums{
		count: s.count + o.count, buying: s.buying + o.buying,
		nn: s.nn.plus(o.nn), yy: s.yy.plus(o.yy), xx: s.xx.plus(o.xx), xy: s.xy.plus(o.xy), bb: s.bb.plus(o.bb),
		yn: s.yn.plus(o.yn), xn: s.xn.plus(o.xn), bn: s.bn.plus(o.bn),
	}
}

// covariance is n times the covariance of the means per customer of two figures,
// when units were drawn and not customers, so that it stands where the covariance
// of customers stands: with n customers in g units, A and B the sums of a unit of
// n_u customers, a and b the means per customer,
//
//	g/(g−1) · Σ (A − a·n_u)(B − b·n_u) / n
//
// the linearised variance of a ratio (Cochran 1977, Sampling Techniques, 6.4, the
// sandwich of Liang, Zeger 1986, with the correction for few units). The amounts
// are in cents, the result in euros²; computed in whole numbers and rounded once;
// NaN below two units.
func (s *unitSums) covariance(n int, a, b int64, ab, an, bn wide) float64 {
	if s.count < 2 {
		return math.NaN()
	}
	whole := big.NewInt
	mul := func(x ...*big.Int) *big.Int {
		p := whole(1)
		for _, f := range x {
			p.Mul(p, f)
		}
		return p
	}
	N, A, B := whole(int64(n)), whole(a), whole(b)
	top := mul(N, N, ab.big())
	top.Sub(top, mul(N, A, bn.big()))
	top.Sub(top, mul(N, B, an.big()))
	top.Add(top, mul(A, B, s.nn.big()))
	top.Mul(top, whole(int64(s.count)))
	v, _ := new(big.Rat).SetFrac(top, mul(N, N, N, whole(int64(s.count-1)), whole(10_000))).Float64()
	return v
}
