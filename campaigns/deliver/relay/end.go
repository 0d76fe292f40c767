package relay

import (
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// window is how much one side may write before the other reads.
const window = 64 << 10

// end is one side of a connection inside the process. Unlike net.Pipe it holds
// what was written, so that a client may write on while the server answers.
type end struct{ in, out *flow }

// newEnds makes both sides.
func newEnds() (a, b net.Conn) {
	there, back := newFlow(), newFlow()
	return &end{in: back, out: there}, &end{in: there, out: back}
}

func (e *end) Read(p []byte) (int, error)  { return e.in.read(p) }
func (e *end) Write(p []byte) (int, error) { return e.out.write(p) }

// Close ends both directions: what was written before can still be read.
func (e *end) Close() error {
	e.out.close(false)
	e.in.close(true)
	return nil
}

func (e *end) LocalAddr() net.Addr  { return pipeAddr{} }
func (e *end) RemoteAddr() net.Addr { return pipeAddr{} }

func (e *end) SetDeadline(t time.Time) error {
	_, _ = e.SetReadDeadline(t), e.SetWriteDeadline(t)
	return nil
}

func (e *end) SetReadDeadline(t time.Time) error {
	e.in.setDeadline(&e.in.reading, t)
	return nil
}

func (e *end) SetWriteDeadline(t time.Time) error {
	e.out.setDeadline(&e.out.writing, t)
	return nil
}

// flow is one direction.
type flow struct {
	mu               sync.Mutex
	change           sync.Cond
	data             []byte
	written, dropped bool // the writer has closed; the reader has
	reading, writing deadline
}

type deadline struct {
	timer  *time.Timer
	at     time.Time // zero: none
	passed bool
}

func newFlow() *flow {
	f := &flow{}
	f.change.L = &f.mu
	return f
}

func (f *flow) read(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for {
		switch {
		case f.dropped:
			return 0, io.ErrClosedPipe
		case f.reading.passed:
			return 0, os.ErrDeadlineExceeded
		case len(f.data) > 0:
			n := copy(p, f.data)
			f.data = f.data[:copy(f.data, f.data[n:])]
			f.change.Broadcast()
			return n, nil
		case f.written:
			return 0, io.EOF
		}
		f.change.Wait()
	}
}

func (f *flow) write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	done := 0
	for {
		switch {
		case f.written || f.dropped:
			return done, io.ErrClosedPipe
		case f.writing.passed:
			return done, os.ErrDeadlineExceeded
		case done == len(p):
			return done, nil
		}
		if n := min(window-len(f.data), len(p)-done); n > 0 {
			f.data = append(f.data, p[done:done+n]...)
			done += n
			f.change.Broadcast()
			continue
		}
		f.change.Wait()
	}
}

// close ends a direction from the side of its reader or of its writer.
func (f *flow) close(reader bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if reader {
		f.dropped, f.data = true, nil
	} else {
		f.written = true
	}
	for _, d := range []*deadline{&f.reading, &f.writing} {
		if d.timer != nil {
			d.timer.Stop()
		}
	}
	f.change.Broadcast()
}

func (f *flow) setDeadline(d *deadline, t time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	d.at, d.passed = t, false
	switch {
	case t.IsZero() || f.dropped || f.written:
		if d.timer != nil {
			d.timer.Stop()
		}
	case d.timer != nil:
		d.timer.Reset(time.Until(t))
	default:
		d.timer = time.AfterFunc(time.Until(t), func() { f.pass(d) })
	}
}

// pass ends a deadline, unless it was put off while its timer fired.
func (f *flow) pass(d *deadline) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !d.at.IsZero() && !time.Now().Before(d.at) {
		d.passed = true
		f.change.Broadcast()
	}
}
