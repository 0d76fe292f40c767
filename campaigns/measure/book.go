package measure

import (
	"cmp"
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
// somebody bought in the two windows (see Bytes). It is not safe for use by
// several goroutines.
type Book struct {
	days  int // of the window
	until int // the day the sums go up to; at most two windows
	ready bool

	ids     []uint32
	holdout []bool
	before  []int64  // cents of the year before
	last    []int32  // day of the last purchase before the send
	first   []uint32 // of the entries of each member, from 1; 0 none
	entries []entry
	free    uint32 // the first entry that nobody uses
	at      int    // where the last look-up ended

	arms [2]armBook
	cuts []*cut
}

// entry is what one customer spent on one day.
type entry struct {
	cents int64
	next  uint32
	day   int32
}

// armBook are the sums of one arm: 0 the zone blanche, 1 the target.
type armBook struct {
	sums
	second wide // squares of the second window
	// by is what each day adds to the sum and to the sum of the squares of the
	// revenue since the send.
	by     []dayBook
	recent recency
	tall   tall
}

type dayBook struct {
	sum     int64
	squares wide
}

// recency sums how many days before the send those who had bought did last.
type recency struct {
	customers int
	days      int64
	squares   wide
}

// NewBook is the empty book of some members, sorted, for a window of so many
// days.
func NewBook(members []Member, days int) *Book {
	b := &Book{
		days: days, ids: make([]uint32, len(members)), holdout: make([]bool, len(members)),
		before: make([]int64, len(members)), last: make([]int32, len(members)), first: make([]uint32, len(members)),
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

// Len is how many customers the book has.
func (b *Book) Len() int { return len(b.ids) }

// Bytes is how much memory the book takes.
func (b *Book) Bytes() int {
	n := cap(b.ids)*4 + cap(b.holdout) + cap(b.before)*8 + cap(b.last)*4 + cap(b.first)*4 + cap(b.entries)*int(unsafe.Sizeof(entry{}))
	for _, c := range b.cuts {
		n += 2 * cap(c.labels)
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
	if b.ready && day <= b.until {
		b.flow(r, day, amount)
	}
	e := b.entry(r, day)
	e.cents += amount
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

// clear forgets what a customer bought.
func (b *Book) clear(r int) {
	from := b.fact(r)
	if b.ready {
		for at := b.first[r]; at != 0; at = b.entries[at-1].next {
			if e := &b.entries[at-1]; int(e.day) <= b.until {
				b.flow(r, int(e.day), -e.cents)
				e.cents = 0 // the rest of him flows out of what is left
			}
		}
		b.arm(r).recent.move(b.last[r], never)
	}
	for at := b.first[r]; at != 0; {
		next := b.entries[at-1].next
		b.entries[at-1] = entry{next: b.free}
		b.free, at = at, next
	}
	b.first[r], b.before[r], b.last[r] = 0, 0, never
	b.move(r, from, fact{})
}

// entry is that of a customer on a day, made where there is none.
func (b *Book) entry(r, day int) *entry {
	for at := b.first[r]; at != 0; at = b.entries[at-1].next {
		if b.entries[at-1].day == int32(day) {
			return &b.entries[at-1]
		}
	}
	at := b.free
	if at == 0 {
		b.entries = append(b.entries, entry{})
		at = uint32(len(b.entries))
	} else {
		b.free = b.entries[at-1].next
	}
	b.entries[at-1] = entry{next: b.first[r], day: int32(day)}
	b.first[r] = at
	return &b.entries[at-1]
}

// fact is what a customer counts for up to the day of the book.
func (b *Book) fact(r int) fact {
	f := fact{before: b.before[r]}
	last := int32(min(b.until, b.days))
	for at := b.first[r]; at != 0; at = b.entries[at-1].next {
		if e := &b.entries[at-1]; e.day <= last {
			f.window += e.cents
		}
	}
	return f
}

// move carries the change of one customer into the sums he is in.
func (b *Book) move(r int, from, to fact) {
	if !b.ready || from == to {
		return
	}
	a := b.arm(r)
	a.move(from, to)
	a.tall.move(from.window, to.window)
	for _, c := range b.cuts {
		c.sums[side(b.holdout[r])][c.labels[r]].move(from, to)
	}
}

// flow counts an amount of one day in the sums by day, before it is written
// down: the squares of the revenue since the send grow by 2·c·a + a² on that
// day, c being what he had spent by then, and by 2·e·a on each later day on
// which he spends e.
func (b *Book) flow(r, day int, amount int64) {
	a := b.arm(r)
	sofar, second := int64(0), int64(0)
	for at := b.first[r]; at != 0; at = b.entries[at-1].next {
		e := &b.entries[at-1]
		switch {
		case int(e.day) > b.until:
			continue
		case int(e.day) <= day:
			sofar += e.cents
		default:
			later := &a.by[e.day-1]
			later.squares = later.squares.plus(product(2*e.cents, amount))
		}
		if int(e.day) > b.days {
			second += e.cents
		}
	}
	d := &a.by[day-1]
	d.sum += amount
	d.squares = d.squares.plus(product(2*sofar, amount)).plus(square(amount))
	if day > b.days {
		a.second = a.second.plus(square(second + amount)).minus(square(second))
	}
}

// move counts that somebody's last purchase before the send was on another day.
func (r *recency) move(from, to int32) {
	for _, m := range [2]struct {
		day int32
		by  int
	}{{from, -1}, {to, 1}} {
		if m.day == never {
			continue
		}
		ago := int64(1 - m.day)
		r.customers += m.by
		r.days += int64(m.by) * ago
		r.squares = r.squares.plus(product(int64(m.by)*ago, ago))
	}
}

// moments are those of the days.
func (r *recency) moments() Moments {
	return Moments{
		N: r.customers, Mean: Num(float64(r.days) / float64(r.customers)),
		Var: Num(10_000 * covariance(r.customers, r.days, r.days, r.squares)), Sum: Num(float64(r.days)),
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
		b.arms[i] = armBook{by: make([]dayBook, b.until)}
	}
	for _, c := range b.cuts {
		c.empty()
	}
	var mine []entry
	for r := range b.ids {
		a := b.arm(r)
		a.customers++
		for _, c := range b.cuts {
			c.sums[side(b.holdout[r])][c.labels[r]].customers++
		}
		a.recent.move(never, b.last[r])
		mine = mine[:0]
		for at := b.first[r]; at != 0; at = b.entries[at-1].next {
			if int(b.entries[at-1].day) <= b.until {
				mine = append(mine, b.entries[at-1])
			}
		}
		a.count(mine, b.days)
		b.move(r, fact{}, b.fact(r))
	}
}

// count adds the days of one customer to the sums by day.
func (a *armBook) count(mine []entry, days int) {
	if len(mine) > 1 {
		slices.SortFunc(mine, func(x, y entry) int { return cmp.Compare(x.day, y.day) })
	}
	sofar, second := int64(0), int64(0)
	for _, e := range mine {
		d := &a.by[e.day-1]
		d.sum += e.cents
		d.squares = d.squares.plus(product(2*sofar, e.cents)).plus(square(e.cents))
		sofar += e.cents
		if int(e.day) > days {
			second += e.cents
		}
	}
	a.second = a.second.plus(square(second))
}
