package worker

import (
	"context"
	"errors"
	"sync"
	"time"

	"blanche/model"
)

// maxBatch is the most results, and the most intents, in one commit.
const maxBatch = 200

// assembleMost is how long a result or an intent may wait for others.
const assembleMost = 2 * time.Millisecond

// errNotWritten says that an intent was not announced: nothing may be sent.
var errNotWritten = errors.New("the store does not take intents for now")

// party is told what became of what it asked for, by the committer.
type party interface {
	// announced says whether the intent is durable; not taken, the address is
	// suppressed and the recipient excluded. It reports whether a message leaves.
	announced(taken bool, err error) bool
	// settled says that the result is durable, that the ledger will never take
	// it, or that the worker was stopped by force before.
	settled(err error)
}

// ticket asks for one intent or one result to be made durable, or, without
// either, for a sign of life.
type ticket struct {
	who    party
	intent *model.Intent
	result *model.Outcome
}

// committer is the only writer of intents and results. While one commit is
// under way the next one gathers.
type committer struct {
	w *Worker
	// turn is held while a commit is under way, and on until it is known what of
	// it is durable. Whoever claims takes it: somebody given back by a commit that
	// could not say so may not be handed out before that is settled.
	turn chan struct{}

	mu      sync.Mutex
	intents []ticket
	results []ticket
	signs   []ticket
	need    int // tickets that are worth waking up for
	slack   int // of W, when that was asked
	closed  bool
	given   bool          // up: nothing is written any more
	wake    chan struct{} // of capacity 1: there is something
	timer   *time.Timer

	// Memory that is used again.
	used     [2][]ticket // of results and intents that are written
	outcomes []model.Outcome
	asked    []model.Intent

	open  int      // intents that are durable, or may be, and have no durable result: at most W
	bad   bool     // the last commit failed
	stuck []ticket // results that could not be written yet
	alone bool     // after a failure, one at a time: a bad one must not keep the others
	delay time.Duration
}

func newCommitter(w *Worker) *committer {
	c := &committer{w: w, turn: make(chan struct{}, 1), wake: make(chan struct{}, 1), need: 1, timer: time.NewTimer(time.Hour)}
	c.timer.Stop()
	return c
}

// put queues a ticket.
func (c *committer) put(t ticket) {
	c.mu.Lock()
	if c.given {
		c.mu.Unlock()
		t.giveUp()
		return
	}
	switch {
	case t.intent != nil:
		c.intents = append(c.intents, t)
	case t.result != nil:
		c.results = append(c.results, t)
	default:
		c.signs = append(c.signs, t)
	}
	enough := t.intent == nil && t.result == nil || c.writable() >= c.need
	c.mu.Unlock()
	if enough {
		c.poke()
	}
}

func (c *committer) poke() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// close ends the committer once everything is written.
func (c *committer) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.poke()
}

// run serves until it is closed. Ending force gives up what cannot be written.
func (c *committer) run(force context.Context) {
	for {
		if len(c.stuck) > 0 {
			if !c.retry(force) {
				return
			}
			continue
		}
		c.w.recall((*flight).stale)
		results, intents, closed := c.gather()
		switch {
		case len(results)+len(intents) > 0:
			c.write(results, intents)
		case closed:
			return
		default:
			<-c.wake
		}
	}
}

// gather takes what is waiting.
func (c *committer) gather() (results, intents []ticket, closed bool) {
	c.assemble()
	c.mu.Lock()
	c.sign()
	defer c.mu.Unlock()
	results, c.results = cutOff(c.results, maxBatch, c.used[0])
	room := c.w.opt.Window - c.open + counted(results)
	intents, c.intents = cutOff(c.intents, max(0, min(room, maxBatch)), c.used[1])
	c.used = [2][]ticket{}
	return results, intents, c.closed
}

// assemble waits until a commit is worth its two writes to the disk: until W
// results and intents ask for it, which is half of W messages in either part of
// their way, or all who are under way, or assembleMost has passed. What
// few messages cost alone is then shared by many; a slow disk lets them gather by
// itself.
func (c *committer) assemble() {
	under := c.w.traffic.underWay()
	c.mu.Lock()
	c.slack = max(0, c.w.opt.Window-c.open)
	n, need := c.writable(), min(c.w.opt.Window, under)
	if n == 0 || n >= need || c.closed {
		c.mu.Unlock()
		return
	}
	c.need = need
	c.timer.Reset(assembleMost)
	for waiting := true; waiting && n < need && !c.closed; {
		c.mu.Unlock()
		select {
		case <-c.wake:
		case <-c.timer.C:
			waiting = false
		}
		c.mu.Lock()
		c.sign()
		n = c.writable()
	}
	c.need = 1
	c.mu.Unlock()
	c.timer.Stop()
}

// cutOff takes at most n; the rest is in memory that is given for it.
func cutOff(all []ticket, n int, memory []ticket) (batch, rest []ticket) {
	if len(all) <= n {
		return all, memory
	}
	return all[:n:n], append(memory, all[n:]...)
}

// spent keeps the memory of tickets that nobody looks at any more.
func (c *committer) spent(results, intents []ticket) {
	clear(results)
	clear(intents)
	c.used = [2][]ticket{results[:0], intents[:0]}
}

// counted is how many of some results end an intent that counts in W: those
// make room for as many in the very commit that makes them durable.
func counted(results []ticket) (n int) {
	for _, t := range results {
		if f, ok := t.who.(*flight); ok && f.open {
			n++
		}
	}
	return n
}

// count notes that an intent is durable, or may be.
func (c *committer) count(t ticket) {
	if f, ok := t.who.(*flight); ok && !f.open {
		f.open = true
		c.open++
	}
}

// settled tells that a result is durable, or never will be.
func (c *committer) settled(t ticket, err error) {
	if f, ok := t.who.(*flight); ok && f.open {
		f.open = false
		c.open--
	}
	t.who.settled(err)
}

// writable is how many of those that wait could be in the next commit; mu is
// held.
func (c *committer) writable() int {
	return len(c.results) + min(len(c.intents), c.slack+len(c.results))
}

// recall takes back the intents of messages that need not be announced any more:
// while W is full they would wait for relays that have nothing to do with them.
// Those that are announced and wait for the sender are in doubt for nothing.
func (c *committer) recall(of func(*flight) bool) (out []*flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	left := c.intents[:0]
	for _, t := range c.intents {
		if f, ok := t.who.(*flight); ok && !c.w.lateIntent && of(f) {
			out = append(out, f)
		} else {
			left = append(left, t)
		}
	}
	clear(c.intents[len(left):])
	c.intents = left
	return out
}

// sign answers those who ask for a sign of life; mu is held.
func (c *committer) sign() {
	for _, t := range c.signs {
		t.who.settled(nil)
	}
	c.signs = c.signs[:0]
}

func (c *committer) write(results, intents []ticket) {
	c.turn <- struct{}{}
	defer c.yield()
	taken, err := c.commit(results, intents)
	c.tell(err)
	if err != nil {
		c.failed(results, intents, err)
		return
	}
	for _, t := range results {
		c.settled(t, nil)
	}
	leave := make([]*flight, 0, len(intents))
	for i, t := range intents {
		if taken[i] {
			c.count(t)
		}
		if t.who.announced(taken[i], nil) {
			leave = append(leave, t.who.(*flight))
		}
	}
	c.spent(results, intents)
	c.w.outbox.put(leave...)
	c.w.traffic.dispatch()
	c.w.watch.poke()
}

// yield lets others claim, unless results are stuck.
func (c *committer) yield() {
	if len(c.stuck) == 0 {
		<-c.turn
	}
}

// commit is not interrupted: whether it happened must be known.
func (c *committer) commit(results, intents []ticket) ([]bool, error) {
	os, is := c.outcomes[:0], c.asked[:0]
	for _, t := range results {
		os = append(os, *t.result)
	}
	for _, t := range intents {
		is = append(is, *t.intent)
	}
	c.outcomes, c.asked = os, is
	c.w.at("commit.before")
	defer c.w.at("commit.after")
	return c.w.opt.Ledger.Commit(context.Background(), os, is)
}
