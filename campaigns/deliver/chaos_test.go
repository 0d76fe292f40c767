package deliver_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"

	"blanche/campaigns/deliver"
	"blanche/campaigns/deliver/relay"
	"blanche/model"
)

// TestWhateverHappensEveryMessageHasATrueReceipt sends from many sides while
// the relay defers, refuses, drops and goes down, callers give up, and the pool
// is closed in the middle. Every Send returns, and what it says is what the
// relay knows.
func TestWhateverHappensEveryMessageHasATrueReceipt(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		for _, mode := range append([]deliver.Mode{deliver.Auto}, modes...) {
			chaos(t, seed, mode)
		}
	}
}

func chaos(t *testing.T, seed uint64, mode deliver.Mode) {
	shares := relay.Shares{Defer: 0.1, Refuse: 0.1, Policy: 0.05, Drop: 0.06, Early: 0.05}
	r, cfg, _ := inPipe(t, relay.Options{Behave: shares.Behave(seed)})
	cfg.Connections, cfg.Mode, cfg.MessagesPerConnection = 3, mode, 1+int(seed)*7
	p, err := deliver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]model.Receipt, 400)
	var next atomic.Int64
	var all sync.WaitGroup
	for k := range 12 {
		rnd := rand.New(rand.NewPCG(seed, uint64(k)))
		all.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(out)); i = next.Add(1) - 1 {
				ctx, cancel := context.WithCancel(context.Background())
				var still func() bool
				switch rnd.IntN(12) {
				case 0:
					go cancel() // at any moment
				case 1:
					still = func() bool { return false }
				case 2:
					still = func() bool { cancel(); return true }
				}
				switch i {
				case 150:
					r.SetDown(true)
				case 200:
					r.SetDown(false)
				case 350:
					all.Go(func() { _ = p.Close() })
				}
				out[i] = p.Send(ctx, letter(int(i)), still)
				cancel()
			}
		})
	}
	all.Wait()
	_ = p.Close()
	kept := r.Kept()
	for i, got := range out {
		n := kept[letter(i).To]
		if n > 1 || (got.Result == model.SendAccepted) != (n == 1) && got.Result != model.SendUncertain {
			t.Errorf("%s, seed %d: message %d is %s at %s (%v) and was kept %d times", mode, seed, i, got.Result, got.Stage, got.Err, n)
		}
		if got.Result == model.SendNotStarted && got.Err == nil {
			t.Errorf("%s, seed %d: message %d was not started, and nobody knows why", mode, seed, i)
		}
	}
}
