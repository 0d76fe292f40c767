package doctor

import (
	"context"
	"net"
	"slices"
	"strings"
)

// The limit of look-ups that a receiver makes for one SPF record (RFC 7208,
// 4.6.4), and the number from which the next change may go over it.
const (
	spfMost = 10
	spfMany = 9
)

func (e *exam) spf(ctx context.Context) Result {
	d := e.domain()
	if d == "" {
		return skip("no_domain")
	}
	found, err := e.records(ctx, d, "v=spf1")
	switch {
	case err != nil:
		return skip("unreachable", "domain", d, "why", err)
	case len(found) == 0:
		return fail("none", "domain", d, "line", txt(d, e.spfRecord()))
	case len(found) > 1:
		return fail("several", "domain", d, "n", len(found), "line", txt(d, mergeSPF(found)))
	}
	w := &spfWalk{e: e, ctx: ctx, seen: map[string]bool{d: true}}
	w.count(found[0])
	all := spfAll(found[0])
	values := []any{"domain", d, "n", w.lookups, "all", all}
	switch {
	case w.err != nil:
		return skip("unreachable", "domain", d, "why", w.err)
	case w.broken != "":
		return fail("broken", append(values, "include", w.broken)...)
	case w.lookups > spfMost:
		return fail("long", values...)
	case all == "+all":
		return fail("everybody", append(values, "line", txt(d, closeSPF(found[0])))...)
	case all == "" || all == "?all":
		return warn("open", append(values, "line", txt(d, closeSPF(found[0])))...)
	case w.lookups >= spfMany:
		return warn("many", values...)
	}
	return ok("ok", values...)
}

// txt is a line for the zone of a domain. A string of it holds 255 bytes (RFC
// 1035, 3.3.14); receivers put several together.
func txt(name, value string) string {
	const most = 255
	parts := []string{name + ".", "IN", "TXT"}
	for len(value) > most {
		parts, value = append(parts, `"`+value[:most]+`"`), value[most:]
	}
	return strings.Join(append(parts, `"`+value+`"`), " ")
}

// spfRecord is the record that lets the relay of the settings send, and
// nobody else be believed. A relay of this machine sends from it: mx is the
// nearest name for that.
func (e *exam) spfRecord() string {
	u := e.theRelay()
	if u == nil {
		return "v=spf1 mx ~all"
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	switch {
	case host == "localhost" || ip != nil && (ip.IsLoopback() || ip.IsPrivate()):
		return "v=spf1 mx ~all"
	case ip != nil && ip.To4() != nil:
		return "v=spf1 ip4:" + host + " ~all"
	case ip != nil:
		return "v=spf1 ip6:" + host + " ~all"
	}
	return "v=spf1 a:" + host + " ~all"
}

func isAll(term string) bool { return strings.TrimLeft(strings.ToLower(term), "+-~?") == "all" }

// spfAll is the last word of a record, with its sign; empty without one.
// What redirects has that of another record.
func spfAll(record string) string {
	for term := range strings.FieldsSeq(strings.ToLower(record)) {
		switch {
		case term == "all":
			return "+all"
		case isAll(term):
			return term
		case strings.HasPrefix(term, "redirect="):
			return term
		}
	}
	return ""
}

// closeSPF is a record that ends on ~all.
func closeSPF(record string) string {
	terms := slices.DeleteFunc(strings.Fields(record), isAll)
	return strings.Join(append(terms, "~all"), " ")
}

// mergeSPF makes one record of several: every term once, ~all at the end.
func mergeSPF(records []string) string {
	terms := []string{"v=spf1"}
	for _, r := range records {
		for term := range strings.FieldsSeq(r) {
			if !isAll(term) && !slices.Contains(terms, term) && !strings.EqualFold(term, "v=spf1") {
				terms = append(terms, term)
			}
		}
	}
	return strings.Join(append(terms, "~all"), " ")
}

// spfWalk counts what a receiver has to look up for a record, includes
// included.
type spfWalk struct {
	e       *exam
	ctx     context.Context
	seen    map[string]bool
	lookups int
	broken  string // an include without a record of its own: a permanent error
	err     error
}

// count follows the terms of a record (RFC 7208, 4.6.4: include, a, mx, ptr,
// exists and redirect cost one each).
func (w *spfWalk) count(record string) {
	for term := range strings.FieldsSeq(strings.ToLower(record)) {
		term = strings.TrimLeft(term, "+-~?")
		name, value, _ := strings.Cut(term, ":")
		if to, is := strings.CutPrefix(term, "redirect="); is {
			name, value = "redirect", to
		}
		name, _, _ = strings.Cut(name, "/")
		switch name {
		case "a", "mx", "ptr", "exists":
			w.lookups++
		case "include", "redirect":
			w.lookups++
			w.follow(value)
		}
		if w.err != nil || w.lookups > 2*spfMost {
			return
		}
	}
}

func (w *spfWalk) follow(domain string) {
	domain = strings.TrimSuffix(domain, ".")
	if w.seen[domain] || strings.Contains(domain, "%{") || w.lookups > 2*spfMost {
		return // a circle costs no end; a macro is known with a message only
	}
	w.seen[domain] = true
	found, err := w.e.records(w.ctx, domain, "v=spf1")
	switch {
	case err != nil:
		w.err = err
	case len(found) != 1:
		w.broken = domain
	default:
		w.count(found[0])
	}
}
