package intake

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"blanche/store/open"
)

var (
	givenNames = []string{"Léa", "Chloé", "Jean", "Marie", "Noël", "Zoé", "Paul", "Inès", "Hugo", "Anaïs"}
	cityNames  = []string{"Paris", "Évry", "Nantes", "Lyon", "Saint-Étienne", "Clermont-Ferrand", "Lille", "Brest"}
)

// shopFile writes n people in 16 columns, their addresses in no order.
func shopFile(tb testing.TB, n int) string {
	path := filepath.Join(tb.TempDir(), "shop.csv")
	f, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	w.WriteString("email;prenom;nom;telephone;code_postal;ville;pays;langue;date_naissance;carte;points;niveau;tags;consentement;date_consentement;depenses_2025\n")
	for i := range n {
		h := uint64(i) * 0x9e3779b97f4a7c15
		fmt.Fprintf(w, "%s.%x@boutique%d.example;%s;Lefèvre-%d;06 12 %02d %02d %02d;%05d;%s;FR;fr;%02d/%02d/19%02d;N%08d;%d;%s;%s;oui;%02d/%02d/2025;%d,%02d\n",
			strings.ToLower(strconv.FormatUint(h>>50, 36)), h>>24, h%50, givenNames[h%10], i%1000, i%100, h%100, i/100%100, 1000+h%94000, cityNames[h%8],
			h%28+1, h%12+1, h%100, i, h%5000, []string{"or", "argent", "bronze"}[h%3], []string{"newsletter", "newsletter,vip", ""}[h%3], h%28+1, h%12+1, h%1000, h%100)
	}
	if err := w.Flush(); err != nil {
		tb.Fatal(err)
	}
	f.Close()
	return path
}

func BenchmarkImportAtSize(b *testing.B) {
	n := 1_000_000
	if s := os.Getenv("ROWS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	path := shopFile(b, n)
	var raws time.Duration
	for b.Loop() {
		b.StopTimer()
		s, err := open.Open(context.Background(), open.Options{Dir: b.TempDir(), Rand: rand.Reader, Now: time.Now, Command: "bench"})
		if err != nil {
			b.Fatal(err)
		}
		f, _ := os.Open(path)
		b.StartTimer()
		rep, err := Import(context.Background(), Options{
			Kind: Contacts, Name: "bench.csv", Source: f, Now: noon, Zone: paris,
			Contacts: s.Contacts(), Orders: s.Orders(), Suppressions: s.Suppressions(), Marks: s.Marks(),
		})
		if err != nil || rep.Created != n {
			b.Fatal(err, rep)
		}
		b.StopTimer()
		status, _ := os.ReadFile("/proc/self/status")
		for line := range strings.Lines(string(status)) {
			if strings.HasPrefix(line, "RssAnon") {
				b.Log(strings.TrimSpace(line))
			}
		}
		if raw, is := s.(interface {
			RawPut(ctx context.Context, dir string) (int, time.Duration, error)
		}); is {
			n, took, err := raw.RawPut(context.Background(), b.TempDir())
			if err != nil || n != rep.Created {
				b.Fatal(n, err)
			}
			raws += took
		}
		s.Close()
		b.StartTimer()
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(raws.Seconds()/b.Elapsed().Seconds(), "of-raw")
}
