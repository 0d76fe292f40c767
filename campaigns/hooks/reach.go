package hooks

import (
	"errors"
	"net/netip"
	"syscall"
)

// Zone is where a receiver may be.
type Zone uint8

// The zones.
const (
	Outside  Zone = iota // an address that everybody can reach
	Inside               // those of the shop's own network too
	Loopback             // this machine, and nothing else
)

// special are the networks that are nobody's on the Internet, or lead to others
// by translation, beside those that netip knows (RFC 6890 and the registries of
// special-purpose addresses that it made).
var special = prefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
)

// shared is what providers give to many customers (RFC 6598): a private network
// in all but the name.
var shared = netip.MustParsePrefix("100.64.0.0/10")

func prefixes(all ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(all))
	for i, text := range all {
		out[i] = netip.MustParsePrefix(text)
	}
	return out
}

// Has reports whether an address lies in a zone.
func (z Zone) Has(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	switch {
	case z == Loopback || a.IsLoopback():
		return z == Loopback && a.IsLoopback()
	case z == Inside && (a.IsPrivate() || shared.Contains(a)):
		return true
	case !a.IsGlobalUnicast() || a.IsPrivate():
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

var errZone = errors.New("an address out of bounds")

// control refuses a connection to an address outside a zone: it is asked once the
// name is resolved, so that no answer of a name server leads elsewhere.
func (z Zone) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !z.Has(at.Addr()) {
		return errZone
	}
	return nil
}
