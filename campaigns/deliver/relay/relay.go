package relay

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"
)

// Options of a relay.
type Options struct {
	Behave  Behaviour     // nil: takes everything
	Latency time.Duration // before the answer to the final dot
	// Keep is called with each message kept, before the answer is given. It may
	// be called by several goroutines. The data is the caller's.
	Keep func(from, to string, data []byte)
	// MaxSize is announced and enforced; 0 announces none.
	MaxSize int64
	// TLS offers STARTTLS.
	TLS *tls.Config
	// Account is asked for each login, over TLS only; nil lets anybody send.
	Account func(user, password string) bool
}

// Relay is a running server. Stop it with Close.
type Relay struct {
	opt    Options
	server *smtp.Server
	listen net.Listener
	done   sync.WaitGroup
	down   atomic.Bool
	begun  atomic.Int64 // MAIL commands
	total  atomic.Int64 // messages kept

	mu    sync.Mutex
	tries map[string]int
	kept  map[string]int
}

// Start serves on a listener until Close.
func Start(l net.Listener, opt Options) *Relay {
	if opt.Behave == nil {
		opt.Behave = func(string, int) Act { return Take }
	}
	r := &Relay{opt: opt, listen: l, tries: map[string]int{}, kept: map[string]int{}}
	r.server = smtp.NewServer(smtp.BackendFunc(r.session))
	r.server.Domain = "relay.example"
	r.server.MaxMessageBytes = opt.MaxSize
	r.server.EnableSMTPUTF8 = true
	r.server.TLSConfig = opt.TLS
	r.server.ErrorLog = log.New(io.Discard, "", 0)
	r.done.Go(func() { _ = r.server.Serve(l) })
	return r
}

// Close drops every connection.
func (r *Relay) Close() {
	_ = r.server.Close()
	_ = r.listen.Close() // the server does not know it yet when it is closed as it starts
	r.done.Wait()
}

// SetDown makes the relay turn everybody away with 421, or serve again.
func (r *Relay) SetDown(down bool) { r.down.Store(down) }

// Begun is how many transactions were begun (MAIL FROM taken).
func (r *Relay) Begun() int { return int(r.begun.Load()) }

// Total is how many messages were kept.
func (r *Relay) Total() int { return int(r.total.Load()) }

// Kept is how many messages were kept for each recipient.
func (r *Relay) Kept() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make(map[string]int, len(r.kept))
	for k, v := range r.kept {
		out[k] = v
	}
	return out
}

func (r *Relay) session(c *smtp.Conn) (smtp.Session, error) {
	if r.down.Load() {
		return nil, &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 3, 2}, Message: "down for a while"}
	}
	return &session{relay: r, conn: c}, nil
}

func (r *Relay) act(to string) Act {
	r.mu.Lock()
	r.tries[to]++
	try := r.tries[to]
	r.mu.Unlock()
	return r.opt.Behave(to, try)
}

func (r *Relay) keep(from, to string, data []byte) {
	if r.opt.Keep != nil {
		r.opt.Keep(from, to, data)
	}
	r.mu.Lock()
	r.kept[to]++
	r.mu.Unlock()
	r.total.Add(1)
}

// session is one connection to the relay.
type session struct {
	relay    *Relay
	conn     *smtp.Conn
	from, to string
	act      Act
	known    bool // logged in
}

func (s *session) Reset()        { s.from, s.to, s.act = "", "", Take }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if err := s.admitted(); err != nil {
		return err
	}
	s.relay.begun.Add(1)
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to, s.act = to, s.relay.act(to)
	switch s.act {
	case DropEarly:
		return s.drop()
	case DeferRcpt:
		return &smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 2, 0}, Message: "greylisted, try again later"}
	case SlowRcpt:
		return &smtp.SMTPError{Code: 421, EnhancedCode: smtp.NoEnhancedCode, Message: tooMany}
	case RefuseFull:
		return &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 2, 2}, Message: "mailbox is full"}
	case RefuseRcpt:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user here"}
	}
	return nil
}

// tooMany is what Orange says to who has more connections than it likes.
const tooMany = "Trop de connexions, veuillez verifier votre configuration. Too many connections, slow down. OFR004_104 [104]"

func (s *session) Data(in io.Reader) error {
	data, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	if d := s.relay.opt.Latency; d > 0 {
		time.Sleep(d)
	}
	switch s.act {
	case DeferDot:
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "try again later"}
	case RefusePolicy:
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "not wanted here"}
	case DropLost:
		return s.drop()
	case DropKept:
		s.relay.keep(s.from, s.to, data)
		return s.drop()
	}
	s.relay.keep(s.from, s.to, data)
	return nil
}

// drop hangs up without a word.
func (s *session) drop() error {
	_ = s.conn.Conn().Close()
	return io.ErrClosedPipe
}
