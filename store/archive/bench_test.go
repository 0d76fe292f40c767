package archive

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"blanche/model"
	"blanche/store"
)

// millionEnv asks for the benchmarks on a million people, which need minutes
// and gigabytes: BLANCHE_MILLION=1 go test -run xxx -bench Million ./store/archive
const millionEnv = "BLANCHE_MILLION"

// million fills a folder with a million contacts, an order for one in four, and
// a campaign to all of them.
func million(b *testing.B, s store.Store) {
	b.Helper()
	const people, step = 1_000_000, 20_000
	ctx := context.Background()
	plan := model.Plan{Planned: make([]model.Planned, people)}
	for n := 0; n < people; n += step {
		rows, orders := make([]model.Contact, step), make([]model.Order, 0, step/4)
		for i := range rows {
			k := uint64(n+i) * 0x9e3779b97f4a7c15
			email := fmt.Sprintf("%s.%x@orange.example", []string{"lea", "max", "zoe"}[k%3], k>>24)
			rows[i] = model.Contact{
				Email: email, FirstName: "Léa", LastName: "Martin", City: "Clermont-Ferrand", Country: "FR", Postcode: fmt.Sprint(10000 + k%80000),
				Lang: "fr", Points: int64(k % 900), Tier: "or", Basis: model.BasisConsent, BasisSource: "boutique.csv", BasisAt: start,
				Tags: []string{"newsletter", "vip"}, Attrs: []model.Attr{{Name: "size", Value: "38"}},
			}
			if i%4 == 0 {
				orders = append(orders, model.Order{Source: "web", ID: fmt.Sprint(n + i), Email: email, Total: model.Cents(k % 20000), Day: 20000, Channel: "web"})
			}
			plan.Planned[n+i] = model.Planned{Contact: model.ContactID(n + i + 1)}
		}
		if _, err := s.Contacts().Merge(ctx, rows, start); err != nil {
			b.Fatal(err)
		}
		if _, err := s.Orders().Put(ctx, orders); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := s.Campaigns().Create(ctx, model.Campaign{Name: "noel-15"}); err != nil {
		b.Fatal(err)
	}
	if err := s.Ledger().Plan(ctx, 1, plan); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkMillion backs up, verifies and restores a million contacts, then
// backs up beside a sender at full rate: "kept" is what remains of its rate.
func BenchmarkMillion(b *testing.B) {
	if os.Getenv(millionEnv) == "" {
		b.Skip("a million contacts take minutes and gigabytes: set " + millionEnv)
	}
	dir := b.TempDir()
	s := openTest(b, filepath.Join(dir, "data"))
	million(b, s)
	path := filepath.Join(dir, Name(start))
	b.Run("Backup", func(b *testing.B) {
		for b.Loop() {
			_ = os.Remove(path)
			m := backupFile(b, s, path, 0)
			info, err := os.Stat(path)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(m.Size())/1e6, "MB")
			b.ReportMetric(float64(info.Size())/1e6, "MB-packed")
		}
	})
	b.Run("Restore", func(b *testing.B) {
		for b.Loop() {
			f, err := os.Open(path)
			if err != nil {
				b.Fatal(err)
			}
			got, err := Restore(b.Context(), f, b.TempDir(), restoreOptions())
			if err != nil || got.Health.Contacts != 1_000_000 || len(got.Health.Damaged) != 0 {
				b.Fatal(got.Health, err)
			}
			_ = f.Close()
		}
	})
	b.Run("BackupBesideASender", func(b *testing.B) {
		for b.Loop() {
			besideSender(b, s, filepath.Join(dir, "beside.bk"))
		}
	})
	b.Run("Compact", func(b *testing.B) {
		for b.Loop() {
			done, err := s.Compact(b.Context())
			if err != nil {
				b.Fatal(err)
			}
			b.Log(done)
		}
	})
}

func backupFile(b *testing.B, s store.Store, path string, rate int) Manifest {
	b.Helper()
	snap, err := s.Snapshot(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = snap.Close() }()
	m, err := WriteFile(b.Context(), path, snap, Options{Now: start, Rate: rate})
	if err != nil {
		b.Fatal(err)
	}
	return m
}

// besideSender compares the rate of a sender during backups with its rate in
// the moments between them.
func besideSender(b *testing.B, s store.Store, path string) {
	b.Helper()
	var sent atomic.Int64
	ctx, stop := context.WithCancel(b.Context())
	var group sync.WaitGroup
	group.Go(func() {
		for ctx.Err() == nil {
			if err := send(ctx, s, 20); err != nil && ctx.Err() == nil {
				b.Error(err)
				return
			}
			sent.Add(20)
		}
	})
	var alone, beside float64 // rows
	var aloneFor, besideFor time.Duration
	for range 3 {
		from, began := sent.Load(), time.Now()
		for time.Since(began) < 4*time.Second {
			time.Sleep(10 * time.Millisecond)
		}
		alone, aloneFor = alone+float64(sent.Load()-from), aloneFor+time.Since(began)
		from, began = sent.Load(), time.Now()
		_ = os.Remove(path)
		backupFile(b, s, path, Beside)
		beside, besideFor = beside+float64(sent.Load()-from), besideFor+time.Since(began)
	}
	stop()
	group.Wait()
	rate, slowed := alone/aloneFor.Seconds(), beside/besideFor.Seconds()
	b.ReportMetric(rate, "rows/s-alone")
	b.ReportMetric(slowed, "rows/s-beside")
	b.ReportMetric(slowed/rate, "kept")
	b.ReportMetric(besideFor.Seconds()/3, "s/backup")
}
