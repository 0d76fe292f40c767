package audience

import (
	"time"

	"blanche/model"
)

// calendar is a set of days of the year.
type calendar [13][32]bool

// coming are the days of the year of the next days, today included. In a year
// without 29 February it stands on the 28th.
func coming(today model.Date, days int) *calendar {
	var c calendar
	for i := range days {
		d := today + model.Date(i)
		year, month, day := d.Civil()
		c[month][day] = true
		if month == time.February && day == 28 && !leap(year) {
			c[month][29] = true
		}
	}
	return &c
}

func leap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

func (c *calendar) has(d model.Date) bool {
	_, month, day := d.Civil()
	return c[month][day]
}

// anniversary matches the rows of a column of days whose day of the year is in
// the calendar.
func anniversary(of column, c *calendar) (block, bool) {
	switch of := of.(type) {
	case *numColumn[int32]:
		if of.typ == TypeDate {
			return of.onDays(c), true
		}
	case *dictColumn:
		if of.typ == TypeDate {
			return of.matching(func(n int) bool {
				d, ok := parseDay(of.label[n])
				return ok && c.has(d)
			}), true
		}
	case noColumn:
		return nobody, true
	}
	return nil, false
}

// widest is how many days a table of them may have: ten thousand years.
const widest = 366 * 10_000

// onDays looks the days up in a table of all those between the first and the
// last one of the column.
func (c *numColumn[T]) onDays(cal *calendar) block {
	lo, hi, some := c.ends()
	if !some {
		return nobody
	}
	if int64(hi)-int64(lo) > widest {
		return c.each(func(x T) bool { return cal.has(model.Date(x)) })
	}
	table := make([]bool, int(hi)-int(lo)+1)
	for i := range table {
		table[i] = cal.has(model.Date(lo) + model.Date(i))
	}
	return c.each(func(x T) bool { return table[int(x)-int(lo)] })
}

// ends are the smallest and the greatest value.
func (c *numColumn[T]) ends() (lo, hi T, some bool) {
	for _, x := range c.v {
		if x == c.none {
			continue
		}
		if !some || x < lo {
			lo = x
		}
		if !some || x > hi {
			hi = x
		}
		some = true
	}
	return lo, hi, some
}

// each matches the values for which something holds.
func (c *numColumn[T]) each(ok func(T) bool) block {
	return func(w int, mask uint64) uint64 {
		if w*64 >= len(c.v) {
			return 0
		}
		var m uint64
		for i, x := range (*[64]T)(c.v[w*64:]) {
			if x != c.none && ok(x) {
				m |= 1 << i
			}
		}
		return m
	}
}
