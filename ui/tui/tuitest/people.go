package tuitest

import (
	"context"
	"fmt"
	"io"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// Canaries are pieces of names and addresses that the shop holds wherever a
// person can be: none may be seen while people are hidden.
var Canaries = []string{"canary", "Canarisson", "Marie-Canari"}

// canary is the person of every list.
func (s *Shop) canary(id model.ContactID) campaigns.ContactRow {
	return campaigns.ContactRow{Contact: model.Contact{
		ID: id, Version: 3, Email: fmt.Sprintf("marie.canary%d@gmail.example", id), FirstName: "Marie-Canari", LastName: "Canarisson", Company: "Canarisson SARL",
		Phone: "06 canary", City: "Nantes", Postcode: "44000", Card: "canary-118", Basis: model.BasisConsent, BasisSource: "lettre de marie.canary@gmail.example",
		Attrs: []model.Attr{{Name: "surnom", Value: "canary"}}, Orders: 2, Spend: 41250, Updated: s.Now(),
	}}
}

// ContactTotals counts the people.
func (s *Shop) ContactTotals(context.Context) (campaigns.ContactTotals, error) {
	return campaigns.ContactTotals{Contacts: 40, Customers: 30, Prospects: 10, Exact: true}, nil
}

// Contacts lists the people.
func (s *Shop) Contacts(context.Context, campaigns.ContactQuery) (campaigns.ContactList, error) {
	return campaigns.ContactList{Dense: 40, Total: 40, Ready: true}, nil
}

// FindContacts lists them at once.
func (s *Shop) FindContacts(ctx context.Context, q campaigns.ContactQuery, f func(campaigns.ContactList) error) error {
	l, err := s.Contacts(ctx, q)
	if err != nil {
		return err
	}
	return f(l)
}

// Memo remembers nothing.
func (s *Shop) Memo(string) string { return "" }

// KeepMemo forgets.
func (s *Shop) KeepMemo(string, string) {}

// ContactRows are some of them.
func (s *Shop) ContactRows(_ context.Context, ids []model.ContactID) ([]campaigns.ContactRow, error) {
	rows := make([]campaigns.ContactRow, len(ids))
	for i, id := range ids {
		rows[i] = s.canary(id)
	}
	return rows, nil
}

// Contact is the card of one.
func (s *Shop) Contact(context.Context, string) (campaigns.ContactCard, error) {
	return campaigns.ContactCard{ContactRow: s.canary(1)}, nil
}

// History is what happened to one.
func (s *Shop) History(context.Context, string) ([]model.HistoryLine, error) {
	return []model.HistoryLine{
		{At: s.Now(), Kind: "message", Campaign: "noel-15", Detail: "refused", Code: "550 <marie.canary@gmail.example> unknown"},
		{At: s.Now().Add(-time.Hour), Kind: "suppression", Ref: "opposed", Detail: "appel de marie.canary@gmail.example"},
	}, nil
}

// EditContact is refused because somebody was faster.
func (s *Shop) EditContact(context.Context, model.ContactID, uint64, []campaigns.FieldChange) (model.Contact, error) {
	now := s.canary(1).Contact
	now.City, now.BasisSource = "canary-ville@gmail.example", "canary"
	return now, &campaigns.ConflictError{By: "ines", At: s.Now(), Fields: []string{"city"}, Current: now, Refusal: model.Conflict("contact.changed", "id", now.ID).Hint("contact.reload")}
}

// Oppose fails with an error that quotes the address.
func (s *Shop) Oppose(context.Context, string, string) error {
	return model.NotFound("contact.unknown", "ref", "marie.canary@gmail.example")
}

// Count counts everybody.
func (s *Shop) Count(context.Context, string) (model.SegmentCount, error) {
	return model.SegmentCount{Matched: 40, Sendable: 40}, nil
}

// Sample gives some people.
func (s *Shop) Sample(ctx context.Context, _ string, n int) ([]campaigns.ContactRow, error) {
	return s.ContactRows(ctx, []model.ContactID{1, 2, 3, 4, 5}[:min(n, 5)])
}

// Campaign is one in full.
func (s *Shop) Campaign(_ context.Context, name string) (campaigns.CampaignDetail, error) {
	d := campaigns.CampaignDetail{Campaign: model.Campaign{Name: name, State: model.Running, Versions: []model.CampaignVersion{{Number: 1, At: s.Now()}}}, Status: s.Picture.Running[0].Status}
	if d.Status.Version == 2 {
		first := &d.Campaign.Versions[0]
		first.At, first.By, first.Source = *d.Status.StartedAt, "ines", "+++\nsubject = \"Noel\"\n+++\nBonjour\n"
		d.Campaign.Versions = append(d.Campaign.Versions, model.CampaignVersion{
			Number: 2, At: s.Now().Add(-203 * time.Minute / 2), By: "sophie", Source: "+++\nsubject = \"Noël\"\n+++\nBonjour\n",
		})
	}
	d.Campaign.Spec.Subject, d.Campaign.Spec.From = "Bonjour", "canary@boutique.example"
	return d, nil
}

// Preview is the message as one person gets it.
func (s *Shop) Preview(context.Context, string, string) (campaigns.Preview, error) {
	return campaigns.Preview{
		To: "marie.canary@gmail.example", Subject: "Marie-Canari, votre bon", Text: "Bonjour Marie-Canari Canarisson,\n\nvotre adresse est marie.canary@gmail.example.",
		HTML: `<p>Bonjour Marie-Canari</p><a href="https://x.example/?e=marie.canary@gmail.example">ici</a>`,
	}, nil
}

// LookAtFile shows rows of people.
func (s *Shop) LookAtFile(context.Context, campaigns.ImportRequest) (campaigns.FileLook, error) {
	return campaigns.FileLook{
		Report:  model.ImportReport{Encoding: "utf-8", Delimiter: ";"},
		Columns: []campaigns.ColumnLook{{Header: "email", Field: "email"}, {Header: "nom", Field: "last_name"}},
		Rows:    [][]string{{"marie.canary@gmail.example", "Canarisson"}, {"paul.canary@gmail.example", "Canarisson"}},
		Lines:   []int{2, 3}, Faults: make([]*model.Reject, 2),
	}, nil
}

// Import refuses one row.
func (s *Shop) Import(_ context.Context, r campaigns.ImportRequest) (model.ImportReport, error) {
	return model.ImportReport{File: r.Name, DryRun: r.DryRun, Rows: 2, Created: 1, Rejected: 1, Rejects: []model.Reject{{Line: 2, Column: "email", Value: "paul.canary@gmail", Reason: "invalid_email"}}}, nil
}

// OpenFile opens any file, for the import.
func (s *Shop) OpenFile(path string) (campaigns.ImportRequest, func(), error) {
	return campaigns.ImportRequest{Name: path, Source: io.LimitReader(nil, 0), Map: map[string]string{}}, func() {}, nil
}
