package measure

import (
	"cmp"
	"slices"
	"unsafe"
)

// spending is what each of some rows, customers or units, spent on each day of
// the two windows.
type spending struct {
	first   []uint32 // of the entries of each row, from 1; 0 none
	entries []entry
	free    uint32 // the first entry that nobody uses
}

// entry is what one row spent on one day.
type entry struct {
	cents int64
	next  uint32
	day   int32
}

func newSpending(rows int) spending { return spending{first: make([]uint32, rows)} }

func (s *spending) bytes() int {
	return cap(s.first)*4 + cap(s.entries)*int(unsafe.Sizeof(entry{}))
}

// entry is that of a row on a day, made where there is none.
func (s *spending) entry(r, day int) *entry {
	for at := s.first[r]; at != 0; at = s.entries[at-1].next {
		if s.entries[at-1].day == int32(day) {
			return &s.entries[at-1]
		}
	}
	at := s.free
	if at == 0 {
		s.entries = append(s.entries, entry{})
		at = uint32(len(s.entries))
	} else {
		s.free = s.entries[at-1].next
	}
	s.entries[at-1] = entry{next: s.first[r], day: int32(day)}
	s.first[r] = at
	return &s.entries[at-1]
}

// drop forgets all the entries of a row.
func (s *spending) drop(r int) {
	for at := s.first[r]; at != 0; {
		next := s.entries[at-1].next
		s.entries[at-1] = entry{next: s.free}
		s.free, at = at, next
	}
	s.first[r] = 0
}

// through is what a row spent up to a day.
func (s *spending) through(r, last int) (cents int64) {
	for at := s.first[r]; at != 0; at = s.entries[at-1].next {
		if e := &s.entries[at-1]; int(e.day) <= last {
			cents += e.cents
		}
	}
	return cents
}

// flows are the sums by day of an arm.
type flows struct {
	// by is what each day adds to the sum and to the sum of the squares of the
	// revenue since the send.
	by     []dayBook
	second wide // squares of the second window
}

type dayBook struct {
	sum     int64
	squares wide
	sized   wide // of units: each amount times the customers of the unit
}

func (d *dayBook) add(o dayBook) {
	d.sum += o.sum
	d.squares, d.sized = d.squares.plus(o.squares), d.sized.plus(o.sized)
}

// flow counts an amount of one day in the sums by day, before it is written
// down: the squares of the revenue since the send grow by 2·c·a + a² on that
// day, c being what the row had spent by then, and by 2·e·a on each later day on
// which it spends e.
func (s *spending) flow(f *flows, r, day int, amount int64, days, until int) {
	sofar, second := int64(0), int64(0)
	for at := s.first[r]; at != 0; at = s.entries[at-1].next {
		e := &s.entries[at-1]
		switch {
		case int(e.day) > until:
			continue
		case int(e.day) <= day:
			sofar += e.cents
		default:
			later := &f.by[e.day-1]
			later.squares = later.squares.plus(product(2*e.cents, amount))
		}
		if int(e.day) > days {
			second += e.cents
		}
	}
	d := &f.by[day-1]
	d.sum += amount
	d.squares = d.squares.plus(product(2*sofar, amount)).plus(square(amount))
	if day > days {
		f.second = f.second.plus(square(second + amount)).minus(square(second))
	}
}

// count adds the days of one row to the sums by day, from nothing.
func (f *flows) count(s *spending, r, days, until int) {
	at := s.first[r]
	if at == 0 {
		return
	}
	var few [8]entry
	mine := few[:0]
	for ; at != 0; at = s.entries[at-1].next {
		if int(s.entries[at-1].day) <= until {
			mine = append(mine, s.entries[at-1])
		}
	}
	slices.SortFunc(mine, func(x, y entry) int { return cmp.Compare(x.day, y.day) })
	sofar, second := int64(0), int64(0)
	for _, e := range mine {
		d := &f.by[e.day-1]
		d.sum += e.cents
		d.squares = d.squares.plus(product(2*sofar, e.cents)).plus(square(e.cents))
		sofar += e.cents
		if int(e.day) > days {
			second += e.cents
		}
	}
	f.second = f.second.plus(square(second))
}

// recency sums how many days before the send those who had bought did last.
type recency struct {
	customers int
	days      int64
	squares   wide
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
