package measure

import (
	"math"
	"slices"
	"unsafe"

	"blanche/model"
)

// Member is one customer of a campaign, in the arm of the draw.
type Member struct {
	Customer uint32 // his number; the members of a book are sorted by it
	Holdout  bool
}

// yearBefore is how many days before the send make the spend that the arms are
// balanced on, and adjusted by.
const yearBefore = 365

// never is the day of the last purchase before the send of who made none.
const never = math.MinInt32

// Book keeps what the customers of one campaign bought, as exact sums: one more
// order, a refund, a correction or an order that comes late changes the sums of
// its customer alone, in a time that depends on nothing but his own orders, and
// leaves the same sums as if everything had been read from the start.
//
// Days are those of the window, from 1; 0 is the day before the send. Two
// windows are kept, the second for what the first only brought forward, and the
// year before.
//
// It takes 21 bytes a customer, 2 for each cut, and 16 for each day on which
// somebody bought in the two windows; where households were drawn, about twice
// that (see Bytes, Units). It is not safe for use by several goroutines.
type Book struct {
	days  int // of the window
	until int // the day the sums go up to; at most two windows
	ready bool

	ids     []uint32
	holdout []bool
	before  []int64 // cents of the year before
	last    []int32 // day of the last purchase before the send
	spent   spending
	at      int // where the last look-up ended

	arms  [2]armBook
	cuts  []*cut
	units *units // nil: each customer was drawn alone
}

// armBook are the sums of one arm: 0 the zone blanche, 1 the target.
type armBook struct {
	sums
	flows
	recent recency
	tall   tall
}

// NewBook is the empty book of some members, sorted, for a window of so many
// days.
func NewBook(members []Member, days int) *Book {
	b := &Book{
		days: days, ids: make([]uint32, len(members)), holdout: make([]bool, len(members)),
		before: make([]int64, len(members)), last: make([]int32, len(members)), spent: newSpending(len(members)),
	}
	for i, m := range members {
		b.ids[i], b.holdout[i], b.last[i] = m.Customer, m.Holdout, never
	}
	return b
}

// Has reports whether a customer is in either arm. It may be asked while the
// book changes.
func (b *Book) Has(customer uint32) bool {
	_, found := slices.BinarySearch(b.ids, customer)
	return found
}

// Any reports whether some customer of either arm is so.
func (b *Book) Any(so func(customer uint32) bool) bool { return slices.ContainsFunc(b.ids, so) }

// Len is how many customers the book has.
func (b *Book) Len() int { return len(b.ids) }

// Bytes is how much memory the book takes.
func (b *Book) Bytes() int {
	n := cap(b.ids)*4 + cap(b.holdout) + cap(b.before)*8 + cap(b.last)*4 + b.spent.bytes() + b.units.bytes()
	for _, c := range b.cuts {
		n += 2*cap(c.labels) + c.cells.bytes()
	}
	for _, a := range b.arms {
		n += cap(a.tall.steps)*int(unsafe.Sizeof(step{})) + cap(a.by)*int(unsafe.Sizeof(dayBook{}))
	}
	return n
}

// row is the place of a customer, -1 for one of neither arm. Customers asked in
// order are found at once.
func (b *Book) row(customer uint32) int {
	for i := b.at; i < min(b.at+8, len(b.ids)) && b.ids[i] <= customer; i++ {
		if b.at = i; b.ids[i] == customer {
			return i
		}
	}
	i, found := slices.BinarySearch(b.ids, customer)
	b.at = min(i, max(len(b.ids)-1, 0))
	if !found {
		return -1
	}
	return i
}

// Add counts money that a customer spent on a day; a refund is negative. Who
// is in neither arm, and what is out of the days of the book, is nothing.
func (b *Book) Add(customer uint32, day int, amount model.Cents) {
	if day > 2*b.days {
		return
	}
	if r := b.row(customer); r >= 0 {
		b.add(r, day, int64(amount))
	}
}

func (b *Book) add(r, day int, amount int64) {
	if day < 1 {
		b.addBefore(r, day, amount)
		return
	}
	from := b.fact(r)
	b.spend(r, day, amount)
	if day <= min(b.until, b.days) {
		b.move(r, from, fact{from.before, from.window + amount})
	}
}

// addBefore counts an order older than the send.
func (b *Book) addBefore(r, day int, amount int64) {
	if amount > 0 && int32(day) > b.last[r] {
		if b.ready {
			b.arm(r).recent.move(b.last[r], int32(day))
		}
		b.last[r] = int32(day)
	}
	if day > -yearBefore {
		from := b.fact(r)
		b.before[r] += amount
		b.move(r, from, fact{b.before[r], from.window})
	}
}

// Replace is all that a customer bought, instead of what was known of him.
func (b *Book) Replace(customer uint32, all []Purchase) {
	r := b.row(customer)
	if r < 0 {
		return
	}
	b.clear(r)
	for _, p := range all {
		if p.Day <= 2*b.days {
			b.add(r, p.Day, int64(p.Cents))
		}
	}
}

// spend writes an amount of one day down, for the customer and for the unit.
func (b *Book) spend(r, day int, amount int64) {
	if b.ready && day <= b.until {
		b.spent.flow(&b.arm(r).flows, r, day, amount, b.days, b.until)
	}
	b.spent.entry(r, day).cents += amount
	if b.units != nil {
		b.units.spend(b, r, day, amount)
	}
}

// clear forgets what a customer bought.
func (b *Book) clear(r int) {
	from := b.fact(r)
	if b.ready {
		b.arm(r).recent.move(b.last[r], never)
	}
	for at := b.spent.first[r]; at != 0; at = b.spent.entries[at-1].next {
		e := b.spent.entries[at-1]
		b.spend(r, int(e.day), -e.cents) // the rest of him flows out of what is left
	}
	b.spent.drop(r)
	b.before[r], b.last[r] = 0, never
	b.move(r, from, fact{})
}

// fact is what a customer counts for up to the day of the book.
func (b *Book) fact(r int) fact {
	return fact{before: b.before[r], window: b.spent.through(r, min(b.until, b.days))}
}

// move carries the change of one customer into the sums he is in.
func (b *Book) move(r int, from, to fact) {
	if !b.ready || from == to {
		return
	}
	a := b.arm(r)
	a.move(from, to)
	a.tall.move(from.window, to.window)
	if b.units != nil {
		b.units.cells.move(r, from, to, &a.units)
	}
	for _, c := range b.cuts {
		c.move(r, b.holdout[r], from, to)
	}
}

func (b *Book) arm(r int) *armBook { return &b.arms[side(b.holdout[r])] }

func side(holdout bool) int { return 1 - one(holdout) }

// Until says which day it is, counted from the send: later orders wait for
// theirs. The sums are counted again from the book when it changes.
func (b *Book) Until(day int) {
	if day = max(0, min(day, 2*b.days)); day != b.until || !b.ready {
		b.until = day
		b.recount()
	}
}

// recount counts the sums from what is written down of each customer.
func (b *Book) recount() {
	b.ready = true
	for i := range b.arms {
		b.arms[i] = armBook{flows: flows{by: make([]dayBook, b.until)}}
	}
	if b.units != nil {
		b.units.empty(b.until)
	}
	for _, c := range b.cuts {
		c.empty()
	}
	for r := range b.ids {
		a := b.arm(r)
		a.customers++
		if b.units != nil {
			b.units.cells.join(r, &a.units)
		}
		for _, c := range b.cuts {
			c.join(r, b.holdout[r])
		}
		a.recent.move(never, b.last[r])
		a.flows.count(&b.spent, r, b.days, b.until)
		b.move(r, fact{}, b.fact(r))
	}
	if b.units != nil {
		b.units.recount(b)
	}
}
