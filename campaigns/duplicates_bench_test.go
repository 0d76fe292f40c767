package campaigns_test

import (
	"crypto/rand"
	"fmt"
	"runtime"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/store/open"
)

// BenchmarkDuplicatesOfAMillion reads everybody: one in fifty is there twice, and
// five hundred share a phone. live is what the search has in memory at its end.
func BenchmarkDuplicatesOfAMillion(b *testing.B) {
	const people, step = 1_000_000, 10_000
	st, err := open.Open(b.Context(), open.Options{Dir: b.TempDir(), Rand: rand.Reader, Now: time.Now, Command: "test"})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = st.Close() }()
	rows := make([]model.Contact, step)
	for n := 0; n < people; n += step {
		for i := range rows {
			k := n + i
			rows[i] = model.Contact{
				Email: fmt.Sprintf("p.%d@gmail.com", k), FirstName: "Léa", LastName: fmt.Sprintf("Bénard%d", k), Phone: fmt.Sprintf("+336%08d", k),
				Postcode: "44000", Birth: model.Date(k % 20000), Card: fmt.Sprintf("C-%09d", k),
			}
			if k%50 == 49 {
				rows[i].Email = fmt.Sprintf("p%d+x@googlemail.com", k-1)
			}
			if k%2000 == 7 {
				rows[i].Phone = "+33478000000"
			}
		}
		if _, err := st.Contacts().Merge(b.Context(), rows, time.Now()); err != nil {
			b.Fatal(err)
		}
	}
	desk, err := campaigns.Open(b.Context(), st, campaigns.Options{Config: settings(), Now: time.Now, Rand: rand.Reader})
	if err != nil {
		b.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for b.Loop() {
		r, err := desk.Duplicates(b.Context(), func(done, _ int) {
			if done == people {
				runtime.ReadMemStats(&after)
			}
		})
		if err != nil || len(r.Pairs) != people/50 || len(r.Big) != 1 || r.Big[0].People != people/2000 {
			b.Fatal(err, len(r.Pairs), r.Big)
		}
	}
	b.ReportMetric(float64(after.HeapInuse-before.HeapInuse)/(1<<20), "MB")
}
