package ssh_test

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blanche/ui/ssh"
)

func TestTheSocketIsPrivateFromItsFirstMoment(t *testing.T) {
	t.Parallel()
	dir, _ := atHome(t, ssh.Options{Serve: echo})
	for path, want := range map[string]fs.FileMode{"run": 0o700, "run/attach.sock": 0o600} {
		info, err := os.Stat(filepath.Join(dir, path))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s is %v, want %v (%v)", path, info.Mode(), want, err)
		}
	}
}

func TestAnotherUserDoesNotGetIn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		uid  int
		in   bool
	}{
		{"another", os.Geteuid() + 4000, false},
		{"the control: ourselves", os.Geteuid(), true},
		{"root", 0, true},
	} {
		dir, _ := atHome(t, ssh.Options{Serve: echo, Peer: func(net.Conn) (int, error) { return c.uid, nil }})
		client, err := ssh.Dial(t.Context(), dir, ssh.Attach)
		if (err == nil) != c.in {
			t.Errorf("%s: %v", c.name, err)
		}
		if err == nil {
			_ = client.Close()
		}
	}
}

func TestNobodyHoldsAFolderWithoutASocketOrWithAStaleOne(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := ssh.Dial(t.Context(), dir, ssh.Attach); !errors.Is(err, ssh.ErrNobody) {
		t.Errorf("no folder: %v", err)
	}
	leaveStale(t, dir)
	if _, err := ssh.Dial(t.Context(), dir, ssh.Attach); !errors.Is(err, ssh.ErrNobody) {
		t.Errorf("a stale socket: %v", err)
	}
	l, err := ssh.Listen(dir, ssh.Attach) // takes its place
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	if _, err := ssh.Listen(dir, ssh.Attach); !errors.Is(err, ssh.ErrHeld) {
		t.Errorf("a socket that answers: %v", err)
	}
}

// leaveStale leaves the socket of a process that is dead.
func leaveStale(t *testing.T, dir string) {
	t.Helper()
	if err := os.Mkdir(filepath.Join(dir, "run"), 0o700); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", filepath.Join(dir, "run", "attach.sock"))
	if err != nil {
		t.Fatal(err)
	}
	l.(*net.UnixListener).SetUnlinkOnClose(false)
	_ = l.Close()
}

func TestAFileInPlaceOfTheSocketIsLeftAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "run", "attach.sock")
	_ = os.Mkdir(filepath.Join(dir, "run"), 0o700)
	_ = os.WriteFile(path, []byte("mine"), 0o600)
	if _, err := ssh.Listen(dir, ssh.Attach); err == nil {
		t.Error("it was taken")
	}
	if raw, _ := os.ReadFile(path); string(raw) != "mine" {
		t.Error("it is gone")
	}
}

func TestASilentHolderIsToldAndNotWaitedFor(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	l, err := ssh.Listen(dir, ssh.Attach)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }() // accepts, by the kernel, and says nothing
	_, err = ssh.DialWithin(t.Context(), dir, 50*time.Millisecond)
	if !errors.Is(err, ssh.ErrSilent) {
		t.Errorf("a silent holder: %v", err)
	}
	// The control: the same patience is enough for one that answers.
	home, _ := atHome(t, ssh.Options{Serve: echo})
	c, err := ssh.DialWithin(t.Context(), home, soon)
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
}

func TestAFolderWithALongNameHasItsSocketToo(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), strings.Repeat("a-long-name-", 12))
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if path := filepath.Join(dir, "run", "attach.sock"); len(path) <= 108 {
		t.Fatalf("%d bytes are no long path", len(path))
	} else if _, err := net.Listen("unix", path); err == nil {
		t.Fatal("the control: the kernel takes such a path")
	}
	s := serving(t, ssh.Options{Serve: echo})
	l, err := ssh.Listen(dir, ssh.Attach)
	if err != nil {
		t.Fatal(err)
	}
	behind(t, s, func() error { return s.ServeLocal(l) })
	if got, err := run(t, dir, ssh.Call{Argv: []string{"x"}}); err != nil || !strings.HasPrefix(got.out, `["x"]`) {
		t.Errorf("%+v %v", got, err)
	}
	_ = s.Close(t.Context())
	if _, err := os.Lstat(filepath.Join(dir, "run", "attach.sock")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is still there: %v", err)
	}
}
