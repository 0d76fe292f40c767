package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"blanche/model"
	"blanche/store"
)

func testUnions(t *testing.T, fresh func(*testing.T) Opener) {
	t.Run("EveryNameOfBothLeadsToTheOneWhoStays", func(t *testing.T) {
		t.Parallel()
		unionNames(t, testFolder(t, fresh))
	})
	t.Run("AnOppositionOfOneAddressStandsOnAllUntilTheyAreTwoAgain", func(t *testing.T) {
		t.Parallel()
		unionOppositions(t, testFolder(t, fresh))
	})
	t.Run("WhoIsErasedIsErasedWithWhatWasUnitedIntoThem", func(t *testing.T) {
		t.Parallel()
		unionErased(t, testFolder(t, fresh))
	})
	t.Run("TwoPeopleWhoAreNotTheSameStayApart", func(t *testing.T) {
		t.Parallel()
		unionApart(t, testFolder(t, fresh))
	})
	t.Run("ANameThatChangedIsGivenBackAsItIsByAllWhoHadIt", func(t *testing.T) {
		t.Parallel()
		unionRenamed(t, testFolder(t, fresh))
	})
	t.Run("WhatIsTakenBackIsAsIfItHadNeverBeen", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(rt *rapid.T) { unionIdentity(rt, openFolder(rt, fresh(t)), openFolder(rt, fresh(t))) })
	})
}

// unite makes b part of a.
func unite(t fataler, f *folder, a, b model.ContactID, take ...string) model.Contact {
	t.Helper()
	c, err := f.Unions().Unite(ctx, store.Pair{Keep: a, Gone: b}, start.Add(time.Hour), func(a, b model.Contact) (model.Contact, error) {
		return model.Unite(&a, &b, take), nil
	})
	return must(t, c, err)
}

func unionNames(t *testing.T, f *folder) {
	merge(t, f,
		model.Contact{Email: "lea@mail.example", Card: "1", Points: 10, Tags: []string{"vip"}},
		model.Contact{Email: "lea.b@mail.example", ExternalID: "x2", Card: "2", Points: 5, Phone: "+33611111111", Tracking: model.TrackingGranted})
	order := func(id, email, card string) store.OrderPut {
		got, err := f.Orders().Put(ctx, []model.Order{{Source: "web", ID: id, Email: email, Card: card, Day: 20000, Total: 1000}})
		return must(t, got, err)[0]
	}
	order("1", "lea@mail.example", "")
	order("2", "", "2")
	c := unite(t, f, 1, 2)
	f.reopen()
	if c.Orders != 2 || c.Spend != 2000 || c.Points != 15 || c.Phone != "+33611111111" || c.Card != "1" || c.ExternalID != "x2" || c.Tracking != model.TrackingUnknown {
		t.Errorf("one person of two: %+v", c)
	}
	if n, err := f.Contacts().Count(ctx); must(t, n, err) != 1 {
		t.Errorf("%d people", n)
	}
	_, err := f.Contacts().Get(ctx, 2)
	wantIs(t, "the number that is gone", err, store.ErrNotFound)
	for _, find := range []func() (model.Contact, error){
		func() (model.Contact, error) { return f.Contacts().ByEmail(ctx, "LEA.B@mail.example") },
		func() (model.Contact, error) { return f.Contacts().ByExternal(ctx, "x2") },
		func() (model.Contact, error) { return f.Contacts().ByCard(ctx, "2") },
	} {
		if got, err := find(); must(t, got, err).ID != 1 {
			t.Errorf("leads to %d", got.ID)
		}
	}
	if got := order("3", "lea.b@mail.example", ""); got.Contact != 1 {
		t.Errorf("an order under the old address: %+v", got)
	}
	if got := merge(t, f, model.Contact{Email: "lea.b@mail.example", City: "Lyon"})[0]; got != (store.Merged{ID: 1, Change: store.Updated}) {
		t.Errorf("a row under the old address: %+v", got)
	}
	born := map[model.ContactID]int{}
	must(t, 0, f.Orders().Scan(ctx, func(s store.Sale) error { born[s.Born]++; return nil }))
	theirs, err := f.Orders().Of(ctx, 2)
	if must(t, theirs, err); born[2] != 2 || born[0] != 1 || len(theirs) != 2 {
		t.Errorf("born %v, of the number that is gone %d", born, len(theirs))
	}
	all, err := f.Unions().All(ctx)
	if must(t, all, err)[2].Into != 1 {
		t.Errorf("who is gone: %v", all)
	}
	if whose, err := f.Unions().Whose(ctx, "lea.b@mail.example"); must(t, whose, err) != 2 {
		t.Errorf("under which number: %d", whose)
	}
	kept, back, err := f.Unions().Divide(ctx, 2, start.Add(2*time.Hour))
	if must(t, kept, err); kept.Orders != 1 || kept.City != "" || kept.Points != 10 || back.Orders != 2 || back.City != "Lyon" || back.Email != "lea.b@mail.example" {
		t.Errorf("two again: %+v and %+v", kept, back)
	}
	_, _, err = f.Unions().Divide(ctx, 2, start)
	wantIs(t, "taking back twice", err, store.ErrNotFound)
	sound(t, f)
}

// sound reads every record.
func sound(t fataler, f *folder) {
	t.Helper()
	h, err := f.Check(ctx)
	if must(t, h, err); len(h.Damaged) > 0 {
		t.Fatalf("damaged: %v", h.Damaged)
	}
}

func opposed(t fataler, f *folder, email string) model.Suppression {
	t.Helper()
	s, _, err := f.Suppressions().Get(ctx, email)
	return must(t, s, err)
}

func unionOppositions(t *testing.T, f *folder) {
	merge(t, f, model.Contact{Email: "a@mail.example"}, model.Contact{Email: "b@mail.example"}, model.Contact{Email: "c@mail.example"})
	no := model.Suppression{Reason: model.SuppressOpposed, At: start, Source: "unsubscribe"}
	must(t, 0, f.Suppressions().Add(ctx, "b@mail.example", no))
	unite(t, f, 1, 2)
	if got := opposed(t, f, "a@mail.example"); got.Reason != model.SuppressOpposed || got.Source != store.SourceUnion {
		t.Errorf("the one who stays: %+v", got)
	}
	if got := opposed(t, f, "b@mail.example"); got != no {
		t.Errorf("the address itself: %+v", got)
	}
	_, _, err := f.Unions().Divide(ctx, 2, start)
	must(t, 0, err)
	if a, b := opposed(t, f, "a@mail.example"), opposed(t, f, "b@mail.example"); a.Reason != 0 || b != no {
		t.Errorf("two again: %+v, %+v", a, b)
	}
	unite(t, f, 1, 3)
	must(t, 0, f.Suppressions().Add(ctx, "c@mail.example", no))
	if got := opposed(t, f, "a@mail.example"); got.Reason != model.SuppressOpposed {
		t.Errorf("one that comes after the union: %+v", got)
	}
	_, _, err = f.Unions().Divide(ctx, 3, start)
	must(t, 0, err)
	if a, c := opposed(t, f, "a@mail.example"), opposed(t, f, "c@mail.example"); a.Reason != 0 || c != no {
		t.Errorf("two again: %+v, %+v", a, c)
	}
}

func unionErased(t *testing.T, f *folder) {
	merge(t, f, model.Contact{Email: "a@mail.example"}, model.Contact{Email: "b@mail.example", Card: "b2"}, model.Contact{Email: "c@mail.example"})
	_, err := f.Orders().Put(ctx, []model.Order{{Source: "web", ID: "1", Email: "b@mail.example", Card: "b2", Day: 20000, Total: 100}})
	must(t, 0, err)
	must(t, 0, f.Unions().SetApart(ctx, 1, 3, start))
	unite(t, f, 1, 2, "email")
	must(t, 0, f.Erase(ctx, 1, start))
	f.reopen()
	for _, email := range []string{"a@mail.example", "b@mail.example"} {
		if opposed(t, f, email).Reason != model.SuppressOpposed {
			t.Errorf("%s may be written to", email)
		}
		_, err := f.Contacts().ByEmail(ctx, email)
		wantIs(t, email, err, store.ErrNotFound)
	}
	o, err := f.Orders().Get(ctx, "web", "1")
	if must(t, o, err); o.Contact != 0 || o.Email != "" || o.Card != "" {
		t.Errorf("the order names %+v", o)
	}
	all, err := f.Unions().All(ctx)
	if must(t, all, err); len(all) != 0 {
		t.Errorf("kept: %v", all)
	}
	must(t, 0, f.Unions().Apart(ctx, func(a, b model.ContactID) error {
		t.Errorf("kept apart: %d, %d", a, b)
		return nil
	}))
	if n, err := f.Contacts().Count(ctx); must(t, n, err) != 1 {
		t.Errorf("%d people", n)
	}
	sound(t, f)
}

func unionApart(t *testing.T, f *folder) {
	merge(t, f, model.Contact{Email: "a@mail.example"}, model.Contact{Email: "b@mail.example"})
	must(t, 0, f.Unions().SetApart(ctx, 2, 1, start))
	must(t, 0, f.Unions().SetApart(ctx, 1, 2, start))
	f.reopen()
	n := 0
	must(t, 0, f.Unions().Apart(ctx, func(a, b model.ContactID) error {
		n++
		if a != 1 || b != 2 {
			t.Errorf("%d and %d", a, b)
		}
		return nil
	}))
	if n != 1 {
		t.Errorf("%d pairs", n)
	}
	if err := f.Unions().SetApart(ctx, 1, 1, start); err == nil {
		t.Error("somebody is not the same as themselves")
	}
}

// unionRenamed has a name that came from one person to a second, who went into a
// third: it changes under the address of the first, and somebody else gets it.
func unionRenamed(t *testing.T, f *folder) {
	merge(t, f,
		model.Contact{Email: "a@mail.example"},
		model.Contact{Email: "b@mail.example", ExternalID: "old", Card: "card"},
		model.Contact{Email: "c@mail.example", ExternalID: "own"})
	unite(t, f, 1, 2)
	unite(t, f, 3, 1)
	merge(t, f, model.Contact{Email: "b@mail.example", ExternalID: "new", Card: "other"})
	merge(t, f, model.Contact{ExternalID: "old"}, model.Contact{Card: "card"}) // somebody else's by now
	sound(t, f)
	for _, gone := range []model.ContactID{1, 2} {
		_, _, err := f.Unions().Divide(ctx, gone, start)
		must(t, 0, err)
		sound(t, f)
	}
	found := shopOf(t, f)
	var got []string
	for _, c := range found.People {
		got = append(got, c.Email+" "+c.ExternalID+" "+c.Card)
	}
	want := []string{"a@mail.example  ", "b@mail.example new other", "c@mail.example own ", " old ", "  card"}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("given back (-want +got):\n%s", diff)
	}
}

// unionIdentity does the same to two folders, but that one of them unites people
// and takes all of it back.
func unionIdentity(t *rapid.T, f, control *folder) {
	defer func() { _ = f.Close(); _ = control.Close() }()
	both := []*folder{f, control}
	const people = 5
	for i := range people {
		row := model.Contact{
			Email: fmt.Sprintf("%d@mail.example", i), Phone: rapid.SampledFrom([]string{"", "+331", "+332"}).Draw(t, "phone"),
			Points: int64(rapid.IntRange(0, 3).Draw(t, "points")), Tags: rapid.SampledFrom([][]string{nil, {"a"}, {"a", "b"}}).Draw(t, "tags"),
			Basis: model.Basis(rapid.IntRange(0, 3).Draw(t, "basis")), Tracking: model.Tracking(rapid.IntRange(0, 2).Draw(t, "tracking")),
		}
		if rapid.Bool().Draw(t, "external") {
			row.ExternalID = fmt.Sprintf("x%d", i)
		}
		if rapid.Bool().Draw(t, "card") {
			row.Card = fmt.Sprintf("c%d", i)
		}
		for _, s := range both {
			merge(t, s, row)
		}
	}
	n := 0
	someName := func() (o model.Contact) {
		i := rapid.IntRange(0, people-1).Draw(t, "whose")
		switch rapid.IntRange(0, 3).Draw(t, "by") {
		case 0:
			return model.Contact{ExternalID: fmt.Sprintf("x%d", i)}
		case 1:
			return model.Contact{Card: fmt.Sprintf("c%d", i)}
		}
		return model.Contact{Email: fmt.Sprintf("%d@mail.example", i)}
	}
	order := func(t *rapid.T) {
		n++
		by := someName()
		o := model.Order{
			Source: "web", ID: fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "id")), Email: by.Email, ExternalID: by.ExternalID, Card: by.Card, Day: model.Date(20000 + n), Total: model.Cents(n),
		}
		for _, s := range both {
			_, err := s.Orders().Put(ctx, []model.Order{o})
			must(t, 0, err)
		}
	}
	row := func(t *rapid.T) {
		n++
		r := someName()
		if r.Email != "" {
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				r.City = fmt.Sprintf("city %d", n)
			case 1:
				r.Points = int64(rapid.IntRange(1, 9).Draw(t, "points"))
			case 2:
				r.Tags = []string{"new"}
			case 3:
				r.Phone = rapid.SampledFrom([]string{"+331", "+333"}).Draw(t, "phone")
			case 4:
				r.ExternalID = fmt.Sprintf("new%d", n)
			case 5:
				r.Basis, r.BasisSource = model.BasisConsent, "form"
			}
		}
		for _, s := range both {
			merge(t, s, r)
		}
	}
	oppose := func(t *rapid.T) {
		email := fmt.Sprintf("%d@mail.example", rapid.IntRange(0, people-1).Draw(t, "who"))
		for _, s := range both {
			must(t, 0, s.Suppressions().Add(ctx, email, model.Suppression{Reason: model.SuppressOpposed, At: start, Source: "link"}))
		}
	}
	var gone []model.ContactID
	t.Repeat(map[string]func(*rapid.T){
		"order": order, "row": row, "oppose": oppose, "reopen": func(*rapid.T) { f.reopen() },
		"unite": func(t *rapid.T) {
			a := model.ContactID(rapid.IntRange(1, people).Draw(t, "a"))
			b := model.ContactID(rapid.IntRange(1, people).Draw(t, "b"))
			if a == b || slices.Contains(gone, a) || slices.Contains(gone, b) {
				t.Skip("not two people")
			}
			unite(t, f, a, b, rapid.SliceOfDistinct(rapid.SampledFrom(model.UniteFields), rapid.ID[string]).Draw(t, "take")...)
			gone = append(gone, b)
		},
		"": func(t *rapid.T) { sound(t, f) },
	})
	for len(gone) > 0 {
		i := rapid.IntRange(0, len(gone)-1).Draw(t, "which")
		_, _, err := f.Unions().Divide(ctx, gone[i], start)
		if model.KindOf(err) == model.KindRefused {
			i = len(gone) - 1 // the one it went into went later
			_, _, err = f.Unions().Divide(ctx, gone[i], start)
		}
		must(t, 0, err)
		gone = slices.Delete(gone, i, i+1)
		sound(t, f)
	}
	if diff := gocmp.Diff(shopOf(t, control), shopOf(t, f), cmpopts.IgnoreFields(model.Contact{}, "Version", "Updated")); diff != "" {
		t.Fatalf("never united, and taken back (-want +got):\n%s", diff)
	}
}

// wholeShop is all that a union touches.
type wholeShop struct {
	People  []model.Contact
	Orders  [][]model.Order
	Sales   []store.Sale
	Found   map[string]model.ContactID
	Opposed map[string]model.SuppressReason
	Count   int
}

func shopOf(t fataler, f *folder) (s wholeShop) {
	t.Helper()
	s.Found, s.Opposed = map[string]model.ContactID{}, map[string]model.SuppressReason{}
	must(t, 0, f.Contacts().Scan(ctx, 1, func(c *model.Contact) error {
		one := *c
		s.People = append(s.People, one)
		return nil
	}))
	for i := range s.People {
		c := &s.People[i]
		orders, err := f.Orders().Of(ctx, c.ID)
		s.Orders = append(s.Orders, must(t, orders, err))
		s.Opposed[c.Email] = opposed(t, f, c.Email).Reason
		for _, by := range []struct {
			text string
			find func() (model.Contact, error)
		}{
			{c.Email, func() (model.Contact, error) { return f.Contacts().ByEmail(ctx, c.Email) }},
			{c.ExternalID, func() (model.Contact, error) { return f.Contacts().ByExternal(ctx, c.ExternalID) }},
			{c.Card, func() (model.Contact, error) { return f.Contacts().ByCard(ctx, c.Card) }},
		} {
			if by.text != "" {
				found, err := by.find()
				s.Found[by.text] = must(t, found, err).ID
			}
		}
	}
	must(t, 0, f.Orders().Scan(ctx, func(sale store.Sale) error {
		s.Sales = append(s.Sales, sale)
		return nil
	}))
	n, err := f.Contacts().Count(ctx)
	s.Count = must(t, n, err)
	return s
}
