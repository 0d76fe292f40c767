package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/store"
)

// full is a contact with every field filled.
func full() model.Contact {
	return model.Contact{
		Email: "Léa.Martin@mail.example", FirstName: "Léa", LastName: "Martin", Company: "Les Blés",
		Kind: model.B2B, Phone: "+33123456789", Postcode: "01000", City: "Bourg", Country: "FR", Lang: "fr",
		Birth: model.NewDate(1961, 2, 28), ExternalID: "shop-7", Card: "4970", Points: -12, Tier: "or",
		Tags: []string{"bio", "vip"}, Basis: model.BasisConsent, BasisSource: "form", BasisAt: start.Add(-time.Hour),
		Tracking: model.TrackingRefused, Origin: "file.csv",
		Attrs: []model.Attr{{Name: "pet", Value: "chat"}, {Name: "size", Value: "38"}},
	}
}

func testContacts(t *testing.T, fresh func(*testing.T) Opener) {
	for name, test := range map[string]func(*testing.T, *folder){
		"EveryFieldIsReadAgain":                 contactFields,
		"TheSameRowsAgainChangeNothing":         contactSameAgain,
		"ARowWithoutEmailIsFoundByItsNumber":    contactWithoutEmail,
		"ANumberOfSomebodyElseStaysTheirs":      contactClaims,
		"AnEditBasedOnAnOlderVersionIsRefused":  contactEdit,
		"AnEditCannotTakeSomebodyElsesAddress":  contactEditIndex,
		"AScanSeesEverybodyInOrder":             contactScan,
		"TheWritingOfAnAddressDoesNotMakeATwin": contactKeys,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, testFolder(t, fresh))
		})
	}
}

var ctx = context.Background()

func merge(t fataler, s store.Store, rows ...model.Contact) []store.Merged {
	t.Helper()
	out, err := s.Contacts().Merge(ctx, rows, start)
	return must(t, out, err)
}

func contactFields(t *testing.T, f *folder) {
	want := full()
	id := merge(t, f, want)[0].ID
	f.reopen()
	got, err := f.Contacts().Get(ctx, id)
	want.ID, want.Version, want.Created, want.Updated = id, 1, start, start
	if diff := cmp.Diff(want, must(t, got, err)); diff != "" {
		t.Errorf("contact (-want +got):\n%s", diff)
	}
	for name, find := range map[string]func() (model.Contact, error){
		"ByEmail":    func() (model.Contact, error) { return f.Contacts().ByEmail(ctx, want.Email) },
		"ByExternal": func() (model.Contact, error) { return f.Contacts().ByExternal(ctx, want.ExternalID) },
		"ByCard":     func() (model.Contact, error) { return f.Contacts().ByCard(ctx, want.Card) },
	} {
		if got, err := find(); err != nil || got.ID != id {
			t.Errorf("%s = %d, %v", name, got.ID, err)
		}
	}
	_, err = f.Contacts().Get(ctx, id+1)
	wantIs(t, "Get", err, store.ErrNotFound)
	_, err = f.Contacts().ByCard(ctx, "")
	wantIs(t, "ByCard without a card", err, store.ErrNotFound)
}

func contactSameAgain(t *testing.T, f *folder) {
	rows := []model.Contact{{Email: "z@mail.example", City: "Lyon"}, full(), {Email: "a@mail.example"}}
	first := merge(t, f, rows...)
	for i, m := range first {
		if m.ID != model.ContactID(i+1) || m.Change != store.Created {
			t.Errorf("row %d: %+v, want number %d, created", i, m, i+1)
		}
	}
	rows[1].Points = 0 // an empty cell changes nothing
	for i, m := range merge(t, f, rows...) {
		if m.ID != first[i].ID || m.Change != store.Unchanged {
			t.Errorf("row %d again: %+v", i, m)
		}
	}
	again := merge(t, f, model.Contact{Email: "z@mail.example", City: "Nice", Tags: []string{"x"}}, model.Contact{Email: "n@mail.example"})
	if again[0].Change != store.Updated || again[1] != (store.Merged{ID: 4, Change: store.Created}) {
		t.Errorf("changes: %+v", again)
	}
	c, err := f.Contacts().Get(ctx, 1)
	if must(t, c, err); c.City != "Nice" || c.Version != 2 {
		t.Errorf("contact: %+v", c)
	}
	n, err := f.Contacts().Count(ctx)
	last, err2 := f.Contacts().Last(ctx)
	if must(t, n, err) != 4 || must(t, last, err2) != 4 {
		t.Errorf("count %d, last %d, want 4", n, last)
	}
}

func contactWithoutEmail(t *testing.T, f *folder) {
	first := merge(t, f, model.Contact{ExternalID: "x1", FirstName: "Zoé"}, model.Contact{Card: "c1"}, model.Contact{ExternalID: "x1", City: "Metz"})
	if first[0].ID == first[1].ID || first[2].ID != first[0].ID {
		t.Fatalf("merged: %+v", first)
	}
	again := merge(t, f, model.Contact{Card: "c1", City: "Brest"}, model.Contact{ExternalID: "x1", FirstName: "Zoé"})
	if again[0] != (store.Merged{ID: first[1].ID, Change: store.Updated}) || again[1].Change != store.Unchanged {
		t.Errorf("again: %+v", again)
	}
}

func contactClaims(t *testing.T, f *folder) {
	merge(t, f, model.Contact{Email: "a@mail.example", ExternalID: "x", Card: "c"})
	merge(t, f, model.Contact{Email: "b@mail.example", ExternalID: "x", Card: "c"})
	if c, err := f.Contacts().ByExternal(ctx, "x"); err != nil || c.ID != 1 {
		t.Errorf("ByExternal = %d, %v", c.ID, err)
	}
	if c, err := f.Contacts().Get(ctx, 2); err != nil || c.ExternalID != "" || c.Card != "" {
		t.Errorf("the second took %q, %q (%v)", c.ExternalID, c.Card, err)
	}
	// Once the first has another one, it is free.
	merge(t, f, model.Contact{Email: "a@mail.example", ExternalID: "y"})
	merge(t, f, model.Contact{Email: "b@mail.example", ExternalID: "x"})
	if c, err := f.Contacts().ByExternal(ctx, "x"); err != nil || c.ID != 2 {
		t.Errorf("ByExternal = %d, %v", c.ID, err)
	}
}

func contactEdit(t *testing.T, f *folder) {
	id := merge(t, f, full())[0].ID
	later := start.Add(time.Minute)
	got, err := f.Contacts().Edit(ctx, id, 1, later, func(c *model.Contact) error {
		c.City, c.Tags, c.ID, c.Spend = "Oyonnax", []string{"vip", "b", "b"}, 99, 5
		return nil
	})
	want := full()
	want.ID, want.Version, want.Created, want.Updated = id, 2, start, later
	want.City, want.Tags = "Oyonnax", []string{"b", "vip"}
	if diff := cmp.Diff(want, must(t, got, err)); diff != "" {
		t.Errorf("edited (-want +got):\n%s", diff)
	}
	_, err = f.Contacts().Edit(ctx, id, 1, later, func(c *model.Contact) error {
		c.City = "lost"
		return nil
	})
	wantIs(t, "edit of version 1", err, store.ErrChanged)
	no := errors.New("no")
	_, err = f.Contacts().Edit(ctx, id, 2, later, func(c *model.Contact) error {
		c.City = "lost"
		return no
	})
	wantIs(t, "refused edit", err, no)
	_, err = f.Contacts().Edit(ctx, 77, 1, later, func(*model.Contact) error { return nil })
	wantIs(t, "edit of nobody", err, store.ErrNotFound)
	f.reopen()
	got, err = f.Contacts().Get(ctx, id)
	if diff := cmp.Diff(want, must(t, got, err)); diff != "" {
		t.Errorf("after refused edits (-want +got):\n%s", diff)
	}
}

func contactEditIndex(t *testing.T, f *folder) {
	merge(t, f, model.Contact{Email: "a@mail.example", Card: "1"}, model.Contact{Email: "b@mail.example", Card: "2"})
	rename := func(id model.ContactID, version uint64, email, card string) error {
		_, err := f.Contacts().Edit(ctx, id, version, start, func(c *model.Contact) error {
			c.Email, c.Card = email, card
			return nil
		})
		return err
	}
	wantIs(t, "taken e-mail", rename(1, 1, "B@mail.example", "1"), store.ErrExists)
	wantIs(t, "taken card", rename(1, 1, "a@mail.example", "2"), store.ErrExists)
	must(t, 0, rename(1, 1, "new@mail.example", "9"))
	_, err := f.Contacts().ByEmail(ctx, "a@mail.example")
	wantIs(t, "the old address", err, store.ErrNotFound)
	must(t, 0, rename(2, 1, "a@mail.example", "1"))
	if c, err := f.Contacts().ByCard(ctx, "1"); err != nil || c.ID != 2 {
		t.Errorf("ByCard = %d, %v", c.ID, err)
	}
}

func contactScan(t *testing.T, f *folder) {
	const n = 4321 // more than two pages
	rows := make([]model.Contact, n)
	for i := range rows {
		rows[i] = model.Contact{Email: fmt.Sprintf("%d@mail.example", i*7919%n)}
	}
	merge(t, f, rows...)
	for _, from := range []model.ContactID{0, 1, 2000, 2001, n, n + 1} {
		next := max(from, 1)
		must(t, 0, f.Contacts().Scan(ctx, from, func(c *model.Contact) error {
			if c.ID != next || c.Email != rows[next-1].Email {
				t.Fatalf("from %d: saw %d %s, want %d", from, c.ID, c.Email, next)
			}
			next++
			return nil
		}))
		if next != n+1 {
			t.Errorf("from %d: ended before %d", from, next)
		}
	}
	stop := errors.New("stop")
	wantIs(t, "stopped scan", f.Contacts().Scan(ctx, 1, func(*model.Contact) error { return stop }), stop)
	many, err := f.Contacts().Many(ctx, []model.ContactID{9, n + 5, 3})
	if must(t, many, err); len(many) != 2 || many[0].ID != 9 || many[1].ID != 3 {
		t.Errorf("Many: %+v", many)
	}
}

func contactKeys(t *testing.T, f *folder) {
	composed, decomposed := "l\u00e9a@mail.example", "le\u0301a@mail.example"
	first := merge(t, f, model.Contact{Email: composed})
	for _, email := range []string{decomposed, " L\u00c9A@Mail.Example "} {
		if again := merge(t, f, model.Contact{Email: email}); again[0].ID != first[0].ID {
			t.Errorf("%q is a twin of %q", email, composed)
		}
	}
	twice := merge(t, f, model.Contact{Email: "B@mail.example", City: "Lille"}, model.Contact{Email: "b@mail.example", City: "Lens"})
	if twice[0].ID != twice[1].ID || twice[0].Change != store.Created || twice[1].Change != store.Updated {
		t.Errorf("twice in one step: %+v", twice)
	}
}
