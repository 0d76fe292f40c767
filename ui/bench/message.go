package bench

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"blanche/model"
)

// from is who sends, us and the rivals.
const from = "bonjour@boutique.example"

// usual is the size of a message of a shop: about 11 KB with its headers.
const usual = 11_000

// The letter of the measurement: the campaign file, where the sender is, the page with nine places
// for what is known of a person and nine links, and a line of more text.
var (
	//go:embed letter/campaign.md
	letterFile string
	//go:embed letter/message.html
	letterPage string
	//go:embed letter/address.txt
	letterAddress string
	//go:embed letter/more.txt
	letterMore string
)

// source is the campaign file of a run: everybody, at once, as fast as it goes.
func source(name string) []byte {
	return []byte(strings.Replace(letterFile, "NAME", name, 1))
}

// page is the body of the messages, some bytes longer than it is by itself: each
// line more stands in the page and again in the text beside it.
func page(longer int) []byte {
	const soft = 10 // bytes of a line that its form on the wire adds
	n := max(0, longer/(2*(len(letterMore)+soft)))
	more := ""
	if n > 0 {
		more = "<p>" + strings.Repeat(letterMore, n) + "</p>\n"
	}
	return []byte(strings.Replace(letterPage, "<!-- more -->\n", more, 1))
}

// providers are where people have their mailbox, by how many of a hundred.
var providers = []struct {
	share  int
	domain string
}{
	{35, "gmail.example"},
	{15, "orange.example"},
	{14, "microsoft.example"},
	{9, "yahoo.example"},
	{8, "free.example"},
	{5, "sfr.example"},
	{4, "laposte.example"},
	{10, "entreprise.example"},
}

// people are some of the customers, by number from first on.
func people(first, n int, now time.Time) []model.Contact {
	names := []string{"Léa", "Hugo", "Chloé", "Louis", "Zoé", "Raphaël", "Inès", "Gabriel", "Éléonore", "Jean-Noël"}
	cities := []string{"Nantes", "Évry", "Lyon", "Bordeaux", "Saint-Étienne", "Lille", "Besançon"}
	out := make([]model.Contact, n)
	for i := range out {
		k := first + i
		out[i] = model.Contact{
			Email: fmt.Sprintf("client%07d@%s", k, provider(k*37%100)), FirstName: names[k%len(names)], LastName: fmt.Sprintf("Martin-%d", k%977),
			City: cities[k%len(cities)], Postcode: fmt.Sprintf("%05d", 1000+k%94000), Country: "FR", ExternalID: fmt.Sprintf("X%07d", k),
			Card: fmt.Sprintf("C%08d", k), Points: int64(k % 500), Basis: model.BasisConsent, BasisSource: "bench", BasisAt: now, Tracking: model.TrackingGranted,
		}
	}
	return out
}

func provider(percent int) string {
	for _, p := range providers {
		if percent < p.share {
			return p.domain
		}
		percent -= p.share
	}
	return providers[0].domain
}
