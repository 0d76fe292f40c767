package audience

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"

	"blanche/model"
)

// Bucket is where a person falls between 0 and 1 in the draw of one campaign:
// the top 53 bits of SHA-256(salt, 0x1F, id), big endian, over 2^53. Two salts
// give independent places.
func Bucket(salt, id string) float64 {
	return float64(place(salt, id)) / (1 << 53)
}

func place(salt, id string) uint64 {
	b := make([]byte, 0, 96)
	return placed(append(append(append(b, salt...), 0x1f), id...))
}

// placed is the place of a salt and an id, with the sign between.
func placed(text []byte) uint64 {
	sum := sha256.Sum256(text)
	return binary.BigEndian.Uint64(sum[:8]) >> 11
}

// Drawn is one person of a draw: the id in decimal, as it is hashed, and the
// stratum inside which the draw is exact.
type Drawn struct {
	ID      string
	Stratum string
}

// DrawSimple holds out everybody whose bucket is under the share: right on
// average, not exactly. It reports the choice for each person.
func DrawSimple(salt string, share float64, people []Drawn) []bool {
	out := make([]bool, len(people))
	for i, p := range people {
		out[i] = Bucket(salt, p.ID) < share
	}
	return out
}

// DrawExact holds out round(share × people), to the person: each stratum gives
// its part of them, rounded by the largest remainders (equal ones by the name
// of the stratum), and in it the people with the lowest buckets go (equal ones
// by id as text). It reports the choice for each person, and the quotas by
// name of stratum. The same people in any order give the same choice.
func DrawExact(salt string, share float64, people []Drawn) ([]bool, []model.StratumQuota) {
	var strata strataOf
	for i := range people {
		strata.put(i, people[i].Stratum)
	}
	held, quotas := drawAmong(salt, share, &strata, func(i int, into []byte) []byte { return append(into, people[i].ID...) })
	out := make([]bool, len(people))
	for i := range out {
		out[i] = held.has(i)
	}
	return out, quotas
}

// strataOf are the strata of people by their place in a draw, each a number: its
// place among the names.
type strataOf struct {
	of    codes
	names []string
	sizes []int
	known map[string]uint32
}

// put says the stratum of the next person.
func (s *strataOf) put(i int, name string) {
	n, ok := s.known[name]
	if !ok {
		if s.known == nil {
			s.known = map[string]uint32{}
		}
		n = uint32(len(s.names))
		s.known[name] = n
		s.names, s.sizes = append(s.names, name), append(s.sizes, 0)
	}
	s.of.put(i, n)
	s.sizes[n]++
}

// name is the stratum of a person.
func (s *strataOf) name(i int) string { return s.names[s.of.at(i)] }

// people is how many there are.
func (s *strataOf) people() (n int) {
	for _, size := range s.sizes {
		n += size
	}
	return n
}

// quotas shares the zone blanche out among the strata.
func (s *strataOf) quotas(share float64) []model.StratumQuota {
	sizes := make(map[string]int, len(s.names))
	for n, name := range s.names {
		sizes[name] = s.sizes[n]
	}
	return quotasOf(share, sizes)
}

// lowest brings the n smallest items of a list to its beginning, in any order
// (Hoare 1961, FIND): a draw needs to know who is in, not who is how far in.
func lowest[T any](list []T, n int, compare func(a, b T) int) {
	for low, high := 0, len(list)-1; low < high && n > 0 && n < len(list); {
		pivot := list[low+(high-low)/2]
		i, j := low, high
		for i <= j {
			for compare(list[i], pivot) < 0 {
				i++
			}
			for compare(list[j], pivot) > 0 {
				j--
			}
			if i <= j {
				list[i], list[j] = list[j], list[i]
				i++
				j--
			}
		}
		switch {
		case n-1 <= j:
			high = j
		case n-1 >= i:
			low = i
		default:
			return
		}
	}
}

// quotasOf shares round(share × people) out among the strata by largest
// remainders (Hamilton). Remainders are compared as double-precision numbers,
// so that whoever replays a draw in any language breaks their ties alike; equal
// ones go by the name of the stratum.
func quotasOf(share float64, sizes map[string]int) []model.StratumQuota {
	people := 0
	for _, size := range sizes {
		people += size
	}
	total := min(max(int(math.Floor(share*float64(people)+0.5)), 0), people)
	quotas := make([]model.StratumQuota, 0, len(sizes))
	rest := total
	for name, size := range sizes {
		q := model.StratumQuota{Stratum: name, Size: size, HeldOut: size * total / people}
		rest -= q.HeldOut
		quotas = append(quotas, q)
	}
	remainder := func(q model.StratumQuota) float64 {
		exact := float64(q.Size*total) / float64(people)
		return exact - math.Floor(exact)
	}
	slices.SortFunc(quotas, func(a, b model.StratumQuota) int {
		return cmp.Or(cmp.Compare(remainder(b), remainder(a)), cmp.Compare(a.Stratum, b.Stratum))
	})
	for i := range quotas[:rest] {
		quotas[i].HeldOut++
	}
	slices.SortFunc(quotas, func(a, b model.StratumQuota) int { return cmp.Compare(a.Stratum, b.Stratum) })
	return quotas
}
