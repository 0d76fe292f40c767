package worker_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"blanche/campaigns/deliver"
	"blanche/campaigns/worker"
	"blanche/model"
)

// How long the program waits for the relay: short, so that a bad day is not all
// silence.
const (
	simCommand = 5 * time.Second
	simDot     = 8 * time.Second
)

// simEnd ends every text.
const simEnd = "-- \r\nThat is all.\r\n"

// simLife is one life of the program: from its start to its end, or to its
// sudden death.
type simLife struct {
	s      *sim
	n      int
	worker *worker.Worker
	pool   *deliver.Pool
	ctx    context.Context
	cancel context.CancelFunc

	// under the mutex of the oracle
	dead    bool // killed: nothing that it does has any effect
	stopped bool // ended well
	lines   []*simConn
	known   map[model.CampaignID]bool // started in this life
}

// boot starts the program: it opens the ledger, and goes on with what was
// running.
func (s *sim) boot() {
	l := &simLife{s: s, known: map[model.CampaignID]bool{}}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	cfg, err := deliver.ParseURL("smtp://127.0.0.1:25?tls=none")
	if err != nil {
		s.t.Fatal(err)
	}
	cfg.Connections, cfg.MessagesPerConnection, cfg.Idle = s.plan.lines, s.plan.each, 5*time.Second
	cfg.Timeouts = deliver.Timeouts{
		Connect: 2 * time.Second, Greeting: 3 * time.Second, Command: simCommand,
		Transfer: 4 * time.Second, Dot: simDot, Quit: time.Second,
	}
	cfg.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) {
		c, err := s.relay.dial(ctx, l)
		if err != nil {
			return nil, err // not a nil *simConn in an interface
		}
		return c, nil
	}
	if l.pool, err = deliver.New(cfg); err != nil {
		s.t.Fatal(err)
	}
	s.oracle.mu.Lock()
	s.lives++
	l.n = s.lives
	if l.n > 1 {
		s.vault.reopen()
		s.oracle.reopened()
	}
	s.life = l
	clear(s.oracle.buckets)
	s.oracle.paced(&s.pacing)
	pacing := s.pacing
	s.oracle.mu.Unlock()
	dice := simSpice(s.plan.seed, "jitter", l.n)
	l.worker = worker.New(worker.Options{
		Ledger: &simLedger{l: l, o: s.oracle}, Sender: l.sender(), Render: l.render, Together: l.together, Now: s.now,
		Window: s.plan.window, Connections: s.plan.lines, Random: locked(dice.Float64),
		Retry:    worker.Retry{First: 2 * time.Second, Max: 20 * time.Second, GiveUp: 3 * time.Minute},
		Guard:    worker.Guard{Last: 40, Unknown: 0.3, Refused: 0.5, Uncertain: 0.5},
		Pacing:   pacing,
		Publish:  l.heard,
		Suppress: func(_ context.Context, email, _ string) error { return l.suppress(email) },
	})
	if s.control == "late intent" {
		l.worker.LateIntent()
	}
	s.trace("life %d", l.n)
	for i := range s.camps {
		if c := &s.camps[i]; c.wanted && !c.ended {
			s.start(l, c)
		}
	}
}

// connected notes a line to the relay, unless the program is dead.
func (l *simLife) connected(c *simConn) bool {
	o := l.s.oracle
	o.mu.Lock()
	defer o.mu.Unlock()
	if l.dead {
		return false
	}
	t := &simTap{l: l}
	c.tap = t.write
	l.lines = append(l.lines, c)
	return true
}

// Send is the pool, watched.
func (l *simLife) Send(ctx context.Context, e model.Envelope, still func() bool) model.Receipt {
	lane := model.LaneOf(e.To)
	l.s.oracle.handing(lane, 1)
	defer l.s.oracle.handing(lane, -1)
	return l.pool.Send(ctx, e, still)
}

// simPost is the pool, watched, for whom no goroutine waits: every other life.
type simPost struct{ *simLife }

// Post hands over, and counts until the answer.
func (p simPost) Post(ctx context.Context, e model.Envelope, to worker.Letter) {
	lane := model.LaneOf(e.To)
	p.s.oracle.handing(lane, 1)
	p.pool.Post(ctx, e, &simLetter{Letter: to, l: p.simLife, lane: lane})
}

type simLetter struct {
	worker.Letter
	l    *simLife
	lane model.Lane
}

func (t *simLetter) Answered(r *model.Receipt) {
	t.l.s.oracle.handing(t.lane, -1)
	t.Letter.Answered(r)
}

// sender is one of the two, in turn.
func (l *simLife) sender() worker.Sender {
	if (uint64(l.n)+uint64(l.s.plan.seed))%2 == 0 {
		return simPost{l}
	}
	return l
}

// together is what render needs of several people: nothing here.
func (l *simLife) together(context.Context, []model.Claim) worker.Render { return l.render }

// render writes a message that says whose it is.
func (l *simLife) render(_ context.Context, c model.Claim, version uint16) (worker.Message, error) {
	o := l.s.oracle
	o.mu.Lock()
	dead := l.dead
	o.mu.Unlock()
	if dead {
		return worker.Message{}, errSimDead
	}
	o.rendered(c.Campaign, c.Lane, version)
	email := l.s.plan.people[c.Contact-1].email
	return worker.Message{
		From: fmt.Sprintf("c%d@boutique.example", c.Campaign), To: email,
		Data: fmt.Appendf(nil, "X-Sim: %d %s %d\r\n\r\n.hidden dot\r\n%s", c.Campaign, email, version, simEnd),
	}, nil
}

// suppress puts an address aside.
func (l *simLife) suppress(email string) error {
	o := l.s.oracle
	o.mu.Lock()
	defer o.mu.Unlock()
	if l.dead {
		return errSimDead
	}
	l.s.vault.suppress(email)
	o.suppress[email] = true
	return nil
}

// heard is told what the worker does by itself.
func (l *simLife) heard(n worker.Notice) {
	s, o := l.s, l.s.oracle
	o.mu.Lock()
	defer o.mu.Unlock()
	if l.dead || n.ID == 0 {
		return
	}
	c := &s.camps[n.ID-1]
	switch n.Kind {
	case worker.NoticePaused:
		s.trace("campaign %d is paused by itself: %s", n.ID, n.Why)
		s.background.Go(func() { s.relent(l, c) })
	case worker.NoticeFinished:
		s.trace("campaign %d is finished", n.ID)
		if who := o.open(n.ID); len(who) > 0 && !c.reopened {
			o.wrong("campaign %d is said to be finished without %s", n.ID, strings.Join(who, ", "))
		}
		c.ended, c.reopened = len(o.open(n.ID)) == 0, false
	}
}

// crash is a kill -9: what was written to a line arrives, the rest is gone, the
// ledger is as it is; mu is held.
func (l *simLife) crash(why string) {
	if l.dead || l.stopped {
		return
	}
	l.s.trace("crash of life %d: %s", l.n, why)
	l.s.oracle.crashes++
	l.dead = true
	for _, c := range l.lines {
		_ = c.Close()
	}
	l.cancel()
	l.s.background.Go(l.bury)
}

// bury ends what is left of a dead life in this process.
func (l *simLife) bury() {
	_ = l.worker.Stop(l.ctx)
	_ = l.pool.Close()
}

// simTap follows what a client writes on one line.
type simTap struct {
	l        *simLife
	rest     []byte
	from, to string
	began    time.Time // with this envelope
	step     int
}

// write looks at each command before it leaves; the death of the program may
// fall on any of them, and cut what is being written.
func (t *simTap) write(b []byte) (int, error) {
	o := t.l.s.oracle
	o.mu.Lock()
	defer o.mu.Unlock()
	if t.l.dead {
		return 0, errSimBroken
	}
	t.rest = append(t.rest, b...)
	for {
		i := bytes.IndexByte(t.rest, '\n')
		if i < 0 {
			return len(b), nil
		}
		line := string(bytes.TrimRight(t.rest[:i], "\r\n"))
		t.rest = t.rest[i+1:]
		t.follow(line)
		if t.l.dead {
			spice := simSpice(t.l.s.plan.seed, "cut", t.l.n)
			end := max(0, len(b)-len(t.rest)) // of the line that it fell on
			return spice.IntN(end + 1), errSimBroken
		}
	}
}

func (t *simTap) follow(line string) {
	o, s := t.l.s.oracle, t.l.s
	switch {
	case strings.HasPrefix(line, "MAIL FROM:"):
		t.from, t.began, t.step = between(line), time.Now(), o.tick()
		s.eventLocked("mail")
	case strings.HasPrefix(line, "RCPT TO:"):
		t.to = between(line)
		s.trace("rcpt %s %s", t.from, t.to)
		o.begins(t.l, t.from, t.to, t.began, t.step)
		s.eventLocked("rcpt")
	case strings.HasPrefix(line, "X-Sim:"):
		s.eventLocked("text")
	case line == "." || strings.HasPrefix(line, "BDAT ") && strings.HasSuffix(line, " LAST"):
		s.trace("dot %s %s", t.from, t.to)
		o.dot(t.from, t.to)
		s.eventLocked("dot")
	}
}

// stop ends the program as a system does; false when it was killed meanwhile.
func (s *sim) stop(most time.Duration) bool {
	l, o := s.life, s.oracle
	ctx, cancel := l.ctx, func() {}
	if most > 0 {
		ctx, cancel = context.WithTimeout(l.ctx, most)
	}
	defer cancel()
	err := l.worker.Stop(ctx)
	o.mu.Lock()
	if l.dead {
		o.mu.Unlock()
		return false
	}
	l.stopped = true
	s.trace("life %d ends: %v", l.n, err)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		o.wrong("the end of the program: %v", err)
	}
	if err == nil {
		for _, c := range s.plan.camps {
			for _, r := range o.byPlace[c.id] {
				if r.state == model.StateClaimed && !r.unsaid || r.state == model.StateIntended {
					o.wrong("%s of campaign %d is %s after a good end", r.email, c.id, r.state)
				}
			}
		}
	}
	o.mu.Unlock()
	_ = l.pool.Close()
	return true
}
