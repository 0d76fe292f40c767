package worker

import (
	"context"
	"errors"
	"time"

	"blanche/model"
	"blanche/store"
)

// maxBatch is the most results, and the most intents, in one commit.
const maxBatch = 200

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

// ticket asks for one intent or one result to be made durable, or, without
// either, for a sign of life.
type ticket struct {
	intent *model.Intent
	result *model.Outcome
	done   chan answer // of capacity 1
}

type answer struct {
	taken bool
	err   error
}

// committer is the only writer of intents and results. While one commit is
// under way the next one gathers: grouping needs no clock.
type committer struct {
	ledger  store.Ledger
	tickets chan ticket
	trouble func(error)                // told when writing fails, and nil when it works again
	refused func(model.Outcome, error) // told of a result that the ledger will never take

	bad   bool     // the last commit failed
	stuck []ticket // results that could not be written yet
	alone bool     // after a failure, one at a time: a bad one must not keep the others
	delay time.Duration
}

func newCommitter(l store.Ledger, window int, trouble func(error), refused func(model.Outcome, error)) *committer {
	return &committer{ledger: l, tickets: make(chan ticket, 2*window), trouble: trouble, refused: refused}
}

// intend makes an intent durable; false means that the address is suppressed
// and the recipient excluded.
func (c *committer) intend(in model.Intent) (bool, error) {
	a := c.ask(ticket{intent: &in})
	return a.taken, a.err
}

// settle makes a result durable. It returns only when it is, when the ledger
// says that it never will be, or when the worker is being stopped by force.
func (c *committer) settle(o model.Outcome) error { return c.ask(ticket{result: &o}).err }

func (c *committer) ask(t ticket) answer {
	t.done = make(chan answer, 1)
	c.tickets <- t
	return <-t.done
}

// run serves until tickets is closed. Ending force gives up what cannot be
// written.
func (c *committer) run(force context.Context) {
	for {
		if len(c.stuck) > 0 {
			if !c.retry(force) {
				return
			}
			continue
		}
		t, ok := <-c.tickets
		if !ok {
			return
		}
		if results, intents := c.gather(t); len(results)+len(intents) > 0 {
			c.write(results, intents)
		}
	}
}

// gather takes what is already waiting.
func (c *committer) gather(first ticket) (results, intents []ticket) {
	t := first
	for {
		switch {
		case t.sign():
		case t.result != nil:
			results = append(results, t)
		default:
			intents = append(intents, t)
		}
		if len(results) == maxBatch || len(intents) == maxBatch {
			return results, intents
		}
		var ok bool
		select {
		case t, ok = <-c.tickets:
			if !ok {
				return results, intents
			}
		default:
			return results, intents
		}
	}
}

func (c *committer) write(results, intents []ticket) {
	taken, err := c.commit(results, intents)
	c.tell(err)
	if err != nil {
		for _, t := range intents {
			t.done <- answer{err: errNotWritten}
		}
		c.stuck, c.alone, c.delay = results, len(results) > 1, storeFirst
		if hopeless(err) {
			c.flush() // the store works: find which one it is
		}
		return
	}
	for _, t := range results {
		t.done <- answer{}
	}
	for i, t := range intents {
		t.done <- answer{taken: taken[i]}
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
	return c.ledger.Commit(context.Background(), os, is)
}

// retry waits, taking tickets meanwhile, then tries to write what is stuck. It
// reports whether to go on.
func (c *committer) retry(force context.Context) bool {
	timer := time.NewTimer(c.delay)
	defer timer.Stop()
	tickets := c.tickets
	for waiting := true; waiting; {
		select {
		case t, ok := <-tickets:
			switch {
			case !ok:
				tickets = nil
			case t.sign():
			case t.intent != nil:
				t.done <- answer{err: errNotWritten}
			default:
				c.stuck = append(c.stuck, t)
			}
		case <-timer.C:
			waiting = false
		case <-force.Done():
			c.abandon()
			return false
		}
	}
	c.delay = min(2*c.delay, storeLast)
	c.flush()
	return true
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
			c.refused(*c.stuck[0].result, err)
			c.stuck[0].done <- answer{err: err}
			c.stuck = c.stuck[1:]
			continue
		case err != nil:
			c.alone = len(c.stuck) > 1
			c.stuck = append(c.stuck[n:], c.stuck[:n]...) // the others first, next time
			return
		}
		for _, t := range c.stuck[:n] {
			t.done <- answer{}
		}
		c.stuck = c.stuck[n:]
	}
	c.alone = false
}

// hopeless reports that the ledger understood and will never write this: trying
// again would hold everybody up for ever.
func hopeless(err error) bool {
	return err != nil && (model.KindOf(err) == model.KindInvalid || errors.Is(err, store.ErrNotFound))
}

// tell says how the store does; one that refuses for good is well.
func (c *committer) tell(err error) {
	if hopeless(err) {
		err = nil
	}
	if err != nil || c.bad {
		c.trouble(err)
	}
	c.bad = err != nil
}

// abandon answers everybody at a forced end.
func (c *committer) abandon() {
	for _, t := range c.stuck {
		t.done <- answer{err: errAbandoned}
	}
	c.stuck = nil
	for t := range c.tickets {
		t.done <- answer{err: errAbandoned}
	}
}
