package deliver_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"blanche/campaigns/deliver"
	"blanche/campaigns/deliver/relay"
	"blanche/model"
)

// posted is a letter that posts the next one when it is answered, as who sends
// a campaign does.
type posted struct {
	still func() bool
	then  func(model.Receipt)
}

func (l *posted) Still() bool               { return l.still == nil || l.still() }
func (l *posted) Answered(r *model.Receipt) { l.then(*r) }

// TestWhateverHappensEveryLetterIsToldOnceAndTruly posts from the answers of
// others while the relay defers, refuses and drops, senders give up, contexts end
// and the pool is closed in the middle.
func TestWhateverHappensEveryLetterIsToldOnceAndTruly(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		for _, mode := range append([]deliver.Mode{deliver.Auto}, modes...) {
			chaosOfPosts(t, seed, mode)
		}
	}
}

func chaosOfPosts(t *testing.T, seed uint64, mode deliver.Mode) {
	shares := relay.Shares{Defer: 0.1, Refuse: 0.1, Policy: 0.05, Drop: 0.06, Early: 0.05}
	r, cfg, _ := inPipe(t, relay.Options{Behave: shares.Behave(seed)})
	cfg.Connections, cfg.Mode, cfg.MessagesPerConnection = 3, mode, 1+int(seed)*7
	p, err := deliver.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	const letters, lanes = 400, 12
	ctx, cancel := context.WithCancel(context.Background())
	rnd := rand.New(rand.NewPCG(seed, 1))
	var mu sync.Mutex
	var told [letters][]model.Receipt
	var next int
	var all sync.WaitGroup
	var post func()
	post = func() {
		mu.Lock()
		i := next
		next++
		holds := rnd.IntN(12) == 0
		mu.Unlock()
		if i >= letters {
			return
		}
		switch i {
		case 150:
			r.SetDown(true)
		case 200:
			r.SetDown(false)
		case 300:
			cancel()
		case 350:
			all.Go(func() { _ = p.Close() })
		}
		of := ctx
		if i > 300 {
			of = context.Background()
		}
		all.Add(1)
		p.Post(of, letter(i), &posted{still: func() bool { return !holds }, then: func(got model.Receipt) {
			mu.Lock()
			told[i] = append(told[i], got)
			mu.Unlock()
			post()
			all.Done()
		}})
	}
	for range lanes {
		post()
	}
	all.Wait()
	cancel()
	_ = p.Close()
	kept := r.Kept()
	for i, got := range told {
		if len(got) != 1 {
			t.Fatalf("seed %d, %s: letter %d was told %d times", seed, mode, i, len(got))
		}
		n := kept[letter(i).To]
		if n > 1 || (got[0].Result == model.SendAccepted) != (n == 1) && got[0].Result != model.SendUncertain {
			t.Errorf("seed %d, %s: letter %d was told %+v and was kept %d times", seed, mode, i, got[0], n)
		}
	}
}

// A connection that has served its time says goodbye, which may take long: what
// waits does not wait for that while another may be opened.
func TestNobodyWaitsForTheGoodbyeOfAConnection(t *testing.T) {
	t.Parallel()
	var gaveUp atomic.Bool // the answer to QUIT was waited for in vain
	done := make(chan struct{})
	cfg := serve(t, func(p *peer) {
		p.hello()
		p.envelope()
		p.text()
		p.say("250 ok")
		p.hear("")
		gone := make(chan struct{})
		go func() { p.silent(); close(gone) }()
		select {
		case <-gone:
			gaveUp.Store(true)
		case <-done:
		}
	})
	cfg.Connections, cfg.MessagesPerConnection, cfg.Timeouts.Quit = 2, 1, 10*time.Second
	p, second := newPool(t, cfg), make(chan bool)
	p.Post(context.Background(), letter(1), &posted{then: func(model.Receipt) {
		p.Post(context.Background(), letter(2), &posted{then: func(model.Receipt) { second <- gaveUp.Load() }})
	}})
	if late := <-second; late {
		t.Error("the second message waited until the first connection gave up")
	}
	close(done)
}
