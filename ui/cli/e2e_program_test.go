package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// program is the real program, and the shop whose folder it works in.
type program struct {
	*shop
	path string
	by   []string // words before it that start it, when it does not start by itself
}

// newProgram gives a shop the program, built once for all tests and without the
// race detector. The program has the clock of the machine, so the shop takes it
// too.
func newProgram(s *shop) *program {
	s.t.Helper()
	s.begin = time.Now()
	s.now = s.begin
	path, err := built()
	if err != nil {
		s.t.Fatal(err)
	}
	return &program{shop: s, path: path}
}

// builtIn are the folders of the programs that were built.
var builtIn struct {
	mu   sync.Mutex
	dirs []string
}

// built builds the program, once.
var built = sync.OnceValues(func() (string, error) { return builtAs() })

// builtAs builds the program with flags.
func builtAs(flags ...string) (string, error) {
	dir, err := os.MkdirTemp("", "blanche")
	if err != nil {
		return "", err
	}
	builtIn.mu.Lock()
	builtIn.dirs = append(builtIn.dirs, dir)
	builtIn.mu.Unlock()
	path := filepath.Join(dir, "blanche")
	args := append(append([]string{"build"}, flags...), "-o", path, "../..")
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
}

// tidy removes the program when the tests have run.
type tidy struct{ *testing.M }

func (t tidy) Run() int {
	code := t.M.Run()
	for _, dir := range builtIn.dirs {
		_ = os.RemoveAll(dir)
	}
	return code
}

// command is a command line of the program, in the surroundings of the shop.
func (p *program) command(ctx context.Context, args ...string) *exec.Cmd {
	words := append(append(slices.Clone(p.by), p.path), args...)
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Dir = p.dir
	for name, value := range p.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	return cmd
}

// child is a running program.
type child struct {
	t         *testing.T
	cmd       *exec.Cmd
	out, errs output
	ended     chan struct{}
}

// output is what a running program has written so far.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

// Bytes is a copy, to be kept.
func (o *output) Bytes() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	return bytes.Clone(o.b.Bytes())
}

func (o *output) String() string { return string(o.Bytes()) }

// start runs the program beside the test.
func (p *program) start(args ...string) *child {
	p.t.Helper()
	c := &child{t: p.t, cmd: p.command(context.Background(), append(args, "--json")...), ended: make(chan struct{})}
	c.cmd.Stdout, c.cmd.Stderr = &c.out, &c.errs
	if err := c.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	go func() { _ = c.cmd.Wait(); close(c.ended) }()
	p.t.Cleanup(func() { _ = c.cmd.Process.Kill(); <-c.ended })
	return c
}

// gone reports whether the program has ended.
func (c *child) gone() bool {
	select {
	case <-c.ended:
		return true
	default:
		return false
	}
}

// kill ends the program with no chance to do anything more.
func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	<-c.ended
}

// wait waits for the end and returns the exit code.
func (c *child) wait() int {
	c.t.Helper()
	select {
	case <-c.ended:
	case <-time.After(longEnough):
		c.t.Fatalf("still running after %s\n%s", longEnough, c.errs.Bytes())
	}
	return c.cmd.ProcessState.ExitCode()
}

// terminate asks the program to end, as a system does.
func (c *child) terminate() { _ = c.cmd.Process.Signal(syscall.SIGTERM) }

// answeredInside wants that another process, while this one holds the folder,
// is answered inside it, soon.
func (p *program) answeredInside(by *child) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), longEnough)
	defer cancel()
	cmd := p.command(ctx, "audit", "tail", "--who", "nobody-of-that-name")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	begin := time.Now()
	err := cmd.Run()
	took := time.Since(begin)
	if by.gone() {
		p.t.Fatalf("the holder ended first\n%s", by.errs.Bytes())
	}
	if err != nil || took > atMost(3*time.Second) {
		p.t.Errorf("a second process ended with %v after %s, want an answer within 3 s\n%s", err, took, errs.Bytes())
	}
}

// mkcontacts writes a file of people who can be written to.
func (s *shop) mkcontacts(name string, n int) {
	var b strings.Builder
	b.WriteString("email,first_name,city\n")
	for i := range n {
		fmt.Fprintf(&b, "p%d@clients.example,Élodie,Évry\n", i)
	}
	s.write(name, []byte(b.String()))
}
