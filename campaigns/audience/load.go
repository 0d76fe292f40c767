package audience

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"blanche/model"
	"blanche/store"
)

// source is where the columns come from.
type source struct {
	contacts Contacts
	orders   Orders
}

// change is an edit that came in while columns were being read, which may have
// read past it.
type change struct {
	contact *model.Contact
	sales   []Sale
	sold    bool
}

// Prepare reads what a rule needs and what is not in memory yet, in one pass
// over the store, which ends with ctx. Questions go on meanwhile, and edits are
// not lost. Every question prepares itself, without an end of its own.
func (b *Base) Prepare(ctx context.Context, r model.Rule, f Facts) error {
	return b.load(ctx, columnsFor(r, f))
}

// Load reads columns that are not in memory yet.
func (b *Base) Load(ctx context.Context, which Columns) error { return b.load(ctx, which) }

// Loaded are the columns in memory.
func (b *Base) Loaded() Columns {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.loaded
}

func (b *Base) load(ctx context.Context, need Columns) error {
	b.mu.RLock()
	which := b.missing(need)
	b.mu.RUnlock()
	if which == 0 {
		return nil
	}
	b.loading.Lock()
	defer b.loading.Unlock()
	b.mu.Lock()
	if which = b.missing(need); which == 0 {
		b.mu.Unlock()
		return nil
	}
	b.changes = map[model.ContactID]change{}
	rows := b.rows
	b.mu.Unlock()
	x := newBase(b.zone)
	x.loaded = which
	x.reserve(rows)
	err := b.from.read(ctx, x, nil)
	b.mu.Lock()
	defer b.mu.Unlock()
	changes := b.changes
	b.changes = nil
	if err != nil {
		return err
	}
	for id, c := range changes {
		if c.contact != nil {
			x.put(c.contact, 0)
		}
		if c.sold && x.loaded&(colSales|colLines) != 0 {
			x.sales.replace(int(id)-1, c.sales)
		}
	}
	x.infer()
	b.take(x, which)
	return nil
}

// read fills the columns of a base that it says are loaded, contacts and orders
// side by side; suppressed is nil where nobody is, or it does not matter.
func (s source) read(ctx context.Context, x *Base, suppressed Suppressed) error {
	group, ctx := errgroup.WithContext(ctx)
	if x.core || x.loaded&^(colSales|colLines) != 0 {
		group.Go(func() error {
			return s.contacts.Scan(ctx, 1, func(c *model.Contact) error {
				var reason model.SuppressReason
				if suppressed != nil {
					reason, _ = suppressed(c.Email)
				}
				x.put(c, reason)
				return nil
			})
		})
	}
	switch {
	case x.loaded&colLines != 0:
		group.Go(func() error { return s.lines(ctx, &x.sales) })
	case x.loaded&colSales != 0:
		group.Go(func() error {
			return s.orders.Scan(ctx, func(o store.Sale) error {
				x.sales.add(int(o.Contact)-1, Sale{Day: o.Day, Cents: o.Cents, Channel: o.Channel})
				return nil
			})
		})
	}
	return group.Wait()
}

// whole is what Orders may also say: every order with all its words.
type whole interface {
	Each(ctx context.Context, f func(*model.Order) error) error
}

// lines reads the orders with their words: they come as they came in, and are
// put by contact and day.
func (s source) lines(ctx context.Context, into *sales) error {
	all, ok := s.orders.(whole)
	if !ok {
		return s.orders.Scan(ctx, func(o store.Sale) error {
			into.add(int(o.Contact)-1, Sale{Day: o.Day, Cents: o.Cents, Channel: o.Channel})
			return nil
		})
	}
	type line struct {
		row  uint32
		line soldLine
	}
	var lines []line
	err := all.Each(ctx, func(o *model.Order) error {
		if o.Contact == 0 || o.Status != model.OrderPaid {
			return nil
		}
		x := into.line(Sale{Day: o.Day, Cents: o.Total, Channel: o.Channel, Category: o.Category, Code: o.Code})
		lines = append(lines, line{uint32(o.Contact) - 1, x})
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(lines, func(a, b line) int {
		if a.row != b.row {
			return int(a.row) - int(b.row)
		}
		return int(a.line.day) - int(b.line.day)
	})
	for _, l := range lines {
		into.put(int(l.row), l.line)
	}
	return nil
}

// noted keeps an edit for the columns that are being read; b.mu is held.
func (b *Base) noted(id model.ContactID, edit func(*change)) {
	if b.changes == nil {
		return
	}
	c := b.changes[id]
	edit(&c)
	b.changes[id] = c
}

// ownContact is a contact that shares no memory with a read transaction.
func ownContact(c *model.Contact) *model.Contact {
	own := *c
	for _, s := range []*string{
		&own.Email, &own.FirstName, &own.LastName, &own.Company, &own.Phone, &own.Postcode, &own.City, &own.Country,
		&own.Lang, &own.ExternalID, &own.Card, &own.Tier, &own.BasisSource, &own.Origin,
	} {
		*s = strings.Clone(*s)
	}
	own.Tags = slices.Clone(own.Tags)
	for i, t := range own.Tags {
		own.Tags[i] = strings.Clone(t)
	}
	own.Attrs = slices.Clone(own.Attrs)
	for i, a := range own.Attrs {
		own.Attrs[i] = model.Attr{Name: strings.Clone(a.Name), Value: strings.Clone(a.Value)}
	}
	return &own
}

func (b *Base) infer() {
	for _, a := range b.attrs {
		a.infer()
	}
}
