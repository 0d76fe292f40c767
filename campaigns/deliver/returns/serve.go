package returns

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
	"golang.org/x/net/netutil"
)

// Options of a server. Ours and Take are required.
type Options struct {
	Domain string // what the server calls itself
	// Ours reports whether mail is taken at an address.
	Ours func(ctx context.Context, address string) bool
	// Take makes what a message says durable; with an error the message is not
	// taken, and comes again.
	Take func(ctx context.Context, message []byte, to []string) error
	Now  func() time.Time
}

// Bounds of what strangers may do.
const (
	mostBytes       = 1 << 20
	mostRecipients  = 10
	mostConnections = 50
	mostOfOne       = 5   // connections of one address at once
	mostAMinute     = 120 // messages of one address
	idle            = time.Minute
	endWithin       = 5 * time.Second
)

// Serve answers on a listener until ctx ends, then lets what is under way end,
// and closes the listener.
func Serve(ctx context.Context, l net.Listener, o Options) error {
	b := &backend{ctx: context.WithoutCancel(ctx), o: o, open: map[string]int{}, sent: map[string]int{}}
	s := smtp.NewServer(b)
	s.Domain, s.MaxMessageBytes, s.MaxRecipients = o.Domain, mostBytes, mostRecipients
	s.ReadTimeout, s.WriteTimeout = idle, idle
	s.ErrorLog = silent{}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(netutil.LimitListener(l, mostConnections)) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), endWithin)
	defer cancel()
	if err := s.Shutdown(last); err != nil {
		_ = s.Close()
	}
	<-ended
	return nil
}

// silent is told what strangers do wrong: nobody must read that.
type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// backend counts what each address does.
type backend struct {
	ctx context.Context
	o   Options

	mu     sync.Mutex
	open   map[string]int // connections by address
	sent   map[string]int // messages by address, in this minute
	minute int64
}

var (
	errBusy    = &smtp.SMTPError{Code: 421, EnhancedCode: smtp.EnhancedCode{4, 7, 0}, Message: "too many connections"}
	errOften   = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "too many messages, later"}
	errNobody  = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such address"}
	errLater   = &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "not now, later"}
	errTooLong = &smtp.SMTPError{Code: 552, EnhancedCode: smtp.EnhancedCode{5, 3, 4}, Message: "message too large"}
)

// NewSession is the beginning of a connection.
func (b *backend) NewSession(c *smtp.Conn) (smtp.Session, error) {
	from, _, err := net.SplitHostPort(c.Conn().RemoteAddr().String())
	if err != nil {
		from = c.Conn().RemoteAddr().String()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open[from] >= mostOfOne {
		return nil, errBusy
	}
	b.open[from]++
	return &session{b: b, from: from}, nil
}

// may counts a message of an address.
func (b *backend) may(from string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if now := b.o.Now().Unix() / 60; now != b.minute {
		b.minute = now
		clear(b.sent)
	}
	b.sent[from]++
	return b.sent[from] <= mostAMinute
}

type session struct {
	b    *backend
	from string
	to   []string
	gone bool
}

func (s *session) Reset() { s.to = nil }

func (s *session) Logout() error {
	s.b.mu.Lock()
	defer s.b.mu.Unlock()
	if s.gone {
		return nil
	}
	s.gone = true
	if s.b.open[s.from]--; s.b.open[s.from] <= 0 {
		delete(s.b.open, s.from)
	}
	return nil
}

// Mail takes any sender: a report has none, a complaint the address of a provider.
func (s *session) Mail(string, *smtp.MailOptions) error {
	if !s.b.may(s.from) {
		return errOften
	}
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	if !s.b.o.Ours(s.b.ctx, to) {
		return errNobody
	}
	s.to = append(s.to, to)
	return nil
}

func (s *session) Data(r io.Reader) error {
	message, err := io.ReadAll(r)
	if errors.Is(err, smtp.ErrDataTooLarge) {
		return errTooLong
	}
	if err != nil {
		return err
	}
	if err := s.b.o.Take(s.b.ctx, message, s.to); err != nil {
		return errLater
	}
	return nil
}
