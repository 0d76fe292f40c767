package doctor

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"slices"
	"strings"
)

// usual are the selectors that providers and guides use; DNS cannot list them.
var usual = []string{
	"blanche", "default", "mail", "dkim", "k1", "k2", "s1", "s2", "selector1", "selector2", "google", "smtp", "mta", "brevo", "mailjet", "pm",
}

// The lengths of RSA keys, in bits: refused by receivers (RFC 8301, 3.2), and
// worth renewing.
const (
	rsaRefused = 1024
	rsaWeak    = 2048
)

func (e *exam) dkim(ctx context.Context) Result {
	d := e.domain()
	if d == "" {
		return skip("no_domain")
	}
	selectors := e.Selectors
	if len(selectors) == 0 {
		selectors = usual
	}
	worst := Result{}
	found := false
	for _, s := range selectors {
		all, err := e.Probes.Resolver.LookupTXT(ctx, s+"._domainkey."+d)
		switch {
		case err != nil && !notFound(err):
			return skip("unreachable", "domain", d, "why", err)
		case len(all) == 0:
			continue
		}
		r := judgeKey(s, strings.Join(all, ""))
		r.Args = append(r.Args, "domain", d)
		if !found || r.Level == OK {
			worst, found = r, true
		}
		if r.Level == OK {
			break
		}
	}
	if found {
		return worst
	}
	values := []any{"domain", d, "selectors", strings.Join(selectors, ", "), "line", txt(selectors[0]+"._domainkey."+d, "v=DKIM1; k=rsa; p=…")}
	if len(e.Selectors) > 0 {
		return fail("none", values...)
	}
	return warn("unseen", values...)
}

// judgeKey reads a key record (RFC 6376, 3.6.1; RFC 8463 for ed25519).
func judgeKey(selector, record string) Result {
	t := tags(record)
	key, given := t["p"]
	if !given {
		return fail("broken", "selector", selector)
	}
	if key == "" {
		return fail("revoked", "selector", selector)
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(key), ""))
	if err != nil {
		return fail("broken", "selector", selector)
	}
	values := []any{"selector", selector, "kind", "ed25519", "bits", 256}
	if t["k"] == "ed25519" {
		if len(raw) != 32 {
			return fail("broken", "selector", selector)
		}
	} else {
		bits := rsaBits(raw)
		values = []any{"selector", selector, "kind", "rsa", "bits", bits}
		switch {
		case bits == 0:
			return fail("broken", "selector", selector)
		case bits < rsaRefused:
			return fail("short", values...)
		case bits < rsaWeak:
			return warn("weak", values...)
		}
	}
	if slices.Contains(strings.Split(strings.ReplaceAll(t["t"], " ", ""), ":"), "y") {
		return warn("testing", values...)
	}
	return ok("ok", values...)
}

// rsaBits is the length of a public RSA key, 0 for anything else.
func rsaBits(der []byte) int {
	if key, err := x509.ParsePKIXPublicKey(der); err == nil {
		if r, is := key.(*rsa.PublicKey); is {
			return r.N.BitLen()
		}
		return 0
	}
	if r, err := x509.ParsePKCS1PublicKey(der); err == nil {
		return r.N.BitLen()
	}
	return 0
}
