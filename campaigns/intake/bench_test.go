package intake

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"blanche/store/open"

	"golang.org/x/text/encoding/charmap"
)

// frenchFile is a file of n people in Windows-1252.
func frenchFile(tb testing.TB, n int) string {
	tb.Helper()
	var b strings.Builder
	b.WriteString("Courriel;Prénom;Nom;Ville;CP;Date de naissance;Dépenses 2025;Dernière visite;N° client;Téléphone\r\n")
	for i := range n {
		fmt.Fprintf(&b, "p%d@boutique%d.example;Chloé;Lefèvre-%d;Évry;%05d;%02d/%02d/19%02d;%d,%02d;%02d/10/2026;C%d;06 12 34 %02d %02d\r\n",
			i*7919%n, i%50, i%1000, i%95000, i%28+1, i%12+1, i%100, i%1000, i%100, i%28+1, i, i%100, i/100%100)
	}
	out, err := charmap.Windows1252.NewEncoder().String(b.String())
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

const benchRows = 100_000

func perSecond(b *testing.B, rows int) {
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkCut is the reader alone.
func BenchmarkCut(b *testing.B) {
	file := frenchFile(b, benchRows)
	set := charset{name: enc1252, table: tables()[enc1252]}
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		r := newReader(strings.NewReader(file), set, ';')
		for {
			if _, err := r.next(); errors.Is(err, io.EOF) {
				break
			}
		}
	}
	perSecond(b, benchRows)
}

// BenchmarkParse is everything but the store: three readings of the file.
func BenchmarkParse(b *testing.B) {
	file := frenchFile(b, benchRows)
	f := newFake()
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		o := f.options(Contacts, file)
		src, err := openSource(context.Background(), &o)
		if err != nil {
			b.Fatal(err)
		}
		p, err := newPlan(&o, src)
		if err != nil {
			b.Fatal(err)
		}
		j := &job[person]{o: &o, p: p, src: src, kind: &contactReader{o: &o, p: p}}
		if err := p.survey(context.Background(), &o, src, j.kind.key, func(int64) {}); err != nil {
			b.Fatal(err)
		}
		j.kind.prepare()
		out := make(chan batch[person], 2)
		go func() {
			defer close(out)
			_ = j.read(context.Background(), out)
		}()
		rows := 0
		for got := range out {
			rows += got.rows
		}
		if rows != benchRows {
			b.Fatal(rows)
		}
	}
	perSecond(b, benchRows)
}

// BenchmarkImport is the whole line into the real store, on disk.
func BenchmarkImport(b *testing.B) {
	file := frenchFile(b, benchRows)
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		b.StopTimer()
		s, err := open.Open(context.Background(), open.Options{Dir: b.TempDir(), Rand: rand.Reader, Now: time.Now, Command: "bench"})
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		rep, err := Import(context.Background(), Options{
			Kind: Contacts, Name: "bench.csv", Source: strings.NewReader(file), Now: noon, Zone: paris,
			Contacts: s.Contacts(), Orders: s.Orders(), Suppressions: s.Suppressions(),
		})
		if err != nil || rep.Created != benchRows {
			b.Fatal(err, rep)
		}
		b.StopTimer()
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	perSecond(b, benchRows)
}
