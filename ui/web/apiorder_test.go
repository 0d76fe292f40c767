package web_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"testing"

	"blanche/campaigns"
	"blanche/model"
)

// telling is what tells one delivery from another.
var telling = regexp.MustCompile(`"event_id":"[^"]*",|,"updated_at":"[^"]*"`)

// told is what a shop tells over a week: versions of forty orders.
func told() []string {
	var all []string
	states := []string{"pending", "paid", "refunded"}
	for n := range 40 {
		for v := range 1 + n%3 {
			all = append(all, fmt.Sprintf(`{"event_id":"e%d-%d","id":"%d","date":"2026-11-%02d","total":%d.5,"email":"p%d@client.example","status":"%s","updated_at":"2026-11-22T%02d:00:00Z"}`,
				n, v, n, 1+n%20, 10+n, n%7, states[v], v))
		}
	}
	return all
}

// deliver sends what is told, each one to three times, in some order, by several
// senders at once, and returns what is kept.
func deliver(t *testing.T, seed uint64, versions func(string) string) map[string]string {
	t.Helper()
	c := newCounter(t, campaigns.HookSecrets{})
	r := rand.New(rand.NewPCG(seed, 1))
	var all []string
	for _, one := range told() {
		for range 1 + r.IntN(3) {
			all = append(all, versions(one))
		}
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	var wait sync.WaitGroup
	for part := range slices.Chunk(all, len(all)/3+1) {
		wait.Go(func() {
			for _, one := range part {
				if w := c.post("/v1/orders", one); w.Code != http.StatusOK {
					t.Errorf("%d %s", w.Code, w.Body)
				}
			}
		})
	}
	wait.Wait()
	kept := map[string]string{}
	err := c.store.Orders().Each(t.Context(), func(o *model.Order) error {
		kept[o.ID] = fmt.Sprint(o.Total, o.Status, o.Email, o.Day)
		return nil
	})
	if err != nil || len(kept) != 40 {
		t.Fatalf("%d orders, %v", len(kept), err)
	}
	return kept
}

func TestAnyOrderAndRepetitionOfDeliveriesLeavesTheSameStore(t *testing.T) {
	t.Parallel()
	asTold := func(s string) string { return s }
	want := deliver(t, 0, asTold)
	for seed := range uint64(6) {
		if got := deliver(t, seed+1, asTold); !maps.Equal(got, want) {
			t.Errorf("seed %d: %v, not %v", seed+1, got, want)
		}
	}
	t.Run("control", func(t *testing.T) { // without ids and versions the last one wins
		blind := func(s string) string { return telling.ReplaceAllString(s, "") }
		for seed := range uint64(6) {
			if !maps.Equal(deliver(t, seed+1, blind), want) {
				return
			}
		}
		t.Error("no order of deliveries matters")
	})
}
