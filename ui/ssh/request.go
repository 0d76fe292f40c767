package ssh

import (
	"strings"

	gossh "golang.org/x/crypto/ssh"
)

// What a client asks on a channel of its session (RFC 4254, 6), and our own
// word of the local door.
const (
	askPTY      = "pty-req"
	askResize   = "window-change"
	askEnv      = "env"
	askShell    = "shell"
	askExec     = "exec"
	askSignal   = "signal"
	askTerminal = "terminal@blanche"
	askAlive    = "keepalive@openssh.com"
)

type ptyRequest struct {
	Term                            string
	Columns, Rows, PixelsX, PixelsY uint32
	Modes                           string
}

type resizeRequest struct{ Columns, Rows, PixelsX, PixelsY uint32 }

type envRequest struct{ Name, Value string }

type execRequest struct{ Command string }

type signalRequest struct{ Name string }

// terminalRequest says what a local caller stands before, which a command
// without a PTY could not know: which of its streams are terminals, how large
// they are, and where its relative paths begin.
type terminalRequest struct {
	In, Out, Err  bool
	Columns, Rows uint32
	Dir           string
}

// The bounds of what a session keeps of the client's words.
const (
	maxName  = 32
	maxValue = 256
	maxEnv   = 32
	maxCells = 1000 // of a terminal, each way
	maxTerm  = 64
)

// isKept tells the few variables that a session may know.
func isKept(name string) bool {
	switch name {
	case "TERM", "COLORTERM", "LANG", "NO_COLOR":
		return true
	}
	return len(name) <= maxName && strings.HasPrefix(name, "LC_")
}

// sizeOf is the size that a client gives, 80 by 24 where it gives none, and no
// more than a screen can be.
func sizeOf(columns, rows uint32) Size {
	size := Size{80, 24}
	if columns > 0 {
		size.Width = int(min(columns, maxCells))
	}
	if rows > 0 {
		size.Height = int(min(rows, maxCells))
	}
	return size
}

// requests answers a client until the channel closes. Nothing in here waits but
// for the pace of requests: all of the connection would wait with it.
func (c *caller) requests(in <-chan *gossh.Request) {
	for r := range in {
		c.conn.ask()
		ok := c.answer(r)
		if r.WantReply {
			_ = r.Reply(ok, nil)
		}
		if ok && (r.Type == askShell || r.Type == askExec) {
			c.start()
		}
	}
}

// answer takes one request; true: granted.
func (c *caller) answer(r *gossh.Request) bool {
	switch r.Type {
	case askResize:
		var m resizeRequest
		if gossh.Unmarshal(r.Payload, &m) != nil || !c.seesTerminal() {
			return false
		}
		c.resize(sizeOf(m.Columns, m.Rows))
		return true
	case askSignal:
		var m signalRequest
		return gossh.Unmarshal(r.Payload, &m) == nil && c.signal(m.Name)
	}
	if c.started {
		return false
	}
	switch r.Type {
	case askPTY:
		return c.takePTY(r.Payload)
	case askTerminal:
		return c.takeTerminal(r.Payload)
	case askEnv:
		return c.takeEnv(r.Payload)
	case askShell:
		return true
	case askExec:
		var m execRequest
		if gossh.Unmarshal(r.Payload, &m) != nil {
			return false
		}
		c.s.Argv, c.badArgv = split(m.Command)
		return true
	}
	return false // subsystem, x11-req, auth-agent-req@openssh.com…
}

func (c *caller) seesTerminal() bool { return c.s.PTY || c.s.TTY[1] || c.s.TTY[2] }

func (c *caller) takePTY(payload []byte) bool {
	var m ptyRequest
	if c.s.PTY || gossh.Unmarshal(payload, &m) != nil || len(m.Term) > maxTerm {
		return false
	}
	c.s.PTY, c.s.Size, c.env["TERM"] = true, sizeOf(m.Columns, m.Rows), m.Term
	c.s.TTY = [3]bool{true, true, true}
	return true
}

func (c *caller) takeTerminal(payload []byte) bool {
	var m terminalRequest
	if !c.door.local || gossh.Unmarshal(payload, &m) != nil {
		return false
	}
	c.s.TTY, c.dir = [3]bool{m.In, m.Out, m.Err}, m.Dir
	if c.seesTerminal() {
		c.s.Size = sizeOf(m.Columns, m.Rows)
	}
	return true
}

func (c *caller) takeEnv(payload []byte) bool {
	var m envRequest
	if gossh.Unmarshal(payload, &m) != nil || !isKept(m.Name) || len(m.Value) > maxValue || len(c.env) >= maxEnv {
		return false
	}
	c.env[m.Name] = m.Value
	return true
}

// resize keeps the latest size only, and waits for nobody.
func (c *caller) resize(to Size) {
	select {
	case <-c.resized:
	default:
	}
	c.resized <- to // this goroutine alone writes: there is room
}

func (c *caller) signal(name string) bool {
	switch gossh.Signal(name) {
	case gossh.SIGINT:
		c.end(ErrInterrupted)
	case gossh.SIGTERM, gossh.SIGHUP:
		c.end(ErrTerminated)
	default:
		return false
	}
	return true
}
