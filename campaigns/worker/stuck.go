package worker

import (
	"context"
	"errors"
	"time"

	"blanche/model"
	"blanche/store"
)

// Delays while the store refuses to write.
const (
	storeFirst = 250 * time.Millisecond
	storeLast  = 30 * time.Second
)

// errAbandoned says that a result could not be written before the end: the
// recipient will be uncertain at the next opening.
var errAbandoned = errors.New("stopped before the result was durable")

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
