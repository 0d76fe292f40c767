package doctor

import (
	"context"
	"errors"
	"net"
	"net/mail"
	"strings"

	"blanche/model"
)

// domain is that of the sender: the one asked for, else that of sender.from.
func (e *exam) domain() string {
	if e.Domain != "" {
		return strings.ToLower(strings.TrimSuffix(e.Domain, "."))
	}
	return e.fromDomain()
}

func (e *exam) fromDomain() string {
	if e.Settings == nil || e.Settings.MadeUp { // a made-up sender has no domain of its own
		return ""
	}
	a, err := mail.ParseAddress(e.Settings.Config.Sender.From)
	if err != nil {
		return ""
	}
	return model.Domain(a.Address)
}

// notFound reports that the name is known to have no such record.
func notFound(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}

// records are the TXT records of a name that begin with a tag: none is no
// error.
func (e *exam) records(ctx context.Context, name, tag string) ([]string, error) {
	all, err := e.Probes.Resolver.LookupTXT(ctx, name)
	if err != nil && !notFound(err) {
		return nil, err
	}
	var out []string
	for _, r := range all {
		lower := strings.ToLower(r)
		if lower == tag || strings.HasPrefix(lower, tag+" ") || strings.HasPrefix(lower, tag+";") {
			out = append(out, r)
		}
	}
	return out, nil
}

// tags reads "a=1; b=2" (RFC 6376, 3.2), names in lower case.
func tags(record string) map[string]string {
	out := map[string]string{}
	for part := range strings.SplitSeq(record, ";") {
		if name, value, is := strings.Cut(part, "="); is {
			out[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
		}
	}
	return out
}

// mx: replies and returned messages must have somewhere to go.
func (e *exam) mx(ctx context.Context) Result {
	d := e.domain()
	if d == "" {
		return skip("no_domain")
	}
	found, err := e.Probes.Resolver.LookupMX(ctx, d)
	switch {
	case err != nil && !notFound(err):
		return skip("unreachable", "domain", d, "why", err)
	case len(found) == 1 && strings.Trim(found[0].Host, ".") == "":
		return fail("null", "domain", d) // RFC 7505
	case len(found) > 0:
		return ok("ok", "domain", d, "host", strings.TrimSuffix(found[0].Host, "."))
	}
	if hosts, err := e.Probes.Resolver.LookupHost(ctx, d); err == nil && len(hosts) > 0 {
		return warn("implicit", "domain", d, "host", hosts[0])
	}
	return fail("nowhere", "domain", d)
}
