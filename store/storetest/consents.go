package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/model"
	"blanche/store"
)

// testConsents: nothing changes a choice without its act, and nothing takes an
// act away but an erasure.
func testConsents(t *testing.T, fresh func(*testing.T) Opener) {
	t.Run("AFileAndAnEditLeaveTheirActs", func(t *testing.T) { testConsentWrites(t, testFolder(t, fresh)) })
	t.Run("ARecordedActChangesTheRecord", func(t *testing.T) { testConsentRecord(t, testFolder(t, fresh)) })
	t.Run("AnOppositionIsAnAct", func(t *testing.T) { testConsentOpposition(t, testFolder(t, fresh)) })
	t.Run("AnErasureTakesThemAway", func(t *testing.T) { testConsentErased(t, testFolder(t, fresh)) })
	t.Run("ManyPeopleKeepTheirOwn", func(t *testing.T) { testConsentPages(t, testFolder(t, fresh)) })
}

// said are the acts of a contact without what the clock of the engine decides.
func said(t *testing.T, f *folder, id model.ContactID) []model.ConsentAct {
	t.Helper()
	acts, err := f.Consents().Of(ctx, id)
	acts = must(t, acts, err)
	for i := range acts {
		if acts[i].Reason != 0 {
			acts[i].Recorded = time.Time{}
		}
	}
	return acts
}

func wantActs(t *testing.T, f *folder, id model.ContactID, want ...model.ConsentAct) {
	t.Helper()
	if diff := cmp.Diff(want, said(t, f, id)); diff != "" {
		t.Errorf("acts of %d (-want +got):\n%s", id, diff)
	}
}

func testConsentWrites(t *testing.T, f *folder) {
	row := model.Contact{Email: "lea@mail.example", Basis: model.BasisCustomer, BasisSource: "till (shop.csv:12)", BasisAt: start.Add(-time.Hour)}
	merge(t, f, row, model.Contact{Email: "max@mail.example"})
	first := model.ConsentAct{Contact: 1, At: row.BasisAt, Recorded: start, Choice: model.Informed, Basis: model.BasisCustomer, Source: row.BasisSource}
	wantActs(t, f, 1, first)
	wantActs(t, f, 2)
	if got := said(t, f, 1)[0].Line(); got != 12 {
		t.Errorf("line %d", got)
	}

	// The same file again, and another one that changes nothing of it.
	merge(t, f, row)
	merge(t, f, model.Contact{Email: "lea@mail.example", City: "Brest"})
	wantActs(t, f, 1, first)

	// A later file, by somebody, of somebody who may be followed.
	deed := model.Deed{Actor: model.Actor{Name: "ines", Role: model.Maker}, Act: "contact.import", At: start}
	by := store.Evidenced(store.Witnessed(ctx, deed), model.Evidence{Wording: "J’accepte", IP: "192.0.2.1"})
	row = model.Contact{Email: "lea@mail.example", Basis: model.BasisConsent, BasisSource: "form.csv:3", BasisAt: start, Tracking: model.TrackingGranted}
	_, err := f.Contacts().Merge(by, []model.Contact{row}, start.Add(time.Minute))
	must(t, 0, err)
	second := model.ConsentAct{
		Contact: 1, At: start, Recorded: start.Add(time.Minute), Basis: model.BasisConsent, Source: "form.csv:3",
		Wording: "J’accepte", IP: "192.0.2.1", Operator: "ines",
	}
	third := second
	third.At, third.Purpose, third.Basis = start.Add(time.Minute), model.TrackingUse, 0
	wantActs(t, f, 1, first, second, third)

	// An edit withdraws both.
	_, err = f.Contacts().Edit(ctx, 1, 3, start.Add(time.Hour), func(c *model.Contact) error {
		c.Basis, c.BasisSource, c.BasisAt, c.Tracking = model.BasisNone, "", time.Time{}, model.TrackingRefused
		return nil
	})
	must(t, 0, err)
	at := start.Add(time.Hour)
	end := []model.ConsentAct{
		{Contact: 1, At: at, Recorded: at, Choice: model.Withdrawn, Basis: model.BasisConsent},
		{Contact: 1, At: at, Recorded: at, Choice: model.Withdrawn, Purpose: model.TrackingUse},
	}
	f.reopen()
	wantActs(t, f, 1, append([]model.ConsentAct{first, second, third}, end...)...)
}

func testConsentRecord(t *testing.T, f *folder) {
	merge(t, f, model.Contact{Email: "lea@mail.example"})
	act := model.ConsentAct{At: start.Add(-time.Hour), Source: "till", Wording: "Oui aux offres", IP: "192.0.2.1", Channel: model.ByEmail, Basis: model.BasisConsent}
	c, err := f.Consents().Record(ctx, 1, act, start)
	c = must(t, c, err)
	if c.Basis != model.BasisConsent || c.BasisSource != "till" || !c.BasisAt.Equal(act.At) || c.Version != 2 {
		t.Errorf("record: %+v", c)
	}
	act.Contact, act.Recorded = 1, start
	no := model.ConsentAct{Purpose: model.TrackingUse, Choice: model.Declined, Source: "phone"}
	c, err = f.Consents().Record(ctx, 1, no, start.Add(time.Minute))
	if must(t, c, err).Tracking != model.TrackingRefused {
		t.Errorf("followed: %+v", c)
	}
	no.Contact, no.At, no.Recorded = 1, start.Add(time.Minute), start.Add(time.Minute)
	wantActs(t, f, 1, act, no)
	// The same again is one more act, and changes nothing else.
	c, err = f.Consents().Record(ctx, 1, no, start.Add(time.Minute))
	must(t, c, err)
	wantActs(t, f, 1, act, no, no)
	_, err = f.Consents().Record(ctx, 9, no, start)
	wantIs(t, "Record of nobody", err, store.ErrNotFound)
	_, err = f.Consents().Of(ctx, 9)
	wantIs(t, "Of nobody", err, store.ErrNotFound)
}

func testConsentOpposition(t *testing.T, f *folder) {
	merge(t, f, model.Contact{Email: "Lea@Mail.example"})
	by := store.Evidenced(ctx, model.Evidence{Wording: "STOP", Channel: model.ByPhone})
	s := f.Suppressions()
	must(t, 0, s.Add(by, "lea@mail.example", model.Suppression{Reason: model.SuppressComplaint, At: start, Source: "loop"}))
	must(t, 0, s.Add(ctx, "LEA@mail.example", model.Suppression{Reason: model.SuppressOpposed, At: start.Add(time.Hour), Source: "page"}))
	must(t, 0, s.Add(ctx, "lea@mail.example", model.Suppression{Reason: model.SuppressOpposed, At: start.Add(2 * time.Hour), Source: "again"}))
	must(t, 0, s.Lift(store.Evidenced(ctx, model.Evidence{Source: "letter"}), "lea@mail.example", start.Add(3*time.Hour)))
	must(t, 0, s.Add(ctx, "max@mail.example", model.Suppression{Reason: model.SuppressBounced, At: start, Source: "relay"}))
	want := []model.ConsentAct{
		{At: start, Choice: model.Withdrawn, Reason: model.SuppressComplaint, Source: "loop", Wording: "STOP", Channel: model.ByPhone},
		{At: start.Add(time.Hour), Choice: model.Withdrawn, Reason: model.SuppressOpposed, Source: "page"},
		{At: start.Add(3 * time.Hour), Choice: model.Lifted, Reason: model.SuppressOpposed, Source: "letter"},
	}
	wantActs(t, f, 1, want...)
	acts, err := f.Consents().OfAddress(ctx, "lea@MAIL.example")
	if len(must(t, acts, err)) != 3 {
		t.Errorf("of the address: %+v", acts)
	}
	acts, err = f.Consents().OfAddress(ctx, "max@mail.example")
	if len(must(t, acts, err)) != 0 {
		t.Errorf("who bounced said: %+v", acts)
	}
}

func testConsentErased(t *testing.T, f *folder) {
	row := func(email string) model.Contact {
		return model.Contact{Email: email, Basis: model.BasisConsent, BasisSource: "form", BasisAt: start}
	}
	merge(t, f, row("lea@mail.example"), row("max@mail.example"))
	must(t, 0, f.Suppressions().Add(ctx, "lea@mail.example", model.Suppression{Reason: model.SuppressOpposed, At: start, Source: "page"}))
	must(t, 0, f.Erase(ctx, 1, start.Add(time.Hour)))
	if got := said(t, f, 2); len(got) != 1 || got[0].Contact != 2 {
		t.Errorf("of another one: %+v", got)
	}
	acts, err := f.Consents().OfAddress(ctx, "lea@mail.example")
	if len(must(t, acts, err)) != 0 {
		t.Errorf("of who was erased: %+v", acts)
	}
	why, known, err := f.Suppressions().Get(ctx, "lea@mail.example")
	if !known || must(t, why, err).Reason != model.SuppressOpposed {
		t.Errorf("the opposition: %+v", why)
	}
}

// testConsentPages: many people of one file, some of them twice.
func testConsentPages(t *testing.T, f *folder) {
	const people = 700
	var rows []model.Contact
	for i := range people {
		rows = append(rows, model.Contact{
			Email: fmt.Sprintf("%d@mail.example", i), Basis: model.BasisCustomer, BasisSource: "till (shop.csv:" + model.ContactID(i+2).String() + ")", BasisAt: start,
		})
	}
	merge(t, f, rows...)
	for i := 0; i < people; i += 3 {
		rows[i].Basis, rows[i].BasisSource = model.BasisConsent, "form"
	}
	merge(t, f, rows...)
	for i := range people {
		acts := said(t, f, model.ContactID(i+1))
		want := 1
		if i%3 == 0 {
			want = 2
		}
		if len(acts) != want || acts[0].Line() != i+2 || acts[0].Contact != model.ContactID(i+1) {
			t.Fatalf("contact %d: %+v", i+1, acts)
		}
	}
}
