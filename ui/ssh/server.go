package ssh

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os/user"
	"strconv"
	"sync"
	"time"

	charm "charm.land/ssh"
	"charm.land/wish/v2"
	gossh "golang.org/x/crypto/ssh"

	"blanche/model"
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

// Server is the doors. All of them share its limits and its end.
type Server struct {
	opt    Options
	limits Limits
	log    *slog.Logger
	host   gossh.Signer
	gate   gate

	mu       sync.Mutex
	barred   bool // nobody enters any more
	closing  bool // and no session begins
	open     []net.Listener
	sessions map[*caller]struct{}
	each     map[string]int // sessions by fingerprint
	atHome   int            // sessions by the Unix socket
	inside   sync.WaitGroup // the handlers of channels
	ended    chan struct{}  // closed by Close
}

// New prepares the doors; nothing is open yet. A host key that others may read
// is an error.
func New(opt Options) (*Server, error) {
	if opt.Serve == nil {
		return nil, errors.New("a door without anything behind it")
	}
	host, err := hostKey(opt.HostKey)
	if err != nil {
		return nil, err
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Peer == nil {
		opt.Peer = peerOf
	}
	if opt.UserName == nil {
		opt.UserName = userName
	}
	s := &Server{
		opt: opt, limits: opt.Limits.orDefaults(), log: opt.Log, host: host,
		sessions: map[*caller]struct{}{}, each: map[string]int{}, ended: make(chan struct{}),
	}
	s.gate.open(s.limits, opt.Now)
	return s, nil
}

// ServeLocal serves the Unix socket until Close; then it returns nil. Whoever
// has opened the socket needs no key: the kernel says who he is.
func (s *Server) ServeLocal(l net.Listener) error {
	return s.serve(l, &door{Server: s, local: true})
}

// ServeNetwork serves who proves a key, until Close; then it returns nil.
func (s *Server) ServeNetwork(l net.Listener) error {
	if s.opt.Authorize == nil || s.opt.Keys != nil && s.opt.Keys() == 0 {
		_ = l.Close()
		return model.Refused("door.no_key")
	}
	if s.opt.HostKey == "" {
		_ = l.Close()
		return errors.New("the network door needs a host key of its own")
	}
	return s.serve(l, &door{Server: s})
}

func (s *Server) serve(l net.Listener, d *door) error {
	srv, err := d.build()
	if err != nil {
		_ = l.Close()
		return err
	}
	s.mu.Lock()
	if s.barred {
		s.mu.Unlock()
		_ = l.Close()
		return nil
	}
	s.open = append(s.open, l)
	s.mu.Unlock()
	err = srv.Serve(l)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.barred {
		return nil
	}
	return err
}

// door is one way in.
type door struct {
	*Server
	local bool
}

// build is the server of a door: keys only over the network, nobody asked on
// the socket, and of all that SSH can do the channel "session" alone.
func (d *door) build() (*charm.Server, error) {
	options := []charm.Option{
		wish.WithVersion("blanche"),
		charm.WrapConn(d.admit),
		func(srv *charm.Server) error {
			srv.AddHostKey(d.host)
			srv.HandshakeTimeout = d.limits.Handshake
			srv.ServerConfigCallback = d.config
			srv.ChannelHandlers = map[string]charm.ChannelHandler{"session": d.channel}
			srv.RequestHandlers = map[string]charm.RequestHandler{"default": refuse}
			return nil
		},
	}
	if !d.local {
		options = append(options, wish.WithPublicKeyAuth(func(ctx charm.Context, key charm.PublicKey) bool {
			may := d.mayEnter(key)
			if !may {
				d.notice("key_refused", "from", fromOf(ctx), "key", gossh.FingerprintSHA256(key))
			}
			return may
		}))
	}
	return wish.NewServer(options...)
}

// refuse grants nothing that is asked of a connection: forwarding, above all.
func refuse(ctx charm.Context, _ *charm.Server, _ *gossh.Request) (bool, []byte) {
	if c, ok := ctx.Value(connKey{}).(*conn); ok {
		c.ask()
	}
	return false, nil
}

// Close shuts the doors: nobody enters any more, the sessions are told to end
// (ErrTerminated), and those that have not when ctx ends (or after
// Limits.Grace, where it has no deadline) are cut. It returns the cause of ctx
// where a handler has not returned even so.
func (s *Server) Close(ctx context.Context) error {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.limits.Grace)
		defer cancel()
	}
	s.shut()
	over := make(chan struct{})
	go func() {
		s.inside.Wait()
		s.gate.wait()
		close(over)
	}()
	s.gate.cutIdle()
	select {
	case <-over:
		return nil
	case <-ctx.Done():
	}
	s.gate.cut()
	last := time.NewTimer(s.limits.Grace)
	defer last.Stop()
	select {
	case <-over:
		return nil
	case <-last.C:
		return context.Cause(ctx)
	}
}

// shut lets nobody enter any more and tells the sessions to end.
func (s *Server) shut() {
	s.bar()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return
	}
	s.closing = true
	close(s.ended)
	s.gate.close()
	for c := range s.sessions {
		c.end(ErrTerminated)
	}
}

// bar lets nobody enter any more.
func (s *Server) bar() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.barred = true
	for _, l := range s.open {
		_ = l.Close()
	}
	s.open = nil
}

// Drain lets nobody enter any more, and waits until those who are inside have
// left by themselves, or ctx ends. Close comes next.
func (s *Server) Drain(ctx context.Context) {
	s.bar()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for s.gate.inside() > 0 {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Sessions is how many are served right now.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions)
}

// Fingerprint is that of the host key, as ssh shows it: "SHA256:…".
func (s *Server) Fingerprint() string { return gossh.FingerprintSHA256(s.host.PublicKey()) }

func userName(uid int) string {
	id := strconv.Itoa(uid)
	if u, err := user.LookupId(id); err == nil {
		return u.Username
	}
	return id
}
