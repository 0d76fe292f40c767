package deliver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"time"

	"blanche/model"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// connect opens a connection on which a message can be sent at once: greeted,
// encrypted as the configuration demands, authenticated. The error is a
// *model.Error: the relay is in trouble, whoever was to be written to.
func connect(ctx context.Context, cfg *Config) (*session, error) {
	short, cancel := context.WithTimeout(ctx, cfg.Timeouts.Connect)
	raw, err := cfg.Dial(short, "tcp", cfg.Address())
	cancel()
	if err != nil {
		return nil, model.Busy("deliver.unreachable", "relay", cfg.Address()).Because(err)
	}
	stop := context.AfterFunc(ctx, func() { _ = raw.Close() })
	defer stop()
	s, err := dress(ctx, cfg, raw)
	if err != nil {
		_ = raw.Close()
		return nil, err
	}
	return s, nil
}

func dress(ctx context.Context, cfg *Config, raw net.Conn) (*session, error) {
	g, err := secure(ctx, cfg, raw)
	if err != nil {
		return nil, err
	}
	c := smtp.NewClient(g)
	c.CommandTimeout = cfg.Timeouts.Greeting
	if err := c.Hello(cfg.Hello); err != nil {
		return nil, turnedAway(cfg, err)
	}
	c.CommandTimeout, c.SubmissionTimeout = cfg.Timeouts.Command, cfg.Timeouts.Dot
	s := &session{cfg: cfg, raw: raw, guard: g, client: c}
	if g.extra || !g.final {
		return nil, model.Failed(errOutOfStep, "deliver.nonsense", "relay", cfg.Address())
	}
	if cfg.User == "" {
		return s, nil
	}
	return s, authenticate(cfg, c)
}

// secure returns the guarded connection on which the real talk happens.
func secure(ctx context.Context, cfg *Config, raw net.Conn) (*guard, error) {
	if cfg.Security == None {
		if a, ok := raw.RemoteAddr().(*net.TCPAddr); ok && !a.IP.IsLoopback() {
			return nil, model.Refused("deliver.clear_text", "host", cfg.Host).Hint("deliver.clear_text_hint")
		}
		return newGuard(raw, cfg.Limits, ""), nil
	}
	conf, err := cfg.tlsConfig()
	if err != nil {
		return nil, err
	}
	greeting := ""
	if cfg.Security == StartTLS {
		if greeting, err = upgrade(cfg, newGuard(raw, cfg.Limits, "")); err != nil {
			return nil, err
		}
	}
	t := tls.Client(raw, conf)
	ctx, cancel := context.WithTimeout(ctx, cfg.Timeouts.Connect)
	defer cancel()
	if err := t.HandshakeContext(ctx); err != nil {
		return nil, badTLS(cfg, err)
	}
	return newGuard(t, cfg.Limits, greeting), nil
}

// upgrade talks in clear just enough to start TLS, and refuses whatever the
// peer says beyond (replies injected before the encryption). It returns a
// greeting to be read by the client that goes on.
func upgrade(cfg *Config, g *guard) (string, error) {
	_ = g.SetDeadline(time.Now().Add(cfg.Timeouts.Greeting))
	defer func() { _ = g.SetDeadline(time.Time{}) }()
	tp := textproto.NewConn(g)
	_, said, err := tp.ReadResponse(220)
	if err == nil {
		err = tp.PrintfLine("EHLO %s", cfg.Hello)
	}
	offers := ""
	if err == nil {
		_, offers, err = tp.ReadResponse(250)
	}
	if err != nil {
		return "", turnedAway(cfg, err)
	}
	if !offered(offers, "STARTTLS") {
		return "", model.Refused("deliver.no_starttls", "relay", cfg.Address()).Hint("deliver.no_starttls_hint")
	}
	if err = tp.PrintfLine("STARTTLS"); err == nil {
		_, _, err = tp.ReadResponse(220)
	}
	if err != nil {
		return "", turnedAway(cfg, err)
	}
	if g.extra || tp.R.Buffered() > 0 {
		return "", model.Failed(nil, "deliver.injection", "relay", cfg.Address())
	}
	first, _, _ := strings.Cut(said, "\n")
	return fmt.Sprintf("220 %.500s\r\n", first), nil
}

func offered(ehlo, extension string) bool {
	for i, line := range strings.Split(ehlo, "\n") {
		word, _, _ := strings.Cut(line, " ")
		if i > 0 && strings.EqualFold(word, extension) {
			return true
		}
	}
	return false
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
	if nonsense(err) {
		return model.Failed(err, "deliver.nonsense", "relay", cfg.Address())
	}
	return model.Busy("deliver.unreachable", "relay", cfg.Address()).Because(err)
}

func authenticate(cfg *Config, c *smtp.Client) error {
	var a sasl.Client
	switch {
	case c.SupportsAuth(sasl.Plain):
		a = sasl.NewPlainClient("", cfg.User, cfg.Password)
	case c.SupportsAuth(sasl.Login):
		a = sasl.NewLoginClient(cfg.User, cfg.Password)
	default:
		return model.Refused("deliver.auth_missing", "relay", cfg.Address()).Hint("deliver.auth_missing_hint")
	}
	err := c.Auth(a)
	if err == nil {
		return nil
	}
	if r, ok := replyOf(err); ok && r.class() == 5 {
		return model.Refused("deliver.auth_refused", "user", cfg.User, "said", said(r.code, r.enhanced, r.text)).
			Hint("deliver.auth_refused_hint").Because(err)
	}
	return turnedAway(cfg, err)
}
