package campaigns_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/store"
	"blanche/store/open"
)

// BenchmarkROI measures a campaign from its data folder, a tenth left alone and
// two orders a customer: cold, and after one more order came in by a file.
// BLANCHE_BENCH_CUSTOMERS says how many customers; a small shop by default.
func BenchmarkROI(b *testing.B) {
	people := 20_000
	if n, err := strconv.Atoi(os.Getenv("BLANCHE_BENCH_CUSTOMERS")); err == nil {
		people = n
	}
	ctx, dir := context.Background(), b.TempDir()
	opt := campaigns.Options{Config: settings(), Now: time.Now, Rand: rand.Reader}
	st, err := open.Open(ctx, open.Options{Dir: dir, Rand: rand.Reader, Now: time.Now, Command: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	desk, err := campaigns.Open(ctx, st, opt)
	if err != nil {
		b.Fatal(err)
	}
	stock(b, st, desk, people)
	b.Run(fmt.Sprintf("cold/customers=%d", people), func(b *testing.B) {
		for b.Loop() {
			desk.DataChanged()
			if _, err := desk.ROI(ctx, "hier"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run(fmt.Sprintf("more/customers=%d", people), func(b *testing.B) {
		if _, err := desk.ROI(ctx, "hier"); err != nil {
			b.Fatal(err)
		}
		n := 0
		for b.Loop() {
			b.StopTimer()
			n++
			csv := fmt.Sprintf("order_id,email,date,total\nplus%d,p%07d@clients.example,%s,12.50\n", n, n%people, time.Now().Add(-72*time.Hour).Format(time.DateOnly))
			if _, err := desk.Import(ctx, campaigns.ImportRequest{Kind: "orders", Name: "plus.csv", Source: strings.NewReader(csv)}); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			if _, err := desk.ROI(ctx, "hier"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkToday measures the first screen: whole, as once a day, and after one
// more order came in by a file.
func BenchmarkToday(b *testing.B) {
	people := 20_000
	if n, err := strconv.Atoi(os.Getenv("BLANCHE_BENCH_CUSTOMERS")); err == nil {
		people = n
	}
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
	stock(b, st, desk, people)
	look := func(b *testing.B) {
		if _, err := desk.Today(ctx); err != nil {
			b.Fatal(err)
		}
	}
	b.Run(fmt.Sprintf("whole/customers=%d", people), func(b *testing.B) {
		for b.Loop() {
			desk.DataChanged()
			look(b)
		}
	})
	n := 0
	b.Run(fmt.Sprintf("more/customers=%d", people), func(b *testing.B) {
		look(b)
		for b.Loop() {
			b.StopTimer()
			n++
			csv := fmt.Sprintf("order_id,email,date,total\nplus%d,p%07d@clients.example,%s,12.50\n", n, n%people, time.Now().Format(time.DateOnly))
			if _, err := desk.Import(ctx, campaigns.ImportRequest{Kind: "orders", Name: "plus.csv", Source: strings.NewReader(csv)}); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			look(b)
		}
	})
}

// stock fills a shop: contacts, two orders each, and a campaign of twenty days
// ago to all of them.
func stock(b *testing.B, st store.Store, desk *campaigns.Service, people int) {
	b.Helper()
	ctx, today := context.Background(), model.DateOf(time.Now(), paris)
	arms := &strings.Builder{}
	arms.WriteString("email,arm\n")
	const batch = 20_000
	for from := 0; from < people; from += batch {
		rows, orders := make([]model.Contact, 0, batch), make([]model.Order, 0, 2*batch)
		for n := from; n < min(from+batch, people); n++ {
			email := fmt.Sprintf("p%07d@clients.example", n)
			rows = append(rows, model.Contact{Email: email})
			arm := "target"
			if n%10 == 0 {
				arm = "holdout"
			}
			fmt.Fprintf(arms, "%s,%s\n", email, arm)
			for k := range 2 {
				orders = append(orders, model.Order{
					Source: "bench", ID: fmt.Sprint(n, "-", k), Email: email, Day: today - model.Date(n*7%360), Total: model.Cents(1000 + n*13%9000), Currency: "EUR",
				})
			}
		}
		if _, err := st.Contacts().Merge(ctx, rows, time.Now()); err != nil {
			b.Fatal(err)
		}
		if _, err := st.Orders().Put(ctx, orders); err != nil {
			b.Fatal(err)
		}
	}
	_, err := desk.RecordCampaign(ctx, campaigns.RecordRequest{
		Name: "hier", Source: strings.NewReader(arms.String()), StartedAt: time.Now().Add(-20 * 24 * time.Hour), WindowDays: 14, Margin: 0.4, Fixed: 1000,
	})
	if err != nil {
		b.Fatal(err)
	}
}
