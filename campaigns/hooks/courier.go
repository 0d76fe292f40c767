package hooks

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// Letter is one event for one receiver.
type Letter struct {
	URL    string
	Zone   Zone
	Secret string // that it is signed with; empty: not signed
	ID     string // the same for every try
	Event  string
	At     time.Time // of the try, which the signature says
	Body   []byte
}

// The codes of what became of a letter. Beside them there is "http_" and the
// number of the answer.
const (
	Taken       = ""
	Redirected  = "redirect"    // never followed
	OutOfBounds = "address"     // the name leads where a receiver may not be
	Late        = "timeout"     // no answer in time
	NoTLS       = "tls"         // a certificate that proves nothing
	Unreachable = "unreachable" // nobody there
	Unreadable  = "unreadable"  // an answer that is none
	Gone        = "http_410"    // the receiver wants nothing any more
)

// The bounds of an answer. Of its body nothing is ever used.
const (
	answerWithin = 10 * time.Second
	answerHead   = 16 << 10
	answerBody   = 4 << 10
)

// Courier takes letters to receivers: see NewCourier. It is safe for
// concurrent use.
type Courier struct {
	zones  [3]http.Client
	within time.Duration // tests wait less
}

// NewCourier makes one.
func NewCourier() *Courier {
	c := &Courier{within: answerWithin}
	for z := range c.zones {
		dialer := net.Dialer{Timeout: answerWithin / 2, Control: Zone(z).control}
		c.zones[z] = http.Client{
			Transport: &http.Transport{
				Proxy: nil, DialContext: dialer.DialContext, MaxResponseHeaderBytes: answerHead, MaxConnsPerHost: 2, IdleConnTimeout: 30 * time.Second,
				TLSHandshakeTimeout: answerWithin / 2, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	return c
}

// Close lets go of the connections that wait for another letter.
func (c *Courier) Close() {
	for z := range c.zones {
		c.zones[z].CloseIdleConnections()
	}
}

// Post takes a letter to its receiver, once, and says what became of it: Taken
// for an answer of 2xx, else a code.
func (c *Courier) Post(ctx context.Context, l Letter) (code string) {
	ctx, cancel := context.WithTimeout(ctx, c.within)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, l.URL, bytes.NewReader(l.Body))
	if err != nil {
		return Unreachable
	}
	h := r.Header
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("User-Agent", "blanche")
	h.Set("X-Blanche-Event", l.Event)
	h.Set("X-Blanche-Event-Id", l.ID)
	if l.Secret != "" {
		timestamp, signature := Sign(l.Secret, l.At, l.Body)
		h.Set("X-Blanche-Timestamp", timestamp)
		h.Set("X-Blanche-Signature", signature)
	}
	answer, err := c.zones[l.Zone].Do(r)
	if err != nil {
		return trouble(err)
	}
	defer func() { _ = answer.Body.Close() }()
	// A short answer leaves the connection good for the next letter.
	_, _ = io.CopyN(io.Discard, answer.Body, answerBody)
	switch n := answer.StatusCode; {
	case n >= 200 && n < 300:
		return Taken
	case n >= 300 && n < 400:
		return Redirected
	default:
		return "http_" + strconv.Itoa(n)
	}
}

// trouble is the code of a letter that was not answered.
func trouble(err error) string {
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var op *net.OpError
	var dns *net.DNSError
	switch {
	case errors.Is(err, errZone):
		return OutOfBounds
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return Late
	case errors.As(err, &authority), errors.As(err, &name), errors.As(err, &invalid), errors.As(err, &record), errors.As(err, &alert):
		return NoTLS
	case errors.As(err, &dns), errors.As(err, &op) && op.Op == "dial":
		return Unreachable
	}
	return Unreadable
}

// The reasons why an address cannot be that of a receiver.
var (
	ErrURL   = errors.New("not an address of https")
	ErrClear = errors.New("in clear over a network")
)

// ZoneOf is where the receiver of an address may be, and refuses an address that
// no letter can go to: other than https, but for this machine; with a name and a
// password, or with a fragment.
func ZoneOf(address string, private bool) (Zone, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return 0, ErrURL
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	at, err := netip.ParseAddr(host)
	here := host == "localhost" || err == nil && at.Unmap().IsLoopback()
	switch {
	case here:
		return Loopback, nil
	case u.Scheme != "https":
		return 0, ErrClear
	case private:
		return Inside, nil
	}
	if err == nil && !Outside.Has(at) {
		return 0, errZone
	}
	return Outside, nil
}
