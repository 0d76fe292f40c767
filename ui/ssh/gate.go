package ssh

import (
	"context"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	charm "charm.land/ssh"
	"golang.org/x/time/rate"
)

// gate counts the connections, from accept to close.
type gate struct {
	limits Limits

	mu       sync.Mutex
	closed   bool
	conns    map[*conn]struct{}
	unproved map[string]int // by address
	strange  int            // unproved, all addresses together
	failed   failures
	all      sync.WaitGroup
	talk     *rate.Limiter // of the log lines that an outsider can cause
}

func (g *gate) open(l Limits, now func() time.Time) {
	g.failed = failures{limit: l.Failures, now: now, by: map[string]failed{}}
	g.limits, g.conns, g.unproved = l, map[*conn]struct{}{}, map[string]int{}
	g.talk = rate.NewLimiter(1, 20)
}

// conn is one connection at a door.
type conn struct {
	net.Conn
	gate  *gate
	from  string        // address without port, "local" for the socket
	block string        // what the limit of an address counts: an IPv6 subscriber has a /64
	uid   int           // of the peer; -1 over the network
	pace  *rate.Limiter // of bytes; nil: as fast as they come
	asks  *rate.Limiter // of requests; likewise
	open  context.Context
	shut  context.CancelFunc

	// Guarded by gate.mu.
	known    bool // has proved a key
	gone     bool
	channels int
	linger   *time.Timer // closes a connection that does nothing
}

type connKey struct{}

// admit lets a connection begin its handshake, or closes it (nil).
func (d *door) admit(ctx charm.Context, nc net.Conn) net.Conn {
	c := &conn{Conn: nc, gate: &d.gate, uid: -1}
	c.open, c.shut = context.WithCancel(context.Background())
	if d.local {
		uid, err := d.opt.Peer(nc)
		if err != nil || uid != 0 && uid != os.Geteuid() {
			d.notice("stranger", "uid", uid, "error", err)
			return nil
		}
		c.uid, c.from = uid, "local"
	} else {
		c.from, c.block = addressOf(nc)
		c.pace = rate.NewLimiter(rate.Limit(d.limits.LineRate), d.limits.LineBurst)
		c.asks = rate.NewLimiter(rate.Limit(d.limits.Asks), d.limits.AsksBurst)
		giveUpAfter(nc, d.limits.Dead)
	}
	if !d.gate.enter(c, d.local) {
		c.shut()
		d.notice("crowded", "from", c.from)
		return nil
	}
	ctx.SetValue(connKey{}, c)
	return c
}

// fromOf is where a connection comes from.
func fromOf(ctx charm.Context) string {
	if c, ok := ctx.Value(connKey{}).(*conn); ok {
		return c.from
	}
	return ""
}

// notice logs what an outsider can cause, so many times a second.
func (d *door) notice(what string, args ...any) {
	if d.gate.talk.Allow() {
		d.log.Warn(what, args...)
	}
}

func addressOf(nc net.Conn) (from, block string) {
	host, _, err := net.SplitHostPort(nc.RemoteAddr().String())
	if err != nil {
		host = nc.RemoteAddr().String()
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return host, host
	}
	addr = addr.Unmap()
	if addr.Is6() {
		if p, err := addr.WithZone("").Prefix(64); err == nil {
			return addr.String(), p.String()
		}
	}
	return addr.String(), addr.String()
}

// inside is how many connections there are.
func (g *gate) inside() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.conns)
}

func (g *gate) enter(c *conn, local bool) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	l := g.limits
	if g.closed {
		return false
	}
	if !local && (len(g.conns) >= l.Connections || g.strange >= l.Unproved || g.unproved[c.block] >= l.UnprovedEach || g.failed.tooMany(c.block)) {
		return false
	}
	if !local {
		g.strange++
		g.unproved[c.block]++
	}
	c.known = local
	g.conns[c] = struct{}{}
	g.all.Add(1)
	// The handshake has its own deadline; what counts comes after it.
	c.linger = time.AfterFunc(l.Handshake+l.Linger, func() { _ = c.Close() })
	return true
}

// proved ends the time in which a connection counts as a stranger's.
func (c *conn) proved() {
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	c.gate.know(c)
}

func (g *gate) know(c *conn) {
	if c.known {
		return
	}
	c.known = true
	g.strange--
	if g.unproved[c.block]--; g.unproved[c.block] == 0 {
		delete(g.unproved, c.block)
	}
}

// begin counts a channel; false where the connection has enough of them.
func (c *conn) begin() bool {
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	if c.gone || c.gate.closed || c.channels >= c.gate.limits.Channels {
		return false
	}
	c.channels++
	c.linger.Stop()
	return true
}

func (c *conn) finish() {
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	c.channels--
	if c.channels > 0 || c.gone {
		return
	}
	rest := c.gate.limits.Linger
	if c.gate.closed {
		rest = 0
	}
	c.linger.Reset(rest)
}

// Read reads no faster than the line may.
func (c *conn) Read(p []byte) (int, error) {
	if c.pace == nil {
		return c.Conn.Read(p)
	}
	n, err := c.Conn.Read(p[:min(len(p), c.pace.Burst())])
	if n > 0 && c.pace.WaitN(c.open, n) != nil {
		return 0, net.ErrClosed
	}
	return n, err
}

// ask takes a request's turn: what is behind it on the same connection waits,
// and nothing else does.
func (c *conn) ask() {
	if c.asks != nil {
		_ = c.asks.Wait(c.open)
	}
}

// Close closes the connection, once.
func (c *conn) Close() error {
	c.shut()
	err := c.Conn.Close()
	c.gate.mu.Lock()
	defer c.gate.mu.Unlock()
	if c.gone {
		return err
	}
	c.gone = true
	c.linger.Stop()
	if !c.known {
		c.gate.failed.add(c.block)
	}
	c.gate.know(c)
	delete(c.gate.conns, c)
	c.gate.all.Done()
	return err
}

// close lets no connection and no channel begin any more.
func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
}

// cutIdle closes the connections without a session, cut closes all.
func (g *gate) cutIdle() { g.cutWhere(func(c *conn) bool { return c.channels == 0 }) }
func (g *gate) cut()     { g.cutWhere(func(*conn) bool { return true }) }

func (g *gate) cutWhere(which func(*conn) bool) {
	g.mu.Lock()
	var list []*conn
	for c := range g.conns {
		if which(c) {
			list = append(list, c)
		}
	}
	g.mu.Unlock()
	for _, c := range list {
		_ = c.Close()
	}
}

func (g *gate) wait() { g.all.Wait() }
