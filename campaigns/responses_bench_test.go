package campaigns_test

import (
	"context"
	"crypto/rand"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/store/open"
)

// BenchmarkRecord keeps clicks that come one by one from many callers at once,
// each told when it is durable: responses a second, and how long one waits.
func BenchmarkRecord(b *testing.B) {
	for _, callers := range []int{1, 64, 256} {
		b.Run(strconv.Itoa(callers), func(b *testing.B) {
			ctx := context.Background()
			st, err := open.Open(ctx, open.Options{Dir: b.TempDir(), Rand: rand.Reader, Now: time.Now, Command: "bench"})
			if err != nil {
				b.Fatal(err)
			}
			s, err := campaigns.Open(ctx, st, campaigns.Options{Config: settings(), Now: time.Now, Rand: rand.Reader})
			if err != nil {
				b.Fatal(err)
			}
			var n atomic.Uint64
			waits := make([][]time.Duration, callers)
			var group sync.WaitGroup
			b.ResetTimer()
			for c := range callers {
				group.Go(func() {
					for {
						i := n.Add(1)
						if i > uint64(b.N) {
							return
						}
						began := time.Now()
						r := model.Response{Kind: model.ResponseClick, Campaign: 1, Contact: model.ContactID(i * 0x9e3779b97f4a7c15 >> 46), Version: 1, Link: 1}
						if err := s.Record(ctx, []model.Response{r}); err != nil {
							b.Error(err)
							return
						}
						waits[c] = append(waits[c], time.Since(began))
					}
				})
			}
			group.Wait()
			b.StopTimer()
			all := slices.Concat(waits...)
			slices.Sort(all)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "responses/s")
			b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
			if err := s.Close(ctx); err != nil {
				b.Fatal(err)
			}
			if err := st.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}
