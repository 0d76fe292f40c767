package deliver

import (
	"errors"
	"net"
	"time"
)

// The ways in which a relay exceeds what we are ready to read.
var (
	errLongLine    = errors.New("reply line too long")
	errLongReply   = errors.New("reply too long")
	errLongSession = errors.New("too much said on one connection")
)

// guard is a connection that bounds what the peer may say: a line, a reply
// (everything read since we last wrote) and a session. It follows the replies
// as they pass, so that it knows of bytes nobody asked for. Reading and
// writing are done by one goroutine; Close may come from another.
type guard struct {
	net.Conn
	limits Limits
	prefix []byte // said by the peer before the guard took over

	line, reply, session int
	head                 [4]byte // first bytes of the current line
	final                bool    // the last line of a reply has been read, to its end
	extra                bool    // and then more came before we asked
	surplus              []byte  // the beginning of that
}

func newGuard(c net.Conn, limits Limits, prefix string) *guard {
	return &guard{Conn: c, limits: limits, prefix: []byte(prefix)}
}

// Read reads at most 4 KiB at a time and fails as soon as a limit is passed.
func (g *guard) Read(p []byte) (int, error) {
	if len(g.prefix) > 0 {
		n := copy(p, g.prefix)
		g.prefix = g.prefix[n:]
		return n, nil
	}
	n, err := g.Conn.Read(p[:min(len(p), 4096)])
	for _, b := range p[:n] {
		if e := g.follow(b); e != nil {
			return 0, e
		}
	}
	return n, err
}

func (g *guard) follow(b byte) error {
	if g.final || g.extra {
		g.extra = true
		if len(g.surplus) < 512 {
			g.surplus = append(g.surplus, b)
		}
	}
	if g.line < len(g.head) {
		g.head[g.line] = b
	}
	g.line++
	g.reply++
	g.session++
	switch {
	case g.line > g.limits.Line:
		return errLongLine
	case g.reply > g.limits.Reply:
		return errLongReply
	case g.session > g.limits.Session:
		return errLongSession
	}
	if b == '\n' {
		g.final = g.line < 5 || g.head[3] != '-'
		g.line = 0
	}
	return nil
}

// Write starts a new exchange: what is read from now on answers it.
func (g *guard) Write(p []byte) (int, error) {
	g.reply, g.final = 0, false
	return g.Conn.Write(p)
}

// lastWords reads the reply that a peer may have sent before it stopped
// listening, waiting little for it. The result may be empty.
func (g *guard) lastWords(wait time.Duration) []byte {
	_ = g.SetReadDeadline(time.Now().Add(wait))
	var said []byte
	buf := make([]byte, 512)
	for !g.final && len(said) < g.limits.Reply {
		n, err := g.Read(buf)
		said = append(said, buf[:n]...)
		if err != nil {
			break
		}
	}
	return said
}
