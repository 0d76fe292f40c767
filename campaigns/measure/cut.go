package measure

import (
	"cmp"
	"slices"
)

// cut is one way to part the customers of both arms: the strata of the draw,
// the wordings of a test, who was reached, who got another campaign.
type cut struct {
	by     string
	names  []string
	labels []uint16 // of each member
	sums   [2][]sums
	cells  *cells // of units; nil where each customer was drawn alone
}

// The cuts that a statement knows what to do with; any other is a way to rank
// segments.
const (
	CutStratum = "stratum" // of the draw
	CutVariant = "variant" // wording of a test; the first name is of those in no cell
	CutReached = "reached" // two names: not reached, reached
	cutOther   = "campaign:"
)

// CutOther is the cut by another campaign: two names, did not get it and did.
func CutOther(campaign string) string { return cutOther + campaign }

// Cut parts the customers: label says which of the names is a member's. A cut
// by the same again takes the place of the one before. At most 65,536 names.
func (b *Book) Cut(by string, names []string, label func(customer uint32) int) {
	c := &cut{by: by, names: names, labels: make([]uint16, len(b.ids))}
	for r, id := range b.ids {
		c.labels[r] = uint16(label(id))
	}
	if b.units != nil {
		c.cells = b.units.cells.within(c.labels)
	}
	c.empty()
	for r := range b.ids {
		c.join(r, b.holdout[r])
		if b.ready {
			c.move(r, b.holdout[r], fact{}, b.fact(r))
		}
	}
	if i := slices.IndexFunc(b.cuts, func(c *cut) bool { return c.by == by }); i >= 0 {
		b.cuts[i] = c
		return
	}
	b.cuts = append(b.cuts, c)
	slices.SortFunc(b.cuts, func(x, y *cut) int { return cmp.Compare(x.by, y.by) })
}

// CutReached is the cut by who was reached: of the target all but those missed,
// of the zone blanche those whom it leaked to.
func (b *Book) CutReached(missed, leaked map[uint32]bool) {
	r := 0
	b.Cut(CutReached, []string{"", "reached"}, func(id uint32) int {
		holdout := b.holdout[r] // members are asked in order
		r++
		if holdout {
			return one(leaked[id])
		}
		return one(!missed[id])
	})
}

// HeldOut reports whether a customer is in the zone blanche.
func (b *Book) HeldOut(customer uint32) bool {
	r, found := slices.BinarySearch(b.ids, customer)
	return found && b.holdout[r]
}

// HasCut reports whether there is a cut.
func (b *Book) HasCut(by string) bool { return b.cut(by) != nil }

// Uncut forgets a cut.
func (b *Book) Uncut(by string) {
	b.cuts = slices.DeleteFunc(b.cuts, func(c *cut) bool { return c.by == by })
}

func (c *cut) empty() {
	for i := range c.sums {
		c.sums[i] = make([]sums, len(c.names))
	}
	if c.cells != nil {
		clear(c.cells.totals)
	}
}

// join counts one more customer.
func (c *cut) join(r int, holdout bool) {
	s := &c.sums[side(holdout)][c.labels[r]]
	s.customers++
	if c.cells != nil {
		c.cells.join(r, &s.units)
	}
}

// move counts that a customer is no longer worth one fact but another.
func (c *cut) move(r int, holdout bool, from, to fact) {
	s := &c.sums[side(holdout)][c.labels[r]]
	s.move(from, to)
	if c.cells != nil {
		c.cells.move(r, from, to, &s.units)
	}
}

// cut is that by a name, nil without.
func (b *Book) cut(by string) *cut {
	if i := slices.IndexFunc(b.cuts, func(c *cut) bool { return c.by == by }); i >= 0 {
		return b.cuts[i]
	}
	return nil
}
