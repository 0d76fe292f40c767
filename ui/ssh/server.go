package ssh

import (
	"context"
	"log/slog"
	"net"
	"time"
)

// Options make a Server.
type Options struct {
	// Serve serves a session. Required.
	Serve Serve

	// Authorize says whether a key may enter: asked when it is offered and again
	// in each session, of the key that was proved. The network door needs it.
	Authorize func(authorizedKey, fingerprint string) bool

	// Keys is how many keys may enter at all; the network door does not open
	// for none. Nil: not asked.
	Keys func() int

	// HostKey is the path of the key that proves who we are, made when it is not
	// there. The network door needs it; the local one takes one for itself.
	HostKey string

	Limits Limits
	Now    func() time.Time // time.Now when nil
	Log    *slog.Logger     // nil: nobody is told

	// Peer gives the user at the other end of a Unix socket: the kernel's word
	// when nil.
	Peer func(net.Conn) (uid int, err error)

	// UserName is the name of a user of this machine: its user database when nil.
	UserName func(uid int) string
}

// Server is the doors.
type Server struct{}

// New prepares the doors; nothing is open yet.
func New(opt Options) (*Server, error) { return nil, nil }

// ServeLocal serves the Unix socket until Close; then it returns nil.
func (s *Server) ServeLocal(l net.Listener) error { return nil }

// ServeNetwork serves who proves a key, until Close; then it returns nil.
func (s *Server) ServeNetwork(l net.Listener) error { return nil }

// Close shuts the doors: nobody enters any more, the sessions are told to end
// (ErrTerminated), and those that have not when ctx ends are cut.
func (s *Server) Close(ctx context.Context) error { return nil }

// Sessions is how many are served right now.
func (s *Server) Sessions() int { return 0 }

// Fingerprint is that of the host key, as ssh shows it: "SHA256:…".
func (s *Server) Fingerprint() string { return "" }
