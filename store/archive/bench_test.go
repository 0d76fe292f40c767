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
			m := backupFile(b, s, path)
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
	for name, rate := range map[string]int{"BesideASender": Beside, "BesideASenderUnbounded": 0} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				besideSender(b, s, filepath.Join(dir, name), rate)
			}
		})
	}
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

func backupFile(b *testing.B, s store.Store, path string) Manifest {
	b.Helper()
	snap, err := s.Snapshot(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = snap.Close() }()
	m, err := WriteFile(b.Context(), path, snap, Options{Now: start})
	if err != nil {
		b.Fatal(err)
	}
	return m
}

// besideSender compares the rate of a sender while backups are written with its
// rate while they stand still, in turns of half a second: what else the machine
// does falls on both alike.
func besideSender(b *testing.B, s store.Store, path string, rate int) {
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
	var gate sync.Mutex // held while the backup stands still
	group.Go(func() {
		for ctx.Err() == nil {
			_ = os.Remove(path)
			snap, err := s.Snapshot(ctx)
			if err == nil {
				_, err = WriteFile(ctx, path, snap, Options{Now: start, Rate: rate, Progress: func(int64, int64) {
					gate.Lock()
					defer gate.Unlock()
				}})
				_ = snap.Close()
			}
			if err != nil && ctx.Err() == nil {
				b.Error(err)
			}
		}
	})
	var rows [2]float64
	var during [2]time.Duration
	for turn := range 80 {
		if turn%2 == 0 {
			gate.Lock()
		}
		from, began := sent.Load(), time.Now()
		time.Sleep(500 * time.Millisecond)
		rows[turn%2] += float64(sent.Load() - from)
		during[turn%2] += time.Since(began)
		if turn%2 == 0 {
			gate.Unlock()
		}
	}
	stop()
	group.Wait()
	alone, beside := rows[0]/during[0].Seconds(), rows[1]/during[1].Seconds()
	b.ReportMetric(alone, "rows/s-alone")
	b.ReportMetric(beside, "rows/s-beside")
	b.ReportMetric(beside/alone, "kept")
}
