package worker

import (
	"context"
	"sync/atomic"

	"blanche/model"
)

// flight is one message under way, from the claim of its recipient to the
// durable result. It is with one goroutine at a time: a writer composes it, the
// committer announces it, the committer or whoever frees a place hands it over, the
// line it left on tells the answer, the committer settles it. It holds a place of W
// from the durable intent to the durable result, and one ahead and in its lane until
// the relay has answered.
type flight struct {
	w      *Worker
	r      *run
	ctx    context.Context // ends with the pause
	claim  model.Claim
	probe  bool // of the gate
	epoch  int  // of the lane
	narrow bool // its lane has a width
	ahead  bool
	open   bool // counts in W: the committer's

	version uint16
	msg     Message
	key     string // of the address, once it is listed as under way
	held    atomic.Bool
	receipt model.Receipt
	handed  bool // the receipt is a result for the recipient
	intent  model.Intent
	result  model.Outcome
}

// write composes some messages; what they need is read at once.
func (w *Worker) write(fs []*flight) {
	render := w.opt.Render
	if len(fs) > 1 && w.opt.Together != nil {
		claims := make([]model.Claim, len(fs))
		for i, f := range fs {
			claims[i] = f.claim
		}
		render = w.opt.Together(w.hard, claims)
	}
	for _, f := range fs {
		f.write(render)
	}
}

// write composes the message; what cannot be sent is settled.
func (f *flight) write(render Render) {
	if f.ctx.Err() != nil {
		f.giveBack()
		return
	}
	f.version = f.r.wording()
	m, err := render(f.ctx, f.claim, f.version)
	if err != nil {
		if f.ctx.Err() == nil && f.r.pause(WhyRender) {
			f.w.event(f.r, model.LevelStop, "deliver.event.render_failed", "contact", f.claim.Contact.String(), "why", err)
		}
		f.giveBack()
		return
	}
	if m.Exclude == "" && m.To == "" {
		m.Exclude = reasonNoAddress
	}
	if m.Exclude != "" {
		f.settle(model.Outcome{State: model.StateExcluded, Attempts: f.claim.Attempts, Code: m.Exclude})
		return
	}
	f.msg = m
	f.intent = model.Intent{Campaign: f.claim.Campaign, Ordinal: f.claim.Ordinal, Email: m.To, Version: f.version, At: f.w.opt.Now()}
	if f.w.lateIntent {
		f.w.outbox.put(f)
		return
	}
	f.announce()
}

// announce makes the intent durable.
func (f *flight) announce() {
	f.key = model.EmailKey(f.msg.To)
	f.w.hush.begin(f.key)
	f.w.commits.put(ticket{who: f, intent: &f.intent})
}

// stale reports that the message must not leave any more, or not now.
func (f *flight) stale() bool { return f.ctx.Err() != nil }

// announced is told by the committer, and reports whether the message may leave.
func (f *flight) announced(taken bool, err error) (leaves bool) {
	switch {
	case err != nil:
		f.giveBack()
	case !taken: // suppressed meanwhile, and excluded by the same commit
		f.end()
	case f.w.lateIntent:
		f.conclude()
	default:
		return true
	}
	return false
}

// leaves reports whether the message may be handed to the relay; one that may not
// is given back.
func (f *flight) leaves() bool {
	if f.free() {
		return true
	}
	f.giveBack()
	return false
}

// free reports that nothing holds the message back: no pause, no trouble of the
// relay, no suppression.
func (f *flight) free() bool {
	return !f.stale() && !f.w.shut.Load() && (f.probe || !f.w.gate.closed()) && !f.w.hush.hushed(f.key)
}

// Still is asked when the line is ready, just before the transaction.
func (f *flight) Still() bool {
	if f.free() {
		return true
	}
	f.held.Store(true)
	return false
}

// Answered is told what became of the message. It is called by whoever drives the
// line, and waits for nothing.
func (f *flight) Answered(a *model.Receipt) {
	w := f.w
	f.receipt = *a
	f.handed = w.learn(f)
	if f.msg.Recycle != nil {
		f.msg.Recycle(f.msg.Data)
	}
	f.msg.Data = nil
	w.traffic.answered(f, &f.receipt)
	switch {
	case !f.handed:
		f.giveBack()
	case w.lateIntent:
		f.announce()
	default:
		f.conclude()
	}
	w.outbox.hand(1)
}

// conclude settles what became of the attempt.
func (f *flight) conclude() {
	o := f.w.judge(f.r, f.claim, &f.receipt)
	if f.receipt.UserUnknown && o.State == model.StateRefused {
		f.w.carriers.Go(func() {
			f.w.suppress(f.r, f.msg.To, o.Code)
			f.settle(o)
		})
		return
	}
	f.settle(o)
}

// giveBack lets somebody have another turn: nothing was sent to him.
func (f *flight) giveBack() {
	f.handed = false
	f.settle(model.Outcome{State: model.StatePlanned, Attempts: f.claim.Attempts})
}

// settle makes a result durable.
func (f *flight) settle(o model.Outcome) {
	o.Campaign, o.Ordinal, o.At = f.claim.Campaign, f.claim.Ordinal, f.w.opt.Now()
	if o.State != model.StatePlanned {
		o.Version = f.version
	}
	f.result = o
	f.w.commits.put(ticket{who: f, result: &f.result})
}

// settled is told by the committer once the result is durable, or never will be.
func (f *flight) settled(err error) {
	if err == nil && f.handed && f.result.State != model.StatePlanned {
		f.w.tell(f.r, f.msg.To, &f.result)
		f.r.answered(&f.receipt, &f.result)
	}
	if f.result.State == model.StatePlanned {
		f.w.traffic.refresh(f.r, f.claim.Lane)
	}
	f.end()
}

// end gives up everything that the message held.
func (f *flight) end() {
	if f.key != "" {
		f.w.hush.end(f.key)
	}
	f.w.gate.unknown(f.probe)
	f.w.traffic.landed(f)
	if f.r.flying.Add(-1) == 0 || f.result.State == model.StateDeferred {
		f.r.poke()
	}
	f.w.carriers.Done()
}
