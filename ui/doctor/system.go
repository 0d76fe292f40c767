package doctor

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/textproto"
	"os"
	"strconv"
	"strings"
	"time"

	"blanche/ui/web"
)

// System asks this machine and its network.
func System() Probes {
	p := machineProbes()
	p.UID, p.PID = os.Getuid(), os.Getpid()
	p.Dial = dialSocket
	p.Listen = tryListen
	p.Resolver = net.DefaultResolver
	p.Date = dateOf
	p.Certificate = certificateOf
	p.Reach = web.Reach
	p.Memory = memoryAvailable
	return p
}

func tryListen(ctx context.Context, address string) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	return l.Close()
}

// dateOf asks a site for the time. The header counts whole seconds, so the
// middle of one is taken, and the middle of the time that the answer took.
func dateOf(ctx context.Context, url string) (time.Duration, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodHead, url, nil)
	if err != nil {
		return 0, err
	}
	c := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, Proxy: http.ProxyFromEnvironment},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	asked := time.Now()
	res, err := c.Do(r)
	if err != nil {
		return 0, err
	}
	_ = res.Body.Close()
	took := time.Since(asked)
	date, err := http.ParseTime(res.Header.Get("Date"))
	if err != nil {
		return 0, err
	}
	return date.Add(time.Second / 2).Sub(asked.Add(took / 2)), nil
}

// certificateOf shakes hands with a place, as strictly as a sending would.
func certificateOf(ctx context.Context, e Endpoint) (time.Time, error) {
	roots, err := authorities(e.CAFile)
	if err != nil {
		return time.Time{}, err
	}
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", e.Address)
	if err != nil {
		return time.Time{}, err
	}
	defer c.Close() //nolint:errcheck // only looked at
	if until, has := ctx.Deadline(); has {
		if err := c.SetDeadline(until); err != nil {
			return time.Time{}, err
		}
	}
	if e.StartTLS {
		if err := startTLS(c); err != nil {
			return time.Time{}, err
		}
	}
	secure := tls.Client(c, &tls.Config{ServerName: e.Host, RootCAs: roots, MinVersion: tls.VersionTLS12})
	if err := secure.HandshakeContext(ctx); err != nil {
		return time.Time{}, err
	}
	first := secure.ConnectionState().PeerCertificates[0].NotAfter
	for _, other := range secure.ConnectionState().PeerCertificates[1:] {
		if other.NotAfter.Before(first) {
			first = other.NotAfter
		}
	}
	return first, nil
}

func authorities(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	pem, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, errors.New("no certificate in " + file)
	}
	return pool, nil
}

// startTLS speaks SMTP up to the handshake (RFC 3207). A relay that says more
// than its answer in clear could have it taken for a part of what follows.
func startTLS(c net.Conn) error {
	text := textproto.NewReader(bufio.NewReaderSize(c, 512))
	for _, step := range []struct {
		say  []string
		code int
	}{{nil, 220}, {[]string{"EHLO", "localhost"}, 250}, {[]string{"STARTTLS"}, 220}} {
		if step.say != nil {
			if _, err := fmt.Fprintf(c, "%s\r\n", strings.Join(step.say, " ")); err != nil {
				return err
			}
		}
		if _, _, err := text.ReadResponse(step.code); err != nil {
			return err
		}
	}
	if text.R.Buffered() > 0 {
		return errors.New("the relay speaks before the handshake")
	}
	return nil
}

// memoryAvailable is what programs may take without others being moved to the
// disk (proc_meminfo(5)).
func memoryAvailable() (uint64, error) {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] == "MemAvailable:" {
			kilobytes, err := strconv.ParseUint(fields[1], 10, 64)
			return kilobytes << 10, err
		}
	}
	return 0, errors.ErrUnsupported
}
