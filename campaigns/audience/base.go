package audience

import (
	"strings"
	"sync"
	"time"

	"blanche/model"
)

// Base is everybody in memory, a column a field, so that a rule is counted
// while it is typed. It is safe for use by several goroutines: questions run
// side by side, a change waits for them. Row i is contact i+1.
type Base struct {
	mu    sync.RWMutex
	zone  *time.Location
	rows  int
	alive rowset

	email, first, last, company, external, card, phone *textColumn
	domain, postcode, city, country, lang              *dictColumn
	tier, origin                                       *dictColumn
	kind, basis, tracking                              *codeColumn
	birth, created, basisAt, firstOrder, lastOrder     *numColumn[int32]
	points, orders, spend                              *numColumn[int64]
	tags                                               *tagColumn
	attrs                                              map[string]*dictColumn

	suppressed rowset
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

// cached finds something once; it is called with b.mu held for reading.
func cached[T any](b *Base, in *map[string]T, key string, find func() T) T {
	b.cache.mu.Lock()
	defer b.cache.mu.Unlock()
	v, ok := (*in)[key]
	if !ok {
		v = find()
		if *in == nil || len(*in) > 32 {
			*in = make(map[string]T)
		}
		(*in)[key] = v
	}
	return v
}

// newBase is a base of nobody; days of creation are days in the zone.
func newBase(zone *time.Location) *Base {
	whole := func(t Type) *numColumn[int64] { return &numColumn[int64]{none: noNumber, typ: t} }
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
		points: whole(TypeNumber), orders: whole(TypeNumber), spend: whole(TypeMoney),
		tags: newTags(), attrs: map[string]*dictColumn{},
	}
}

const noNumber = -1 << 63

// put writes one contact in its row. It keeps nothing of the contact's memory,
// which belongs to a read transaction.
func (b *Base) put(c *model.Contact, suppressed model.SuppressReason) {
	row := int(c.ID) - 1
	b.rows = max(b.rows, row+1)
	b.alive.put(row, true)
	b.putTexts(row, c)
	b.kind.put(row, uint8(c.Kind))
	b.basis.put(row, uint8(c.Basis))
	b.tracking.put(row, uint8(c.Tracking))
	putDay(b.birth, row, c.Birth)
	putDay(b.firstOrder, row, c.FirstOrder)
	putDay(b.lastOrder, row, c.LastOrder)
	putDay(b.created, row, model.DateOf(c.Created, b.zone))
	putDay(b.basisAt, row, model.DateOf(c.BasisAt, b.zone))
	b.points.put(row, c.Points)
	b.orders.put(row, int64(c.Orders))
	b.spend.put(row, int64(c.Spend))
	b.suppressed.put(row, suppressed != 0)
	person := PersonOf(c, suppressed)
	b.judge(row, 0, MaySend(person, Terms{}))
	b.judge(row, 1, MaySend(person, Terms{B2BPurpose: true}))
	b.tags.put(row, c.Tags)
	b.putAttrs(row, c.Attrs)
}

func (b *Base) putTexts(row int, c *model.Contact) {
	b.email.put(row, c.Email)
	b.first.put(row, c.FirstName)
	b.last.put(row, c.LastName)
	b.company.put(row, c.Company)
	b.external.put(row, c.ExternalID)
	b.card.put(row, c.Card)
	b.phone.put(row, c.Phone)
	b.domain.put(row, model.Domain(c.Email))
	b.postcode.put(row, c.Postcode)
	b.city.put(row, c.City)
	b.country.put(row, c.Country)
	b.lang.put(row, c.Lang)
	b.tier.put(row, c.Tier)
	b.origin.put(row, c.Origin)
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
	row, rows := int(c.ID)-1, b.rows
	orders, known := b.orders.at(row)
	spend, _ := b.spend.at(row)
	b.put(c, suppressed)
	for _, a := range b.attrs {
		a.infer()
	}
	b.cache.orders = nil
	if b.rows != rows || b.apartByUnit() {
		b.cache.apart = nil
	}
	if !known || orders != int64(c.Orders) || spend != int64(c.Spend) {
		b.cache.columns = nil
	}
}

// SetSales replaces the paid orders of one contact, oldest first.
func (b *Base) SetSales(id model.ContactID, list []Sale) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sales.replace(int(id)-1, list)
	b.cache.columns, b.cache.orders = nil, nil
}

// Len is how many contacts there are.
func (b *Base) Len() int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.count(everyone)
}

// Attrs are the free columns with the type of their values.
func (b *Base) Attrs() map[string]Type {
	b.mu.RLock()
	defer b.mu.RUnlock()
	types := make(map[string]Type, len(b.attrs))
	for name, c := range b.attrs {
		types[name] = c.typ
	}
	return types
}

// Parse reads a rule for this base: its free columns are known, with or
// without their prefix, and an unknown one is an error.
func (b *Base) Parse(text string) (model.Rule, error) {
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
