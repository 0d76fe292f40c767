package contacts_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// lived is one customer with a past: orders, messages, a zone blanche.
type lived struct{ crowd }

func (l *lived) ContactRows(_ context.Context, ids []model.ContactID) ([]campaigns.ContactRow, error) {
	rows := make([]campaigns.ContactRow, len(ids))
	for i, id := range ids {
		rows[i] = campaigns.ContactRow{RFM: "champions", Reason: "opposed", Contact: model.Contact{
			ID: id, FirstName: "Hélène", LastName: "Évrard", Email: "h.evrard@gmail.example", Postcode: "44000", City: "Nantes", Phone: "+33 6 39 98 12 34",
			Card: "2093-118", Points: 1240, Tier: "or", Basis: model.BasisConsent, BasisSource: "formulaire du site, texte v4", BasisAt: noon.AddDate(-1, 0, 0),
			Orders: 14, Spend: 41250, FirstOrder: model.NewDate(2021, 3, 12), LastOrder: model.NewDate(2026, 11, 3), Tracking: model.TrackingRefused,
			Attrs: []model.Attr{{Name: "taille", Value: "38"}},
		}}
	}
	return rows, nil
}

func (l *lived) Contact(ctx context.Context, _ string) (campaigns.ContactCard, error) {
	rows, err := l.ContactRows(ctx, []model.ContactID{1})
	rows[0].Suppressed = &model.Suppression{Reason: model.SuppressOpposed, At: noon, Source: "lien du message"}
	return campaigns.ContactCard{ContactRow: rows[0]}, err
}

func (l *lived) History(context.Context, string) ([]model.HistoryLine, error) {
	total := model.Cents(11890)
	all := []model.HistoryLine{
		{At: noon.AddDate(-5, 0, 0), Kind: "created", Detail: "caisse"},
		{At: noon.AddDate(-1, 0, 0), Kind: "basis", Ref: "consent", Detail: "formulaire du site"},
		{At: noon.AddDate(0, -1, 0), Kind: "held_out", Campaign: "rentree", Ref: "rentree"},
		{At: noon.AddDate(0, 0, -19).Add(6*time.Hour + 40*time.Minute), Kind: "order", Ref: "118", Detail: "magasin", Cents: &total},
		{At: noon.AddDate(0, 0, -40).Truncate(24 * time.Hour), DayOnly: true, Kind: "order", Ref: "99", Detail: "magasin", Cents: &total},
		{At: noon.Add(-58 * time.Minute), Kind: "message", Campaign: "noel-15", Detail: "accepted", Code: "250 2.0.0"},
		{At: noon.AddDate(-1, 0, 0), Kind: "consent", Ref: "prospecting", Detail: "granted", Act: &model.ActLine{Basis: model.BasisConsent, Source: "formulaire du site, texte v4", Wording: "J’accepte de recevoir vos offres"}},
		{At: noon.AddDate(0, -2, 0), Kind: "merged", Ref: "3", Detail: "helene.e@orange.example"},
		{At: noon.AddDate(0, -3, 0), Kind: "message", Campaign: "soldes", Detail: "accepted", As: "helene.e@orange.example"},
		{At: noon, Kind: "suppression", Ref: "opposed", Detail: "lien du message"},
		{At: noon, Kind: "consent", Ref: "prospecting", Detail: "withdrawn", Act: &model.ActLine{Basis: model.BasisConsent, Reason: &opposed, Source: "lien du message"}},
	}
	slices.SortStableFunc(all, func(a, b model.HistoryLine) int { return a.At.Compare(b.At) })
	return all, nil
}

var opposed = model.SuppressOpposed

func (l *lived) Consents(context.Context, string, string) (campaigns.ConsentReport, error) {
	before, at := noon.AddDate(-1, 0, 0), noon
	return campaigns.ConsentReport{
		ID: 1, Email: "h.evrard@gmail.example", Basis: model.BasisConsent, Tracking: model.TrackingRefused, Suppressed: &opposed,
		SendReason: "opposed", TrackReason: "tracking_refused", Acts: []campaigns.ConsentLine{
			{Purpose: model.TrackingUse, Act: model.Declined, Known: true},
			{At: &before, Act: model.Granted, Basis: model.BasisConsent, Source: "formulaire du site, texte v4 (clients.csv:12)", Wording: "J’accepte de recevoir les offres de la boutique par e-mail", Operator: "paul", IP: "192.0.2.1"},
			{At: &at, Act: model.Withdrawn, Basis: model.BasisConsent, Reason: &opposed, Source: "lien du message"},
		},
	}, nil
}

func TestTheActsOfConsentStandWithTheirProof(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		x := show(t, &lived{crowd{n: 3}}, lang)
		x.Press("c")
		x.Golden("consents", 80, 24)
		x.Golden("consents", 120, 36)
		x.Exact(40, 10)
		x.Press("G")
		x.Has(60, 14, "boutique")
		x.Press("M")
		if text := x.Text(80, 24); strings.Contains(text, "192.0.2.1") || strings.Contains(text, "Hélène") {
			t.Errorf("shown under the mask:\n%s", text)
		}
		x.Press("esc")
		x.Has(80, 24, "Contacts")
	}
}

func TestALongLifeIsReadAPageAtATime(t *testing.T) {
	t.Parallel()
	x := show(t, &long{lived{crowd{n: 3}}}, "fr")
	x.Press("enter", "enter")
	x.Lines(80, 24)
	x.Press("pgdown")
	x.Has(80, 24, "cmd-0980")
	x.Press("G")
	x.Has(80, 24, "cmd-0000")
	x.Press("home")
	x.Has(80, 24, "cmd-0999", "peut recevoir")
}

// long is one customer with a thousand orders.
type long struct{ lived }

func (l *long) Contact(ctx context.Context, ref string) (campaigns.ContactCard, error) {
	c, err := l.lived.Contact(ctx, ref)
	c.Reason, c.Suppressed = "", nil
	return c, err
}

func (l *long) History(context.Context, string) (all []model.HistoryLine, err error) {
	for i := range 1000 {
		all = append(all, model.HistoryLine{At: noon.AddDate(-3, 0, i), Kind: "order", Detail: fmt.Sprintf("cmd-%04d", i), Cents: new(model.Cents)})
	}
	return all, nil
}

func TestTheCardTellsWhatHappenedNewestFirst(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		x := show(t, &lived{crowd{n: 3}}, lang)
		x.Press("enter")
		x.Golden("past", 120, 36)
		x.Press("enter")
		x.Golden("past", 80, 24)
		x.Has(60, 16, "Hélène Évrard")
		x.Press("G")
		x.Has(60, 16, "118", "noel-15")
		x.Press("M")
		x.Golden("past-masked", 80, 24)
	}
}

// proved is one whose every fact can be found again outside.
type proved struct{ lived }

func (l *proved) History(context.Context, string) ([]model.HistoryLine, error) {
	total := model.Cents(5990)
	return []model.HistoryLine{
		{At: noon, Kind: "created", Ref: "1"},
		{At: noon, Kind: "order", Ref: "W-1001", Detail: "web", Cents: &total},
		{At: noon, Kind: "message", Ref: "<4f9c2e71@boutique.example>", Campaign: "noel-15", Detail: "accepted"},
		{At: noon, Kind: "click", Ref: "https://boutique.example/noel", Campaign: "noel-15"},
		{At: noon, Kind: "bounce", Campaign: "noel-15", Code: "mailbox_full", Detail: "552 5.2.2 over quota"},
	}, nil
}

// The card of one person on the whole page names what is done with one person, and
// every fact by what it is found again, whole or not at all.
func TestTheCardOnTheWholePageNamesItsKeysAndItsProofs(t *testing.T) {
	t.Parallel()
	x := show(t, &proved{lived{crowd{n: 3}}}, "fr")
	x.Press("enter", "enter")
	x.Has(120, 36, "fiche 1", "web · n° W-1001", "<4f9c2e71@boutique.example>", "https://boutique.example/noel", "boîte pleine · 552 5.2.2 over quota")
	if text := x.Text(60, 24); strings.Contains(text, "<4f9c2e71") && !strings.Contains(text, "<4f9c2e71@boutique.example>") {
		t.Errorf("a proof is cut:\n%s", text)
	}
	var named []string
	for _, a := range x.Screen.Actions() {
		if !a.Quiet {
			named = append(named, a.ID)
		}
	}
	if want := []string{"contact.edit", "contact.consents", "contact.oppose", "contact.close"}; !slices.Equal(named, want) {
		t.Errorf("the footer names %v", named)
	}
}
