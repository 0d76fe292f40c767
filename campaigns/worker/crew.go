package worker

import "sync"

// crew is a queue of messages and the goroutines that serve it: as many as are
// needed, up to a number, kept until the end.
type crew struct {
	do   func(*flight)
	most int
	all  sync.WaitGroup

	mu     sync.Mutex
	wake   sync.Cond
	queue  []*flight
	head   int // of the queue
	n      int // goroutines
	idle   int // of them, waiting
	called int // of the waiting, woken and not yet there
	closed bool
}

func newCrew(most int, do func(*flight)) *crew {
	c := &crew{do: do, most: most}
	c.wake.L = &c.mu
	return c
}

// put adds to the queue. Messages of a narrow lane go first: waiting behind the
// others, they would use up its few places.
func (c *crew) put(fs ...*flight) {
	if len(fs) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range fs {
		if f.narrow && c.head > 0 {
			c.head--
			c.queue[c.head] = f
		} else {
			c.queue = append(c.queue, f)
		}
	}
	c.call()
}

// call gets one more goroutine to work when there is something to do; each that
// comes calls the next. mu is held.
func (c *crew) call() {
	switch waiting := len(c.queue) - c.head; {
	case waiting == 0 || waiting <= c.called:
	case c.idle > c.called:
		c.called++
		c.wake.Signal()
	case c.n < c.most:
		c.n++
		c.all.Go(c.serve)
	}
}

// pull takes out of the queue those to an address.
func (c *crew) pull(key string) (out []*flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	left := c.queue[:c.head]
	for _, f := range c.queue[c.head:] {
		if f.key == key {
			out = append(out, f)
		} else {
			left = append(left, f)
		}
	}
	clear(c.queue[len(left):])
	c.queue = left
	return out
}

// waiting is how many nobody has taken up.
func (c *crew) waiting() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.queue) - c.head
}

func (c *crew) serve() {
	for {
		f := c.next()
		if f == nil {
			return
		}
		c.do(f)
	}
}

func (c *crew) next() *flight {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.head == len(c.queue) {
		c.queue, c.head = c.queue[:0], 0
		if c.closed {
			return nil
		}
		c.idle++
		c.wake.Wait()
		c.idle--
		c.called = max(c.called-1, 0)
	}
	f := c.queue[c.head]
	c.queue[c.head] = nil
	c.head++
	if c.head >= 1024 && c.head*2 >= len(c.queue) {
		c.queue, c.head = append(c.queue[:0:0], c.queue[c.head:]...), 0
	}
	c.call()
	return f
}

// close ends the goroutines once the queue is empty, and waits for them.
func (c *crew) close() {
	c.mu.Lock()
	c.closed = true
	c.called = c.idle
	c.wake.Broadcast()
	c.mu.Unlock()
	c.all.Wait()
}
