package ssh_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	gossh "golang.org/x/crypto/ssh"

	"blanche/ui/ssh"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// soon is far more than anything here takes; it ends a test that hangs.
const soon = 2 * time.Minute

// until waits for a condition.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(soon); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

// serving makes a server.
func serving(t *testing.T, opt ssh.Options) *ssh.Server {
	t.Helper()
	s, err := ssh.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// atHome opens the Unix socket of a folder, short enough for an address.
func atHome(t *testing.T, opt ssh.Options) (dir string, s *ssh.Server) {
	t.Helper()
	dir = shortDir(t)
	s = serving(t, opt)
	l, err := ssh.Listen(dir, ssh.Attach)
	if err != nil {
		t.Fatal(err)
	}
	behind(t, s, func() error { return s.ServeLocal(l) })
	return dir, s
}

// shortDir is a folder whose name leaves room in the address of a socket.
func shortDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "door")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// behind serves until the test ends, which must be without an error.
func behind(t *testing.T, s *ssh.Server, serve func() error) {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- serve() }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), soon)
		defer cancel()
		if err := s.Close(ctx); err != nil {
			t.Errorf("close: %v", err)
		}
		if err := <-ended; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
}

func attach(t *testing.T, dir string) *ssh.Client {
	t.Helper()
	c, err := ssh.Dial(t.Context(), dir, ssh.Attach)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// said is what one call wrote and how it ended.
type said struct {
	out, err string
	code     int
}

func run(t *testing.T, dir string, call ssh.Call) (said, error) {
	t.Helper()
	c := attach(t, dir)
	var out, errs bytes.Buffer
	call.Out, call.Err = &out, &errs
	code, err := c.Run(t.Context(), call)
	return said{out.String(), errs.String(), code}, err
}

// aKey is a key pair, its private half in a file that ssh takes.
type aKey struct {
	file        string
	signer      gossh.Signer
	line        string
	fingerprint string
}

func newKey(t testing.TB, name string) aKey {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := gossh.MarshalPrivateKey(private, name)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := gossh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	k := aKey{
		file: filepath.Join(t.TempDir(), name), signer: signer,
		line:        strings.TrimSpace(string(gossh.MarshalAuthorizedKey(signer.PublicKey()))),
		fingerprint: gossh.FingerprintSHA256(signer.PublicKey()),
	}
	if err := os.WriteFile(k.file, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	return k
}

// guests is who may enter, to be changed while the doors are open.
type guests struct {
	mu    sync.Mutex
	lines map[string]bool
}

func letIn(keys ...aKey) *guests {
	g := &guests{lines: map[string]bool{}}
	for _, k := range keys {
		g.lines[k.line] = true
	}
	return g
}

func (g *guests) may(line, _ string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.lines[line]
}

func (g *guests) forget(k aKey) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.lines, k.line)
}

// abroad opens the network door on a port of this machine.
func abroad(t *testing.T, opt ssh.Options) (address string, s *ssh.Server) {
	t.Helper()
	if opt.HostKey == "" {
		opt.HostKey = filepath.Join(t.TempDir(), "host_ed25519")
	}
	s = serving(t, opt)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	behind(t, s, func() error { return s.ServeNetwork(l) })
	return l.Addr().String(), s
}

// dialAs is a client of x/crypto at the network door.
func dialAs(t *testing.T, address string, keys ...aKey) (*gossh.Client, error) {
	t.Helper()
	c, err := dialOnce(address, keys...)
	if err == nil {
		t.Cleanup(func() { _ = c.Close() })
	}
	return c, err
}

func dialOnce(address string, keys ...aKey) (*gossh.Client, error) {
	var signers []gossh.Signer
	for _, k := range keys {
		signers = append(signers, k.signer)
	}
	return gossh.Dial("tcp", address, &gossh.ClientConfig{
		User: "anne", Auth: []gossh.AuthMethod{gossh.PublicKeys(signers...)},
		HostKeyCallback: gossh.InsecureIgnoreHostKey(), Timeout: soon,
	})
}

func mustDialAs(t *testing.T, address string, keys ...aKey) *gossh.Client {
	t.Helper()
	c, err := dialAs(t, address, keys...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func mustSession(t *testing.T, c *gossh.Client) *gossh.Session {
	t.Helper()
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// openSSH is the real client: it reads no settings of the machine.
func openSSH(t testing.TB, address string, k aKey, args ...string) *exec.Cmd {
	t.Helper()
	program, err := exec.LookPath("ssh")
	if err != nil {
		t.Skip("OpenSSH's client is not on this machine")
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	all := []string{
		"-F", "none", "-p", port, "-i", k.file, "-l", "anne",
		"-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no",
		"-o", "UserKnownHostsFile=" + filepath.Join(t.TempDir(), "known"), "-o", "LogLevel=ERROR",
	}
	flags, command := args, []string(nil)
	for i, a := range args {
		if a == "--" {
			flags, command = args[:i], args[i+1:]
			break
		}
	}
	all = append(append(append(all, flags...), host), command...)
	cmd := exec.CommandContext(t.Context(), program, all...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TERM=xterm-256color"}
	cmd.WaitDelay = time.Second
	return cmd
}

// answered runs a client to its end.
func answered(t *testing.T, cmd *exec.Cmd) said {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return said{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

// echo tells what it was called with, and gives back its input.
func echo(_ context.Context, s *ssh.Session) int {
	fmt.Fprintf(s.Out, "%q pty=%v size=%v tty=%v\n", s.Argv, s.PTY, s.Size, s.TTY)
	return 0
}
