package ssh

import (
	"io"
	"time"

	charm "charm.land/ssh"
)

// outlet is where a session writes. A caller who has stopped reading loses his
// connection after a while, instead of holding up his session for ever.
type outlet struct {
	to    io.Writer
	stall time.Duration // 0: waits as pipes do
	cut   func()
}

// piece is what must go out within the limit: 1 KB/s is not a terminal's pace
// even over a bad line.
const piece = 32 << 10

// Write writes piece by piece.
func (o *outlet) Write(p []byte) (n int, err error) {
	for len(p) > 0 && err == nil {
		var m int
		m, err = o.one(p[:min(len(p), piece)])
		n, p = n+m, p[m:]
	}
	return n, err
}

func (o *outlet) one(p []byte) (int, error) {
	if o.stall > 0 {
		t := time.AfterFunc(o.stall, o.cut)
		defer t.Stop()
	}
	return o.to.Write(p)
}

// outlets are the two streams of a session. With a PTY each newline becomes
// CR LF, as the kernel's own terminals do: there is none here to do it.
func (c *caller) outlets() (out, err io.Writer) {
	stall := c.stall()
	cut := func() {
		c.end(ErrStalled)
		_ = c.conn.Close()
	}
	out = &outlet{to: c.ch, stall: stall, cut: cut}
	err = &outlet{to: c.ch.Stderr(), stall: stall, cut: cut}
	if c.s.PTY {
		return charm.NewPtyWriter(out), charm.NewPtyWriter(err)
	}
	return out, err
}

// stall is how long the caller may refuse output; 0: for ever.
func (c *caller) stall() time.Duration {
	switch l := c.door.limits; {
	case c.s.PTY:
		return l.Stall
	case !c.door.local:
		return l.StallPipe
	}
	return 0
}
