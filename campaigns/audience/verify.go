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
	DoubtUnit    Doubt = "unit"    // people drawn as one are on both sides, or in two strata
	DoubtApart   Doubt = "apart"   // somebody of the universal zone blanche is in the campaign
	DoubtTaken   Doubt = "taken"   // somebody was taken out whom the universal zone blanche does not name
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
	people := 0
	for _, q := range quotas {
		people += q.Size
	}
	if people != len(heldOut)+len(planned) {
		return DoubtQuotas
	}
	held := make([]Drawn, len(heldOut))
	for i, h := range heldOut {
		held[i] = Drawn{h.Contact.String(), h.Stratum}
	}
	rest := make([]string, len(planned))
	for i, id := range planned {
		rest[i] = id.String()
	}
	return replay(salt, share, quotas, held, rest)
}

// VerifyUnits is Verify for a draw of units: key gives that of each person (see
// Base.Units) as it is now. A person who has moved to another household since
// leaves a doubt too.
func VerifyUnits(salt string, share float64, quotas []model.StratumQuota, heldOut []model.HeldOut, planned []model.ContactID, key func(model.ContactID) string) Doubt {
	if twice(heldOut, planned) {
		return DoubtBoth
	}
	people := 0
	units := make([]model.StratumQuota, len(quotas))
	for i, q := range quotas {
		people += q.Size
		units[i] = model.StratumQuota{Stratum: q.Stratum, Size: q.Units, HeldOut: q.UnitsHeldOut}
	}
	if people != len(heldOut)+len(planned) {
		return DoubtQuotas
	}
	strata := map[string]string{} // of the units held out
	var held []Drawn
	for _, h := range heldOut {
		id := drawnAs(h.Contact, key(h.Contact))
		stratum, known := strata[id]
		switch {
		case !known:
			strata[id] = h.Stratum
			held = append(held, Drawn{id, h.Stratum})
		case stratum != h.Stratum:
			return DoubtUnit
		}
	}
	var rest []string
	seen := map[string]bool{}
	for _, c := range planned {
		id := drawnAs(c, key(c))
		if _, out := strata[id]; out {
			return DoubtUnit
		}
		if !seen[id] {
			seen[id] = true
			rest = append(rest, id)
		}
	}
	return replay(salt, share, units, held, rest)
}

// VerifyApart replays the layer above: nobody of the universal zone blanche is in
// either arm, and everybody who was taken out for it is in it.
func VerifyApart(a Apart, taken []model.ContactID, heldOut []model.HeldOut, planned []model.ContactID, key func(model.ContactID) string) Doubt {
	for _, h := range heldOut {
		if a.Has(h.Contact, key(h.Contact)) {
			return DoubtApart
		}
	}
	for _, id := range planned {
		if a.Has(id, key(id)) {
			return DoubtApart
		}
	}
	for _, id := range taken {
		if !a.Has(id, key(id)) {
			return DoubtTaken
		}
	}
	return DoubtNone
}

// replay compares a draw with its quotas; ids are as they are hashed.
func replay(salt string, share float64, quotas []model.StratumQuota, heldOut []Drawn, planned []string) Doubt {
	if !sharedOut(share, quotas, len(heldOut)+len(planned)) {
		return DoubtQuotas
	}
	last, given := map[string]uint64{}, map[string]int{}
	for _, h := range heldOut {
		last[h.Stratum] = max(last[h.Stratum], place(salt, h.ID))
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

// sharedOut reports whether quotas share round(share × people) out by largest
// remainders: everybody has the whole part, and nobody rounded up had a smaller
// remainder than somebody rounded down. Equal ones may fall either way.
func sharedOut(share float64, quotas []model.StratumQuota, people int) bool {
	size, total, seen := 0, 0, map[string]bool{}
	for _, q := range quotas {
		size += q.Size
		total += q.HeldOut
		seen[q.Stratum] = true
	}
	if size != people || len(seen) != len(quotas) || total != min(max(int(math.Floor(share*float64(people)+0.5)), 0), people) {
		return false
	}
	leastUp, mostDown := people, -1
	for _, q := range quotas {
		left := q.Size * total % people
		switch q.HeldOut - q.Size*total/people {
		case 0:
			mostDown = max(mostDown, left)
		case 1:
			leastUp = min(leastUp, left)
		default:
			return false
		}
	}
	return leastUp >= mostDown
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

// fits reports whether everybody planned, as they are hashed, has room in a stratum whose last
// held-out member comes before them.
func fits(salt string, quotas []model.StratumQuota, last map[string]uint64, planned []string) bool {
	byLast := slices.Clone(quotas)
	slices.SortFunc(byLast, func(a, b model.StratumQuota) int { return cmp.Compare(last[a.Stratum], last[b.Stratum]) })
	places := make([]uint64, len(planned))
	for i, id := range planned {
		places[i] = place(salt, id)
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
