package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// site is a server of this machine with a certificate of its own authority,
// and the file of that authority.
func site(t *testing.T, h http.HandlerFunc) (s *httptest.Server, caFile string) {
	t.Helper()
	s = httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // of the handshakes that are to fail
	s.StartTLS()
	t.Cleanup(s.Close)
	caFile = filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw})
	if err := os.WriteFile(caFile, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return s, caFile
}

func TestTheCertificateIsSeenAsASendingWouldSeeIt(t *testing.T) {
	t.Parallel()
	s, ca := site(t, nil)
	address := s.Listener.Addr().String()
	p := System()
	until, err := p.Certificate(context.Background(), Endpoint{Address: address, Host: "example.com", CAFile: ca})
	if err != nil || !until.Equal(s.Certificate().NotAfter) {
		t.Errorf("%v, %v", until, err)
	}
	var unknown x509.UnknownAuthorityError
	if _, err := p.Certificate(context.Background(), Endpoint{Address: address, Host: "example.com"}); !errors.As(err, &unknown) {
		t.Errorf("an unknown authority: %v", err)
	}
	var other x509.HostnameError
	if _, err := p.Certificate(context.Background(), Endpoint{Address: address, Host: "relay.example", CAFile: ca}); !errors.As(err, &other) {
		t.Errorf("another name: %v", err)
	}
	if _, err := p.Certificate(context.Background(), Endpoint{Address: address, Host: "example.com", CAFile: "nowhere"}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}

// smtp speaks the first words of a relay, then what the test wants.
func smtp(t *testing.T, answers map[string]string, secure *tls.Config) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	t.Cleanup(func() { _ = l.Close(); <-ended })
	go func() {
		defer close(ended)
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close() //nolint:errcheck // a test
		_, _ = io.WriteString(c, answers["hello"])
		in := textproto.NewConn(c)
		for {
			line, err := in.ReadLine()
			if err != nil {
				return
			}
			verb, _, _ := strings.Cut(line, " ")
			_, _ = io.WriteString(c, answers[verb])
			if verb == "STARTTLS" {
				_ = tls.Server(c, secure).Handshake()
				return
			}
		}
	}()
	return l.Addr().String()
}

func TestTheCertificateOfARelayIsSeenBehindStartTLS(t *testing.T) {
	t.Parallel()
	s, ca := site(t, nil)
	good := map[string]string{"hello": "220 relay.example\r\n", "EHLO": "250-relay.example\r\n250 STARTTLS\r\n", "STARTTLS": "220 go\r\n"}
	with := func(verb, answer string) map[string]string {
		c := map[string]string{}
		for k, v := range good {
			c[k] = v
		}
		c[verb] = answer
		return c
	}
	cases := map[string]struct {
		answers map[string]string
		good    bool
	}{
		"good":          {good, true},
		"no TLS":        {with("STARTTLS", "502 no\r\n"), false},
		"busy":          {with("hello", "421 later\r\n"), false},
		"speaks before": {with("STARTTLS", "220 go\r\n250 injected\r\n"), false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
			defer cancel()
			address := smtp(t, c.answers, s.TLS)
			until, err := System().Certificate(ctx, Endpoint{Address: address, Host: "example.com", StartTLS: true, CAFile: ca})
			if c.good != (err == nil) || c.good && !until.Equal(s.Certificate().NotAfter) {
				t.Errorf("%v, %v", until, err)
			}
		})
	}
}

func TestTheClockOfASiteIsRead(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodHead {
			t.Error(r.Method)
		}
		w.Header().Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
		w.Header().Set("Location", "http://192.0.2.1/")
		w.WriteHeader(http.StatusFound)
	}))
	defer s.Close()
	off, err := System().Date(context.Background(), s.URL)
	if err != nil || (off-time.Hour).Abs() > time.Minute {
		t.Errorf("%v, %v", off, err)
	}
}

func TestTheMachineAnswers(t *testing.T) {
	t.Parallel()
	p := System()
	dir := t.TempDir()
	if d, err := p.Disk(dir); err != nil || d.Free == 0 || d.ReadOnly {
		t.Errorf("%+v, %v", d, err)
	}
	if n, err := p.Memory(); err != nil || n < megabyte {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := p.Descriptors(); err != nil || n < 16 {
		t.Errorf("%d, %v", n, err)
	}
	if err := p.Writable(dir); err != nil {
		t.Error(err)
	}
	if err := p.Writable(dir + "/nowhere"); err == nil {
		t.Error("what is not there may be written into")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Listen(context.Background(), l.Addr().String()); err == nil {
		t.Error("a taken port is free")
	}
	_ = l.Close()
	if err := p.Listen(context.Background(), l.Addr().String()); err != nil {
		t.Error(err)
	}
}

// Another process holds the folder, dies, and leaves its files: the two looks
// tell these apart whatever the file of the holder says.
func TestAHolderThatDiedIsToldFromOneThatLives(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), strings.Repeat("long", 30)) // too long for the address of a socket
	if err := os.MkdirAll(runFolder(dir), 0o700); err != nil {
		t.Fatal(err)
	}
	p := System()
	look := func() Before { return Look(context.Background(), dir, p) }
	if b := look(); b.Holder != nil || b.Locked || b.Socket != NoSocket {
		t.Errorf("nothing there: %+v", b)
	}
	f, err := os.Create(filepath.Join(dir, "crm.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // a test
	dead := exec.Command("true")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	write := func(pid int) {
		raw, _ := json.Marshal(Holder{PID: pid, Command: "serve", Since: now})
		if err := os.WriteFile(filepath.Join(dir, "holder"), raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(dead.Process.Pid)
	if b := look(); b.Holder == nil || b.Alive || b.Locked {
		t.Errorf("dead: %+v", b)
	}
	write(os.Getpid())
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	folder, err := os.Open(runFolder(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close() //nolint:errcheck // a test
	socket, err := net.Listen("unix", "/proc/self/fd/"+strconv.Itoa(int(folder.Fd()))+"/attach.sock")
	if err != nil {
		t.Fatal(err)
	}
	socket.(*net.UnixListener).SetUnlinkOnClose(false)
	if b := look(); b.Holder == nil || !b.Alive || !b.Locked || b.Socket != Answers {
		t.Errorf("alive: %+v", b)
	}
	_ = socket.Close()
	if b := look(); b.Socket != Silent || b.Why == nil {
		t.Errorf("stale: %+v", b)
	}
}
