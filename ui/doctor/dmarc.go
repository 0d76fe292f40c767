package doctor

import (
	"context"
	"strings"
)

func (e *exam) dmarc(ctx context.Context) Result {
	d := e.domain()
	if d == "" {
		return skip("no_domain")
	}
	if from := e.fromDomain(); e.Domain != "" && from != "" && !related(from, d) {
		return fail("misaligned", "domain", d, "from", from)
	}
	owner, found, err := e.policyOf(ctx, d)
	line := txt("_dmarc."+d, "v=DMARC1; p=quarantine; rua=mailto:dmarc@"+d)
	switch {
	case err != nil:
		return skip("unreachable", "domain", d, "why", err)
	case len(found) == 0:
		return fail("none", "domain", d, "line", txt("_dmarc."+d, "v=DMARC1; p=none; rua=mailto:dmarc@"+d))
	case len(found) > 1:
		return fail("several", "domain", owner, "n", len(found), "line", line)
	}
	t := tags(found[0])
	policy := strings.ToLower(t["p"])
	if own := strings.ToLower(t["sp"]); owner != d && own != "" {
		policy = own
	}
	values := []any{"domain", owner, "policy", policy, "line", line}
	strict := strings.EqualFold(t["adkim"], "s") || strings.EqualFold(t["aspf"], "s")
	switch {
	case policy != "none" && policy != "quarantine" && policy != "reject":
		return fail("broken", values...)
	case strict && e.fromDomain() != "" && e.fromDomain() != d:
		return warn("strict", append(values, "from", e.fromDomain())...)
	case policy == "none":
		return warn("watching", values...)
	}
	return ok("ok", values...)
}

// related reports that two domains are aligned as long as nothing says strict:
// one is the other, or lies under it.
func related(a, b string) bool {
	return a == b || strings.HasSuffix(a, "."+b) || strings.HasSuffix(b, "."+a)
}

// policyOf finds the records that hold for a domain: its own, else those of
// the nearest domain above it that has any (RFC 7489, 6.6.3, walking up the
// names instead of knowing the public suffixes; a top-level domain is not asked).
func (e *exam) policyOf(ctx context.Context, domain string) (owner string, found []string, err error) {
	const steps = 8
	for range steps {
		found, err = e.records(ctx, "_dmarc."+domain, "v=dmarc1")
		if err != nil || len(found) > 0 {
			return domain, found, err
		}
		_, above, _ := strings.Cut(domain, ".")
		if !strings.Contains(above, ".") {
			return domain, nil, nil
		}
		domain = above
	}
	return domain, nil, nil
}
