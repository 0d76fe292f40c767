package cli

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"blanche/campaigns"
	"blanche/model"
)

// heldDesk gives the file of one person, and a record whose shop has no address
// yet.
type heldDesk struct{ campaigns.Desk }

var long = "a demandé au comptoir qu’on lui écrive le matin, " + strings.Repeat("jamais pendant les vacances, ", 8) + strings.Repeat("x", 120) + " fin"

func (heldDesk) Access(context.Context, string) (campaigns.AccessFile, error) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	c := model.Contact{
		ID: 7, Email: "lea@clients.example", FirstName: "Léa", Phone: "+33612345678", Birth: model.NewDate(1985, 3, 2), Card: "4970", ExternalID: "X-7", Points: 12, Tier: "or",
		Origin: "salon", Tags: []string{"vip"}, Basis: model.BasisConsent, BasisSource: "formulaire", Attrs: []model.Attr{{Name: "note", Value: long}}, Created: at,
	}
	total := model.Cents(5990)
	return campaigns.AccessFile{
		At: at, Due: at.AddDate(0, 1, 0),
		Card:     campaigns.ContactCard{ContactRow: campaigns.ContactRow{Contact: c}, OrderList: []model.Order{{Source: "web", ID: "1001", Day: model.NewDate(2026, 10, 2), Total: total, Status: model.OrderCancelled, Channel: "boutique", Code: "NOEL15", Category: "jeux|lampes"}}},
		Consents: campaigns.ConsentReport{ID: 7, Acts: []campaigns.ConsentLine{{At: &at, Purpose: model.TrackingUse, Act: model.Granted, Source: "page de préférences", Wording: long, Operator: "dora", IP: "192.0.2.9"}}},
		Opposed:  &model.Suppression{Reason: model.SuppressOpposed, At: at, Source: "lettre"},
		History: []model.HistoryLine{
			{At: at, Kind: "order", Ref: "1001", Detail: "boutique", Cents: &total},
			{At: at, Kind: "message", Campaign: "noel", Detail: "accepted"},
			{At: at, Kind: "bounce", Campaign: "noel", Detail: "mailbox_full"},
			{At: at, Kind: "answer", Campaign: "avis", Detail: "9"},
			{At: at, Kind: "merged", Detail: "lea.b@clients.example"},
		},
		Segments: []string{"acheteurs"},
		Audit:    []model.AuditLine{{Entry: model.AuditEntry{At: at, Who: "dora", Act: "contact.edit", Changes: []model.FieldAudit{{Field: "city", Before: "Lyon", After: "Nantes"}}}}},
	}, nil
}

func (heldDesk) Register(context.Context) (campaigns.Register, error) {
	return campaigns.Register{Shop: "La Boutique", Entries: []campaigns.RegisterEntry{{Purpose: "prospecting", Categories: []string{"identity", "birth", "responses"}, Free: []string{"pointure", "allergies"}}}}, nil
}

func TestWhatIsHeldAboutAPersonIsOneTextThatCanBePrinted(t *testing.T) {
	t.Parallel()
	a := with(heldDesk{})
	code, out, errs := run(t, a, "--lang", "fr", "privacy", "access", "lea@clients.example")
	if code != 0 || errs != "" {
		t.Fatalf("%d, %s", code, errs)
	}
	for line := range strings.Lines(out) {
		if w := ansi.StringWidth(strings.TrimRight(line, "\n")); w > pageWidth {
			t.Errorf("%d columns: %q", w, line)
		}
	}
	flat := strings.Join(strings.Fields(out), " ")
	for _, text := range []string{
		"lea@clients.example", "+33612345678", "02/03/1985", "X-7", "4970", "salon", "vip", "vacances, jamais", "fin", // the record
		"1001", "annulée", "jeux, lampes", "NOEL15", "192.0.2.9", "noté par dora", "lettre", "noel", "avis", "lea.b@clients.example", "acheteurs", "Lyon → Nantes", "Aide à la conformité",
	} {
		if !strings.Contains(flat, text) {
			t.Errorf("%q is missing in\n%s", text, out)
		}
	}
	if n := strings.Count(out, "Aide à la conformité"); n != 1 {
		t.Errorf("it says %d times that it is a help", n)
	}
	code, out, errs = run(t, a, "--json", "privacy", "access", "lea@clients.example")
	var held struct {
		Contact struct {
			Birth      string                      `json:"birth"`
			Attributes map[string]any              `json:"attributes"`
			OrderList  []struct{ Category string } `json:"order_list"`
		}
		History  []model.HistoryLine
		Consents struct{ Acts []struct{ Wording string } }
		Audit    []any
	}
	if err := json.Unmarshal([]byte(out), &held); code != 0 || err != nil {
		t.Fatalf("%d, %v, %s", code, err, errs)
	}
	if held.Contact.Birth == "" || held.Contact.Attributes["note"] != long || held.Contact.OrderList[0].Category == "" || len(held.History) != 5 || held.Consents.Acts[0].Wording != long || len(held.Audit) != 1 {
		t.Errorf("%+v", held)
	}
}

func TestTheDraftOfTheRecordIsWholeAndSaysWhatItIs(t *testing.T) {
	t.Parallel()
	code, out, errs := run(t, with(heldDesk{}), "--lang", "fr", "privacy", "register")
	if code != 0 || errs != "" {
		t.Fatalf("%d, %s", code, errs)
	}
	flat := strings.Join(strings.Fields(out), " ")
	for _, text := range []string{"Responsable : La Boutique 1.", "date de naissance", "désinscriptions", "pointure, allergies", "Aide à la conformité", "à compléter et à vérifier"} {
		if !strings.Contains(flat, text) {
			t.Errorf("%q is missing in\n%s", text, out)
		}
	}
	if strings.Contains(strings.ToLower(out), "conforme") {
		t.Error("it says who conforms")
	}
}
