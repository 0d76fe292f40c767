package worker_test

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// simPipe is one direction of a line in memory, with as much room as it takes:
// whoever writes never waits, as with a socket that has room.
type simPipe struct {
	mu     sync.Mutex
	moved  *sync.Cond
	buf    []byte
	closed bool // no more will come
	broken bool // nobody reads any more
	until  time.Time
	alarm  *time.Timer
}

func newSimPipe() *simPipe {
	p := &simPipe{}
	p.moved = sync.NewCond(&p.mu)
	return p
}

func (p *simPipe) read(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		switch {
		case p.broken:
			return 0, net.ErrClosed
		case len(p.buf) > 0:
			n := copy(b, p.buf)
			p.buf = p.buf[n:]
			return n, nil
		case p.closed:
			return 0, io.EOF
		case !p.until.IsZero() && !time.Now().Before(p.until):
			return 0, os.ErrDeadlineExceeded
		}
		p.moved.Wait()
	}
}

var errSimBroken = errors.New("broken pipe")

func (p *simPipe) write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.broken {
		return 0, errSimBroken
	}
	p.buf = append(p.buf, b...)
	p.moved.Broadcast()
	return len(b), nil
}

// close ends what is written: what is there can still be read.
func (p *simPipe) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.moved.Broadcast()
}

// stop ends the reading.
func (p *simPipe) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.broken = true
	if p.alarm != nil {
		p.alarm.Stop()
	}
	p.moved.Broadcast()
}

func (p *simPipe) deadline(t time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.until = t
	if p.alarm != nil {
		p.alarm.Stop()
	}
	if !t.IsZero() {
		p.alarm = time.AfterFunc(time.Until(t), func() {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.moved.Broadcast()
		})
	}
	p.moved.Broadcast()
}

// simConn is one end of a line. Tap sees what is written before it goes, and
// says how much of it does; nil lets everything through.
type simConn struct {
	in, out *simPipe
	tap     func(b []byte) (int, error)
	once    sync.Once
}

// newSimLine is a line between a client and a server.
func newSimLine() (client, server *simConn) {
	up, down := newSimPipe(), newSimPipe()
	return &simConn{in: down, out: up}, &simConn{in: up, out: down}
}

func (c *simConn) Read(b []byte) (int, error) { return c.in.read(b) }

func (c *simConn) Write(b []byte) (int, error) {
	if c.tap == nil {
		return c.out.write(b)
	}
	n, err := c.tap(b)
	if n > 0 {
		if _, e := c.out.write(b[:n]); e != nil {
			return 0, e
		}
	}
	return n, err
}

// Close is what the kernel does too when the process dies: what was written
// arrives.
func (c *simConn) Close() error {
	c.once.Do(func() { c.out.close(); c.in.stop() })
	return nil
}

func (c *simConn) LocalAddr() net.Addr                { return simAddr{} }
func (c *simConn) RemoteAddr() net.Addr               { return simAddr{} }
func (c *simConn) SetDeadline(t time.Time) error      { c.in.deadline(t); return nil }
func (c *simConn) SetReadDeadline(t time.Time) error  { c.in.deadline(t); return nil }
func (c *simConn) SetWriteDeadline(_ time.Time) error { return nil }

type simAddr struct{}

func (simAddr) Network() string { return "memory" }
func (simAddr) String() string  { return "relay" }
