package deliver

import (
	"context"

	"blanche/model"
)

// Letter is the other end of a message: who is asked whether it may go, and told
// what became of it.
type Letter interface {
	// Still is asked right before the envelope is written: false gives "not
	// started".
	Still() bool
	// Answered is told once what became of the message, by the goroutine of its
	// connection, which it must not hold up, or before Post returns. The receipt
	// may be kept for as long as the call lasts.
	Answered(r *model.Receipt)
}

// Post hands one message to the relay, and does not wait: the letter is told what
// became of it. Ending ctx before the final dot gives "not started"; after it,
// "uncertain". The data must not change until then. The pool hears of the end of a
// context once for all the messages posted with it in a row: who posts has one.
func (p *Pool) Post(ctx context.Context, e model.Envelope, l Letter) {
	if _, r, no := p.enter(ctx, e, l, true); no {
		l.Answered(&r)
	}
}

// Send hands one message to the relay and says what became of it. It waits for
// a connection when all are busy. Still is asked right before the envelope is
// written: false gives "not started"; nil never asks. Ending ctx before the
// final dot gives "not started"; after it, "uncertain". The data must not change
// until Send returns.
func (p *Pool) Send(ctx context.Context, e model.Envelope, still func() bool) model.Receipt {
	w := &waiter{still: still, done: make(chan struct{}, 1)}
	j, r, no := p.enter(ctx, e, w, false)
	if no {
		return r
	}
	select {
	case <-w.done:
	case <-ctx.Done():
		p.withdraw(j, w)
		<-w.done
	}
	return w.receipt
}

// waiter is the letter of Send.
type waiter struct {
	still   func() bool
	done    chan struct{} // one token when the receipt is there
	receipt model.Receipt
}

// Still asks who sends.
func (w *waiter) Still() bool { return w.still == nil || w.still() }

// Answered wakes who sends.
func (w *waiter) Answered(r *model.Receipt) {
	w.receipt = *r
	w.done <- struct{}{}
}

// enter takes a message in, or says why not: then the letter is told nothing. When
// watch, the pool itself hears of the end of ctx.
func (p *Pool) enter(ctx context.Context, e model.Envelope, l Letter, watch bool) (*job, model.Receipt, bool) {
	var shape shape
	if !e.Clean {
		shape = look(e.Data)
	}
	if r, no := noRelayTakes(&e, &shape); no && ctx.Err() == nil {
		return nil, r, true
	}
	if shape.loose {
		e.Data = wired(e.Data)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if watch && p.watched != ctx {
		p.watched = ctx
		context.AfterFunc(ctx, func() { p.withdrawAll(ctx) })
	}
	if err := ctx.Err(); err != nil { // its end comes after, or is seen here
		return nil, model.Receipt{Err: err}, true
	}
	if p.closed {
		return nil, model.Receipt{Err: ErrClosed}, true
	}
	j := p.free
	if j == nil {
		j = &job{}
		p.made = append(p.made, j)
	} else {
		p.free, j.next = j.next, nil
	}
	j.env, j.shape, j.ctx, j.letter = e, shape, ctx, l
	p.submit(j)
	return j, model.Receipt{}, false
}

// withdraw takes a message back that nobody has begun. Of one under way, it
// cuts the line, and only when no other message is before it on that line. One
// that is settled, or about to be, is left alone.
func (p *Pool) withdraw(j *job, l Letter) {
	p.mu.Lock()
	var back news
	if j.letter == l {
		back = p.cut(j)
	}
	p.mu.Unlock()
	back.tell()
}

// withdrawAll does so with all that were posted with a context that has ended.
func (p *Pool) withdrawAll(ctx context.Context) {
	p.mu.Lock()
	var back []news
	for _, j := range p.made {
		if j.letter != nil && j.ctx == ctx {
			back = append(back, p.cut(j))
		}
	}
	p.mu.Unlock()
	tellAll(back)
}

// cut is a message whose sender gives up; mu is held.
func (p *Pool) cut(j *job) news {
	j.cut = true
	if j.queued {
		p.remove(j)
		return p.settle(j, model.Receipt{Err: j.ctx.Err()})
	}
	if j.line != nil {
		_ = j.line.raw.Close()
	}
	return news{}
}

// news is what became of a message, to be told when mu is free.
type news struct {
	to      Letter
	receipt model.Receipt
}

// settle ends a job, which the caller of settle forgets; mu is held.
func (p *Pool) settle(j *job, r model.Receipt) news {
	n := news{to: j.letter, receipt: r}
	*j = job{next: p.free}
	p.free = j
	return n
}

// tell tells it, if there is any.
func (n *news) tell() {
	if n.to != nil {
		n.to.Answered(&n.receipt)
	}
}

func tellAll(all []news) {
	for i := range all {
		all[i].tell()
	}
}
