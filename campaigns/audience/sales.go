package audience

import (
	"strconv"

	"blanche/model"
)

// Sale is one paid order of a person, in short.
type Sale struct {
	Day   model.Date
	Cents model.Cents
}

// sales is the paid orders of everybody, oldest first for each: those of row i
// are from[i] to from[i+1]. Replaced ones live beside.
type sales struct {
	from  []uint32
	day   []int32
	cents []int64
	fresh map[int][]Sale
}

// add takes the next sale in the order of the store: by contact, then by day.
func (s *sales) add(row int, day model.Date, cents model.Cents) {
	for len(s.from) <= row {
		s.from = append(s.from, uint32(len(s.day)))
	}
	s.day = append(s.day, int32(day))
	s.cents = append(s.cents, int64(cents))
}

func (s *sales) replace(row int, list []Sale) {
	if s.fresh == nil {
		s.fresh = make(map[int][]Sale)
	}
	s.fresh[row] = append([]Sale(nil), list...)
}

// each visits the sales of a row, oldest first.
func (s *sales) each(row int, f func(day int32, cents int64)) {
	if list, ok := s.fresh[row]; ok {
		for _, x := range list {
			f(int32(x.Day), int64(x.Cents))
		}
		return
	}
	if row >= len(s.from) {
		return
	}
	end := uint32(len(s.day))
	if row+1 < len(s.from) {
		end = s.from[row+1]
	}
	for i := s.from[row]; i < end; i++ {
		f(s.day[i], s.cents[i])
	}
}

// period is the sum or the number of the orders of the last days, today and
// the n-1 days before it: those with "day > n days ago". Nobody's is missing.
func (b *Base) period(field string, n int, today model.Date) column {
	key := field + strconv.Itoa(n) + "@" + today.String()
	return cached(b, &b.cache.columns, key, func() column {
		c := &numColumn[int64]{none: noNumber, typ: fieldTypes[field]}
		first, last := int32(today)-int32(n), int32(today)
		for row := range b.rows {
			var sum, orders int64
			b.sales.each(row, func(day int32, cents int64) {
				if day > first && day <= last {
					sum += cents
					orders++
				}
			})
			if field == "orders" {
				sum = orders
			}
			c.put(row, sum)
		}
		return c
	})
}

// basket is the spend of each buyer by order, in cents, exact.
func (b *Base) basket() column {
	c := &numColumn[float64]{none: negativeInfinity, typ: TypeMoney}
	for row := range b.rows {
		x := negativeInfinity
		if n, ok := b.orders.at(row); ok && n > 0 {
			x = float64(b.spend.v[row]) / float64(n)
		}
		c.put(row, x)
	}
	return c
}
