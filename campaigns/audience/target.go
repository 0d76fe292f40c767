package audience

import (
	"strconv"

	"blanche/model"
)

// target is everybody whom a campaign is for, by number and in a few bytes each:
// it is made while all columns are in memory, of a million people as of one.
type target struct {
	ids    []model.ContactID
	strata strataOf
	units  []string // nil where everybody is drawn alone
}

func newTarget(people int) *target {
	t := &target{ids: make([]model.ContactID, 0, people)}
	t.strata.of.reserve(64 * words(people))
	return t
}

// add takes the next person. Those with the same unit, when it is not empty, are
// drawn as one.
func (t *target) add(id model.ContactID, stratum, unit string) {
	t.strata.put(len(t.ids), stratum)
	if unit != "" && t.units == nil {
		t.units = make([]string, len(t.ids), cap(t.ids))
	}
	if t.units != nil {
		t.units = append(t.units, unit)
	}
	t.ids = append(t.ids, id)
}

// draw splits a target: it gives those of the zone blanche, by their place.
//
// Where people are drawn as one, the share is of units: all of a household are
// on one side, in the stratum of its first member, and the quotas tell both
// people and units.
func (t *target) draw(salt string, share float64) (rowset, []model.StratumQuota) {
	if t.units != nil {
		return t.drawUnits(salt, share)
	}
	return drawAmong(salt, share, &t.strata, func(i int, into []byte) []byte {
		return strconv.AppendUint(into, uint64(t.ids[i]), 10)
	})
}

// drawUnits is draw where several people may be one unit.
func (t *target) drawUnits(salt string, share float64) (rowset, []model.StratumQuota) {
	of := make([]uint32, len(t.ids)) // person → unit
	known := map[string]uint32{}
	var units []string // as they are hashed
	var strata strataOf
	for i, id := range t.ids {
		n, ok := known[t.units[i]]
		if !ok || t.units[i] == "" {
			n = uint32(len(units))
			strata.put(len(units), t.strata.name(i))
			units = append(units, drawnAs(id, t.units[i]))
			known[t.units[i]] = n
		}
		of[i] = n
	}
	drawn, quotas := drawAmong(salt, share, &strata, func(i int, into []byte) []byte { return append(into, units[i]...) })
	at := make(map[string]int, len(quotas))
	for i, q := range quotas {
		at[q.Stratum] = i
		quotas[i].Units, quotas[i].UnitsHeldOut, quotas[i].Size, quotas[i].HeldOut = q.Size, q.HeldOut, 0, 0
	}
	out := make(rowset, words(len(t.ids)))
	var own strataOf // of people: that of their unit
	for i := range t.ids {
		name := strata.name(int(of[i]))
		own.put(i, name)
		q := &quotas[at[name]]
		q.Size++
		if drawn.has(int(of[i])) {
			out.add(i)
			q.HeldOut++
		}
	}
	t.strata = own
	return out, quotas
}

// plan writes a target down as its draw split it, in the lanes of its people.
func (t *target) plan(out rowset, quotas []model.StratumQuota, lane func(model.ContactID) model.Lane) model.Plan {
	held := 0
	for _, q := range quotas {
		held += q.HeldOut
	}
	plan := model.Plan{HeldOut: make([]model.HeldOut, 0, held), Planned: make([]model.Planned, 0, len(t.ids)-held)}
	for i, id := range t.ids {
		if out.has(i) {
			plan.HeldOut = append(plan.HeldOut, model.HeldOut{Contact: id, Stratum: t.strata.name(i)})
		} else {
			plan.Planned = append(plan.Planned, model.Planned{Contact: id, Lane: lane(id)})
		}
	}
	return plan
}

// nameStrata notes the stratum of each planned person, so that a statement can
// look at the strata as they were drawn.
func (t *target) nameStrata(plan *model.Plan, out rowset) {
	numbers := make([]uint16, len(t.strata.names))
	next := 0
	for i := range t.ids {
		if out.has(i) {
			continue
		}
		p, stratum := &plan.Planned[next], t.strata.of.at(i)
		next++
		if numbers[stratum] == 0 && len(plan.Strata) < 1<<16-1 {
			plan.Strata = append(plan.Strata, t.strata.names[stratum])
			numbers[stratum] = uint16(len(plan.Strata))
		}
		p.Stratum = numbers[stratum]
	}
}
