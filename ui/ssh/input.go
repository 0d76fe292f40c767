package ssh

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// input is what the caller types or pipes in: read ahead by one goroutine, no
// faster than the limits allow and no further than a few pieces; the window of
// SSH holds back the rest on the caller's side.
type input struct {
	c      *caller
	idle   *idle // nil: nobody waits for a key
	pace   *rate.Limiter
	size   int // of a piece, in bytes
	pieces chan []byte
	rest   []byte // of the piece that Read is giving
	cause  error  // why pieces was closed
	ended  context.Context
	stop   context.CancelFunc
}

// ahead is how many pieces are read before anybody asks for them.
const ahead = 2

func newInput(c *caller) *input {
	in := &input{c: c, pieces: make(chan []byte, ahead)}
	in.ended, in.stop = context.WithCancel(context.Background())
	l := c.door.limits
	if c.s.PTY {
		in.pace = rate.NewLimiter(rate.Limit(l.KeyRate), l.KeyBurst)
		in.size = min(4<<10, l.KeyBurst)
	} else {
		in.size = piece
		in.pace = rate.NewLimiter(rate.Inf, piece) // the connection has its own
	}
	return in
}

// start begins to read. It ends with the channel, or when stop is called and
// what is being read has come.
func (in *input) start() { go in.pump() }

func (in *input) pump() {
	defer close(in.pieces)
	defer in.c.caught()
	var line line
	buffer := make([]byte, in.size)
	for {
		n, err := in.c.ch.Read(buffer)
		if n > 0 && !in.take(&line, buffer[:n]) {
			in.cause = ErrDone
			return
		}
		if err != nil {
			in.cause = in.why(err)
			if in.c.s.PTY {
				in.pass(line.flush())
			}
			return
		}
	}
}

// take lets some bytes in; false when the session is over.
func (in *input) take(l *line, p []byte) bool {
	if in.idle != nil {
		in.idle.key()
	}
	if in.pace.WaitN(in.ended, len(p)) != nil {
		return false
	}
	if !in.c.s.PTY {
		return in.pass(append([]byte(nil), p...))
	}
	if in.c.raw.Load() {
		return in.pass(append(l.flush(), p...))
	}
	echo, lines, event := l.edit(p)
	_, _ = in.c.s.Out.Write(echo)
	if !in.pass(lines) {
		return false
	}
	switch event {
	case lineInterrupt:
		in.c.end(ErrInterrupted)
	case lineEnd:
		in.pass(nil)
	}
	return true
}

// pass hands a piece over to Read; nil is the end of input.
func (in *input) pass(p []byte) bool {
	if len(p) == 0 && p != nil {
		return true
	}
	select {
	case in.pieces <- p:
		return true
	case <-in.ended.Done():
		return false
	}
}

// why tells the end of an input that is complete from that of a caller who is
// gone, which SSH reports alike: one who is there answers. A file that broke
// off must never be taken for a whole one.
func (in *input) why(err error) error {
	if !errors.Is(err, io.EOF) {
		return err
	}
	if _, err := in.c.ch.SendRequest(askAlive, true, nil); err != nil {
		return ErrGone
	}
	return io.EOF
}

// Read gives what the caller sent. It ends with io.EOF where the caller has
// closed his input, and otherwise with why the session ends; for who draws the
// terminal itself the end of the session is io.EOF too.
func (in *input) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if len(in.rest) == 0 {
		select {
		case got, open := <-in.pieces:
			if !open {
				return 0, in.cause
			}
			if got == nil {
				return 0, io.EOF
			}
			in.rest = got
		case <-in.c.ctx.Done():
			if in.c.s.PTY && in.c.raw.Load() {
				return 0, io.EOF
			}
			return 0, context.Cause(in.c.ctx)
		}
	}
	n := copy(p, in.rest)
	in.rest = in.rest[n:]
	return n, nil
}

// idle calls a function when no key has come for a while.
type idle struct {
	mu    sync.Mutex
	timer *time.Timer
	limit time.Duration
	over  bool
}

func newIdle(limit time.Duration, then func()) *idle {
	return &idle{limit: limit, timer: time.AfterFunc(limit, then)}
}

func (i *idle) key() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.over {
		i.timer.Reset(i.limit)
	}
}

func (i *idle) stop() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.over = true
	i.timer.Stop()
}
