package deliver_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"blanche/campaigns/deliver"
	"blanche/campaigns/deliver/relay"
	"blanche/model"
)

// certificate signs itself for some names; the PEM is to be trusted.
func certificate(t testing.TB, names ...string) (tls.Certificate, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "relay"}, DNSNames: names,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(7 * 24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			c.IPAddresses = append(c.IPAddresses, ip)
		}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

// secured is a relay over a pipe, with TLS and an account.
func secured(t testing.TB, implicit bool, min uint16, names ...string) (deliver.Config, []byte) {
	t.Helper()
	cert, ca := certificate(t, names...)
	conf := &tls.Config{Certificates: []tls.Certificate{cert}, MaxVersion: min}
	tcp, err := net.Listen("tcp", "127.0.0.1:0") // a pipe holds nothing: a broken handshake would hang in it
	if err != nil {
		t.Fatal(err)
	}
	opt := relay.Options{TLS: conf, Account: func(user, password string) bool { return user == "boutique" && password == "secret" }}
	l := tcp
	if implicit {
		l = tls.NewListener(tcp, conf)
	}
	r := relay.Start(l, opt)
	t.Cleanup(r.Close)
	cfg := deliver.Config{
		Host: "relay.example", Port: "587", Security: deliver.StartTLS, User: "boutique", Password: "secret",
		CA: ca, Timeouts: deliver.Timeouts{Connect: 5 * time.Second, Greeting: 5 * time.Second, Command: 5 * time.Second},
	}
	cfg.Dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, tcp.Addr().String())
	}
	if implicit {
		cfg.Security = deliver.Implicit
	}
	return cfg, ca
}

func key(err error) string {
	var e *model.Error
	if errors.As(err, &e) {
		return e.Key
	}
	return ""
}

func TestMessagesGoThroughTLSWithAnAccount(t *testing.T) {
	t.Parallel()
	for _, implicit := range []bool{false, true} {
		cfg, _ := secured(t, implicit, 0, "relay.example")
		if r := send(t, cfg); r.Result != model.SendAccepted {
			t.Errorf("implicit %v: %+v", implicit, r)
		}
	}
}

func TestNothingLeavesWhenTLSOrTheAccountIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*deliver.Config)
		names  string
		min    uint16
		want   string
	}{
		"certificate of nobody we trust": {func(c *deliver.Config) { c.CA = nil }, "relay.example", 0, "deliver.bad_certificate"},
		"certificate of another name":    {func(*deliver.Config) {}, "other.example", 0, "deliver.bad_certificate"},
		"TLS 1.1":                        {func(*deliver.Config) {}, "relay.example", tls.VersionTLS11, "deliver.tls_failed"},
		"wrong password":                 {func(c *deliver.Config) { c.Password = "guess" }, "relay.example", 0, "deliver.auth_refused"},
		"no account":                     {func(c *deliver.Config) { c.User = "" }, "relay.example", 0, "deliver.auth_missing"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, _ := secured(t, false, c.min, c.names)
			c.change(&cfg)
			r := send(t, cfg)
			if r.Result != model.SendNotStarted || key(r.Err) != c.want {
				t.Errorf("%s: %v", r.Result, r.Err)
			}
		})
	}
}

func TestRelayWithoutEncryptionGetsNothing(t *testing.T) {
	t.Parallel()
	cfg := serve(t, func(p *peer) { p.hello("SIZE 1000"); p.hear("") })
	cfg.Security = deliver.StartTLS
	if r := send(t, cfg); r.Result != model.SendNotStarted || key(r.Err) != "deliver.no_starttls" {
		t.Errorf("%s: %v", r.Result, r.Err)
	}
}

func TestRepliesInjectedBeforeTheEncryptionEndTheTalk(t *testing.T) {
	t.Parallel()
	cfg := serve(t, func(p *peer) {
		p.hello("STARTTLS")
		p.hear("220 go\r\n250 injected")
		p.hear("")
	})
	cfg.Security = deliver.StartTLS
	if r := send(t, cfg); r.Result != model.SendNotStarted || key(r.Err) != "deliver.injection" {
		t.Errorf("%s: %v", r.Result, r.Err)
	}
}

func TestURLSaysWhereAndHowToSend(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"smtp://user@relay.example:587?tls=starttls": "relay.example:587 starttls user",
		"smtp://relay.example":                       "relay.example:587 starttls ",
		"smtps://relay.example":                      "relay.example:465 tls ",
		"smtp://relay.example?tls=tls":               "relay.example:465 tls ",
		"smtp://127.0.0.1:2525?tls=none":             "127.0.0.1:2525 none ",
		"smtp://[::1]:2525?tls=none":                 "[::1]:2525 none ",
		"smtp://localhost?tls=none":                  "localhost:25 none ",
		"smtp://relay.example:25?tls=none":           "deliver.clear_text",
		"smtp://10.0.0.1:25?tls=none":                "deliver.clear_text",
		"smtp://user:secret@relay.example":           "deliver.password_in_url",
		"smtp://relay.example?tls=maybe":             "deliver.bad_url",
		"smtp://relay.example?insecure=1":            "deliver.bad_url",
		"http://relay.example":                       "deliver.bad_url",
		"relay.example:587":                          "deliver.bad_url",
		"":                                           "deliver.bad_url",
	} {
		c, err := deliver.ParseURL(url)
		got := c.Address() + " " + string(c.Security) + " " + c.User
		if err != nil {
			if got = key(err); strings.Contains(err.Error(), "secret") {
				t.Errorf("the error tells the password: %v", err)
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
	}
}

func TestCheckSaysWhatTheRelayOffersAndWhatIsWrong(t *testing.T) {
	t.Parallel()
	cfg, _ := secured(t, false, 0, "relay.example")
	o, err := deliver.Check(context.Background(), cfg)
	if err != nil || o.TLS != "TLS 1.3" || len(o.Auth) != 1 || len(o.Extensions) < 4 || o.Expires.IsZero() || o.Mode != deliver.Streamed {
		t.Errorf("%+v, %v", o, err)
	}
	if len(o.Findings) != 1 || o.Findings[0].Key != "deliver.check.expires" {
		t.Errorf("findings: %+v", o.Findings)
	}
	cfg.Password = "guess"
	if _, err := deliver.Check(context.Background(), cfg); key(err) != "deliver.auth_refused" || model.KindOf(err) != model.KindRefused {
		t.Errorf("wrong password: %v", err)
	}
	plain := serve(t, func(p *peer) { p.hello("SIZE 5000"); p.hear("221 bye") })
	if o, err := deliver.Check(context.Background(), plain); err != nil || len(o.Findings) != 5 || o.MaxSize != 5000 || o.Mode != deliver.Strict {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestAccountThatCannotBeCheckedForNowIsNotARefusedOne(t *testing.T) {
	t.Parallel()
	for reply, want := range map[string]string{
		"454 4.7.0 try later":     "deliver.turned_away",
		"535 5.7.8 wrong":         "deliver.auth_refused",
		"504 5.7.4 no such thing": "deliver.auth_refused",
		"yes":                     "deliver.nonsense",
	} {
		cfg := serve(t, func(p *peer) { p.hello("AUTH LOGIN PLAIN"); p.hear(reply); p.hear("500 what"); p.hear("") })
		cfg.User, cfg.Password = "boutique", "secret"
		if r := send(t, cfg); r.Result != model.SendNotStarted || key(r.Err) != want {
			t.Errorf("%s: %s, %v", reply, r.Result, r.Err)
		}
	}
}
