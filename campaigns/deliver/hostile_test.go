package deliver_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"blanche/campaigns/deliver"
	"blanche/model"
)

func readerOf(c net.Conn) *bufio.Reader { return bufio.NewReaderSize(c, 64<<10) }

// TestHostileRelaysCostLittleMemoryAndTime lets relays talk without end, drip,
// or say nothing, at every moment, to 64 senders at once. It runs alone: it
// measures the heap of the process.
func TestHostileRelaysCostLittleMemoryAndTime(t *testing.T) {
	long, lines := strings.Repeat("x", 4096), "250-and then\r\n"
	before := func(p *peer) { p.hello("PIPELINING") }
	scripts := map[string]func(*peer){
		"a line without end, greeting":  func(p *peer) { endless(p, long) },
		"lines without end, greeting":   func(p *peer) { endless(p, "220-and then\r\n") },
		"lines without end, EHLO":       func(p *peer) { p.say("220 hi"); p.hear(""); endless(p, lines) },
		"a line without end, MAIL":      func(p *peer) { before(p); p.hear(""); endless(p, "250 "+long) },
		"lines without end, MAIL":       func(p *peer) { before(p); p.hear(""); endless(p, lines) },
		"replies without end, MAIL":     func(p *peer) { before(p); p.hear(""); endless(p, "250 ok\r\n") },
		"replies without end, dot":      func(p *peer) { before(p); p.envelope(); p.text(); endless(p, "250 ok\r\n") },
		"lines without end, dot":        func(p *peer) { before(p); p.envelope(); p.text(); endless(p, lines) },
		"silence, greeting":             func(p *peer) { p.silent() },
		"a byte a second, EHLO":         func(p *peer) { p.say("220 hi"); p.hear(""); drip(p, "250 at last") },
		"silence, dot":                  func(p *peer) { before(p); p.envelope(); p.text(); p.silent() },
		"a talk without end beside all": func(p *peer) { before(p); go p.silent(); endless(p, "250 ok\r\n") },
	}
	for name, script := range scripts {
		cfg := serve(t, script)
		cfg.Connections = 64
		cfg.Timeouts = deliver.Timeouts{Greeting: time.Second, Command: time.Second, Transfer: time.Second, Dot: time.Second, Quit: time.Second}
		p, err := deliver.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		var top uint64
		stop := make(chan struct{})
		var watch, all sync.WaitGroup
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		floor := m.HeapAlloc
		watch.Go(func() {
			for tick := time.NewTicker(20 * time.Millisecond); ; {
				select {
				case <-tick.C:
					runtime.ReadMemStats(&m)
					top = max(top, m.HeapAlloc)
				case <-stop:
					tick.Stop()
					return
				}
			}
		})
		start := time.Now()
		for i := range 64 {
			all.Go(func() {
				r := p.Send(context.Background(), letter(i), nil)
				if dot := strings.HasSuffix(name, "dot"); r.Result == model.SendAccepted && !dot && !strings.Contains(name, "talk") || r.Result == model.SendRefused {
					t.Errorf("%s: %+v", name, r)
				}
			})
		}
		all.Wait()
		took := time.Since(start)
		close(stop)
		watch.Wait()
		_ = p.Close()
		if mib := float64(top-min(top, floor)) / (1 << 20); mib > 64 {
			t.Errorf("%s: %.0f MiB live", name, mib)
		}
		if took > 2*time.Minute {
			t.Errorf("%s: took %s", name, took)
		}
	}
}

// script is a connection whose other side has said everything beforehand.
type script struct {
	net.Conn
	said  io.Reader
	heard bytes.Buffer
}

func (s *script) Read(p []byte) (int, error)       { return s.said.Read(p) }
func (s *script) Write(p []byte) (int, error)      { return s.heard.Write(p) }
func (s *script) Close() error                     { return nil }
func (s *script) RemoteAddr() net.Addr             { return &net.UnixAddr{} }
func (s *script) SetDeadline(time.Time) error      { return nil }
func (s *script) SetReadDeadline(time.Time) error  { return nil }
func (s *script) SetWriteDeadline(time.Time) error { return nil }

// pieces reads at most n bytes at a time.
type pieces struct {
	io.Reader
	n int
}

func (r *pieces) Read(p []byte) (int, error) { return r.Reader.Read(p[:min(len(p), r.n)]) }

// FuzzReplies lets a relay say anything: nothing panics, and a message is
// accepted only when the replies, read by a simpler reader, give it the right.
func FuzzReplies(f *testing.F) {
	for _, s := range []string{
		"250 ok\r\n250 ok\r\n354 go\r\n250 2.0.0 queued\r\n", "250-a\r\n250 b\r\n250 ok\r\n354\r\n250\r\n221 bye\r\n",
		"250 ok\r\n550 5.1.1 no\r\n354 go\r\n554 nobody\r\n", "250 ok\n250 ok\n354 go\n451 4.3.0 later\n", "421 bye\r\n", "yes\r\n",
		"250 ok\r\n250 ok\r\n354 go\r\n25", "250 ok\r\n250 ok\r\n503 no\r\n", "250 ok\r\n250 ok\r\n354 go\r\n250-x\r\n550 y\r\n",
	} {
		for mode := range uint8(4) {
			f.Add(s, mode, uint8(7))
		}
	}
	f.Fuzz(func(t *testing.T, said string, mode, n uint8) {
		cfg := deliver.Config{Host: "127.0.0.1", Port: "25", Security: deliver.None, Mode: modes[int(mode)%len(modes)]}
		dials := 0
		cfg.Dial = func(context.Context, string, string) (net.Conn, error) {
			if dials++; dials > 1 {
				return nil, errors.New("once is enough")
			}
			all := "220 hi\r\n250-hi\r\n250 PIPELINING\r\n" + said
			greet := io.MultiReader(strings.NewReader(all[:8]), strings.NewReader(all[8:31]), &pieces{strings.NewReader(all[31:]), int(n)%64 + 1})
			return &script{said: greet}, nil
		}
		p, err := deliver.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		r := p.Send(context.Background(), envelope(), nil)
		_ = p.Close()
		if r.Result == model.SendAccepted && !entitled(said, cfg.Mode) {
			t.Errorf("%s: accepted on %q", cfg.Mode, said)
		}
		if r.UserUnknown && !strings.Contains(said, "5.1.") {
			t.Errorf("unknown on %q", said)
		}
		if len(r.Text) > 500 || strings.ContainsAny(r.Text, "\r\n") {
			t.Errorf("text %q", r.Text)
		}
	})
}

// entitled reads replies the simple way: MAIL, RCPT, DATA and dot were taken.
func entitled(said string, mode deliver.Mode) bool {
	want := []string{"2", "2", "354", "2"}
	if mode == deliver.BDAT {
		want = []string{"2", "2", "2"}
	}
	for _, w := range want {
		for more := true; more; {
			line, rest, whole := strings.Cut(said, "\n")
			if !whole || !strings.HasPrefix(line, w) {
				return false
			}
			said, more = rest, len(line) > 3 && line[3] == '-'
		}
	}
	return true
}

func TestPlainAddressesAreValidAddresses(t *testing.T) {
	t.Parallel()
	for _, a := range []string{
		"a@b.example", "a.b-c_d+e@x-y.b.example", strings.Repeat("a", 64) + "@b.example", "1@2.example", "@b.example", "a@b", "a@.b", "a@b.",
		".a@b.example", "a.@b.example", "a..b@c.example", "a@b..c", "a@-b.example", "a@b-.example", "a@b.example-", "a b@c.example", "a@b@c.example",
		strings.Repeat("a", 65) + "@b.example", "a@" + strings.Repeat("b", 64) + ".example", "a@" + strings.Repeat("b.", 130) + "example", "a@b.é",
		"a@x_y.example", "a@x+y.example", "-a@b.example", "a-@b.example",
	} {
		if deliver.Plain(a) && !model.ValidEmail(a) {
			t.Errorf("%q is not valid", a)
		}
	}
	if !deliver.Plain("elodie.martin-duval+news@clients.example") {
		t.Error("a usual address takes the long way")
	}
}

func FuzzPlainAddress(f *testing.F) {
	f.Add("a.b-c@d-e.example")
	f.Fuzz(func(t *testing.T, a string) {
		if deliver.Plain(a) && !model.ValidEmail(a) {
			t.Errorf("%q", a)
		}
	})
}

// FuzzTexts checks what is known of a text, and that stuffing undone gives it back.
func FuzzTexts(f *testing.F) {
	for _, s := range oddTexts {
		if len(s) < 1000 {
			f.Add(s)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		loose, dots, eight, bad := deliver.Look([]byte(s))
		lf := "\n" + strings.ReplaceAll(s, "\r\n", "\n")
		wantBad := strings.ContainsAny(lf, "\r\x00")
		if bad != wantBad {
			t.Fatalf("%q: bad %v", s, bad)
		}
		if bad {
			return
		}
		if w := s != "" && s != asWired(s); loose != w {
			t.Errorf("%q: loose %v", s, loose)
		}
		if w := strings.Contains(lf, "\n."); dots != w {
			t.Errorf("%q: dots %v", s, dots)
		}
		if w := strings.IndexFunc(s, func(r rune) bool { return r > 127 }) >= 0; eight != w {
			t.Errorf("%q: eight %v", s, eight)
		}
		if s != "" {
			if got := string(deliver.Wired([]byte(s))); got != asWired(s) {
				t.Errorf("%q became %q", s, got)
			}
		}
		if got := strings.ReplaceAll("\n"+string(deliver.Stuffed([]byte(s))), "\n.", "\n"); !loose && got != "\n"+s {
			t.Errorf("%q stuffed: %q", s, got)
		}
	})
}
