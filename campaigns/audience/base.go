package audience

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"blanche/model"
)

// Base is everybody in memory, a column a field, so that a rule is counted
// while it is typed; a column is read from the store when a question first
// needs it. It is safe for use by several goroutines: questions run
// side by side, a change waits for them. Row i is contact i+1.
type Base struct {
	mu      sync.RWMutex
	loading sync.Mutex // one reading of columns at a time
	from    source
	loaded  Columns
	core    bool                       // who there is, and who may be written to, is being put
	changes map[model.ContactID]change // while columns are being read
	zone    *time.Location
	rows    int
	alive   rowset

	email, first, last, company, external, card, phone *textColumn
	domain, postcode, city, country, lang              *dictColumn
	tier, origin                                       *dictColumn
	kind, basis, tracking                              *codeColumn
	birth, created, basisAt, firstOrder, lastOrder     *numColumn[int32]
	points, orders, spend                              *wholeColumn
	tags                                               *tagColumn
	attrs                                              map[string]*dictColumn

	suppressed rowset
	addressed  rowset // who has an e-mail: the most asked question needs none of the texts
	wishing    rowset // those of wishes
	wishes     map[int]model.Wish
	verdicts   [2][len(reasons)]rowset // who falls under each reason; [1] with a professional purpose
	sales      sales

	cache cache
}

// cache keeps what is found from the columns and costs a pass over everybody,
// until a change makes it wrong.
type cache struct {
	mu      sync.Mutex
	columns map[string]column            // by field and day: sums over a period, classes
	orders  map[string][]model.ContactID // by sort key
	apart   map[string]rowset            // universal zones blanches, by salt, share and unit
}

// mostCached bounds each kind of what is found: four megabytes each for a
// million people.
const mostCached = 16

// cached finds something once; it is called with b.mu held for reading.
func cached[T any](b *Base, in *map[string]T, key string, find func() T) T {
	b.cache.mu.Lock()
	defer b.cache.mu.Unlock()
	v, ok := (*in)[key]
	if !ok {
		v = find()
		if *in == nil || len(*in) >= mostCached {
			*in = make(map[string]T)
		}
		(*in)[key] = v
	}
	return v
}

// newBase is a base of nobody; days of creation are days in the zone.
func newBase(zone *time.Location) *Base {
	return &Base{
		zone:  zone,
		email: &textColumn{}, first: &textColumn{}, last: &textColumn{}, company: &textColumn{},
		external: &textColumn{}, card: &textColumn{}, phone: &textColumn{},
		domain: newDict(), postcode: newDict(), city: newDict(), country: newDict(), lang: newDict(),
		tier: newDict(), origin: newDict(),
		kind:     &codeColumn{names: []string{model.B2C.String(), model.B2B.String()}},
		basis:    &codeColumn{names: []string{"none", "consent", "customer", "b2b"}},
		tracking: &codeColumn{names: []string{"unknown", "granted", "refused"}},
		birth:    dayColumn(), created: dayColumn(), basisAt: dayColumn(), firstOrder: dayColumn(), lastOrder: dayColumn(),
		points: newWhole(TypeNumber), orders: newWhole(TypeNumber), spend: newWhole(TypeMoney),
		wishes: map[int]model.Wish{},
		tags:   newTags(), attrs: map[string]*dictColumn{},
	}
}

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

// Apply takes a contact as it is after an edit, with the reason its address is
// suppressed (0: it is not). Sums over its orders come with it, not the orders
// themselves: see SetSales.
func (b *Base) Apply(c *model.Contact, suppressed model.SuppressReason) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.noted(c.ID, func(x *change) { x.contact = ownContact(c) })
	rows := b.rows
	b.put(c, suppressed)
	b.infer()
	b.cache.orders = nil
	if b.rows != rows || b.apartByUnit() {
		b.cache.apart = nil
	}
	b.again(int(c.ID)-1, false)
}

// Remove takes a person out who is no more.
func (b *Base) Remove(id model.ContactID) {
	b.mu.Lock()
	defer b.mu.Unlock()
	row := int(id) - 1
	if row < 0 || !b.alive.has(row) {
		return
	}
	b.noted(id, func(x *change) { x.contact, x.sales, x.sold = &model.Contact{ID: id}, nil, true })
	b.put(&model.Contact{ID: id}, 0)
	b.alive.put(row, false)
	if b.loaded&(colSales|colLines) != 0 {
		b.sales.replace(row, nil)
	}
	b.infer()
	b.cache.columns, b.cache.orders, b.cache.apart = nil, nil, nil
}

// SetSales replaces the paid orders of one contact, oldest first.
func (b *Base) SetSales(id model.ContactID, list []Sale) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.noted(id, func(x *change) { x.sales, x.sold = slices.Clone(list), true })
	if b.loaded&(colSales|colLines) == 0 {
		return
	}
	known := b.sales.words()
	b.sales.replace(int(id)-1, list)
	if b.sales.words() != known { // what a scope named was not there, and is now
		b.cache.columns = nil
	}
	b.again(int(id)-1, true)
}

// again makes one row of what is kept of everybody again. Classes depend on
// everybody: they go, when orders changed.
func (b *Base) again(row int, sold bool) {
	for key, c := range b.cache.columns {
		switch c := c.(type) {
		case derived:
			c.again(row)
		case classified:
			if sold || row >= len(c.scores) {
				delete(b.cache.columns, key)
			}
		case scored:
			if sold || row >= len(c.v) {
				delete(b.cache.columns, key)
			}
		}
	}
}

// Len is how many contacts there are.
func (b *Base) Len() int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.count(everyone)
}

// Attrs are the free columns with the type of their values.
func (b *Base) Attrs() map[string]Type {
	_ = b.load(context.Background(), colAttrs) // unread, there are none
	b.mu.RLock()
	defer b.mu.RUnlock()
	types := make(map[string]Type, len(b.attrs))
	for name, c := range b.attrs {
		types[name] = c.typ
	}
	return types
}

// Parse reads a rule for this base: its free columns are known, with or
// without their prefix, and an unknown one is an error. They are read from the
// store when a word is none of the language.
func (b *Base) Parse(text string) (model.Rule, error) {
	if r, err := parseFor(text, known{}); err == nil && columnsFor(r, Facts{})&colAttrs == 0 {
		return r, nil
	}
	return parseFor(text, known{types: b.Attrs(), odd: b.odd})
}

// odd counts the people whose value in a free column does not read as a type,
// among those who have one, and shows such a value.
func (b *Base) odd(name string, t Type) (odd, all int, example string) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	c, ok := b.attrs[name]
	if !ok {
		return 0, 0, ""
	}
	for n := 1; n < len(c.label); n++ {
		all += int(c.uses[n])
		if _, ok := c.readAs(t, c.label[n]); ok || c.uses[n] == 0 {
			continue
		}
		if odd += int(c.uses[n]); example == "" {
			example = c.label[n]
		}
	}
	return odd, all, example
}
