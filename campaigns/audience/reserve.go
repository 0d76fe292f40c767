package audience

import "slices"

// reserve gives the columns room for contacts up to a number, so that they do
// not grow, and get copied, while everybody is read.
func (b *Base) reserve(people int) {
	whole := 64 * words(people)
	for _, c := range []*textColumn{b.email, b.first, b.last, b.company, b.external, b.card, b.phone} {
		c.start = slices.Grow(c.start, people)
	}
	for _, c := range []*dictColumn{b.domain, b.postcode, b.city, b.country, b.lang, b.tier, b.origin} {
		c.code.reserve(whole)
	}
	for _, c := range []*codeColumn{b.kind, b.basis, b.tracking} {
		c.v = slices.Grow(c.v, whole)
	}
	for _, c := range []*numColumn[int32]{b.birth, b.created, b.basisAt, b.firstOrder, b.lastOrder} {
		c.v = slices.Grow(c.v, whole)
	}
	for _, c := range []*numColumn[int64]{b.points, b.orders, b.spend} {
		c.v = slices.Grow(c.v, whole)
	}
	sets := []*rowset{&b.alive, &b.suppressed}
	for purpose := range b.verdicts {
		for i := range b.verdicts[purpose] {
			sets = append(sets, &b.verdicts[purpose][i])
		}
	}
	for _, s := range sets {
		*s = slices.Grow(*s, words(people))
	}
	b.sales.from = slices.Grow(b.sales.from, people)
}
