package doctor

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"blanche/model"
)

// The days before the end of a certificate from which it is worth a word, and
// from which it is late.
const (
	certificateWarn = 21
	certificateFail = 3
)

// theRelay is the address of the relay, nil without one.
func (e *exam) theRelay() *url.URL {
	if e.Settings == nil || e.Settings.Config.Relay.URL == "" {
		return nil
	}
	u, err := url.Parse(e.Settings.Config.Relay.URL)
	if err != nil {
		return nil
	}
	return u
}

func (e *exam) relay(ctx context.Context) Result {
	u := e.theRelay()
	switch {
	case e.Settings == nil:
		return skip("unknown")
	case u == nil:
		return warn("none")
	case e.Desk == nil:
		return skip("unknown")
	}
	r, err := e.Desk.CheckRelay(ctx)
	if err == nil {
		err = r.Problem
	}
	if model.KindOf(err) == model.KindRefused && strings.HasPrefix(keyOf(err), "team.") {
		return skip("refused", "why", err)
	}
	if err != nil {
		return fail("down", "relay", u.Host, "why", err)
	}
	for _, f := range r.Findings {
		if f.Level >= model.LevelWarn {
			return warn("finding", "relay", r.Address, "why", &model.Error{Key: f.Code, Args: f.Args})
		}
	}
	return ok("ok", "relay", r.Address, "tls", orDash(r.TLS), "auth", orDash(strings.Join(r.Auth, ", ")))
}

func orDash(text string) string {
	if text == "" {
		return "–"
	}
	return text
}

func keyOf(err error) string {
	var known *model.Error
	if errors.As(err, &known) {
		return known.Key
	}
	return ""
}

func (e *exam) relayCertificate(ctx context.Context) Result {
	u := e.theRelay()
	if u == nil || u.Query().Get("tls") == "none" {
		return skip("none")
	}
	port, starts := u.Port(), u.Query().Get("tls") != "tls"
	if port == "" {
		port = "587"
		if !starts {
			port = "465"
		}
	}
	return e.certificate(ctx, Endpoint{
		Address: net.JoinHostPort(u.Hostname(), port), Host: u.Hostname(), StartTLS: starts, CAFile: e.Settings.Config.Relay.CAFile,
	})
}

func (e *exam) publicCertificate(ctx context.Context) Result {
	if e.Settings == nil {
		return skip("none")
	}
	u, err := url.Parse(e.Settings.Public.URL)
	if err != nil || u.Scheme != "https" {
		return skip("none")
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	return e.certificate(ctx, Endpoint{Address: net.JoinHostPort(u.Hostname(), port), Host: u.Hostname()})
}

func (e *exam) certificate(ctx context.Context, place Endpoint) Result {
	until, err := e.Probes.Certificate(ctx, place)
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	var other x509.HostnameError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && invalid.Cert != nil:
		return fail("expired", "host", place.Host, "until", invalid.Cert.NotAfter)
	case errors.As(err, &invalid), errors.As(err, &unknown), errors.As(err, &other):
		return fail("untrusted", "host", place.Host, "why", err)
	case err != nil:
		return skip("unreachable", "host", place.Host, "why", err)
	}
	values := []any{"host", place.Host, "until", until, "n", int(until.Sub(e.now) / (24 * time.Hour))}
	switch left := until.Sub(e.now); {
	case left < certificateFail*24*time.Hour:
		return fail("ends", values...)
	case left < certificateWarn*24*time.Hour:
		return warn("soon", values...)
	}
	return ok("ok", values...)
}

// relayName: a server that sends has a name that leads back to it, or many
// others refuse its messages (RFC 1912, 2.1). A relay of this machine or of a
// private network sends under another address, which cannot be seen from here.
func (e *exam) relayName(ctx context.Context) Result {
	u := e.theRelay()
	if u == nil {
		return skip("none")
	}
	addresses, err := e.Probes.Resolver.LookupHost(ctx, u.Hostname())
	if err != nil || len(addresses) == 0 {
		return skip("unreachable", "relay", u.Hostname())
	}
	address := addresses[0]
	if ip := net.ParseIP(address); ip == nil || ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast() {
		return skip("inside", "relay", u.Hostname())
	}
	names, err := e.Probes.Resolver.LookupAddr(ctx, address)
	if err != nil && !notFound(err) {
		return skip("unreachable", "relay", u.Hostname())
	}
	for _, name := range names {
		if back, err := e.Probes.Resolver.LookupHost(ctx, name); err == nil && slices.Contains(back, address) {
			return ok("ok", "address", address, "name", strings.TrimSuffix(name, "."))
		}
	}
	return warn("nameless", "address", address, "relay", u.Hostname())
}
