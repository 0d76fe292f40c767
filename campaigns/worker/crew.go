package worker

import "sync"

// handful is how many messages a goroutine of a crew takes at once, at most: what
// they need is then read in one go, and the others are woken less often.
const handful = 8

// crew is a queue of messages and the goroutines that serve it: as many as are
// needed, up to a number, kept until the end.
type crew struct {
	do   func([]*flight)
	most int
	all  sync.WaitGroup

	mu     sync.Mutex
	wake   sync.Cond
	queue  backlog
	n      int // goroutines
	idle   int // of them, waiting
	called int // of the waiting, woken and not yet there
	closed bool
}

func newCrew(most int, do func([]*flight)) *crew {
	c := &crew{do: do, most: most}
	c.wake.L = &c.mu
	return c
}

// put adds to the queue.
func (c *crew) put(fs ...*flight) {
	if len(fs) == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queue.put(fs)
	c.call()
}

// call gets one more goroutine to work when there is something to do; each that
// comes calls the next. mu is held.
func (c *crew) call() {
	switch waiting := c.queue.len(); {
	case waiting == 0 || waiting <= c.called:
	case c.idle > c.called:
		c.called++
		c.wake.Signal()
	case c.n < c.most:
		c.n++
		c.all.Go(c.serve)
	}
}

func (c *crew) serve() {
	var memory [handful]*flight
	for {
		fs := c.next(memory[:0])
		if len(fs) == 0 {
			return
		}
		c.do(fs)
	}
}

// next takes up to a handful into fs, and leaves as many to others; none at the
// end.
func (c *crew) next(fs []*flight) []*flight {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.queue.len() == 0 {
		if c.closed {
			return nil
		}
		c.idle++
		c.wake.Wait()
		c.idle--
		c.called = max(c.called-1, 0)
	}
	for n := min((c.queue.len()+1)/2, cap(fs)); len(fs) < n; {
		fs = append(fs, c.queue.take())
	}
	c.call()
	return fs
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

// backlog is messages in a queue. Whoever has it guards it.
type backlog struct {
	all  []*flight
	head int
}

func (b *backlog) len() int { return len(b.all) - b.head }

// put adds to the queue. Messages of a narrow lane go first: waiting behind the
// others, they would use up its few places.
func (b *backlog) put(fs []*flight) {
	for _, f := range fs {
		if f.narrow && b.head > 0 {
			b.head--
			b.all[b.head] = f
		} else {
			b.all = append(b.all, f)
		}
	}
}

// take takes the first one out, of one or more.
func (b *backlog) take() *flight {
	f := b.all[b.head]
	b.all[b.head] = nil
	b.head++
	switch {
	case b.head == len(b.all):
		b.all, b.head = b.all[:0], 0
	case b.head >= 1024 && b.head*2 >= len(b.all):
		b.all, b.head = append(b.all[:0:0], b.all[b.head:]...), 0
	}
	return f
}

// pull takes out some.
func (b *backlog) pull(of func(*flight) bool) (out []*flight) {
	left := b.all[:b.head]
	for _, f := range b.all[b.head:] {
		if of(f) {
			out = append(out, f)
		} else {
			left = append(left, f)
		}
	}
	clear(b.all[len(left):])
	b.all = left
	return out
}
