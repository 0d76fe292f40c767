package duplicates_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/screen/duplicates"
	"blanche/ui/tui/tuitest"
)

// desk has three pairs, and one phone of a whole shop.
type desk struct {
	*tuitest.Shop
	people map[model.ContactID]model.Contact
	pairs  []campaigns.DuplicatePair
	done   []string
}

func newDesk() *desk {
	people := map[model.ContactID]model.Contact{}
	add := func(id model.ContactID, c model.Contact) {
		c.ID = id
		people[id] = c
	}
	consent := time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)
	add(1, model.Contact{
		Email: "lea.benard@gmail.example", FirstName: "Léa", LastName: "Bénard", Phone: "+33612345678", City: "Lyon", Points: 120, Tags: []string{"vip"},
		Orders: 4, Spend: 31240, Basis: model.BasisConsent, BasisSource: "form", BasisAt: consent, Tracking: model.TrackingGranted,
	})
	add(2, model.Contact{
		Email: "leabenard@googlemail.example", FirstName: "Lea", LastName: "Benard", Postcode: "69003", Card: "0042", Points: 30, Tags: []string{"salon"},
		Orders: 1, Spend: 4990, Basis: model.BasisCustomer, Tracking: model.TrackingUnknown,
	})
	add(3, model.Contact{Email: "p.martin@orange.example", FirstName: "Paul", LastName: "Martin"})
	add(4, model.Contact{Email: "p.martin+promo@orange.example", FirstName: "Paul", LastName: "Martin"})
	add(5, model.Contact{FirstName: tuitest.Hostile[0], LastName: "X", Card: "77 12"})
	add(6, model.Contact{Email: "x@mail.example", Card: "7712"})
	return &desk{Shop: tuitest.NewShop(), people: people, pairs: []campaigns.DuplicatePair{
		{A: 5, B: 6, Reasons: []string{"card"}, Sure: 97}, {A: 1, B: 2, Reasons: []string{"email", "phone"}, Sure: 99}, {A: 3, B: 4, Reasons: []string{"email_tag"}, Sure: 70},
	}}
}

func (d *desk) Duplicates(_ context.Context, progress func(int, int)) (campaigns.DuplicateReport, error) {
	progress(12384, 12384)
	return campaigns.DuplicateReport{
		Read: 12384, Pairs: slices.Clone(d.pairs),
		Big: []campaigns.DuplicateGroup{{Reason: campaigns.SharedPhone, People: 512, First: []model.ContactID{7, 8, 9}}},
	}, nil
}

func (d *desk) ContactRows(_ context.Context, ids []model.ContactID) (rows []campaigns.ContactRow, err error) {
	for _, id := range ids {
		rows = append(rows, campaigns.ContactRow{Contact: d.people[id]})
	}
	return rows, nil
}

func (d *desk) ComparePair(_ context.Context, keep, gone string, take []string) (campaigns.PairView, error) {
	var a, b model.ContactID
	_, _ = fmt.Sscan(keep+" "+gone, &a, &b)
	one, other := d.people[a], d.people[b]
	v := campaigns.PairView{
		Keep: campaigns.ContactRow{Contact: one}, Gone: campaigns.ContactRow{Contact: other}, After: model.Unite(&one, &other, take), Reasons: []string{"email"},
		ChooseBasis: one.Basis != other.Basis, Opposed: a == 1,
	}
	v.After.Orders, v.After.Spend = one.Orders+other.Orders, one.Spend+other.Spend
	v.Fields = campaigns.PairFields(&one, &other, &v.After, take)
	return v, nil
}

func (d *desk) MergeContacts(_ context.Context, r campaigns.MergeRequest) (model.Contact, error) {
	d.done = append(d.done, fmt.Sprint("merge ", r.Keep, " ", r.Gone, " ", r.Take, " ", r.KeepBasis))
	return model.Contact{}, nil
}

func (d *desk) UnmergeContact(_ context.Context, ref string) (campaigns.Unmerged, error) {
	d.done = append(d.done, "unmerge "+ref)
	return campaigns.Unmerged{}, nil
}

func (d *desk) ApartContacts(_ context.Context, a, b string) error {
	d.done = append(d.done, "apart "+a+" "+b)
	return nil
}

func show(t *testing.T, on *desk, lang string) *tuitest.Driver {
	t.Helper()
	d := tuitest.New(t, on, lang)
	d.Show(screen.Duplicates, duplicates.New(d.Session))
	return d
}

func TestTheDuplicatesAsGoldens(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		for _, size := range []tuitest.Size{{W: 80, H: 24}, {W: 120, H: 36}} {
			d := show(t, newDesk(), lang)
			d.Press("down")
			d.Golden("pairs", size.W, size.H)
			d.Press("enter")
			d.Golden("two", size.W, size.H)
			none := newDesk()
			none.pairs = nil
			show(t, none, lang).Golden("none", size.W, size.H)
		}
	}
}

func TestEverySizeAndEveryKeyKeepsTheDuplicatesInTheirPlace(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		d := show(t, newDesk(), lang)
		d.Sizes()
		d.Storm(300)
		d = show(t, newDesk(), lang)
		d.Press("enter")
		d.Sizes()
	}
}

func TestTwoPeopleAreOneOnceALegalGroundIsChosenAndTwoAgainByOneKey(t *testing.T) {
	t.Parallel()
	on := newDesk()
	d := show(t, on, "en")
	d.Press("down", "enter", "m")
	if len(on.done) > 0 || d.Modal() != nil {
		t.Fatalf("done without a legal ground: %v", on.done)
	}
	d.Press("G", "k", "k", "k", "space") // the legal ground of the first
	d.Press("home", "space", "m")
	if d.Modal() == nil {
		t.Fatal("nobody was asked")
	}
	d.Press("right", "enter")
	if want := []string{"merge 1 2 [email] true"}; !slices.Equal(on.done, want) {
		t.Fatalf("done %v, want %v", on.done, want)
	}
	if strings.Contains(d.Text(120, 36), "leabenard") {
		t.Error("who is gone is still proposed")
	}
	d.Press("z")
	if want := "unmerge 2"; on.done[len(on.done)-1] != want {
		t.Errorf("done %v, want %v", on.done, want)
	}
	d.Press("x")
	if len(on.done) != 3 {
		t.Errorf("done %v", on.done)
	}
}
