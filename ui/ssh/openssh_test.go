package ssh_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/creack/pty"

	"blanche/ui/ssh"
)

func TestTheSizeOfTheWindowArrivesAndItsChanges(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: func(_ context.Context, s *ssh.Session) int {
		_, _ = fmt.Fprintln(s.Out, s.Size)
		_, _ = fmt.Fprintln(s.Out, <-s.Resized)
		return 5
	}})
	cmd := openSSH(t, address, anne)
	tty, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 48, Cols: 160})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tty.Close() }()
	out := newScreen()
	shown := make(chan struct{})
	go func() {
		_, _ = io.Copy(out, tty)
		close(shown)
	}()
	out.sees("{160 48}")
	if err := pty.Setsize(tty, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	out.sees("{80 24}")
	_ = cmd.Wait()
	<-shown
	if code := cmd.ProcessState.ExitCode(); code != 5 {
		t.Errorf("exit code %d", code)
	}
}

func TestOnTheScreensCtrlCIsAKey(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: func(ctx context.Context, s *ssh.Session) int {
		_, _ = fmt.Fprint(s.Out, "here ")
		keys := make([]byte, 4)
		n, _ := io.ReadFull(s.In, keys)
		_, _ = fmt.Fprintf(s.Out, "%q %v", keys[:n], ctx.Err())
		return 0
	}})
	cmd := openSSH(t, address, anne, "-tt")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out := newScreen()
	cmd.Stdout = out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out.sees("here")
	_, _ = io.WriteString(in, "\x03\x1b[A")
	out.sees(`"\x03\x1b[A" <nil>`)
	_ = cmd.Wait()
}

func TestAnSshThatIsKilledEndsItsSession(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	causes := make(chan error, 1)
	address, s := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: staying(causes)})
	cmd := openSSH(t, address, anne, "-tt")
	out := newScreen()
	cmd.Stdout = out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out.sees("here")
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if cause := <-causes; !errors.Is(cause, ssh.ErrGone) {
		t.Error(cause)
	}
	until(t, "no session", func() bool { return s.Sessions() == 0 })
}

func TestSeveralSessionsShareAConnection(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	address, s := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: func(ctx context.Context, s *ssh.Session) int {
		if len(s.Argv) == 0 {
			return staying(nil)(ctx, s)
		}
		return echo(ctx, s)
	}})
	control := "ControlPath=" + filepath.Join(shortDir(t), "c")
	master := openSSH(t, address, anne, "-tt", "-o", "ControlMaster=yes", "-o", control)
	out := newScreen()
	master.Stdout = out
	if err := master.Start(); err != nil {
		t.Fatal(err)
	}
	out.sees("here")
	for range 20 {
		if got := answered(t, openSSH(t, address, anne, "-o", control, "--", "x")); got.code != 0 || !strings.HasPrefix(got.out, `["x"]`) {
			t.Errorf("%+v", got)
		}
	}
	if n := s.Sessions(); n != 1 {
		t.Errorf("%d sessions", n)
	}
	_ = master.Process.Kill()
	_ = master.Wait()
}
