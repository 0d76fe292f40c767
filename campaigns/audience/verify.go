package audience

import (
	"cmp"
	"math"
	"slices"

	"blanche/model"
)

// Doubt says what in a zone blanche contradicts its draw; empty when nothing
// does.
type Doubt string

// The doubts.
const (
	DoubtNone    Doubt = ""
	DoubtBoth    Doubt = "both"    // somebody is both held out and planned, or twice in one
	DoubtQuotas  Doubt = "quotas"  // the quotas are not those of the share and the sizes
	DoubtMembers Doubt = "members" // a stratum did not give its quota
	DoubtOrder   Doubt = "order"   // a planned person came before somebody held out
)

// Verify replays the draw of a launched campaign from what is kept of it: the
// salt, the share, the size and quota of each stratum, who is held out and in
// which stratum, and who is planned.
//
// The stratum of a planned person is not kept, and may have changed since. But
// nobody planned may come before the last one held out of their stratum, so
// the planned people who come early fit only in certain strata, of known
// sizes: Verify finds whether all of them fit (Hall 1935). A hand that swaps
// somebody drawn for somebody else leaves a doubt, unless the swap is one that
// another stratum of the person would explain.
func Verify(salt string, share float64, quotas []model.StratumQuota, heldOut []model.HeldOut, planned []model.ContactID) Doubt {
	if twice(heldOut, planned) {
		return DoubtBoth
	}
	sizes, people := map[string]int{}, 0
	for _, q := range quotas {
		sizes[q.Stratum] = q.Size
		people += q.Size
	}
	sorted := slices.Clone(quotas)
	slices.SortFunc(sorted, func(a, b model.StratumQuota) int { return cmp.Compare(a.Stratum, b.Stratum) })
	if people != len(heldOut)+len(planned) || !slices.Equal(sorted, quotasOf(share, sizes)) {
		return DoubtQuotas
	}
	last, given := map[string]uint64{}, map[string]int{}
	for _, h := range heldOut {
		last[h.Stratum] = max(last[h.Stratum], place(salt, h.Contact.String()))
		given[h.Stratum]++
	}
	for _, q := range quotas {
		if given[q.Stratum] != q.HeldOut {
			return DoubtMembers
		}
		delete(given, q.Stratum)
	}
	if len(given) > 0 {
		return DoubtMembers
	}
	if !fits(salt, quotas, last, planned) {
		return DoubtOrder
	}
	return DoubtNone
}

func twice(heldOut []model.HeldOut, planned []model.ContactID) bool {
	seen := make(map[model.ContactID]bool, len(heldOut)+len(planned))
	for _, h := range heldOut {
		seen[h.Contact] = true
	}
	for _, id := range planned {
		seen[id] = true
	}
	return len(seen) != len(heldOut)+len(planned)
}

// fits reports whether every planned person has room in a stratum whose last
// held-out member comes before them.
func fits(salt string, quotas []model.StratumQuota, last map[string]uint64, planned []model.ContactID) bool {
	byLast := slices.Clone(quotas)
	slices.SortFunc(byLast, func(a, b model.StratumQuota) int { return cmp.Compare(last[a.Stratum], last[b.Stratum]) })
	places := make([]uint64, len(planned))
	for i, id := range planned {
		places[i] = place(salt, id.String())
	}
	slices.Sort(places)
	early, room := 0, 0
	for i := 0; i <= len(byLast); i++ {
		before := uint64(math.MaxUint64)
		if i < len(byLast) {
			before = last[byLast[i].Stratum]
		}
		for early < len(places) && places[early] < before {
			early++
		}
		if early > room {
			return false
		}
		if i < len(byLast) {
			room += byLast[i].Size - byLast[i].HeldOut
		}
	}
	return true
}
