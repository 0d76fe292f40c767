package audience

import "slices"

// reserve gives the columns that are being read room for contacts up to a
// number, so that they do not grow, and get copied, meanwhile.
func (b *Base) reserve(people int) {
	rows := 64 * words(people)
	b.reserveTexts(people)
	for _, c := range []struct {
		is Columns
		of *dictColumn
	}{
		{colDomain, b.domain},
		{colPostcode, b.postcode},
		{colCity, b.city},
		{colCountry, b.country},
		{colLang, b.lang},
		{colTier, b.tier},
		{colOrigin, b.origin},
	} {
		if b.loaded&c.is != 0 {
			c.of.code.reserve(rows)
		}
	}
	for _, c := range []struct {
		is Columns
		of *codeColumn
	}{{colKind, b.kind}, {colBasis, b.basis}, {colTracking, b.tracking}} {
		for code := 1; code < len(c.of.names); code++ {
			reserve(b.loaded&c.is != 0, (*[]uint64)(&c.of.who[code]), words(people))
		}
	}
	reserve(b.loaded&colBirth != 0, &b.birth.v, rows)
	reserve(b.loaded&colCreated != 0, &b.created.v, rows)
	reserve(b.loaded&colBasisAt != 0, &b.basisAt.v, rows)
	reserve(b.loaded&colFirstOrder != 0, &b.firstOrder.v, rows)
	reserve(b.loaded&colLastOrder != 0, &b.lastOrder.v, rows)
	reserve(b.loaded&colPoints != 0, &b.points.small.v, rows)
	reserve(b.loaded&colOrders != 0, &b.orders.small.v, rows)
	reserve(b.loaded&colSpend != 0, &b.spend.small.v, rows)
	reserve(b.loaded&(colSales|colLines) != 0, &b.sales.from, people)
	sets := []*rowset{&b.alive, &b.suppressed, &b.addressed, &b.wishing}
	for purpose := range b.verdicts {
		for i := range b.verdicts[purpose] {
			sets = append(sets, &b.verdicts[purpose][i])
		}
	}
	for _, s := range sets {
		reserve(b.core, (*[]uint64)(s), words(people))
	}
}

func (b *Base) reserveTexts(people int) {
	for _, c := range []struct {
		is Columns
		of *textColumn
	}{
		{colEmail, b.email},
		{colFirst, b.first},
		{colLast, b.last},
		{colCompany, b.company},
		{colExternal, b.external},
		{colCard, b.card},
		{colPhone, b.phone},
	} {
		reserve(b.loaded&c.is != 0, &c.of.start, people)
	}
}

func reserve[T any](really bool, v *[]T, n int) {
	if really {
		*v = slices.Grow(*v, n)
	}
}
