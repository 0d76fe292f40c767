package deliver

import (
	"context"
	"errors"
	"sync"
	"time"

	"blanche/model"
)

// shyFor is how long we keep to the number of connections that a relay accepts
// after it turned one more away.
const shyFor = time.Minute

// Why nothing was sent, without any trouble of the relay.
var (
	ErrClosed   = errors.New("the pool is closed")
	ErrHeldBack = errors.New("held back just before the transaction")
)

// Pool sends over several connections to one relay. It opens them as they are
// needed, keeps them while they serve, and retires them when they are old,
// idle or in the least doubt. It is safe for use by several goroutines; the
// more of them wait in Send, up to a few for each connection, the better the
// connections are used. Post does the same for whom no goroutine waits.
//
// Each connection is driven by a goroutine of the pool, which ends when the
// connection is retired and, after Close, when its message is settled.
//
//nolint:containedctx // a pool has a life, and hears of the end of others
type Pool struct {
	cfg    Config
	manner manner
	ctx    context.Context // of the connections being opened
	cancel context.CancelFunc

	mu          sync.Mutex
	first, last *job // the queue
	queued      int
	free        *job
	made        []*job // all there are: as many as were ever under way at once
	idle        []*session
	open        int // connections, with those being opened
	dialling    int
	soon        int // connections that are about to take the next message
	busy        int // connections with a message in their hands
	limit       int
	shy         time.Time // until then limit may hold below the number configured
	closed      bool
	watched     context.Context // the last one of Post, whose end is heard
	fewer       sync.Cond       // a connection has gone, or has a message
}

// New makes a pool; it opens nothing yet. The error is a *model.Error.
func New(cfg Config) (*Pool, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	if err := cfg.Mode.valid(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	if _, err := cfg.tlsConfig(); err != nil {
		return nil, err
	}
	p := &Pool{cfg: cfg, manner: newManner(cfg.Mode), limit: cfg.Connections}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	p.fewer.L = &p.mu
	return p, nil
}

// submit gives a message to a connection, or puts it in the queue, and sees to
// it that there are connections enough; mu is held.
func (p *Pool) submit(j *job) {
	if p.assign(j) {
		return
	}
	p.push(j)
	p.staff()
}

// assign gives a message to the idle connection that served last, the likeliest
// to be alive, unless one that works is about to take it; mu is held. While more
// messages wait than such connections will take, none is idle.
func (p *Pool) assign(j *job) bool {
	n := len(p.idle)
	if n == 0 || p.queued < p.soon {
		return false
	}
	s := p.idle[n-1]
	p.idle = p.idle[:n-1]
	p.busy++
	j.line, s.idle = s, false
	s.hand <- j
	return true
}

// push puts a message at the end of the queue; mu is held.
func (p *Pool) push(j *job) {
	j.queued, j.next = true, nil
	if p.last == nil {
		p.first = j
	} else {
		p.last.next = j
	}
	p.last = j
	p.queued++
}

// unshift puts a message at the beginning of the queue; mu is held.
func (p *Pool) unshift(j *job) {
	j.queued, j.next = true, p.first
	if p.last == nil {
		p.last = j
	}
	p.first = j
	p.queued++
}

// pop takes the first message of the queue, nil from an empty one; mu is held.
func (p *Pool) pop() *job {
	j := p.first
	if j == nil {
		return nil
	}
	if p.first = j.next; p.first == nil {
		p.last = nil
	}
	j.queued, j.next = false, nil
	p.queued--
	return j
}

// remove takes a message out of the queue, wherever it stands; mu is held.
func (p *Pool) remove(j *job) {
	before := &p.first
	var prev *job
	for *before != j {
		prev = *before
		before = &prev.next
	}
	if *before = j.next; p.last == j {
		p.last = prev
	}
	j.queued, j.next = false, nil
	p.queued--
}

// staff opens connections for the messages that wait, as far as allowed; mu is
// held.
func (p *Pool) staff() {
	if p.limit < p.cfg.Connections && time.Now().After(p.shy) {
		p.limit = p.cfg.Connections
	}
	for !p.closed && p.dialling+p.soon < p.queued && p.open < p.limit {
		p.open++
		p.dialling++
		go p.drive()
	}
}

// Mode is how the pool speaks to its relay, and when it had to become more
// careful than the relay offers, why. Auto: as offered.
func (p *Pool) Mode() (mode Mode, why string) {
	p.manner.mu.Lock()
	defer p.manner.mu.Unlock()
	return p.manner.mode, p.manner.why
}

// Close says goodbye on the idle connections and waits for them; those in use
// are closed when their message is settled, and nothing new starts.
func (p *Pool) Close() error {
	p.cancel()
	p.mu.Lock()
	p.closed = true
	none := p.drop(model.Receipt{Err: ErrClosed})
	p.mu.Unlock()
	tellAll(none)
	p.mu.Lock()
	p.dismiss()
	for p.open > p.busy {
		p.fewer.Wait()
	}
	p.mu.Unlock()
	return nil
}

// drop settles all that wait; mu is held.
func (p *Pool) drop(r model.Receipt) (none []news) {
	for j := p.pop(); j != nil; j = p.pop() {
		none = append(none, p.settle(j, r))
	}
	return none
}

// dismiss sends the idle connections home; mu is held.
func (p *Pool) dismiss() {
	for _, s := range p.idle {
		s.hand <- nil
	}
	p.idle = p.idle[:0]
}
