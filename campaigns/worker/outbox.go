package worker

import (
	"context"
	"sync"

	"blanche/model"
)

// outbox is the messages that may leave, and how many of them the sender has: as
// many as keep each of its lines busy, and no more, for what waits here can still
// be taken back, or overtaken.
type outbox struct {
	to   Poster
	ctx  context.Context //nolint:containedctx // of the worker, which it is part of
	most int

	mu    sync.Mutex
	queue backlog
	out   int // with the sender
}

func newOutbox(w *Worker, most int) *outbox {
	to, ok := w.opt.Sender.(Poster)
	if !ok {
		to = waited{w: w, to: w.opt.Sender}
	}
	return &outbox{to: to, ctx: w.hard, most: most}
}

// put adds to the queue, and hands over as many as the sender has places for.
func (o *outbox) put(fs ...*flight) {
	if len(fs) == 0 {
		return
	}
	o.mu.Lock()
	o.queue.put(fs)
	o.mu.Unlock()
	o.hand(0)
}

// hand gives the next ones to the sender, which has so many places more. What
// may not leave any more leaves its place to another.
func (o *outbox) hand(freed int) {
	for {
		o.mu.Lock()
		o.out -= freed
		if o.out >= o.most || o.queue.len() == 0 {
			o.mu.Unlock()
			return
		}
		o.out++
		f := o.queue.take()
		o.mu.Unlock()
		if freed = 1; f.leaves() {
			freed = 0
			o.to.Post(o.ctx, model.Envelope{From: f.msg.From, To: f.msg.To, Data: f.msg.Data, Clean: f.msg.Clean}, f)
		}
	}
}

// recall takes back some of the messages that the sender does not have yet.
func (o *outbox) recall(of func(*flight) bool) []*flight {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.queue.pull(of)
}

// waiting is how many the sender does not have yet.
func (o *outbox) waiting() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.queue.len()
}

// waited is a Sender that answers by returning: a goroutine waits for each
// message.
type waited struct {
	w  *Worker
	to Sender
}

// Post hands one message over.
func (s waited) Post(ctx context.Context, e model.Envelope, l Letter) {
	s.w.carriers.Go(func() {
		r := s.to.Send(ctx, e, l.Still)
		l.Answered(&r)
	})
}
