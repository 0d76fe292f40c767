package contacts

import (
	"math/bits"
	"slices"
	"strconv"

	"blanche/model"
)

// marks are the people who were chosen, a bit each: they stay when the filter or
// the order changes.
type marks struct {
	bits   []uint64
	before []uint64 // the range under way began
	n      int
}

func (m *marks) has(id model.ContactID) bool {
	i := int(id >> 6)
	return i < len(m.bits) && m.bits[i]&(1<<(id&63)) != 0
}

func (m *marks) put(id model.ContactID, on bool) {
	i := int(id >> 6)
	if m.has(id) == on {
		return
	}
	if i >= len(m.bits) {
		m.bits = append(m.bits, make([]uint64, max(i+1-len(m.bits), len(m.bits)/2))...)
	}
	m.bits[i] ^= 1 << (id & 63)
	if m.n--; on {
		m.n += 2
	}
}

// back is as it was when the range began.
func (m *marks) back() {
	m.bits = append(m.bits[:0], m.before...)
	m.n = 0
	for _, b := range m.bits {
		m.n += bits.OnesCount64(b)
	}
}

// ids are the people, by number.
func (m *marks) ids() []model.ContactID {
	ids := make([]model.ContactID, 0, m.n)
	for i, b := range m.bits {
		for ; b != 0; b &= b - 1 {
			ids = append(ids, model.ContactID(i<<6+bits.TrailingZeros64(b)))
		}
	}
	return ids
}

func idOf(key string) model.ContactID {
	n, _ := strconv.ParseUint(key, 10, 64)
	return model.ContactID(n)
}

// Marked tells whether somebody is marked.
func (r *rows) Marked(key string) bool { return r.marks.n > 0 && r.marks.has(idOf(key)) }

// Marks is how many people are marked, shown or not.
func (r *rows) Marks() int { return r.marks.n }

// Mark turns the mark of somebody over.
func (r *rows) Mark(key string) {
	id := idOf(key)
	r.marks.put(id, !r.marks.has(id))
}

// MarkRange marks the people between two positions of the list.
func (r *rows) MarkRange(from, to int, begin bool) {
	if begin {
		r.marks.before = slices.Clone(r.marks.bits)
	}
	r.marks.back()
	for i := from; i < min(to, r.list.Len()); i++ {
		r.marks.put(r.list.ID(i), true)
	}
}

// MarkAll marks everybody whom the list has, or none of them when all are.
func (r *rows) MarkAll() {
	n := r.list.Len()
	on := false
	for i := 0; i < n && !on; i++ {
		on = !r.marks.has(r.list.ID(i))
	}
	for i := range n {
		r.marks.put(r.list.ID(i), on)
	}
}

// Unmark takes all marks away.
func (r *rows) Unmark() { r.marks = marks{} }
