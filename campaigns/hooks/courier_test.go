package hooks

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func letterTo(url string, zone Zone) Letter {
	return Letter{URL: url, Zone: zone, Secret: strings.Repeat("s", 32), ID: "evt_1", Event: "campaign.done", At: time.Now(), Body: []byte(`{"id":"evt_1"}`)}
}

// Whatever a receiver answers, it is a code, soon, and nothing of it is followed
// or kept.
func TestEachAnswerIsACode(t *testing.T) {
	t.Parallel()
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	free := make(chan struct{})
	answers := map[string]struct {
		do   http.HandlerFunc
		want string
	}{
		"/ok":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }, Taken},
		"/endless": {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.CopyN(w, endless{}, 1<<20) }, Taken},
		"/500":     {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, "http_500"},
		"/410":     {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(410) }, Gone},
		"/moved": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
		}, Redirected},
		"/slow":    {func(_ http.ResponseWriter, r *http.Request) { <-free }, Late},
		"/headers": {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X", strings.Repeat("x", 1<<20)) }, Unreadable},
		"/garbage": {func(w http.ResponseWriter, _ *http.Request) {
			c, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				_, _ = io.WriteString(c, "SSH-2.0-nonsense\r\n\r\n")
				_ = c.Close()
			}
		}, Unreadable},
	}
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if Verify([]string{strings.Repeat("s", 32)}, r.Header.Get("X-Blanche-Timestamp"), r.Header.Get("X-Blanche-Signature"), body, time.Now()) != Genuine {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		answers[r.URL.Path].do(w, r)
	}))
	defer site.Close()
	c := NewCourier()
	defer c.Close()
	c.within = 2 * time.Second
	for path, a := range answers {
		if got := c.Post(context.Background(), letterTo(site.URL+path, Loopback)); got != a.want {
			t.Errorf("%s: %q, not %q", path, got, a.want)
		}
	}
	if elsewhere.Load() != 0 {
		t.Error("a redirection was followed")
	}
	wrong := letterTo(site.URL+"/ok", Loopback)
	wrong.Secret = "another"
	if got := c.Post(context.Background(), wrong); got != "http_401" { // the control
		t.Errorf("a letter with another secret: %q", got)
	}
	close(free)
	site.Close()
	c.Close()
	if got := NewCourier().Post(context.Background(), letterTo(site.URL+"/ok", Loopback)); got != Unreachable {
		t.Errorf("nobody there: %q", got)
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

// A name that leads to an address out of bounds is refused once it is resolved,
// before a byte leaves; a certificate of nobody proves nothing.
func TestALetterGoesToNoAddressOutOfBounds(t *testing.T) {
	t.Parallel()
	var came atomic.Int32
	site := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { came.Add(1) }))
	defer site.Close()
	site.Config.ErrorLog = nil
	_, port, err := net.SplitHostPort(site.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	c := NewCourier()
	defer c.Close()
	for url, zones := range map[string]map[Zone]string{
		"https://localhost:" + port: {Outside: OutOfBounds, Inside: OutOfBounds, Loopback: NoTLS},
		"https://127.0.0.1:" + port: {Outside: OutOfBounds, Inside: OutOfBounds, Loopback: NoTLS},
	} {
		for zone, want := range zones {
			if got := c.Post(context.Background(), letterTo(url, zone)); got != want {
				t.Errorf("%s from zone %d: %q, not %q", url, zone, got, want)
			}
		}
	}
	if came.Load() != 0 {
		t.Error("a letter came out of bounds")
	}
	host, err := os.Hostname()
	if err != nil {
		t.Skip("this machine has no name")
	}
	names, err := net.DefaultResolver.LookupHost(context.Background(), host)
	if err != nil {
		t.Skipf("nobody knows %s: %v", host, err)
	}
	for _, n := range names {
		if a, err := netip.ParseAddr(n); err != nil || Outside.Has(a) {
			t.Skipf("%s is %s, which is not private", host, n)
		}
	}
	if got := c.Post(context.Background(), letterTo("https://"+host+":"+port, Outside)); got != OutOfBounds {
		t.Errorf("the name of a private address: %q", got)
	}
}

func TestZonesHaveTheirAddresses(t *testing.T) {
	t.Parallel()
	for zone, all := range map[Zone]map[string]bool{
		Outside: {
			"93.184.215.14": true, "2606:2800:21f::1": true, "10.0.0.1": false, "192.168.1.1": false, "172.16.0.1": false, "169.254.169.254": false, "100.64.0.1": false,
			"127.0.0.1": false, "::1": false, "0.0.0.0": false, "::": false, "255.255.255.255": false, "224.0.0.1": false, "fe80::1": false, "fc00::1": false, "fd00:ec2::254": false,
			"::ffff:10.0.0.1": false, "::ffff:127.0.0.1": false, "64:ff9b::a00:1": false, "2002:a00:1::": false, "::a00:1": false, "2001::1": false, "198.18.0.1": false, "fec0::1": false,
		},
		Inside:   {"93.184.215.14": true, "10.0.0.1": true, "fd00::1": true, "100.64.0.1": true, "169.254.169.254": false, "127.0.0.1": false, "::ffff:127.0.0.1": false, "0.0.0.0": false},
		Loopback: {"127.0.0.1": true, "127.8.8.8": true, "::1": true, "10.0.0.1": false, "93.184.215.14": false},
	} {
		for text, want := range all {
			if got := zone.Has(netip.MustParseAddr(text)); got != want {
				t.Errorf("zone %d has %s: %v", zone, text, got)
			}
		}
	}
	for url, want := range map[string]error{
		"https://erp.example/x": nil, "http://127.0.0.1:8080/": nil, "http://localhost./": nil, "http://erp.example/": ErrClear, "ftp://erp.example/": ErrURL, "https://u:p@erp.example/": ErrURL,
		"https://10.0.0.1/": errZone, "https://[::ffff:10.0.0.1]/": errZone, "https:///x": ErrURL, "https://erp.example/#x": ErrURL,
	} {
		if _, err := ZoneOf(url, false); err != want {
			t.Errorf("%s: %v, not %v", url, err, want)
		}
	}
	if zone, err := ZoneOf("https://10.0.0.1/", true); zone != Inside || err != nil {
		t.Errorf("a private address that is allowed: %v %v", zone, err)
	}
}

func TestTriesGrowApartAndEnd(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	var sum time.Duration
	for tries := 1; tries < MostTries; tries++ {
		if Wait(tries+1) < Wait(tries) || Over(tries, "http_500", now, now) {
			t.Errorf("after %d tries", tries)
		}
		sum += Wait(tries)
	}
	if sum < 24*time.Hour || sum > GiveUp {
		t.Errorf("tried for %v", sum)
	}
	if !Over(MostTries, "http_500", now, now) || !Over(1, Gone, now, now) || !Over(1, "timeout", now.Add(-GiveUp), now) || Rest(0) != 0 || Rest(100) != 5*time.Minute {
		t.Error("the end of tries")
	}
}
