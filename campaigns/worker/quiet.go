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
	held   map[string]chan struct{} // of them, to be held back; closed when nothing is under way
}

func newHush() *hush { return &hush{flying: map[string]int{}, held: map[string]chan struct{}{}} }

// Quiet returns once no message to an address is under way between the check of
// its suppression and its durable result: whoever has noted a suppression
// durably and then waited for this knows that nothing leaves for the address any
// more. What is not yet handed to the relay is held back, also once it has given
// up: it returns the error of ctx when that ends first, and then a message may
// still be under way.
func (w *Worker) Quiet(ctx context.Context, email string) error {
	key := model.EmailKey(email)
	over := w.hush.hold(key)
	w.recall(func(f *flight) bool { return f.key == key })
	select {
	case <-over:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// recall gives back some of the messages that wait for their intent, or for the
// sender.
func (w *Worker) recall(of func(*flight) bool) {
	for _, f := range append(w.commits.recall(of), w.outbox.recall(of)...) {
		f.giveBack()
	}
}

// hold holds back what is under way to an address and has not begun; the channel
// is closed when nothing is.
func (h *hush) hold(key string) <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	over := h.held[key]
	if over == nil {
		over = make(chan struct{})
		if h.flying[key] == 0 {
			close(over)
			return over
		}
		h.held[key] = over
	}
	return over
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
	if over := h.held[key]; over != nil {
		delete(h.held, key)
		close(over)
	}
}

// hushed reports whether an address is held back: nothing may begin.
func (h *hush) hushed(key string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.held) > 0 && h.held[key] != nil
}
