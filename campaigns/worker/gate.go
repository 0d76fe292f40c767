package worker

import (
	"sync"
	"time"
)

// Delays while the relay is in trouble: doubled from the first to the last.
const (
	gateFirst = time.Second
	gateLast  = 5 * time.Minute
	// gateSoft is how many lines dropped in the middle of a transaction, with no
	// answer in between, mean that the relay itself is in trouble.
	gateSoft = 5
)

// gate keeps every message back while the relay is in trouble. When a delay is
// over, one message goes as a probe; its answer opens the gate or closes it
// for longer.
type gate struct {
	mu      sync.Mutex
	fails   int // 0: open
	soft    int
	until   time.Time
	probing bool
	changed chan struct{}
}

func newGate() *gate { return &gate{changed: make(chan struct{})} }

// enter asks to pass, and says whether it is as a probe.
func (g *gate) enter() (ok, probe bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.fails == 0 {
		return true, false
	}
	if g.probing || time.Until(g.until) > 0 {
		return false, false
	}
	g.probing = true
	return true, true
}

// wait says for how long it is of no use to ask, and when to ask sooner.
func (g *gate) wait() (time.Duration, <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.fails > 0 && g.probing {
		return gateLast, g.changed
	}
	if g.fails > 0 {
		return time.Until(g.until), g.changed
	}
	return 0, nil
}

// closed reports whether the relay is in trouble.
func (g *gate) closed() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.fails > 0
}

// answered opens the gate: the relay has given an answer. It reports whether
// the gate was closed.
func (g *gate) answered() (reopened bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.soft = 0
	if g.fails == 0 {
		return false
	}
	g.fails, g.probing = 0, false
	g.tell()
	return true
}

// failed closes the gate, for longer each time that a probe failed; messages
// that were under way when it closed do not make it longer.
func (g *gate) failed(probe bool) (wait time.Duration, news bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.fails > 0 && !probe {
		return 0, false
	}
	g.fails, g.probing = g.fails+1, false
	wait = gateLast
	if g.fails < 10 {
		wait = min(gateFirst<<(g.fails-1), gateLast)
	}
	g.until = time.Now().Add(wait)
	g.tell()
	return wait, g.fails == 1
}

// stands closes the gate without a delay: it is a person who must act, and what
// goes next, once she has, goes alone.
func (g *gate) stands() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.fails, g.probing, g.until = 1, false, time.Now()
	g.tell()
}

// dropped counts a line lost in the middle of a transaction, and reports
// whether that is enough to call the relay in trouble.
func (g *gate) dropped() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.soft++
	return g.soft >= gateSoft
}

// unknown gives back a probe that never reached the relay.
func (g *gate) unknown(probe bool) {
	if !probe {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.probing {
		g.probing = false
		g.tell()
	}
}

func (g *gate) tell() {
	close(g.changed)
	g.changed = make(chan struct{})
}
