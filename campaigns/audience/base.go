package audience

import (
	"context"
	"slices"
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
