package storetest

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"blanche/model"
	"blanche/store"
)

func testOrders(t *testing.T, fresh func(*testing.T) Opener) {
	t.Run("AnOrderWaitsForItsBuyer", func(t *testing.T) {
		t.Parallel()
		orderWaits(t, testFolder(t, fresh))
	})
	t.Run("TheSumsAreAlwaysThoseOfTheOrders", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(rt *rapid.T) {
			m := &shop{f: openFolder(rt, fresh(t)), orders: map[[2]string]model.Order{}}
			defer func() { _ = m.f.Close() }()
			rt.Repeat(map[string]func(*rapid.T){
				"put": m.put, "merge": m.merge, "edit": m.edit, "reopen": func(*rapid.T) { m.f.reopen() }, "": m.check,
			})
		})
	})
}

func orderWaits(t *testing.T, f *folder) {
	order := model.Order{
		Source: "shopify", ID: "1001", Email: "Zoe@mail.example", Card: "77", Day: 20000, At: start, Total: 4990,
		Currency: "EUR", Channel: "web", Code: "NOEL",
	}
	put := func(o model.Order) store.OrderPut {
		t.Helper()
		out, err := f.Orders().Put(ctx, []model.Order{o})
		return must(t, out, err)[0]
	}
	if got := put(order); got != (store.OrderPut{Change: store.Created}) {
		t.Errorf("first: %+v", got)
	}
	merge(t, f, model.Contact{Card: "77"}, model.Contact{Email: "zoe@mail.example"})
	f.reopen()
	if got := put(order); got != (store.OrderPut{Contact: 2, Change: store.Unchanged}) {
		t.Errorf("the e-mail comes before the card: %+v", got)
	}
	want := order
	want.Contact = 2
	got, err := f.Orders().Get(ctx, "shopify", "1001")
	if diff := gocmp.Diff(want, must(t, got, err)); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	_, err = f.Orders().Get(ctx, "shop", "1001")
	wantIs(t, "Get of another source", err, store.ErrNotFound)
	order.Status = model.OrderRefunded
	if got := put(order); got != (store.OrderPut{Contact: 2, Change: store.Updated}) {
		t.Errorf("refunded: %+v", got)
	}
	c, err := f.Contacts().Get(ctx, 2)
	if must(t, c, err); c.Orders != 0 || c.Spend != 0 || c.FirstOrder != 0 || c.Version != 1 {
		t.Errorf("after the refund: %+v", c)
	}
}

// shop is what the store should hold: people, and orders by key.
type shop struct {
	f      *folder
	people []model.Contact // by number, from 1
	orders map[[2]string]model.Order
}

var (
	someEmail = rapid.SampledFrom([]string{"", "a@mail.example", "B@mail.example", "b@mail.example", "c@mail.example", "d@mail.example"})
	someID    = rapid.SampledFrom([]string{"", "", "x1", "x2", "x3"})
	someCard  = rapid.SampledFrom([]string{"", "", "k1", "k2"})
)

// find is the number of the first person for whom is holds, 0 without.
func (m *shop) find(is func(model.Contact) bool) model.ContactID {
	return model.ContactID(slices.IndexFunc(m.people, is) + 1)
}

func (m *shop) byEmail(email string) model.ContactID {
	key := model.EmailKey(email)
	return m.find(func(c model.Contact) bool { return key != "" && model.EmailKey(c.Email) == key })
}

func (m *shop) byExternal(id string) model.ContactID {
	return m.find(func(c model.Contact) bool { return id != "" && c.ExternalID == id })
}

func (m *shop) byCard(card string) model.ContactID {
	return m.find(func(c model.Contact) bool { return card != "" && c.Card == card })
}

func (m *shop) buyer(o model.Order) model.ContactID {
	return cmp.Or(m.byEmail(o.Email), m.byExternal(o.ExternalID), m.byCard(o.Card))
}

func (m *shop) put(t *rapid.T) {
	list := make([]model.Order, rapid.IntRange(1, 4).Draw(t, "orders"))
	for i := range list {
		list[i] = model.Order{
			Source: rapid.SampledFrom([]string{"web", "shop"}).Draw(t, "source"), ID: fmt.Sprint(rapid.IntRange(1, 6).Draw(t, "id")),
			Email: someEmail.Draw(t, "email"), ExternalID: someID.Draw(t, "external"), Card: someCard.Draw(t, "card"),
			Day: model.Date(rapid.IntRange(-3, 6).Draw(t, "day")), Total: model.Cents(rapid.Int64Range(-500, 9000).Draw(t, "total")),
			Status: model.OrderStatus(rapid.IntRange(0, 3).Draw(t, "status")), Channel: "c",
		}
	}
	got, err := m.f.Orders().Put(ctx, list)
	must(t, got, err)
	for i, o := range list {
		key := [2]string{o.Source, o.ID}
		old, known := m.orders[key]
		o.Contact = old.Contact
		same := model.EmailKey(old.Email) == model.EmailKey(o.Email) && old.ExternalID == o.ExternalID && old.Card == o.Card
		if old.Contact == 0 || !same {
			o.Contact = m.buyer(o)
		}
		want := store.OrderPut{Contact: o.Contact, Change: store.Updated}
		switch {
		case !known:
			want.Change = store.Created
		case o == old:
			want.Change = store.Unchanged
		}
		if old.Contact != o.Contact {
			want.From = old.Contact
		}
		if got[i] != want {
			t.Fatalf("Put %+v: %+v, want %+v", o, got[i], want)
		}
		m.orders[key] = o
	}
}

func (m *shop) merge(t *rapid.T) {
	row := model.Contact{Email: someEmail.Draw(t, "email"), ExternalID: someID.Draw(t, "external"), Card: someCard.Draw(t, "card")}
	id := m.byEmail(row.Email)
	if row.Email == "" {
		id = cmp.Or(m.byExternal(row.ExternalID), m.byCard(row.Card))
	}
	got := merge(t, m.f, row)[0]
	if id == 0 {
		m.people = append(m.people, model.Contact{})
		id = model.ContactID(len(m.people))
	}
	if got.ID != id {
		t.Fatalf("Merge %+v: %+v, want number %d", row, got, id)
	}
	c := &m.people[id-1]
	if row.Email != "" && model.EmailKey(c.Email) != model.EmailKey(row.Email) {
		c.Email = row.Email
	}
	taken := false
	for _, x := range []struct {
		says  string
		has   *string
		owner model.ContactID
		aside string
	}{
		{row.ExternalID, &c.ExternalID, m.byExternal(row.ExternalID), model.OtherExternal},
		{row.Card, &c.Card, m.byCard(row.Card), model.OtherCard},
	} {
		switch {
		case x.says == "":
		case x.owner == 0 || x.owner == id:
			*x.has = x.says
		default:
			c.Aside(x.aside, x.says)
			taken = true
		}
	}
	if got.Taken != taken {
		t.Fatalf("Merge %+v: taken %v, want %v", row, got.Taken, taken)
	}
	m.attach()
}

func (m *shop) edit(t *rapid.T) {
	if len(m.people) == 0 {
		t.Skip("nobody")
	}
	id := model.ContactID(rapid.IntRange(1, len(m.people)).Draw(t, "who"))
	email, card := someEmail.Draw(t, "email"), someCard.Draw(t, "card")
	if owner := m.byEmail(email); owner != 0 && owner != id {
		t.Skip("taken")
	}
	if owner := m.byCard(card); owner != 0 && owner != id {
		t.Skip("taken")
	}
	now, err := m.f.Contacts().Get(ctx, id)
	must(t, now, err)
	_, err = m.f.Contacts().Edit(ctx, id, now.Version, start, func(c *model.Contact) error {
		c.Email, c.Card = email, card
		return nil
	})
	must(t, 0, err)
	m.people[id-1].Email, m.people[id-1].Card = email, card
	m.attach()
}

// attach gives the orders that wait to whoever is known by now.
func (m *shop) attach() {
	for key, o := range m.orders {
		if o.Contact == 0 {
			o.Contact = m.buyer(o)
			m.orders[key] = o
		}
	}
}

// check compares everything.
func (m *shop) check(t *rapid.T) {
	for i, want := range m.people {
		want.ID = model.ContactID(i + 1)
		var theirs []model.Order
		for _, o := range m.orders {
			if o.Contact == want.ID {
				theirs = append(theirs, o)
			}
		}
		sum(&want, theirs)
		got, err := m.f.Contacts().Get(ctx, want.ID)
		diff := gocmp.Diff(want, must(t, got, err), cmpopts.IgnoreFields(model.Contact{}, "Version", "Created", "Updated"))
		if diff != "" {
			t.Fatalf("contact (-want +got):\n%s", diff)
		}
		kept, err := m.f.Orders().Of(ctx, want.ID)
		if must(t, kept, err); len(kept) != len(theirs) || !slices.IsSortedFunc(kept, func(a, b model.Order) int { return cmp.Compare(a.Day, b.Day) }) {
			t.Fatalf("orders of %d: %+v, want %+v", want.ID, kept, theirs)
		}
		for _, o := range kept {
			if o != m.orders[[2]string{o.Source, o.ID}] {
				t.Fatalf("order %+v, want %+v", o, m.orders[[2]string{o.Source, o.ID}])
			}
		}
	}
	m.checkSales(t)
}

// sum sets the sums of a contact.
func sum(c *model.Contact, orders []model.Order) {
	for _, o := range orders {
		c.Spend += o.Counts()
		if o.Status != model.OrderPaid || o.Total < 0 {
			continue
		}
		c.Orders++
		if o.Day.IsZero() {
			continue
		}
		if c.FirstOrder.IsZero() || o.Day < c.FirstOrder {
			c.FirstOrder = o.Day
		}
		if c.LastOrder.IsZero() || o.Day > c.LastOrder {
			c.LastOrder = o.Day
		}
	}
}

func (m *shop) checkSales(t *rapid.T) {
	var want model.Cents
	for _, o := range m.orders {
		if o.Contact != 0 {
			want += o.Counts()
		}
	}
	var got model.Cents
	last := store.Sale{Day: -1 << 30}
	must(t, 0, m.f.Orders().Scan(ctx, func(s store.Sale) error {
		if s.Contact < last.Contact || s.Contact == last.Contact && s.Day < last.Day {
			t.Fatalf("sale %+v after %+v", s, last)
		}
		last, got = s, got+s.Cents
		return nil
	}))
	each := 0
	must(t, 0, m.f.Orders().Each(ctx, func(o *model.Order) error {
		each++
		if kept, err := m.f.Orders().Get(ctx, o.Source, o.ID); must(t, kept, err) != *o {
			t.Fatalf("order %+v, kept as %+v", *o, kept)
		}
		return nil
	}))
	if each != len(m.orders) {
		t.Fatalf("%d orders visited, want %d", each, len(m.orders))
	}
	n, err := m.f.Orders().Count(ctx)
	if must(t, n, err) != len(m.orders) || got != want {
		t.Fatalf("%d orders for %d, want %d for %d", n, got, len(m.orders), want)
	}
	h, err := m.f.Check(ctx)
	if must(t, h, err); h.Contacts != len(m.people) || h.Orders != n || len(h.Damaged) != 0 {
		t.Fatalf("Check: %+v", h)
	}
}
