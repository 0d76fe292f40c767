package audience

import (
	"encoding/binary"
	"math/bits"
)

// codes is a small number a row, kept in as many planes of one byte a row as
// the greatest of them needs, the low byte first: a comparison looks at eight
// rows at a time. The planes are filled up to a whole word of 64 rows.
type codes struct{ plane [4][]uint8 }

func (c *codes) len() int { return len(c.plane[0]) }

func (c *codes) at(row int) uint32 {
	if row >= len(c.plane[0]) {
		return 0
	}
	n := uint32(c.plane[0][row])
	for p := 1; p < len(c.plane) && c.plane[p] != nil; p++ {
		n |= uint32(c.plane[p][row]) << (8 * p)
	}
	return n
}

func (c *codes) put(row int, n uint32) {
	for len(c.plane[0]) <= row {
		for p := range c.plane {
			if p == 0 || c.plane[p] != nil {
				c.plane[p] = append(c.plane[p], make([]uint8, 64)...)
			}
		}
	}
	for p := range c.plane {
		if c.plane[p] == nil {
			if n>>(8*p) == 0 {
				return
			}
			c.plane[p] = make([]uint8, len(c.plane[0]), cap(c.plane[0]))
		}
		c.plane[p][row] = uint8(n >> (8 * p))
	}
}

// reserve makes room for that many rows, at the narrowest.
func (c *codes) reserve(rows int) {
	if c.len() == 0 {
		c.plane[0] = make([]uint8, 0, rows)
	}
}

// bytes is the memory that the rows take.
func (c *codes) bytes() int {
	n := 0
	for _, p := range c.plane {
		n += cap(p)
	}
	return n
}

// equal matches the rows with one number.
func (c *codes) equal(n uint32) block {
	for p, plane := range c.plane {
		if plane == nil && n>>(8*p) != 0 {
			return nobody
		}
	}
	return func(w int, mask uint64) uint64 {
		if w*64 >= len(c.plane[0]) {
			return 0
		}
		m := mask
		for p := range c.plane {
			if m == 0 || c.plane[p] == nil {
				break
			}
			m &= equalBytes((*[64]uint8)(c.plane[p][w*64:]), uint8(n>>(8*p)))
		}
		return m
	}
}

// equalBytes compares 64 bytes with one, eight at a time: a byte of x is zero
// where they are equal, which sets its high bit in t and nowhere else (Warren,
// Hacker's Delight, 6-1); the multiplication gathers the eight high bits.
func equalBytes(v *[64]uint8, n uint8) uint64 {
	const low, ones = 0x7f7f7f7f7f7f7f7f, 0x0101010101010101
	pattern := uint64(n) * ones
	var m uint64
	for i := 0; i < 64; i += 8 {
		x := binary.LittleEndian.Uint64(v[i:i+8]) ^ pattern
		t := ^((x&low + low) | x | low)
		m |= (t >> 7 * 0x0102040810204080 >> 56) << i
	}
	return m
}

// in matches the rows whose number has a 1 in a table of all the numbers.
func (c *codes) in(table []uint8) block {
	return func(w int, mask uint64) uint64 {
		if w*64 >= len(c.plane[0]) {
			return 0
		}
		if bits.OnesCount64(mask) <= few || c.plane[2] != nil {
			var m uint64
			for rest := mask; rest != 0; rest &= rest - 1 {
				i := bits.TrailingZeros64(rest)
				m |= uint64(table[c.at(w*64+i)]) << i
			}
			return m
		}
		lows := (*[64]uint8)(c.plane[0][w*64:])
		var m uint64
		if c.plane[1] == nil {
			for i, n := range lows {
				m |= uint64(table[n]) << i
			}
			return m
		}
		highs := (*[64]uint8)(c.plane[1][w*64:])
		for i, n := range lows {
			m |= uint64(table[uint32(n)|uint32(highs[i])<<8]) << i
		}
		return m
	}
}
