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
// idle or in the least doubt. It is safe for use by several goroutines.
type Pool struct {
	cfg   Config
	slots chan struct{} // one for each connection allowed

	mu     sync.Mutex
	idle   []*session
	open   int
	limit  int
	shy    time.Time // until then limit holds below the number of slots
	freed  chan struct{}
	sweep  *time.Timer // closes what nobody used for long
	closed bool
}

// New makes a pool; it opens nothing yet. The error is a *model.Error.
func New(cfg Config) (*Pool, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	if _, err := cfg.tlsConfig(); err != nil {
		return nil, err
	}
	return &Pool{
		cfg: cfg, slots: make(chan struct{}, cfg.Connections),
		limit: cfg.Connections, freed: make(chan struct{}, 1),
	}, nil
}

// Send hands one message to the relay and says what became of it. It waits for
// a connection when all are busy. Still is asked when the connection is ready,
// just before the transaction starts: false gives "not started"; nil never asks.
// Ending ctx before the final dot gives "not started"; after it, "uncertain".
func (p *Pool) Send(ctx context.Context, e model.Envelope, still func() bool) model.Receipt {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return model.Receipt{Err: ctx.Err()}
	}
	for fresh := false; ; fresh = true {
		s, reused, err := p.take(ctx, fresh)
		if err != nil {
			return model.Receipt{Stage: model.StageConnect, Err: err}
		}
		if still != nil && !still() {
			p.give(s)
			return model.Receipt{Stage: model.StageConnect, Err: ErrHeldBack}
		}
		r := s.send(ctx, &e)
		p.give(s)
		if r.Result == model.SendNotStarted && r.Stage <= model.StageMail && reused && ctx.Err() == nil {
			continue // the relay had closed a connection that we kept: try a new one
		}
		return r
	}
}

// take gives a connection: an idle one, else a new one. While a relay accepts
// fewer connections than we would open, it waits for one of them.
func (p *Pool) take(ctx context.Context, fresh bool) (s *session, reused bool, err error) {
	for {
		p.mu.Lock()
		if p.closed {
			p.mu.Unlock()
			return nil, false, ErrClosed
		}
		if s := p.pick(!fresh); s != nil {
			p.mu.Unlock()
			return s, true, nil
		}
		if p.open < p.limit || time.Now().After(p.shy) || p.open == 0 {
			p.open++
			p.mu.Unlock()
			s, wait, err := p.dial(ctx)
			if wait {
				continue
			}
			return s, false, err
		}
		p.mu.Unlock()
		select {
		case <-p.freed:
		case <-ctx.Done():
			return nil, false, ctx.Err()
		}
	}
}

// pick takes the idle connection that served last, and drops those that got
// too old. After a kept connection proved dead, all of them are dropped.
func (p *Pool) pick(trust bool) *session {
	for len(p.idle) > 0 {
		s := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		if trust && s.fresh(time.Now()) {
			return s
		}
		p.open--
		_ = s.raw.Close()
	}
	return nil
}

// dial opens one more connection, already counted in open. When the relay
// turns it away while others serve, the others are all it takes for a while.
func (p *Pool) dial(ctx context.Context) (s *session, wait bool, err error) {
	s, err = connect(ctx, &p.cfg)
	if err == nil {
		return s, false, nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open--
	p.wake()
	if p.open > 0 && errors.Is(err, model.Busy("deliver.turned_away")) {
		p.limit, p.shy = p.open, time.Now().Add(shyFor)
		return nil, true, nil
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return nil, false, err
}

// give takes a connection back, or retires it.
func (p *Pool) give(s *session) {
	s.used = time.Now()
	p.mu.Lock()
	keep := s.fresh(s.used) && !p.closed
	if keep {
		p.idle = append(p.idle, s)
		p.sweepLater()
	} else {
		p.open--
	}
	p.wake()
	p.mu.Unlock()
	if !keep {
		s.quit()
	}
}

// sweepLater closes idle connections when they are too old; mu is held.
func (p *Pool) sweepLater() {
	if p.sweep == nil {
		p.sweep = time.AfterFunc(p.cfg.Idle, p.sweepNow)
		return
	}
	p.sweep.Reset(p.cfg.Idle)
}

func (p *Pool) sweepNow() {
	p.mu.Lock()
	var old []*session
	fresh := p.idle[:0]
	for _, s := range p.idle {
		if s.fresh(time.Now()) {
			fresh = append(fresh, s)
		} else {
			old = append(old, s)
		}
	}
	p.idle, p.open = fresh, p.open-len(old)
	p.mu.Unlock()
	for _, s := range old {
		s.quit()
	}
}

func (p *Pool) wake() {
	select {
	case p.freed <- struct{}{}:
	default:
	}
}

// Close says goodbye on the idle connections; those in use are closed when
// their message is settled, and nothing new starts.
func (p *Pool) Close() error {
	p.mu.Lock()
	p.closed = true
	idle := p.idle
	p.idle, p.open = nil, p.open-len(p.idle)
	if p.sweep != nil {
		p.sweep.Stop()
	}
	p.mu.Unlock()
	for _, s := range idle {
		s.quit()
	}
	return nil
}
