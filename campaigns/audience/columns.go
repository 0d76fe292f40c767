package audience

import (
	"strings"
	"unicode"

	"blanche/model"
)

// Columns is a set of the columns of a base: those that are in memory, or that
// a question needs.
type Columns uint64

// The columns. Sales are the days, amounts and channels of the orders; Lines
// their categories and codes too.
const (
	colEmail Columns = 1 << iota
	colFirst
	colLast
	colCompany
	colExternal
	colCard
	colPhone
	colDomain
	colPostcode
	colCity
	colCountry
	colLang
	colTier
	colOrigin
	colKind
	colBasis
	colTracking
	colBirth
	colCreated
	colBasisAt
	colFirstOrder
	colLastOrder
	colPoints
	colOrders
	colSpend
	colTags
	colAttrs
	colSales
	colLines

	colNames = colEmail | colFirst | colLast | colCompany
	colTexts = colNames | colExternal | colCard | colPhone

	// Lean is nothing beside what every question needs: who there is, and who
	// may be written to.
	Lean Columns = 0
	// Small is all but the texts that differ from person to person and the
	// lines of the orders: what a screen is about to ask for.
	Small = (colLines<<1 - 1) &^ (colTexts | colLines)
	// Names are the texts that somebody who writes a rule is about to ask for.
	Names = colNames
)

// fieldColumns are the columns of the built-in fields.
var fieldColumns = map[string]Columns{
	"email": colEmail, "domain": colDomain, "first_name": colFirst, "last_name": colLast, "company": colCompany,
	"kind": colKind, "customer": colOrders, "prospect": colOrders, "b2b": colKind,
	"postcode": colPostcode, "city": colCity, "country": colCountry, "lang": colLang, "birth": colBirth,
	"card": colCard, "points": colPoints, "tier": colTier, "external_id": colExternal, "tags": colTags,
	"basis": colBasis, "tracking": colTracking, "origin": colOrigin, "created": colCreated,
	"orders": colOrders, "spend": colSpend, "average_basket": colOrders | colSpend,
	"first_order": colFirstOrder, "last_order": colLastOrder,
	"rfm": colSales, "rfm_r": colSales, "rfm_f": colSales, "rfm_m": colSales,
	"phone": colPhone, "basis_at": colBasisAt, "suppressed": 0, "sendable": 0,
}

// columnsOf are the columns of a canonical field.
func columnsOf(field string) Columns {
	if strings.HasPrefix(field, attrPrefix) {
		return colAttrs
	}
	if c, ok := fieldColumns[field]; ok {
		return c
	}
	return colSales // spend_90d
}

// columnsNamed are those of fields as a campaign names them, canonical or not.
func columnsNamed(names ...string) (need Columns) {
	for _, name := range names {
		if canonical, _, ok := builtinField(Fold(name)); ok {
			need |= columnsOf(canonical)
		} else if name != "" {
			need |= colAttrs
		}
	}
	return need
}

// columnsFor are those of a whole question.
func columnsFor(r model.Rule, f Facts) (need Columns) {
	if f.Apart.Share > 0 {
		need |= columnsNamed(f.Apart.Unit)
	}
	model.WalkRule(r, func(r model.Rule) {
		switch s := scopeOf(r); {
		case s.Category != "" || s.Code != "":
			need |= colLines
			return
		case !s.IsZero():
			need |= colSales
			return
		}
		if x, ok := r.(model.RuleExists); ok && isAddressed(x) {
			return
		}
		if field := model.LeafField(r); field != "" {
			need |= columnsOf(field)
		}
		if m, ok := r.(model.RuleMember); ok && m.Event == model.EventUsedCode {
			need |= colLines
		}
	})
	return need
}

// columnsToShow are those of a question and of the values of its fields.
func columnsToShow(r model.Rule, f Facts) Columns {
	need := columnsFor(r, f)
	model.WalkRule(r, func(r model.Rule) {
		if field := model.LeafField(r); field != "" && scopeOf(r).IsZero() {
			need |= columnsOf(field)
		}
	})
	return need
}

// ColumnsOf are those that a rule needs, as far as its text says without the
// free columns: none for a text that does not read.
func ColumnsOf(text string) Columns {
	r, err := Parse(text)
	if err != nil {
		return Lean
	}
	return columnsFor(r, Facts{})
}

// ColumnsIn are those of the built-in fields that an unfinished rule names
// outside of its quoted values.
func ColumnsIn(text string) (need Columns) {
	for i, part := range strings.Split(text, `"`) {
		if i%2 == 1 {
			continue
		}
		for _, word := range strings.FieldsFunc(part, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if field, _, ok := builtinField(Fold(word)); ok {
				need |= columnsOf(field)
			}
		}
	}
	return need
}

// missing are those of a need that are not in memory. Lines hold all that sales
// do.
func (b *Base) missing(need Columns) Columns {
	need &^= b.loaded
	if b.loaded&colLines != 0 || need&colLines != 0 {
		need &^= colSales
	}
	return need
}

// take moves freshly read columns into the base.
func (b *Base) take(x *Base, which Columns) {
	for _, c := range []struct {
		is       Columns
		own, new **textColumn
	}{
		{colEmail, &b.email, &x.email},
		{colFirst, &b.first, &x.first},
		{colLast, &b.last, &x.last},
		{colCompany, &b.company, &x.company},
		{colExternal, &b.external, &x.external},
		{colCard, &b.card, &x.card},
		{colPhone, &b.phone, &x.phone},
	} {
		move(which&c.is != 0, c.own, c.new)
	}
	for _, c := range []struct {
		is       Columns
		own, new **dictColumn
	}{
		{colDomain, &b.domain, &x.domain},
		{colPostcode, &b.postcode, &x.postcode},
		{colCity, &b.city, &x.city},
		{colCountry, &b.country, &x.country},
		{colLang, &b.lang, &x.lang},
		{colTier, &b.tier, &x.tier},
		{colOrigin, &b.origin, &x.origin},
	} {
		move(which&c.is != 0, c.own, c.new)
	}
	for _, c := range []struct {
		is       Columns
		own, new **numColumn[int32]
	}{
		{colBirth, &b.birth, &x.birth},
		{colCreated, &b.created, &x.created},
		{colBasisAt, &b.basisAt, &x.basisAt},
		{colFirstOrder, &b.firstOrder, &x.firstOrder},
		{colLastOrder, &b.lastOrder, &x.lastOrder},
	} {
		move(which&c.is != 0, c.own, c.new)
	}
	b.takeRest(x, which)
	b.loaded |= which
	if which&colLines != 0 {
		b.loaded |= colSales
	}
}

func (b *Base) takeRest(x *Base, which Columns) {
	move(which&colKind != 0, &b.kind, &x.kind)
	move(which&colBasis != 0, &b.basis, &x.basis)
	move(which&colTracking != 0, &b.tracking, &x.tracking)
	move(which&colPoints != 0, &b.points, &x.points)
	move(which&colOrders != 0, &b.orders, &x.orders)
	move(which&colSpend != 0, &b.spend, &x.spend)
	move(which&colTags != 0, &b.tags, &x.tags)
	move(which&colAttrs != 0, &b.attrs, &x.attrs)
	if which&(colSales|colLines) != 0 {
		b.sales = x.sales
		b.cache.columns = nil
	}
}

func move[T any](really bool, to, from *T) {
	if really {
		*to = *from
	}
}
