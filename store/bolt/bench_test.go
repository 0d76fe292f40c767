package bolt

import (
	"fmt"
	"testing"

	"blanche/model"
)

// rows are as wide as those of a shop; the addresses come in no order.
func benchRows(from, n int) []model.Contact {
	rows := make([]model.Contact, n)
	for i := range rows {
		k := uint64(from+i) * 0x9e3779b97f4a7c15
		rows[i] = model.Contact{
			Email: fmt.Sprintf("%s.%x@orange.example", []string{"lea", "max", "zoe"}[k%3], k>>24), FirstName: "Léa", LastName: "Martin",
			City: "Clermont-Ferrand", Country: "FR", Postcode: "63000", Lang: "fr", Points: int64(k % 900), Tier: "or",
			Basis: model.BasisConsent, BasisSource: "boutique.csv", BasisAt: start, Tags: []string{"newsletter", "vip"},
			Attrs: []model.Attr{{Name: "size", Value: "38"}},
		}
	}
	return rows
}

// BenchmarkMerge imports fresh rows; the metric that counts is rows/s.
func BenchmarkMerge(b *testing.B) {
	for _, batch := range []int{5_000, 20_000} {
		b.Run(fmt.Sprint(batch), func(b *testing.B) {
			e := openTest(b, b.TempDir())
			n := 0
			for b.Loop() {
				b.StopTimer()
				rows := benchRows(n, batch)
				b.StartTimer()
				if _, err := e.Contacts().Merge(b.Context(), rows, start); err != nil {
					b.Fatal(err)
				}
				n += batch
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func benchPlan(b *testing.B, people int, lane func(int) model.Lane) *Engine {
	e := openTest(b, b.TempDir())
	p := model.Plan{Planned: make([]model.Planned, people)}
	for i := range p.Planned {
		p.Planned[i] = model.Planned{Contact: model.ContactID(2*i + 1), Lane: lane(i)}
	}
	if err := e.Ledger().Plan(b.Context(), 1, p); err != nil {
		b.Fatal(err)
	}
	return e
}

// BenchmarkTally counts a million lines.
func BenchmarkTally(b *testing.B) {
	e := benchPlan(b, 1_000_000, func(i int) model.Lane { return model.Lane(i % model.Lanes) })
	b.ReportAllocs()
	for b.Loop() {
		if t, err := e.Ledger().Tally(b.Context(), 1); err != nil || !t.Balanced() {
			b.Fatal(t, err)
		}
	}
}

// BenchmarkLedger claims, announces and settles in groups: all lanes at the same
// place of the plan, or each far from the others, as after a day at different
// paces.
func BenchmarkLedger(b *testing.B) {
	const people = 1_000_000
	together := func(i int) model.Lane { return model.Lane(i % model.Lanes) }
	apart := func(i int) model.Lane { return model.Lane(i / (people / model.Lanes)) }
	for _, group := range []int{40, 200} {
		b.Run(fmt.Sprint("together/", group), func(b *testing.B) { sendGroups(b, benchPlan(b, people, together), group) })
		b.Run(fmt.Sprint("apart/", group), func(b *testing.B) { sendGroups(b, benchPlan(b, people, apart), group) })
	}
}

func sendGroups(b *testing.B, e *Engine, group int) {
	ctx, done := b.Context(), 0
	request := model.ClaimRequest{Most: group}
	for l := range request.Lanes {
		request.Lanes[l] = group / model.Lanes
	}
	var results []model.Outcome
	for b.Loop() {
		claims, err := e.Ledger().Claim(ctx, 1, request, start)
		if err != nil || len(claims) == 0 {
			b.Fatal(len(claims), err)
		}
		intents := make([]model.Intent, len(claims))
		for i, c := range claims {
			intents[i] = model.Intent{Campaign: 1, Ordinal: c.Ordinal, Email: "a@mail.example", Version: 1, At: start}
		}
		if _, err := e.Ledger().Commit(ctx, results, intents); err != nil {
			b.Fatal(err)
		}
		results = results[:0]
		for _, c := range claims {
			results = append(results, model.Outcome{Campaign: 1, Ordinal: c.Ordinal, State: model.StateAccepted, At: start, Attempts: 1})
		}
		done += len(claims)
	}
	b.ReportMetric(float64(done)/b.Elapsed().Seconds(), "messages/s")
}

// BenchmarkPut imports fresh orders of 100,000 people.
func BenchmarkPut(b *testing.B) {
	const batch = 5_000
	e := openTest(b, b.TempDir())
	for n := 0; n < 100_000; n += 20_000 {
		if _, err := e.Contacts().Merge(b.Context(), benchRows(n, 20_000), start); err != nil {
			b.Fatal(err)
		}
	}
	people, n := benchRows(0, 100_000), 0
	for b.Loop() {
		orders := make([]model.Order, batch)
		for i := range orders {
			k := uint64(n+i) * 0x9e3779b97f4a7c15
			orders[i] = model.Order{
				Source: "shopify", ID: fmt.Sprint(n + i), Email: people[k%100_000].Email, Day: model.Date(20_000 + (n+i)/1000),
				At: start, Total: model.Cents(k % 20_000), Currency: "EUR", Channel: "web",
			}
		}
		if _, err := e.Orders().Put(b.Context(), orders); err != nil {
			b.Fatal(err)
		}
		n += batch
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "orders/s")
}

// BenchmarkScan reads 100,000 contacts.
func BenchmarkScan(b *testing.B) {
	e := openTest(b, b.TempDir())
	for n := 0; n < 100_000; n += 20_000 {
		if _, err := e.Contacts().Merge(b.Context(), benchRows(n, 20_000), start); err != nil {
			b.Fatal(err)
		}
	}
	seen := 0
	for b.Loop() {
		err := e.Contacts().Scan(b.Context(), 0, func(*model.Contact) error { seen++; return nil })
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(seen)/b.Elapsed().Seconds(), "contacts/s")
}
