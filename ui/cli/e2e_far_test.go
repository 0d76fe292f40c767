package cli

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"blanche/campaigns/deliver/relay"
)

// onRequest skips what is worth its time for its figures alone: they say
// something about a machine that has nothing else to do.
func onRequest(t *testing.T) {
	t.Helper()
	if os.Getenv("BLANCHE_MEASURE") == "" {
		t.Skip("BLANCHE_MEASURE=1 measures this, on a machine at rest")
	}
}

// load is how much the machine has to do, beside a figure of time.
func load() string {
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "load unknown"
	}
	return "load " + strings.Join(strings.Fields(string(raw))[:2], " ")
}

// spread is the middle and the 99th of a hundred.
func spread(all []time.Duration) (p50, p99 time.Duration) {
	all = slices.Sorted(slices.Values(all))
	return all[len(all)/2].Round(100 * time.Microsecond), all[len(all)*99/100].Round(100 * time.Microsecond)
}

// process as the kernel counts it.
type counted int

// worked is the time it has had of a processor.
func (c counted) worked() time.Duration {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c))
	if err != nil {
		return 0
	}
	f := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')'):]))
	user, _ := strconv.Atoi(f[12])
	system, _ := strconv.Atoi(f[13])
	return time.Duration(user+system) * 10 * time.Millisecond // in hundredths of a second, whatever the machine
}

// holds is what it has in memory now, in megabytes.
func (c counted) holds() int {
	raw, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", c))
	f := append(strings.Fields(string(raw)), "0", "0")
	pages, _ := strconv.Atoi(f[1])
	return pages * os.Getpagesize() >> 20
}

// keyFile lets somebody in, with a key made here, for the real ssh.
func (p *program) keyFile(name, role string) string {
	p.t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		p.t.Fatal(err)
	}
	block, err := gossh.MarshalPrivateKey(private, "")
	if err != nil {
		p.t.Fatal(err)
	}
	key, err := gossh.NewPublicKey(public)
	if err != nil {
		p.t.Fatal(err)
	}
	p.write(name, pem.EncodeToMemory(block))
	p.write(name+".pub", gossh.MarshalAuthorizedKey(key))
	p.must("user", "add", name, "--key", name+".pub", "--role", role)
	return filepath.Join(p.dir, name)
}

// far is the screens by the real ssh in a terminal: what it gets is what the
// channel of the session carries. Words before the ssh run it elsewhere.
func (p *program) far(address, key string, before ...string) *terminal {
	p.t.Helper()
	client, err := exec.LookPath("ssh")
	if err != nil {
		p.t.Skip("no ssh here: ", err)
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.Command(client)
	cmd.Args = append(before, client, "-F", "none", "-tt", "-p", port, "-i", key, "-l", "anybody", "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
		"-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile="+key+".hosts", "-o", "LogLevel=ERROR",
		"-o", "SetEnv=COLORTERM=truecolor LANG=fr_FR.UTF-8", host)
	if cmd.Path, err = exec.LookPath(cmd.Args[0]); err != nil {
		p.t.Skip(err)
	}
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.dir}
	return openTerminal(p.t, 160, 48, cmd)
}

// reach waits for a whole frame, and returns when it was there.
func (x *terminal) reach() time.Time {
	x.t.Helper()
	until(x.t, "a frame", func() bool {
		l := x.lines()
		return l[0] != "" && strings.Contains(l[len(l)-1], "?")
	})
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.last
}

// pointed tells whether the cursor of a table stands in a row of the screen.
func (x *terminal) pointed(row int) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	c := x.em.CellAt(1, row)
	return c != nil && c.Content == "▸"
}

// steps moves the cursor down and up, at the pace of fingers, and returns how
// long each step took to be on the screen.
func (x *terminal) steps(n int) (took []time.Duration) {
	x.t.Helper()
	at := slices.IndexFunc(x.lines(), func(l string) bool { return strings.HasPrefix(l, " ▸") })
	if at < 0 {
		x.t.Fatalf("no cursor:\n%s", x.text())
	}
	for i := range n {
		key, next := "j", at+1
		if i%2 == 1 {
			key, next = "k", at
		}
		begin := time.Now()
		x.write(key)
		for !x.pointed(next) {
			if time.Since(begin) > longEnough {
				x.t.Fatalf("the cursor does not come to row %d:\n%s", next, x.text())
			}
			time.Sleep(100 * time.Microsecond)
		}
		x.mu.Lock()
		took = append(took, x.last.Sub(begin))
		x.mu.Unlock()
		time.Sleep(time.Duration(40+i%17) * time.Millisecond)
	}
	return took
}

// campaigning is a service with a door to the network and a campaign that sends
// so many messages a second once it is launched.
func campaigning(t *testing.T, people, rate int, args ...string) (p *program, r *relay.Relay, service *process, address string) {
	t.Helper()
	s := newShop(t, "")
	r = s.listen(relay.Options{Latency: time.Millisecond})
	p = newProgram(s)
	p.people(people)
	p.must("campaign", "rate", "noel-15", strconv.Itoa(rate))
	p.keyFile("anne", "manager")
	service = p.serve(append([]string{"--ssh", "127.0.0.1:0"}, args...)...)
	return p, r, service, regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(service.err.String())
}

// watcher is somebody at the live screen, far away, without a terminal.
type watcher struct {
	mu   sync.Mutex
	seen []byte
	n    int
}

func (w *watcher) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen, w.n = append(w.seen, b...), w.n+len(b)
	if len(w.seen) > 1<<16 {
		w.seen = w.seen[len(w.seen)-1<<12:]
	}
	return len(b), nil
}

// has tells whether a text came among what was drawn last.
func (w *watcher) has(text string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return bytes.Contains(w.seen, []byte(text))
}

// bytes is how many came.
func (w *watcher) bytes() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.n
}

// screens opens the screens at 160×48, and returns where to type.
func (c *caller) screens(w *watcher) io.Writer {
	c.t.Helper()
	s, err := c.conn.NewSession()
	if err != nil {
		c.t.Fatal(err)
	}
	in, err := s.StdinPipe()
	if err != nil {
		c.t.Fatal(err)
	}
	s.Stdout = w
	_ = s.Setenv("COLORTERM", "truecolor")
	if err := s.RequestPty("xterm-256color", 48, 160, nil); err != nil {
		c.t.Fatal(err)
	}
	if err := s.Shell(); err != nil {
		c.t.Fatal(err)
	}
	return in
}

// gauge is a figure that a service gives to its monitor.
func (x *process) gauge(name string) int {
	x.t.Helper()
	at := regexp.MustCompile(`http://[0-9.:]+`).FindString(x.err.String())
	c := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: longEnough}
	r, err := c.Get(at + "/metrics")
	if err != nil {
		x.t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	text, _ := io.ReadAll(r.Body)
	m := regexp.MustCompile(`(?m)^` + name + `(?:\{.*\})? (\d+)$`).FindSubmatch(text)
	if m == nil {
		x.t.Fatalf("no %s in\n%s", name, text)
	}
	n, _ := strconv.Atoi(string(m[1]))
	return n
}
