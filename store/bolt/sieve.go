package bolt

import (
	"hash/maphash"
	"sync/atomic"
)

// sieve tells which names are in no run, so that a step of an import need not
// look for each of its names in each of them. It is a Bloom filter (Bloom 1970)
// in blocks of one cache line (Putze, Sanders and Singler 2007): what was added
// is always let through, of the others few. Whoever writes to crm.db has it; a
// step that fails leaves names in it that are nowhere, which costs a look.
type sieve struct {
	blocks  []sieveBlock
	whole   atomic.Bool // everything in the runs went through it
	touched uint64      // says nothing, see warm
}

type sieveBlock [8]uint64

const (
	sieveBlocks = 1 << 18 // 16 MiB: 16 bits for each of 8 million names
	sieveProbes = 6
)

// knows reports whether the sieve has all the names of the runs.
func (s *sieve) knows(r *runs) bool { return r.bucket == nil || s.whole.Load() }

// empty begins again: there are no runs.
func (s *sieve) empty() {
	clear(s.blocks)
	s.whole.Store(true)
}

// hash is that of a name. The seed never changes: everybody may ask.
func (s *sieve) hash(kind byte, text string) uint64 {
	h := maphash.String(sieveSeed, text) + uint64(kind)*0x9e3779b97f4a7c15
	return h ^ h>>29
}

var sieveSeed = maphash.MakeSeed()

func (s *sieve) block(hash uint64) (*sieveBlock, uint64) {
	if s.blocks == nil {
		s.blocks = make([]sieveBlock, sieveBlocks)
	}
	return &s.blocks[hash%sieveBlocks], hash >> 10
}

func (s *sieve) add(kind byte, text string) {
	b, h := s.block(s.hash(kind, text))
	for range sieveProbes {
		b[h&7] |= 1 << (h >> 3 & 63)
		h >>= 9
	}
}

// meet is may, then add.
func (s *sieve) meet(hash uint64) (may bool) {
	b, h := s.block(hash)
	may = true
	for range sieveProbes {
		bit := uint64(1) << (h >> 3 & 63)
		may = may && b[h&7]&bit != 0
		b[h&7] |= bit
		h >>= 9
	}
	return may
}

// warm has the memory of a name to come fetched while others are looked for.
func (s *sieve) warm(hashes []uint64, next []int) {
	const ahead = 12
	if s != nil && s.blocks != nil && len(next) > ahead {
		s.touched += s.blocks[hashes[next[ahead]]%sieveBlocks][0]
	}
}

// may reports whether a name may be in a run; without a sieve it always may.
func (s *sieve) may(kind byte, text string) bool {
	if s == nil {
		return true
	}
	b, h := s.block(s.hash(kind, text))
	for range sieveProbes {
		if b[h&7]&(1<<(h>>3&63)) == 0 {
			return false
		}
		h >>= 9
	}
	return true
}
