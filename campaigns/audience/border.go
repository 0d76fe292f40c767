package audience

import (
	"bytes"
	"cmp"
	"math"

	"blanche/model"
)

// ticket is one person of a stratum, by their place in the draw.
type ticket struct {
	place  uint64
	person uint32
}

// border is where the draw of one stratum is decided: whoever falls before it
// goes, whoever falls behind it stays, and only those on it are put in order. So
// a draw among millions keeps thousands of tickets.
type border struct {
	quota, size int
	from, to    uint64 // both on the border
	before      int    // how many fell before it
	on          []ticket
	done        bool
}

// lastPlace is the highest place.
const lastPlace = 1<<53 - 1

// borderOf is a border so wide that the last place that goes is on it but for
// once in 10^14 draws: places are even, and how many fall before one is binomial.
func borderOf(quota, size int) border {
	b := border{quota: quota, size: size, to: lastPlace, done: quota == 0}
	share := float64(quota) / float64(max(size, 1))
	margin := (8*math.Sqrt(float64(quota)*(1-share)) + 64) / float64(max(size, 1))
	if share > margin {
		b.from = uint64((share - margin) * lastPlace)
	}
	if share+margin < 1 {
		b.to = uint64((share + margin) * lastPlace)
	}
	return b
}

// missed reports whether the last place that goes is not on the border.
func (b *border) missed() bool {
	return !b.done && (b.before > b.quota || b.before+len(b.on) < b.quota)
}

// draw is a draw under way of people whose id is written into a buffer.
type draw struct {
	strata  *strataOf
	borders []border // by stratum
	id      func(i int, into []byte) []byte
	buffer  []byte // the salt and the sign between
	out     rowset // who is held out, by their place
}

// drawAmong is DrawExact of people whose stratum is a number.
func drawAmong(salt string, share float64, strata *strataOf, id func(i int, into []byte) []byte) (rowset, []model.StratumQuota) {
	d := draw{
		strata: strata, borders: make([]border, len(strata.names)), id: id, out: make(rowset, words(strata.people())),
		buffer: append(append(make([]byte, 0, 96), salt...), 0x1f),
	}
	quotas := strata.quotas(share)
	for _, q := range quotas {
		d.borders[strata.known[q.Stratum]] = borderOf(q.HeldOut, q.Size)
	}
	d.pass()
	if missed := d.close(); missed {
		d.pass()
		d.close()
	}
	return d.out, quotas
}

// pass lets everybody of the strata that are not done fall before, on or behind
// the border.
func (d *draw) pass() {
	for i := range d.strata.people() {
		b := &d.borders[d.strata.of.at(i)]
		if b.done {
			continue
		}
		place := uint64(0) // where all go, all are before
		if b.quota < b.size {
			place = placed(d.id(i, d.buffer))
		}
		d.out.put(i, place < b.from)
		switch {
		case place < b.from:
			b.before++
		case place <= b.to:
			b.on = append(b.on, ticket{place, uint32(i)})
		}
	}
}

// close gives what is left of its quota to the first of each border. It reports
// whether a border was missed: then everybody of its stratum is on it.
func (d *draw) close() (missed bool) {
	for n := range d.borders {
		b := &d.borders[n]
		if b.missed() {
			*b, missed = border{quota: b.quota, size: b.size, to: lastPlace}, true
			continue
		}
		if b.done {
			continue
		}
		left := b.quota - b.before
		lowest(b.on, left, d.compare)
		for _, t := range b.on[:left] {
			d.out.add(int(t.person))
		}
		b.on, b.done = nil, true
	}
	return missed
}

// compare puts tickets in the order of the draw.
func (d *draw) compare(a, b ticket) int {
	if a.place != b.place {
		return cmp.Compare(a.place, b.place)
	}
	return bytes.Compare(d.id(int(a.person), nil), d.id(int(b.person), nil))
}
