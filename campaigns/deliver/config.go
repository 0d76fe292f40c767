package deliver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/url"
	"time"

	"blanche/model"
)

// Security is how the line to the relay is protected.
type Security string

// The protections. Implicit is TLS from the first byte (smtps, port 465); None
// is accepted for loopback addresses only.
const (
	StartTLS Security = "starttls"
	Implicit Security = "tls"
	None     Security = "none"
)

// Config is a relay and how to speak to it. The zero value of every field but
// Host has a sensible meaning.
type Config struct {
	Host     string
	Port     string
	Security Security
	User     string
	Password string
	// CA is a private certificate authority in PEM, trusted instead of those of
	// the system.
	CA []byte
	// Hello is the name we give ourselves; "localhost" when empty.
	Hello string
	// Connections is how many connections may be open at once; 1 when 0.
	Connections int
	// MessagesPerConnection closes a connection after so many; 500 when 0.
	MessagesPerConnection int
	// Idle is how long an unused connection is kept; 30 s when 0.
	Idle time.Duration

	Timeouts Timeouts
	Limits   Limits

	// Mode forces how commands are interleaved, whatever the relay offers; Auto
	// when empty. Only tests and measurements force one.
	Mode Mode
	// Dial replaces the network. The connection must hold some kilobytes that the
	// other side has not read yet, as TCP does and net.Pipe does not: we write on
	// while the relay answers.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
	// At is called at each of Points, by several goroutines; nil in production.
	At func(point string)
}

// Timeouts are absolute: a peer that sends one byte a second gains nothing.
// The zero value of each takes the default.
type Timeouts struct {
	Connect  time.Duration // TCP, and then TLS: 30 s
	Greeting time.Duration // 60 s
	Command  time.Duration // EHLO, AUTH, MAIL, RCPT, DATA: 300 s
	Transfer time.Duration // the text of the message: 180 s
	Dot      time.Duration // the answer to the final dot: 600 s (RFC 5321, 4.5.3.2.6)
	Quit     time.Duration // 2 s
}

// Limits bound what a peer may make us hold. The zero value of each takes the
// default.
type Limits struct {
	Line    int // bytes of one reply line: 4 KiB
	Reply   int // bytes of one reply: 64 KiB
	Session int // bytes of one connection: 8 MiB
}

// ParseURL reads a relay such as smtp://user@host:587?tls=starttls. The scheme
// smtps means tls=tls; without tls, smtp means starttls. The password is given
// apart, never in the URL.
func ParseURL(raw string) (Config, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Hostname() == "" || (u.Scheme != "smtp" && u.Scheme != "smtps") || (u.Path != "" && u.Path != "/") {
		return Config{}, model.Invalid("deliver.bad_url").Hint("deliver.bad_url_hint")
	}
	if _, has := u.User.Password(); has {
		return Config{}, model.Refused("deliver.password_in_url").Hint("deliver.password_in_url_hint")
	}
	c := Config{Host: u.Hostname(), Port: u.Port(), User: u.User.Username(), Security: StartTLS}
	if u.Scheme == "smtps" {
		c.Security = Implicit
	}
	for k, v := range u.Query() {
		if k != "tls" || len(v) != 1 {
			return Config{}, model.Invalid("deliver.bad_url").Hint("deliver.bad_url_hint")
		}
		c.Security = Security(v[0])
	}
	if c.Port == "" {
		c.Port = map[Security]string{StartTLS: "587", Implicit: "465", None: "25"}[c.Security]
	}
	return c, c.validate()
}

// validate refuses what must never be: clear text to another machine.
func (c *Config) validate() error {
	switch c.Security {
	case StartTLS, Implicit:
		return nil
	case None:
		if !loopback(c.Host) {
			return model.Refused("deliver.clear_text", "host", c.Host).Hint("deliver.clear_text_hint")
		}
		return nil
	}
	return model.Invalid("deliver.bad_url").Hint("deliver.bad_url_hint")
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// Address is host:port.
func (c *Config) Address() string { return net.JoinHostPort(c.Host, c.Port) }

// tlsConfig verifies the relay's certificate against its name, always.
func (c *Config) tlsConfig() (*tls.Config, error) {
	// Large records from the first byte: we send texts, nobody waits for a first line.
	t := &tls.Config{ServerName: c.Host, MinVersion: tls.VersionTLS12, DynamicRecordSizingDisabled: true}
	if len(c.CA) > 0 {
		t.RootCAs = x509.NewCertPool()
		if !t.RootCAs.AppendCertsFromPEM(c.CA) {
			return nil, model.Invalid("deliver.bad_ca")
		}
	}
	return t, nil
}

func (c *Config) withDefaults() Config {
	d := *c
	orString(&d.Hello, "localhost")
	orInt(&d.Connections, 1)
	orInt(&d.MessagesPerConnection, 500)
	orDuration(&d.Idle, 30*time.Second)
	orDuration(&d.Timeouts.Connect, 30*time.Second)
	orDuration(&d.Timeouts.Greeting, time.Minute)
	orDuration(&d.Timeouts.Command, 5*time.Minute)
	orDuration(&d.Timeouts.Transfer, 3*time.Minute)
	orDuration(&d.Timeouts.Dot, 10*time.Minute)
	orDuration(&d.Timeouts.Quit, 2*time.Second)
	orInt(&d.Limits.Line, 4<<10)
	orInt(&d.Limits.Reply, 64<<10)
	orInt(&d.Limits.Session, 8<<20)
	if d.Dial == nil {
		d.Dial = (&net.Dialer{}).DialContext
	}
	return d
}

func orString(v *string, d string) {
	if *v == "" {
		*v = d
	}
}

func orInt(v *int, d int) {
	if *v == 0 {
		*v = d
	}
}

func orDuration(v *time.Duration, d time.Duration) {
	if *v == 0 {
		*v = d
	}
}
