package audience

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
	"strconv"

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
	known := map[string]uint32{}
	var names []string
	strata := make([]uint32, len(people))
	for i := range people {
		strata[i] = numberIn(people[i].Stratum, known, &names)
	}
	return drawAmong(salt, share, names, strata, func(i int, into []byte) []byte { return append(into, people[i].ID...) })
}

// numberIn is the number of a name, its place among the names.
func numberIn(name string, known map[string]uint32, names *[]string) uint32 {
	n, ok := known[name]
	if !ok {
		n = uint32(len(*names))
		known[name] = n
		*names = append(*names, name)
	}
	return n
}

// ticket is one person of a stratum, by their place in the draw.
type ticket struct {
	place  uint64
	person uint32
}

// drawAmong is DrawExact of people whose stratum is a number, and whose id is
// written into a buffer.
func drawAmong(salt string, share float64, names []string, strata []uint32, id func(i int, into []byte) []byte) ([]bool, []model.StratumQuota) {
	out, sizes := make([]bool, len(strata)), make([]int, len(names))
	for _, n := range strata {
		sizes[n]++
	}
	named := make(map[string]int, len(names))
	from := make([]int, len(names)) // of the tickets of a stratum
	for n, name := range names {
		named[name] = sizes[n]
		if n > 0 {
			from[n] = from[n-1] + sizes[n-1]
		}
	}
	quotas := quotasOf(share, named)
	tickets, next := make([]ticket, len(strata)), slices.Clone(from)
	buffer := append(append(make([]byte, 0, 96), salt...), 0x1f)
	for i, n := range strata {
		tickets[next[n]] = ticket{placed(id(i, buffer)), uint32(i)}
		next[n]++
	}
	at := make(map[string]int, len(quotas))
	for _, q := range quotas {
		at[q.Stratum] = q.HeldOut
	}
	for n, name := range names {
		of := tickets[from[n] : from[n]+sizes[n]]
		lowest(of, at[name], func(a, b ticket) int {
			if a.place != b.place {
				return cmp.Compare(a.place, b.place)
			}
			return bytes.Compare(id(int(a.person), nil), id(int(b.person), nil))
		})
		for _, t := range of[:at[name]] {
			out[t.person] = true
		}
	}
	return out, quotas
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

// Member is one person of a target, with the stratum of the draw. Those with
// the same unit, when it is not empty, are drawn as one.
type Member struct {
	ID      model.ContactID
	Stratum string
	Unit    string
}

// Draw splits a target into its zone blanche and the people to be written to,
// both by number. Nobody is in both.
//
// Where people are drawn as one, the share is of units: all of a household are
// on one side, in the stratum of its first member, and the quotas tell both
// people and units.
func Draw(salt string, share float64, target []Member) (heldOut []model.HeldOut, planned []model.ContactID, quotas []model.StratumQuota) {
	var out []bool
	if slices.ContainsFunc(target, func(m Member) bool { return m.Unit != "" }) {
		target = slices.Clone(target) // the strata of people become those of their units
		out, quotas = drawUnits(salt, share, target)
	} else {
		known := map[string]uint32{}
		var names []string
		strata := make([]uint32, len(target))
		for i := range target {
			strata[i] = numberIn(target[i].Stratum, known, &names)
		}
		out, quotas = drawAmong(salt, share, names, strata, func(i int, into []byte) []byte {
			return strconv.AppendUint(into, uint64(target[i].ID), 10)
		})
	}
	held := 0
	for _, q := range quotas {
		held += q.HeldOut
	}
	heldOut, planned = make([]model.HeldOut, 0, held), make([]model.ContactID, 0, len(target)-held)
	for i, m := range target {
		if out[i] {
			heldOut = append(heldOut, model.HeldOut{Contact: m.ID, Stratum: m.Stratum})
		} else {
			planned = append(planned, m.ID)
		}
	}
	slices.SortFunc(heldOut, func(a, b model.HeldOut) int { return cmp.Compare(a.Contact, b.Contact) })
	slices.Sort(planned)
	return heldOut, planned, quotas
}
