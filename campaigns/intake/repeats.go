package intake

import "slices"

// hashRun is how many hashes are sorted together: 8 MB of them.
const hashRun = 1 << 20

// hashes are those of all keys of a file, in sorted runs: they take eight bytes
// each and never twice as much, as one list that grows would.
type hashes struct{ runs [][]uint64 }

func (s *hashes) add(h uint64) {
	n := len(s.runs) - 1
	if n < 0 || len(s.runs[n]) == hashRun {
		if n >= 0 {
			slices.Sort(s.runs[n])
		}
		size := hashRun
		if n < 0 {
			size = 0 // most files are small
		}
		s.runs, n = append(s.runs, make([]uint64, 0, size)), n+1
	}
	s.runs[n] = append(s.runs[n], h)
}

// repeated are the hashes that come more than once, with how often. They are
// counted a 256th of all at a time.
func (s *hashes) repeated() map[uint64]int32 {
	out := map[uint64]int32{}
	if len(s.runs) == 0 {
		return out
	}
	slices.Sort(s.runs[len(s.runs)-1])
	var some []uint64
	for top := range uint64(256) {
		some = some[:0]
		for i, run := range s.runs {
			n := len(run)
			if top < 255 {
				n, _ = slices.BinarySearch(run, (top+1)<<56)
			}
			some = append(some, run[:n]...)
			s.runs[i] = run[n:]
		}
		slices.Sort(some)
		for i := 1; i < len(some); i++ {
			if h := some[i]; h == some[i-1] {
				out[h] = max(out[h], 1) + 1
			}
		}
	}
	return out
}
