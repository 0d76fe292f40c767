package campaigns

import (
	"context"
	"sync"

	"blanche/model"
)

// maxWaiting is how many items may wait for the store at once: who comes with
// more is asked to come again.
const maxWaiting = 20_000

// gate lets those who come at the same time share one step of the store: the
// first whose turn it is works for all who wait.
type gate struct {
	mu      sync.Mutex
	waiting []*visit
	items   int
	turn    chan struct{}
}

// visit is one who waits: their items, and what became of them.
type visit struct {
	items   []hookItem
	results []ItemResult
	err     error
	done    chan struct{}
}

func newGate() *gate { return &gate{turn: make(chan struct{}, 1)} }

// pass hands items to work, with those of others, and returns when they are
// durable. It does not leave when ctx ends: what is under way is told as it is.
func (g *gate) pass(ctx context.Context, items []hookItem, work func(ctx context.Context, items []hookItem) ([]ItemResult, error)) ([]ItemResult, error) {
	v := &visit{items: items, done: make(chan struct{})}
	g.mu.Lock()
	if g.items+len(items) > maxWaiting && g.items > 0 {
		g.mu.Unlock()
		return nil, model.Busy("hook.full")
	}
	g.waiting, g.items = append(g.waiting, v), g.items+len(items)
	g.mu.Unlock()
	select {
	case <-v.done:
	case g.turn <- struct{}{}:
		g.work(context.WithoutCancel(ctx), work)
		<-g.turn
		<-v.done
	}
	return v.results, v.err
}

// work does one step for all who wait; nobody may, when somebody else's step had
// them.
func (g *gate) work(ctx context.Context, work func(ctx context.Context, items []hookItem) ([]ItemResult, error)) {
	g.mu.Lock()
	all := g.waiting
	g.waiting = nil
	g.mu.Unlock()
	var items []hookItem
	for _, v := range all {
		items = append(items, v.items...)
	}
	if len(items) == 0 {
		for _, v := range all {
			close(v.done)
		}
		return
	}
	results, err := work(ctx, items)
	g.mu.Lock()
	g.items -= len(items)
	g.mu.Unlock()
	for _, v := range all {
		if v.err = err; err == nil {
			v.results, results = results[:len(v.items):len(v.items)], results[len(v.items):]
		}
		close(v.done)
	}
}
