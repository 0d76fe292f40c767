package ssh

import (
	"context"
	"errors"
	"io"
	"time"
)

// Size is that of a terminal, in cells.
type Size struct{ Width, Height int }

// Key is a public key whose private half the caller has shown to hold.
type Key struct {
	Authorized  string // as a line of authorized_keys, without comment: "ssh-ed25519 AAAA…"
	Fingerprint string // "SHA256:…"
}

// Session is one caller at a door: what Serve serves.
type Session struct {
	Key   *Key   // nil on the local socket, and only there
	Local bool   // by the Unix socket
	UID   int    // of the peer; -1 over the network
	User  string // the name given to ssh, which proves nothing; locally the name of UID
	From  string // "local", or the address of the caller without its port
	Since time.Time

	Argv []string // nil: the screens

	In       io.Reader // ends with the session; see Raw
	Out, Err io.Writer

	// Env knows TERM, COLORTERM, LANG, LC_* and NO_COLOR, nothing else.
	Env func(name string) (string, bool)

	PTY     bool        // the terminal is ours to draw on
	Size    Size        // of the terminal at the start; 80×24 when a PTY does not say; zero without any terminal
	Resized <-chan Size // the latest size; never closed
	TTY     [3]bool     // whether stdin, stdout, stderr of the caller are terminals

	// Files are those of the caller; nil over the network.
	Files Files

	// Raw switches the line discipline of a command with a PTY: off at the start
	// (lines are edited and echoed, ctrl+c interrupts, ctrl+d ends In), on for
	// who draws the terminal itself. The screens (Argv nil) start raw. Without a
	// PTY it does nothing.
	Raw func(on bool)
}

// Serve serves one session and returns its exit code. The context ends when the
// caller leaves, interrupts or is shown out; its cause is one of the errors
// below.
type Serve func(ctx context.Context, s *Session) int

// Why a session ends before its handler does: the cause of its context.
var (
	ErrGone        = errors.New("the caller is gone")
	ErrInterrupted = errors.New("interrupted by the caller")      // ctrl+c: signal INT
	ErrTerminated  = errors.New("terminated")                     // signal TERM or HUP, or the doors close
	ErrIdle        = errors.New("no key pressed for too long")    // Limits.Idle
	ErrTooLong     = errors.New("the session lasted too long")    // Limits.Max
	ErrStalled     = errors.New("the caller has stopped reading") // Limits.Stall
	ErrBroken      = errors.New("the session broke off")          // a panic
	ErrDone        = errors.New("the session is over")            // after Serve has returned
)
