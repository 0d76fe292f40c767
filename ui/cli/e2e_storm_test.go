package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// caller is somebody with a key, far from the machine.
type caller struct {
	t    *testing.T
	name string
	conn *gossh.Client
}

// newCaller lets somebody in, with a key made here.
func (p *program) newCaller(name, role string) gossh.Signer {
	p.t.Helper()
	raw, err := os.ReadFile(p.keyFile(name, role))
	if err != nil {
		p.t.Fatal(err)
	}
	signer, err := gossh.ParsePrivateKey(raw)
	if err != nil {
		p.t.Fatal(err)
	}
	return signer
}

// calls connects.
func calls(t *testing.T, address, name string, signer gossh.Signer) *caller {
	t.Helper()
	conn, err := gossh.Dial("tcp", address, &gossh.ClientConfig{
		User: "anybody", Auth: []gossh.AuthMethod{gossh.PublicKeys(signer)}, HostKeyCallback: gossh.InsecureIgnoreHostKey(), Timeout: longEnough,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &caller{t, name, conn}
}

// says runs a command over there.
func (c *caller) says(line string) (out []byte, code int, err error) {
	s, err := c.conn.NewSession()
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = s.Close() }()
	var stdout, stderr bytes.Buffer
	s.Stdout, s.Stderr = &stdout, &stderr
	err = s.Run(line)
	if exit, ok := err.(*gossh.ExitError); ok {
		return stderr.Bytes(), exit.ExitStatus(), nil
	}
	return stdout.Bytes(), 0, err
}

// serving starts the process that holds the data, with its door to the network.
func (p *program) serving() (c *child, address string) {
	p.t.Helper()
	c = p.start("serve", "--ssh", "127.0.0.1:0")
	at := regexp.MustCompile(`127\.0\.0\.1:\d+`)
	for end := time.Now().Add(longEnough); ; time.Sleep(10 * time.Millisecond) {
		if address = at.FindString(c.errs.String()); address != "" && strings.Contains(c.errs.String(), "blanche holds") {
			return c, address
		}
		if c.gone() || time.Now().After(end) {
			p.t.Fatalf("serve does not open its doors\n%s", c.errs.String())
		}
	}
}

// memory is the most that a process ever had in memory, in bytes.
func (c *child) memory() int {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", c.cmd.Process.Pid))
	if err != nil {
		c.t.Skip("no /proc here")
	}
	m := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindSubmatch(raw)
	kb, _ := strconv.Atoi(string(m[1]))
	return kb << 10
}

// besideUntil moves the cursor until something is over.
func (x *terminal) besideUntil(over <-chan struct{}) (took []time.Duration) {
	x.t.Helper()
	for {
		took = append(took, x.steps(2)...)
		select {
		case <-over:
			return took
		default:
		}
	}
}

// Fifty managers, each with a key and a connection, change one contact two
// hundred times each, all at once. Nothing of anybody is lost: every manager
// finds his last word, the version counts every change, and the audit has each
// of them in its chain, with its author.
func TestFiftyManagersAndOneContact(t *testing.T) {
	t.Parallel()
	managers, edits := 50, 200
	if raceDetector {
		edits = 20 // all of them in a run without the detector, see .ci/run
	}
	s := newShop(t, "")
	p := newProgram(s)
	s.write("one.csv", []byte("email,city\nlea@clients.example,Évry\n"))
	s.run(0, "import", "contacts", "one.csv", "--basis", "none")
	s.mkcontacts("others.csv", 60)
	s.run(0, "import", "contacts", "others.csv", "--basis", "none")
	key := p.keyFile("anne", "viewer")
	signers := make([]gossh.Signer, managers)
	for i := range signers {
		signers[i] = p.newCaller(fmt.Sprintf("manager-%d", i), "manager")
	}
	var before struct {
		Version int
		ID      any
	}
	if err := json.Unmarshal(s.run(0, "contact", "show", "lea@clients.example"), &before); err != nil {
		t.Fatal(err)
	}
	holder, address := p.serving()
	screen := p.far(address, key)
	screen.reach()
	screen.write("é")
	screen.see("▸")

	var all sync.WaitGroup
	took := make([][]time.Duration, managers)
	begin := time.Now()
	for i, signer := range signers {
		c := calls(t, address, fmt.Sprintf("manager-%d", i), signer)
		all.Go(func() {
			for n := range edits {
				at := time.Now()
				out, code, err := c.says(fmt.Sprintf("contact set lea@clients.example attr.note_%d=%d --json", i, n+1))
				if err != nil || code != 0 {
					t.Errorf("%s, change %d: %d, %v\n%s", c.name, n, code, err, out)
					return
				}
				took[i] = append(took[i], time.Since(at))
			}
		})
	}
	over := make(chan struct{})
	go func() { all.Wait(); close(over) }()
	keys := screen.besideUntil(over)
	sum := slices.Concat(took...)
	if len(sum) != managers*edits {
		t.Fatalf("%d changes of %d\n%s", len(sum), managers*edits, holder.errs.String())
	}
	slices.Sort(sum)
	t.Logf("%d changes in %s: %s half of them, %s 99 of 100; at most %d MB", len(sum), time.Since(begin).Round(time.Millisecond),
		sum[len(sum)/2].Round(100*time.Microsecond), sum[len(sum)*99/100].Round(100*time.Microsecond), holder.memory()>>20)
	p50, p99 := spread(keys)
	t.Logf("%d keys of somebody who looks: %s to their frame, 99 of 100 within %s (%s)", len(keys), p50, p99, load())
	if mb := holder.memory() >> 20; mb >= 250 {
		t.Errorf("%d MB", mb)
	}
	holder.terminate()
	if code := holder.wait(); code != 0 {
		t.Errorf("exit code %d\n%s", code, holder.errs.Bytes())
	}

	var after struct {
		Version    int
		Attributes map[string]any
	}
	if err := json.Unmarshal(s.run(0, "contact", "show", "lea@clients.example"), &after); err != nil {
		t.Fatal(err)
	}
	if want := before.Version + managers*edits; after.Version != want {
		t.Errorf("version %d, want %d", after.Version, want)
	}
	for i := range managers {
		if got := fmt.Sprint(after.Attributes[fmt.Sprintf("note_%d", i)]); got != strconv.Itoa(edits) {
			t.Errorf("manager %d wrote %d last, and %s is there", i, edits, got)
		}
	}
	lines := answers[[]auditJSON](t, s.run(0, "audit", "tail", "--act", "contact.edit", "--limit", strconv.Itoa(2*managers*edits)))[0]
	by := map[string]int{}
	for _, l := range lines {
		by[l.Who]++
	}
	for i := range managers {
		if n := by[fmt.Sprintf("manager-%d", i)]; n != edits {
			t.Errorf("the audit has %d changes of manager %d, want %d", n, i, edits)
		}
	}
	s.run(0, "audit", "verify")
	if _, err := os.Stat(filepath.Join(s.dir, "data", "run", "attach.sock")); err == nil {
		t.Error("the socket is still there")
	}
}
