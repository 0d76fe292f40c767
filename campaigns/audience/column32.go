package audience

import "math/bits"

// fewer is few where looking at all the rows of a word costs less.
const fewer = 10

// between32 matches the values from lo to hi, both in: those whose distance from
// lo, counted without a sign, is at most that of hi, so that one subtraction
// says it in its highest bit. lo is at most hi.
func between32(v []int32, lo, hi int32) block {
	span := uint64(uint32(hi - lo))
	return func(w int, mask uint64) uint64 {
		if w*64 >= len(v) {
			return 0
		}
		values := (*[64]int32)(v[w*64:])
		if bits.OnesCount64(mask) > fewer {
			return between64(values, lo, span)
		}
		var out uint64
		for rest := mask; rest != 0; rest &= rest - 1 {
			i := bits.TrailingZeros64(rest) & 63
			out |= (span - uint64(uint32(values[i]-lo))) >> 63 << i
		}
		return mask &^ out
	}
}

// between64 looks at a whole word, the last row first.
func between64(v *[64]int32, lo int32, span uint64) uint64 {
	var out uint64
	for i := len(v) - 1; i >= 0; i -= 4 {
		out = out<<1 | (span-uint64(uint32(v[i]-lo)))>>63
		out = out<<1 | (span-uint64(uint32(v[i-1]-lo)))>>63
		out = out<<1 | (span-uint64(uint32(v[i-2]-lo)))>>63
		out = out<<1 | (span-uint64(uint32(v[i-3]-lo)))>>63
	}
	return ^out
}
