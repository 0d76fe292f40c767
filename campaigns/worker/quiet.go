package worker

import (
	"context"
	"sync"

	"blanche/model"
)

// hush knows to which addresses messages are under way, from before the check of
// their suppression until their durable result.
type hush struct {
	mu     sync.Mutex
	flying map[string]int
	held   map[string]*quiet // waited for
}

// quiet is the wait for one address.
type quiet struct {
	callers int
	over    chan struct{} // closed when nothing is under way
}

func newHush() *hush { return &hush{flying: map[string]int{}, held: map[string]*quiet{}} }

// Quiet returns once no message to an address is under way between the check of
// its suppression and its durable result: whoever has noted a suppression
// durably and then waited for this knows that nothing leaves for the address any
// more. What is not yet handed to the relay is held back. It returns the error of
// ctx when that ends first: then a message may still be under way.
func (w *Worker) Quiet(ctx context.Context, email string) error {
	key := model.EmailKey(email)
	q := w.hush.wait(key)
	defer w.hush.leave(key, q)
	waiting := w.commits.recall(func(f *flight) bool { return f.key == key })
	for _, f := range append(waiting, w.senders.pull(key)...) {
		f.giveBack()
	}
	select {
	case <-q.over:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (h *hush) wait(key string) *quiet {
	h.mu.Lock()
	defer h.mu.Unlock()
	q := h.held[key]
	if q == nil {
		q = &quiet{over: make(chan struct{})}
		if h.flying[key] == 0 {
			close(q.over)
			return q
		}
		h.held[key] = q
	}
	q.callers++
	return q
}

func (h *hush) leave(key string, q *quiet) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if q.callers--; q.callers <= 0 && h.held[key] == q {
		delete(h.held, key)
	}
}

// begin notes a message before its intent.
func (h *hush) begin(key string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.flying[key]++
}

// end notes that a message has its durable result.
func (h *hush) end(key string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.flying[key]--; h.flying[key] > 0 {
		return
	}
	delete(h.flying, key)
	if q := h.held[key]; q != nil {
		delete(h.held, key)
		close(q.over)
	}
}

// hushed reports whether somebody waits for an address: nothing may begin.
func (h *hush) hushed(key string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.held) > 0 && h.held[key] != nil
}
