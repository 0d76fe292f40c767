package contacts_test

import (
	"context"
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
	return []model.HistoryLine{
		{At: noon.AddDate(-5, 0, 0), Kind: "created", Detail: "caisse"},
		{At: noon.AddDate(-1, 0, 0), Kind: "basis", Ref: "consent", Detail: "formulaire du site"},
		{At: noon.AddDate(0, -1, 0), Kind: "held_out", Campaign: "rentree", Ref: "rentree"},
		{At: noon.AddDate(0, 0, -19).Add(6*time.Hour + 40*time.Minute), Kind: "order", Ref: "118", Detail: "magasin", Cents: &total},
		{At: noon.Add(-58 * time.Minute), Kind: "message", Campaign: "noel-15", Detail: "accepted", Code: "250 2.0.0"},
		{At: noon, Kind: "suppression", Ref: "opposed", Detail: "lien du message"},
	}, nil
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
