package campaigns_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/store"
	"blanche/store/open"
)

// past gives the people a year of orders, and a campaign that everybody got
// yesterday.
func past(b *testing.B, st store.Store, desk *campaigns.Service, people int) {
	b.Helper()
	ctx, today := context.Background(), model.DateOf(time.Now(), paris)
	var arms strings.Builder
	arms.WriteString("email,arm\n")
	for from := 0; from < people; from += 5000 {
		var orders []model.Order
		for n := from; n < from+5000; n++ {
			email := fmt.Sprintf("p%06d@clients.example", n)
			fmt.Fprintf(&arms, "%s,target\n", email)
			if n%2 == 0 {
				orders = append(orders, model.Order{Source: "bench", ID: fmt.Sprint(n), Email: email, Day: today - model.Date(n%360), Total: model.Cents(1000 + n%9000), Currency: "EUR"})
			}
		}
		if _, err := st.Orders().Put(ctx, orders); err != nil {
			b.Fatal(err)
		}
	}
	_, err := desk.RecordCampaign(ctx, campaigns.RecordRequest{Name: "hier", Source: strings.NewReader(arms.String()), StartedAt: time.Now().Add(-24 * time.Hour)})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkPreflight checks a campaign for half a million people, its message
// read for each of them: what a manager waits for before "go". The columns are
// built, as they are while the screens are open; the relay is in a pipe.
func BenchmarkPreflight(b *testing.B) {
	const people = 500_000
	ctx := context.Background()
	st, err := open.Open(ctx, open.Options{Dir: b.TempDir(), Rand: rand.Reader, Now: time.Now, Command: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	desk, err := campaigns.Open(ctx, st, campaigns.Options{Config: settings(), Now: time.Now, Rand: rand.Reader})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = desk.Close(ctx) }()
	for from := 0; from < people; from += 5000 {
		batch := make([]model.Contact, 5000)
		for i := range batch {
			n := from + i
			batch[i] = model.Contact{
				Email: fmt.Sprintf("p%06d@clients.example", n), FirstName: fmt.Sprintf("Prénom %d", n%3000), LastName: fmt.Sprintf("Nom %d", n%90000), City: fmt.Sprintf("Ville %d", n%5000),
				Postcode: fmt.Sprintf("%05d", n%96000), Basis: model.BasisConsent, BasisSource: "formulaire", Points: int64(n % 900), Lang: "fr", Country: "FR",
				Attrs: []model.Attr{{Name: "magasin", Value: fmt.Sprintf("M%02d", n%40)}},
			}
		}
		if _, err := st.Contacts().Merge(ctx, batch, time.Now()); err != nil {
			b.Fatal(err)
		}
	}
	past(b, st, desk, people)
	desk.DataChanged()
	for name, f := range map[string]file{
		"plain":     {name: "plain"},
		"greetings": {name: "greetings", body: "Bonjour {{ contact.first_name }} {{ contact.last_name }} de {{ contact.city }}, {{ contact.points }} points au magasin {{ attr.magasin }}.\n"},
		"liquid":    {name: "liquid", body: "{% if contact.points > 100 %}Bravo {{ contact.first_name | upcase }}{% else %}Bonjour{% endif %}\n"},
		"test":      {name: "test", more: tested("test").more},
	} {
		if _, err := desk.NewCampaign(ctx, f.source(), nil); err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				list, err := desk.CheckCampaign(ctx, name)
				if err != nil || list.Planned != people*9/10 {
					b.Fatalf("%+v, %v", list, err)
				}
			}
		})
	}
}
