package bus

import (
	"context"
	"errors"
	"sync"
	"time"

	"blanche/model"
)

// Facts is how many facts a mailbox holds before it says Resync.
const Facts = 256

// progressEvery is the shortest time between two readings of progress.
const progressEvery = 100 * time.Millisecond

// ErrClosed is what Next returns once a mailbox is closed and empty.
var ErrClosed = errors.New("mailbox closed")

// Mail is what came since the last reading.
type Mail struct {
	// Resync says that facts were dropped: everything shown is to be read
	// again. The facts of this mail came after those.
	Resync   bool
	Facts    []Fact         // in order
	Progress []model.Status // of the campaigns that moved, the latest of each
}

// Mailbox is what one session has not read yet. It is read by one goroutine.
type Mailbox struct {
	leave func()
	wake  chan struct{} // of capacity 1

	mu       sync.Mutex
	ring     [Facts]Fact
	first, n int
	resync   bool
	progress []model.Status // at most one per campaign
	shown    time.Time      // when progress was last handed out
	err      error          // closed
}

func newMailbox() *Mailbox { return &Mailbox{wake: make(chan struct{}, 1), leave: func() {}} }

// Closed is a mailbox that will never have anything, for this reason.
func Closed(why error) *Mailbox {
	m := newMailbox()
	m.end(why)
	return m
}

// Close lets go of the mailbox; Next returns ErrClosed.
func (m *Mailbox) Close() { m.leave() }

// Next waits for mail. It returns the error of ctx, or why the mailbox was
// closed: the cause of the context it was opened with, or ErrClosed.
func (m *Mailbox) Next(ctx context.Context) (Mail, error) {
	for {
		mail, wait, err := m.take()
		if err != nil || mail.Resync || len(mail.Facts)+len(mail.Progress) > 0 {
			return mail, err
		}
		if err := m.wait(ctx, wait); err != nil {
			return Mail{}, err
		}
	}
}

// wait waits for something new, or until progress may be read again.
func (m *Mailbox) wait(ctx context.Context, due time.Duration) error {
	var again <-chan time.Time
	if due > 0 {
		again = time.After(due)
	}
	select {
	case <-m.wake:
	case <-again:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// take empties the mailbox. Progress that was read a moment ago stays: wait is
// how long until it may be read.
func (m *Mailbox) take() (mail Mail, wait time.Duration, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return Mail{}, 0, m.err
	}
	mail.Resync, m.resync = m.resync, false
	for i := range m.n {
		mail.Facts = append(mail.Facts, m.ring[(m.first+i)%Facts])
	}
	m.first, m.n = 0, 0
	if len(m.progress) == 0 {
		return mail, 0, nil
	}
	if wait = progressEvery - time.Since(m.shown); wait > 0 {
		return mail, wait, nil
	}
	mail.Progress, m.progress, m.shown = m.progress, nil, time.Now()
	return mail, 0, nil
}

// tell adds facts; those that do not fit empty the ring.
func (m *Mailbox) tell(facts []Fact) {
	m.mu.Lock()
	for _, f := range facts {
		if m.n == Facts {
			m.first, m.n, m.resync = 0, 0, true
		}
		m.ring[(m.first+m.n)%Facts] = f
		m.n++
	}
	m.mu.Unlock()
	m.poke()
}

// show overwrites the progress of campaigns.
func (m *Mailbox) show(latest []model.Status) {
	m.mu.Lock()
next:
	for _, st := range latest {
		for i := range m.progress {
			if m.progress[i].Name == st.Name {
				m.progress[i] = st
				continue next
			}
		}
		m.progress = append(m.progress, st)
	}
	m.mu.Unlock()
	m.poke()
}

func (m *Mailbox) end(why error) {
	m.mu.Lock()
	if m.err == nil {
		m.err = why
	}
	m.mu.Unlock()
	m.poke()
}

func (m *Mailbox) poke() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}
