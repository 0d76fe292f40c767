package bolt

// slab keeps the values of a transaction, which bbolt refers to until it ends:
// many in one piece of memory.
type slab struct {
	rest   []byte
	record []byte // being made
}

// slabSize is that of a piece, but of the first, which is as large as its value:
// most transactions have one.
const slabSize = 64 << 10

// keep is a copy of a value.
func (s *slab) keep(value []byte) []byte {
	if cap(s.rest)-len(s.rest) < len(value) {
		size := slabSize
		if s.rest == nil {
			size = 0
		}
		s.rest = make([]byte, 0, max(size, len(value)))
	}
	from := len(s.rest)
	s.rest = append(s.rest, value...)
	return s.rest[from:len(s.rest):len(s.rest)]
}
