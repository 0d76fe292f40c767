package web_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"blanche/ui/web"
)

// certify writes a certificate of this machine and its key, and returns who trusts
// it.
func certify(t *testing.T, dir string, serial int64) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(serial), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{"public.pem": {Type: "CERTIFICATE", Bytes: der}, "public-key.pem": {Type: "PRIVATE KEY", Bytes: raw}} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		at := time.Now().Add(time.Duration(serial) * time.Minute) // a renewal is newer
		if err := os.Chtimes(file, at, at); err != nil {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool.AddCert(parsed)
	return pool
}

// listening is a site over a real connection, until the test ends; empty secret: in
// clear.
func listening(t *testing.T, secret *tls.Config, l web.Limits) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	at, err := web.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		done <- newSite(&desk{}, l).Serve(ctx, at, secret, slog.New(slog.NewTextHandler(io.Discard, nil)))
	}()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return at.Addr().String()
}

func client(t *testing.T, c *tls.Config) *http.Client {
	transport := &http.Transport{TLSClientConfig: c, DisableKeepAlives: true}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: 10 * time.Second}
}

func TestACertificateOfTwoFilesServesThePagesAndARenewalNeedsNoRestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "public.pem"), filepath.Join(dir, "public-key.pem")
	if _, err := web.Certificate(cert, key); err == nil {
		t.Errorf("without files: %v", err)
	}
	const serial = int64(1)
	pool := certify(t, dir, serial)
	secret, err := web.Certificate(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	at := listening(t, secret, web.Limits{})
	ask := func(pool *x509.CertPool, most uint16) (*http.Response, error) {
		r, err := client(t, &tls.Config{RootCAs: pool, MaxVersion: most, MinVersion: tls.VersionTLS10}).Get("https://" + at + "/u/" + known) //nolint:gosec // the old versions must be refused
		if err == nil {
			_, _ = io.Copy(io.Discard, r.Body)
			_ = r.Body.Close()
		}
		return r, err
	}
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		r, err := ask(pool, version)
		if err != nil || r.StatusCode != http.StatusOK || r.TLS.Version != version || r.Header.Get("Strict-Transport-Security") == "" || r.Header.Get("Server") != "" {
			t.Errorf("%x: %v, %v", version, r, err)
		}
	}
	for name, err := range map[string]error{"TLS 1.1": second(ask(pool, tls.VersionTLS11)), "nobody's certificate": second(ask(x509.NewCertPool(), 0))} {
		if err == nil {
			t.Errorf("%s is served", name)
		}
	}
	renewed := certify(t, dir, serial+1)
	if r, err := ask(renewed, 0); err != nil || r.TLS.PeerCertificates[0].SerialNumber.Int64() != serial+1 {
		t.Errorf("the renewal: %v", err)
	}
	if err := os.WriteFile(cert, []byte("half of it"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ask(renewed, 0); err != nil {
		t.Errorf("while a renewal is half written: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

// Behind a proxy that has the certificate, each of its people has a bucket of their
// own; who is no proxy of ours cannot make one up.
func TestBehindAProxyPeopleAreToldApartAndOnlyThere(t *testing.T) {
	t.Parallel()
	limits := web.Limits{Burst: 3, Rate: 0.001}
	codes := func(l web.Limits) (out []int) {
		at := listening(t, nil, l)
		c := client(t, nil)
		for i := range 12 {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+at+"/u/"+known, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("X-Forwarded-For", netip.AddrFrom4([4]byte{203, 0, 113, byte(i % 4)}).String())
			answer, err := c.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			out = append(out, answer.StatusCode)
		}
		return out
	}
	count := func(all []int) (ok int) {
		for _, c := range all {
			if c == http.StatusOK {
				ok++
			}
		}
		return ok
	}
	if n := count(codes(limits)); n != 3 {
		t.Errorf("without a proxy %d of 12 enter", n)
	}
	limits.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	if n := count(codes(limits)); n != 12 {
		t.Errorf("four people behind a proxy: %d of 12 enter", n)
	}
	limits.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	if n := count(codes(limits)); n != 3 {
		t.Errorf("with a proxy elsewhere %d of 12 enter", n)
	}
}
