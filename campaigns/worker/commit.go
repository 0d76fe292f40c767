package worker

import (
	"context"
	"errors"
	"sync"
	"time"

	"blanche/model"
	"blanche/store"
)

// maxBatch is the most results, and the most intents, in one commit.
const maxBatch = 200

// assembleMost is how long a result or an intent may wait for others.
const assembleMost = 2 * time.Millisecond

// Delays while the store refuses to write.
const (
	storeFirst = 250 * time.Millisecond
	storeLast  = 30 * time.Second
)

// errNotWritten says that an intent was not announced: nothing may be sent.
var errNotWritten = errors.New("the store does not take intents for now")

// errAbandoned says that a result could not be written before the end: the
// recipient will be uncertain at the next opening.
var errAbandoned = errors.New("stopped before the result was durable")

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
	results, c.results = cutOff(c.results, maxBatch)
	room := c.w.opt.Window - c.open + counted(results)
	intents, c.intents = cutOff(c.intents, max(0, min(room, maxBatch)))
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

// cutOff takes at most n.
func cutOff(all []ticket, n int) (batch, rest []ticket) {
	if len(all) <= n {
		return all, nil
	}
	return all[:n:n], append([]ticket(nil), all[n:]...)
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
	c.w.outbox.put(leave...)
	c.w.traffic.dispatch()
	c.w.watch.poke()
}

// failed keeps the results for later, and lets no message of the intents leave.
func (c *committer) failed(results, intents []ticket, err error) {
	if len(intents) > 0 && unreadableList(err) {
		c.w.pauseAll(WhySuppress)
	}
	c.stuck, c.alone, c.delay = results, len(results) > 1, storeFirst
	for _, t := range intents {
		c.count(t) // it may be durable all the same
		t.who.announced(false, errNotWritten)
	}
	if hopeless(err) || unreadableList(err) {
		c.flush() // the store works: find which one it is
	}
}

// yield lets others claim, unless results are stuck.
func (c *committer) yield() {
	if len(c.stuck) == 0 {
		<-c.turn
	}
}

// commit is not interrupted: whether it happened must be known.
func (c *committer) commit(results, intents []ticket) ([]bool, error) {
	os := make([]model.Outcome, len(results))
	for i, t := range results {
		os[i] = *t.result
	}
	is := make([]model.Intent, len(intents))
	for i, t := range intents {
		is[i] = *t.intent
	}
	c.w.at("commit.before")
	defer c.w.at("commit.after")
	return c.w.opt.Ledger.Commit(context.Background(), os, is)
}

// retry waits, refusing intents meanwhile, then tries to write what is stuck. It
// reports whether to go on.
func (c *committer) retry(force context.Context) bool {
	timer := time.NewTimer(c.delay)
	defer timer.Stop()
	for waiting := true; waiting; {
		c.takeIn()
		select {
		case <-c.wake:
		case <-timer.C:
			waiting = false
		case <-force.Done():
			c.abandon()
			return false
		}
	}
	c.delay = min(2*c.delay, storeLast)
	c.flush()
	c.yield()
	return true
}

// takeIn refuses the intents that wait and lets the results wait with those that
// are stuck.
func (c *committer) takeIn() {
	c.mu.Lock()
	c.sign()
	intents := c.intents
	c.intents = nil
	c.mu.Unlock()
	for _, t := range intents {
		t.who.announced(false, errNotWritten)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stuck = append(c.stuck, c.results...)
	c.results = nil
}

// flush writes what is stuck, as far as the store lets it.
func (c *committer) flush() {
	for len(c.stuck) > 0 {
		n := min(len(c.stuck), maxBatch)
		if c.alone {
			n = 1
		}
		_, err := c.commit(c.stuck[:n], nil)
		c.tell(err)
		switch {
		case hopeless(err) && n > 1:
			c.alone = true
			continue
		case hopeless(err):
			c.w.notSettled(*c.stuck[0].result, err)
			c.settled(c.stuck[0], err)
			c.stuck = c.stuck[1:]
			continue
		case err != nil:
			c.alone = len(c.stuck) > 1
			c.stuck = append(c.stuck[n:], c.stuck[:n]...) // the others first, next time
			return
		}
		for _, t := range c.stuck[:n] {
			c.settled(t, nil)
		}
		c.stuck = c.stuck[n:]
	}
	c.alone = false
	c.w.traffic.dispatch()
	c.w.watch.poke()
}

// hopeless reports that the ledger understood and will never write this: trying
// again would hold everybody up for ever.
func hopeless(err error) bool {
	return err != nil && (model.KindOf(err) == model.KindInvalid || errors.Is(err, store.ErrNotFound))
}

// tell says how the store does; one that refuses for good is well.
func (c *committer) tell(err error) {
	if hopeless(err) || unreadableList(err) {
		err = nil
	}
	if err != nil || c.bad {
		c.w.storeTrouble(err)
	}
	c.bad = err != nil
}

// abandon answers everybody at a forced end.
func (c *committer) abandon() {
	c.mu.Lock()
	c.given = true
	all := append(append(append(c.stuck, c.results...), c.intents...), c.signs...)
	c.stuck, c.results, c.intents, c.signs = nil, nil, nil, nil
	c.mu.Unlock()
	c.yield()
	for _, t := range all {
		t.giveUp()
	}
}

func (t ticket) giveUp() {
	if t.intent != nil {
		t.who.announced(false, errAbandoned)
		return
	}
	t.who.settled(errAbandoned)
}
