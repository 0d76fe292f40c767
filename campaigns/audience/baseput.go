package audience

import (
	"slices"
	"strings"

	"blanche/model"
)

const noNumber = -1 << 63

// put writes one contact in its row of the columns in memory. It keeps nothing
// of the contact's memory, which belongs to a read transaction.
func (b *Base) put(c *model.Contact, suppressed model.SuppressReason) {
	row := int(c.ID) - 1
	b.rows = max(b.rows, row+1)
	if b.core {
		b.alive.put(row, true)
		b.suppressed.put(row, suppressed != 0)
		b.addressed.put(row, c.Email != "")
		person := PersonOf(c, suppressed)
		b.wish(row, &person.Wish)
		b.judge(row, 0, MaySend(person, Terms{}))
		b.judge(row, 1, MaySend(person, Terms{B2BPurpose: true}))
	}
	b.putTexts(row, c)
	b.putCodes(row, c)
	b.putNumbers(row, c)
	if b.loaded&colTags != 0 {
		b.tags.put(row, c.Tags)
	}
	if b.loaded&colAttrs != 0 {
		b.putAttrs(row, c.Attrs)
	}
}

func (b *Base) putTexts(row int, c *model.Contact) {
	if b.loaded&colTexts == 0 {
		return
	}
	for _, x := range [...]struct {
		is    Columns
		of    *textColumn
		value string
	}{
		{colEmail, b.email, c.Email},
		{colFirst, b.first, c.FirstName},
		{colLast, b.last, c.LastName},
		{colCompany, b.company, c.Company},
		{colExternal, b.external, c.ExternalID},
		{colCard, b.card, c.Card},
		{colPhone, b.phone, c.Phone},
	} {
		if b.loaded&x.is != 0 {
			x.of.put(row, x.value)
		}
	}
}

func (b *Base) putCodes(row int, c *model.Contact) {
	if b.loaded&colDomain != 0 {
		b.domain.put(row, model.Domain(c.Email))
	}
	for _, x := range [...]struct {
		is    Columns
		of    *dictColumn
		value string
	}{
		{colPostcode, b.postcode, c.Postcode},
		{colCity, b.city, c.City},
		{colCountry, b.country, c.Country},
		{colLang, b.lang, c.Lang},
		{colTier, b.tier, c.Tier},
		{colOrigin, b.origin, c.Origin},
	} {
		if b.loaded&x.is != 0 {
			x.of.put(row, x.value)
		}
	}
	for _, x := range [...]struct {
		is    Columns
		of    *codeColumn
		value uint8
	}{
		{colKind, b.kind, uint8(c.Kind)},
		{colBasis, b.basis, uint8(c.Basis)},
		{colTracking, b.tracking, uint8(c.Tracking)},
	} {
		if b.loaded&x.is != 0 {
			x.of.put(row, x.value)
		}
	}
}

func (b *Base) putNumbers(row int, c *model.Contact) {
	day := func(is Columns, of *numColumn[int32], d model.Date) {
		if b.loaded&is != 0 {
			putDay(of, row, d)
		}
	}
	day(colBirth, b.birth, c.Birth)
	day(colFirstOrder, b.firstOrder, c.FirstOrder)
	day(colLastOrder, b.lastOrder, c.LastOrder)
	if b.loaded&colCreated != 0 {
		putDay(b.created, row, model.DateOf(c.Created, b.zone))
	}
	if b.loaded&colBasisAt != 0 {
		putDay(b.basisAt, row, model.DateOf(c.BasisAt, b.zone))
	}
	if b.loaded&colPoints != 0 {
		b.points.put(row, c.Points)
	}
	if b.loaded&colOrders != 0 {
		b.orders.put(row, int64(c.Orders))
	}
	if b.loaded&colSpend != 0 {
		b.spend.put(row, int64(c.Spend))
	}
}

// wish keeps what somebody chose of what they get: few people do.
func (b *Base) wish(row int, w *model.Wish) {
	if !w.Any() && !b.wishing.has(row) {
		return
	}
	b.wishing.put(row, w.Any())
	delete(b.wishes, row)
	if w.Any() {
		own := *w
		own.Subjects = slices.Clone(w.Subjects)
		for i, s := range own.Subjects {
			own.Subjects[i] = strings.Clone(s)
		}
		b.wishes[row] = own
	}
}

// judge notes what MaySend said of a row.
func (b *Base) judge(row, purpose int, reason string) {
	for i, r := range reasons {
		b.verdicts[purpose][i].put(row, r == reason)
	}
}

func putDay(c *numColumn[int32], row int, d model.Date) {
	if d.IsZero() {
		c.put(row, c.none)
		return
	}
	c.put(row, int32(d))
}

// putAttrs writes the free columns of a row; both lists are by name.
func (b *Base) putAttrs(row int, attrs []model.Attr) {
	for _, a := range attrs {
		c, ok := b.attrs[a.Name]
		if !ok {
			c = newDict()
			b.attrs[strings.Clone(a.Name)] = c
		}
		c.put(row, a.Value)
	}
	for name, c := range b.attrs {
		if c.at(row) != 0 && !hasAttr(attrs, name) {
			c.put(row, "")
		}
	}
}

func hasAttr(attrs []model.Attr, name string) bool {
	for _, a := range attrs {
		if a.Name == name {
			return true
		}
	}
	return false
}
