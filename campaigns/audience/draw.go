package audience

import (
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
	b = append(append(append(b, salt...), 0x1f), id...)
	sum := sha256.Sum256(b)
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
	out := make([]bool, len(people))
	sizes := map[string]int{}
	for _, p := range people {
		sizes[p.Stratum]++
	}
	quotas := quotasOf(share, sizes)
	type ticket struct {
		place  uint64
		person int
	}
	members := make(map[string][]ticket, len(quotas))
	for i, p := range people {
		members[p.Stratum] = append(members[p.Stratum], ticket{place(salt, p.ID), i})
	}
	for _, q := range quotas {
		tickets := members[q.Stratum]
		lowest(tickets, q.HeldOut, func(a, b ticket) int {
			if a.place != b.place {
				return cmp.Compare(a.place, b.place)
			}
			return cmp.Compare(people[a.person].ID, people[b.person].ID)
		})
		for _, t := range tickets[:q.HeldOut] {
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
		people := make([]Drawn, len(target))
		for i, m := range target {
			people[i] = Drawn{strconv.FormatUint(uint64(m.ID), 10), m.Stratum}
		}
		out, quotas = DrawExact(salt, share, people)
	}
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
