package ssh

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/muesli/cancelreader"
	gossh "golang.org/x/crypto/ssh"
)

// running is a call that the holder has taken.
type running struct {
	call     Call
	ch       gossh.Channel
	requests <-chan *gossh.Request
	over     chan struct{}
}

// maxCommand is what fits into one packet of SSH, with room for its head.
const maxCommand = 250 << 10

// ErrTooMuch is a command line longer than a session can be given.
var ErrTooMuch = errors.New("the command line is too long")

// begin asks for the session and starts it.
func (c *Client) begin(call Call) (*running, error) {
	command := join(call.Argv)
	if len(command) > maxCommand {
		return nil, ErrTooMuch
	}
	ch, requests, err := c.conn.OpenChannel("session", nil)
	if err != nil {
		var no *gossh.OpenChannelError
		if errors.As(err, &no) {
			return nil, fmt.Errorf("%w: %w", ErrLost, err)
		}
		return nil, ErrLost
	}
	r := &running{call: call, ch: ch, requests: requests, over: make(chan struct{})}
	if err := r.ask(command); err != nil {
		_ = ch.Close()
		return nil, err
	}
	return r, nil
}

func (r *running) ask(command string) error {
	call := r.call
	for _, v := range call.Env {
		if name, value, ok := strings.Cut(v, "="); ok && isKept(name) && len(value) <= maxValue {
			_, _ = r.ch.SendRequest(askEnv, false, gossh.Marshal(envRequest{Name: name, Value: value}))
		}
	}
	columns, rows := uint32(max(call.Size.Width, 0)), uint32(max(call.Size.Height, 0))
	if call.PTY {
		m := ptyRequest{Term: call.Term, Columns: columns, Rows: rows}
		_, _ = r.ch.SendRequest(askPTY, false, gossh.Marshal(m))
	}
	m := terminalRequest{In: call.TTY[0], Out: call.TTY[1], Err: call.TTY[2], Columns: columns, Rows: rows}
	if call.Files != nil {
		m.Dir = call.Files.Abs(".")
	}
	_, _ = r.ch.SendRequest(askTerminal, false, gossh.Marshal(m))
	kind, payload := askShell, []byte(nil)
	if len(call.Argv) > 0 {
		kind, payload = askExec, gossh.Marshal(execRequest{Command: command})
	}
	if ok, err := r.ch.SendRequest(kind, true, payload); err != nil || !ok {
		return ErrLost
	}
	return nil
}

// finish carries everything back and forth until the session is over.
func (r *running) finish() (int, error) {
	defer func() { _ = r.ch.Close() }()
	defer close(r.over)
	defer r.feeding()()
	go r.tell()
	copied := make(chan error, 2)
	go func() { copied <- r.show(r.call.Out, r.ch) }()
	go func() { copied <- r.show(r.call.Err, r.ch.Stderr()) }()
	code := r.exitCode()
	err := errors.Join(<-copied, <-copied)
	switch {
	case err != nil:
		return -1, err
	case code < 0:
		return -1, ErrLost
	}
	return code, nil
}

// exitCode is what the holder says in the end; -1: nothing.
func (r *running) exitCode() int {
	code := -1
	for q := range r.requests {
		var m struct{ Status uint32 }
		if q.Type == "exit-status" && gossh.Unmarshal(q.Payload, &m) == nil {
			code = int(m.Status & 0xff)
		}
		if q.WantReply {
			_ = q.Reply(q.Type == askAlive, nil)
		}
	}
	return code
}

// show copies what the session writes. Where nobody takes it the session ends.
// A failure to read is none of that: what has arrived is shown to its end, and
// whether that was the end of all is told by the exit code, which comes last.
func (r *running) show(to io.Writer, from io.Reader) error {
	if to == nil {
		to = io.Discard
	}
	buffer := make([]byte, piece)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				_ = r.ch.Close()
				return err
			}
		}
		if n == 0 && err != nil {
			return nil
		}
	}
}

// feeding copies what the caller types or pipes in, and its end, until the
// returned function is called. A terminal and a pipe are then left alone, so
// that the next key is for who comes next; a read of anything else that is
// under way stays behind until it gives something.
func (r *running) feeding() (stop func()) {
	in := r.call.In
	file, ok := in.(*os.File)
	if !ok || !mayWait(file) {
		go r.feed(in)
		return func() {}
	}
	loose, err := cancelreader.NewReader(file)
	if err != nil {
		go r.feed(in)
		return func() {}
	}
	fed := make(chan struct{})
	go func() {
		defer close(fed)
		r.feed(loose)
	}()
	return func() {
		if loose.Cancel() {
			<-fed // the channel is closed: it waits for nothing else
			_ = loose.Close()
		}
	}
}

// mayWait tells a file whose reading may take for ever.
func mayWait(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&(fs.ModeCharDevice|fs.ModeNamedPipe|fs.ModeSocket) != 0
}

func (r *running) feed(in io.Reader) {
	if in != nil {
		if _, err := io.Copy(r.ch, in); err != nil {
			_ = r.ch.Close() // what broke off must not look whole
			return
		}
	}
	_ = r.ch.CloseWrite()
}

// tell passes on the signals and the sizes.
func (r *running) tell() {
	sizes, signals := r.call.Resized, r.call.Signals
	for {
		select {
		case <-r.over:
			return
		case size, open := <-sizes:
			if !open {
				sizes = nil
				continue
			}
			m := resizeRequest{Columns: uint32(max(size.Width, 0)), Rows: uint32(max(size.Height, 0))}
			_, _ = r.ch.SendRequest(askResize, false, gossh.Marshal(m))
		case sig, open := <-signals:
			if !open {
				signals = nil
			}
			if name, ok := nameOf(sig); ok {
				_, _ = r.ch.SendRequest(askSignal, false, gossh.Marshal(signalRequest{Name: string(name)}))
			}
		}
	}
}

func nameOf(sig os.Signal) (gossh.Signal, bool) {
	switch sig {
	case os.Interrupt:
		return gossh.SIGINT, true
	case syscall.SIGTERM:
		return gossh.SIGTERM, true
	case syscall.SIGHUP:
		return gossh.SIGHUP, true
	}
	return "", false
}
