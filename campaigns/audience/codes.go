package audience

import "math/bits"

// codes is a small number a row, kept as narrow as the greatest of them allows:
// one byte, two or four. It is filled up to a whole word of 64 rows.
type codes struct {
	b []uint8
	h []uint16
	w []uint32
}

func (c *codes) len() int { return len(c.b) + len(c.h) + len(c.w) }

func (c *codes) at(row int) uint32 {
	switch {
	case row < len(c.b):
		return uint32(c.b[row])
	case row < len(c.h):
		return uint32(c.h[row])
	case row < len(c.w):
		return c.w[row]
	}
	return 0
}

func (c *codes) put(row int, n uint32) {
	c.widen(n)
	switch {
	case c.w != nil:
		c.w = upTo(c.w, row)
		c.w[row] = n
	case c.h != nil:
		c.h = upTo(c.h, row)
		c.h[row] = uint16(n)
	default:
		c.b = upTo(c.b, row)
		c.b[row] = uint8(n)
	}
}

// upTo has room for a row.
func upTo[T any](v []T, row int) []T {
	for len(v) <= row {
		v = append(v, make([]T, 64)...)
	}
	return v
}

// widen makes room for a number.
func (c *codes) widen(n uint32) {
	switch {
	case n > 0xffff && c.w == nil:
		if c.h == nil {
			c.w, c.b = wider[uint32](c.b), nil
			return
		}
		c.w, c.h = wider[uint32](c.h), nil
	case n > 0xff && c.w == nil && c.h == nil:
		c.h, c.b = wider[uint16](c.b), nil
	}
}

func wider[T uint16 | uint32, F uint8 | uint16](from []F) []T {
	to := make([]T, len(from), max(cap(from), 64))
	for i, x := range from {
		to[i] = T(x)
	}
	return to
}

// reserve makes room for that many rows, at the narrowest.
func (c *codes) reserve(rows int) {
	if c.len() == 0 {
		c.b = make([]uint8, 0, rows)
	}
}

// equal matches the rows with one number.
func (c *codes) equal(n uint32) block {
	switch {
	case c.w != nil:
		return equalTo(c.w, n)
	case n > 0xffff:
		return nobody
	case c.h != nil:
		return equalTo(c.h, uint16(n))
	case n > 0xff:
		return nobody
	}
	return equalTo(c.b, uint8(n))
}

func equalTo[T uint8 | uint16 | uint32](v []T, n T) block {
	return func(w int, mask uint64) uint64 {
		if w*64 >= len(v) {
			return 0
		}
		if bits.OnesCount64(mask) <= few {
			v := (*[64]T)(v[w*64:])
			var m uint64
			for rest := mask; rest != 0; rest &= rest - 1 {
				if i := bits.TrailingZeros64(rest); v[i&63] == n {
					m |= 1 << i
				}
			}
			return m
		}
		var m uint64
		for i, x := range (*[64]T)(v[w*64:]) {
			var b uint64
			if x == n {
				b = 1
			}
			m |= b << i
		}
		return m
	}
}

// in matches the rows whose number has a 1 in a table of all the numbers.
func (c *codes) in(table []uint8) block {
	switch {
	case c.w != nil:
		return lookup(c.w, table)
	case c.h != nil:
		return lookup(c.h, table)
	}
	return lookup(c.b, table)
}

func lookup[T uint8 | uint16 | uint32](v []T, table []uint8) block {
	return func(w int, mask uint64) uint64 {
		if w*64 >= len(v) {
			return 0
		}
		if bits.OnesCount64(mask) <= few {
			v := (*[64]T)(v[w*64:])
			var m uint64
			for rest := mask; rest != 0; rest &= rest - 1 {
				i := bits.TrailingZeros64(rest)
				m |= uint64(table[v[i&63]]) << i
			}
			return m
		}
		var m uint64
		for i, n := range (*[64]T)(v[w*64:]) {
			m |= uint64(table[n]) << i
		}
		return m
	}
}
