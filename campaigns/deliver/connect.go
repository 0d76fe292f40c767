package deliver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"time"

	"blanche/model"
)

// connect opens a connection on which a message can be sent at once: greeted,
// encrypted as the configuration demands, authenticated. The error is a
// *model.Error: the relay is in trouble, whoever was to be written to.
func connect(ctx context.Context, cfg *Config) (*session, error) {
	s := &session{cfg: cfg}
	s.at("connect")
	short, cancel := context.WithTimeout(ctx, cfg.Timeouts.Connect)
	raw, err := cfg.Dial(short, "tcp", cfg.Address())
	cancel()
	if err != nil {
		return nil, model.Busy("deliver.unreachable", "relay", cfg.Address()).Because(err)
	}
	stop := context.AfterFunc(ctx, func() { _ = raw.Close() })
	defer stop()
	s.raw, s.line, s.in = raw, raw, newReader(raw, cfg.Limits)
	if err := s.dress(ctx); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// dress goes from the open line to the moment before the first message.
func (s *session) dress(ctx context.Context) error {
	cfg := s.cfg
	if a, ok := s.raw.RemoteAddr().(*net.TCPAddr); ok && cfg.Security == None && !a.IP.IsLoopback() {
		return model.Refused("deliver.clear_text", "host", cfg.Host).Hint("deliver.clear_text_hint")
	}
	if cfg.Security == Implicit {
		if err := s.encrypt(ctx); err != nil {
			return err
		}
	}
	if err := s.hello(true); err != nil {
		return err
	}
	if cfg.Security == StartTLS {
		if err := s.startTLS(ctx); err != nil {
			return err
		}
	}
	if cfg.User != "" {
		return s.logIn()
	}
	return nil
}

// hello presents us, and learns what the relay offers now: what it offered
// before the encryption is forgotten (RFC 3207, 4.2). Greeted waits for its
// greeting before.
func (s *session) hello(greeting bool) error {
	until := time.Now().Add(s.cfg.Timeouts.Greeting)
	if greeting {
		code, err := s.in.reply(until, nil)
		if err := s.welcome(code, err); err != nil {
			return err
		}
	}
	s.at("hello")
	s.offers = offers{}
	code, err := s.greet("EHLO ", s.offers.learn)
	if err == nil && (code == 500 || code == 502) { // a relay of before 1995
		code, err = s.greet("HELO ", nil)
	}
	return s.welcome(code, err)
}

// greet says EHLO or HELO.
func (s *session) greet(verb string, each func(int, []byte)) (int, error) {
	until := time.Now().Add(s.cfg.Timeouts.Greeting)
	if err := s.say(verb+s.cfg.Hello, until); err != nil {
		return 0, err
	}
	return s.in.reply(until, each)
}

// welcome wants a 2xx, alone.
func (s *session) welcome(code int, err error) error {
	if err == nil && code/100 != 2 {
		r := s.in.told()
		err = &r
	}
	if err == nil && s.in.extra() {
		err = errOutOfStep
	}
	if err != nil {
		return turnedAway(s.cfg, err)
	}
	return nil
}

// startTLS starts the encryption, and refuses whatever the peer says beyond
// (replies injected before it).
func (s *session) startTLS(ctx context.Context) error {
	if !s.offers.starttls {
		return model.Refused("deliver.no_starttls", "relay", s.cfg.Address()).Hint("deliver.no_starttls_hint")
	}
	s.at("starttls")
	code, err := s.ask("STARTTLS", s.cfg.Timeouts.Greeting)
	if s.in.extra() {
		return model.Failed(nil, "deliver.injection", "relay", s.cfg.Address())
	}
	if err := s.welcome(code, err); err != nil {
		return err
	}
	if err := s.encrypt(ctx); err != nil {
		return err
	}
	return s.hello(false)
}

// encrypt makes the line a TLS line, with the certificate verified.
func (s *session) encrypt(ctx context.Context) error {
	conf, err := s.cfg.tlsConfig()
	if err != nil {
		return err
	}
	s.in.armed, s.writes = time.Time{}, time.Time{}
	_ = s.raw.SetDeadline(time.Time{})
	t := tls.Client(s.raw, conf)
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeouts.Connect)
	defer cancel()
	if err := t.HandshakeContext(ctx); err != nil {
		return badTLS(s.cfg, err)
	}
	s.tls, s.line, s.in.conn = t, t, t
	return nil
}

func badTLS(cfg *Config, err error) error {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	if errors.As(err, &unknown) || errors.As(err, &name) || errors.As(err, &invalid) {
		return model.Refused("deliver.bad_certificate", "relay", cfg.Address(), "detail", err.Error()).
			Hint("deliver.bad_certificate_hint").Because(err)
	}
	return model.Busy("deliver.tls_failed", "relay", cfg.Address(), "detail", err.Error()).Because(err)
}

// turnedAway words what went wrong before the relay took any order.
func turnedAway(cfg *Config, err error) error {
	if r, ok := replyOf(err); ok {
		return model.Busy("deliver.turned_away", "relay", cfg.Address(), "said", said(r.code, r.enhanced, r.text)).Because(err)
	}
	if nonsense(err) || errors.Is(err, errHalfReply) {
		return model.Failed(err, "deliver.nonsense", "relay", cfg.Address())
	}
	return model.Busy("deliver.unreachable", "relay", cfg.Address()).Because(err)
}
