package bus

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"blanche/model"
)

// Fact is something that happened and will not be taken back.
type Fact struct {
	At     time.Time
	Act    string // code of an audit line ("campaign.pause"), or "notice"
	Who    string // who did it; "blanche" for what it does by itself
	Object string // "contact:12", "campaign:noel-15"…, as in the audit
	Seq    uint64 // number of its audit line, 0 without one
	// Notice is what the sending has to say: trouble of the relay or of the
	// store, a guard; nil for the rest.
	Notice *model.Event
}

// Notice is the act of a fact that no audit line tells.
const Notice = "notice"

// Bus gives the facts and the progress to every mailbox. The zero value is
// ready; all methods are safe for use by several goroutines.
type Bus struct {
	listeners atomic.Int32
	mu        sync.Mutex
	boxes     map[*Mailbox]struct{}
	closed    bool
}

// Open makes a mailbox that closes when its context ends, or with the bus.
func (b *Bus) Open(ctx context.Context) *Mailbox {
	m := newMailbox()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		m.end(ErrClosed)
		return m
	}
	if b.boxes == nil {
		b.boxes = map[*Mailbox]struct{}{}
	}
	b.boxes[m] = struct{}{}
	b.listeners.Add(1)
	forget := context.AfterFunc(ctx, func() { b.leave(m, context.Cause(ctx)) })
	m.leave = func() {
		forget()
		b.leave(m, ErrClosed)
	}
	return m
}

// leave closes a mailbox and forgets it.
func (b *Bus) leave(m *Mailbox, why error) {
	b.mu.Lock()
	if _, here := b.boxes[m]; here {
		delete(b.boxes, m)
		b.listeners.Add(-1)
	}
	b.mu.Unlock()
	m.end(why)
}

// Listened reports whether anybody has a mailbox.
func (b *Bus) Listened() bool { return b.listeners.Load() > 0 }

// Tell puts facts into every mailbox. It never waits for a reader.
func (b *Bus) Tell(facts ...Fact) {
	b.each(func(m *Mailbox) { m.tell(facts) })
}

// Show puts where campaigns stand into every mailbox, over what was there.
func (b *Bus) Show(latest ...model.Status) {
	b.each(func(m *Mailbox) { m.show(latest) })
}

func (b *Bus) each(do func(*Mailbox)) {
	if !b.Listened() {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for m := range b.boxes {
		do(m)
	}
}

// Close closes every mailbox; those opened later are born closed.
func (b *Bus) Close() {
	b.mu.Lock()
	boxes := b.boxes
	b.boxes, b.closed = nil, true
	b.listeners.Store(0)
	b.mu.Unlock()
	for m := range boxes {
		m.end(ErrClosed)
	}
}
