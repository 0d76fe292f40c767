package ssh_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"blanche/ui/ssh"
)

// staying serves sessions that end when they are told to, and keeps the cause.
func staying(causes chan<- error) ssh.Serve {
	return func(ctx context.Context, s *ssh.Session) int {
		_, _ = fmt.Fprintln(s.Out, "here")
		<-ctx.Done()
		if causes != nil {
			causes <- context.Cause(ctx)
		}
		return 0
	}
}

// stay begins a session that is there when it returns.
func stay(t *testing.T, c *gossh.Client, pty bool) *gossh.Session {
	t.Helper()
	s := mustSession(t, c)
	out, err := s.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if pty {
		err = s.RequestPty("xterm", 24, 80, nil)
	}
	if err := errors.Join(err, s.Start("x")); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOneSessionTooManyIsToldAndTheOthersStay(t *testing.T) {
	t.Parallel()
	anne, ben := newKey(t, "anne"), newKey(t, "ben")
	for name, c := range map[string]struct {
		limits ssh.Limits
		as     aKey
		code   int
		told   string
	}{
		"of a key":              {ssh.Limits{SessionsEach: 2}, anne, 1, "avec votre clé (2)"},
		"of all keys":           {ssh.Limits{Sessions: 2}, ben, 1, "sessions sont ouvertes (2)"},
		"the control: of a key": {ssh.Limits{SessionsEach: 2}, ben, 0, ""},
		"the control: of all":   {ssh.Limits{Sessions: 3}, ben, 0, ""},
	} {
		serve := func(ctx context.Context, s *ssh.Session) int {
			if s.Argv[0] == "short" {
				return 0
			}
			return staying(nil)(ctx, s)
		}
		address, s := abroad(t, ssh.Options{Authorize: letIn(anne, ben).may, Serve: serve, Limits: c.limits})
		stay(t, mustDialAs(t, address, anne), false)
		stay(t, mustDialAs(t, address, anne), true)
		got := answered(t, openSSH(t, address, c.as, "-o", "SetEnv=LANG=fr_FR.UTF-8", "--", "short"))
		if got.code != c.code || !strings.Contains(got.err, c.told) {
			t.Errorf("%s: %+v", name, got)
		}
		until(t, "the other two", func() bool { return s.Sessions() == 2 })
	}
}

func TestStrangersAreCountedTogetherAndEach(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	for name, c := range map[string]struct {
		limits ssh.Limits
		in     bool
	}{
		"of an address":   {ssh.Limits{UnprovedEach: 3}, false},
		"of all":          {ssh.Limits{Unproved: 3}, false},
		"altogether":      {ssh.Limits{Connections: 3}, false},
		"the control: no": {ssh.Limits{UnprovedEach: 4, Unproved: 4, Connections: 4}, true},
	} {
		address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: echo, Limits: c.limits})
		for range 3 {
			silent, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = silent.Close() }()
			if _, err := bufio.NewReader(silent).ReadString('\n'); err != nil { // its greeting: it is counted
				t.Fatal(err)
			}
		}
		got := answered(t, openSSH(t, address, anne, "--", "x"))
		if (got.code == 0) != c.in {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestAnAddressThatKeepsFailingIsNotHeard(t *testing.T) {
	t.Parallel()
	anne, eve := newKey(t, "anne"), newKey(t, "eve")
	now := time.Now()
	var later atomic.Int64
	clock := func() time.Time { return now.Add(time.Duration(later.Load())) }
	address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: echo, Now: clock, Limits: ssh.Limits{Failures: 2}})
	for range 5 { // the control: who proves a key may come as often as he likes
		_ = mustDialAs(t, address, anne).Close()
	}
	for range 2 {
		if _, err := dialAs(t, address, eve); err == nil || !strings.Contains(err.Error(), "unable to authenticate") {
			t.Errorf("not heard: %v", err)
		}
	}
	until(t, "not heard any more", func() bool {
		_, err := dialAs(t, address, eve)
		return err != nil && !strings.Contains(err.Error(), "unable to authenticate")
	})
	later.Store(int64(time.Minute))
	mustDialAs(t, address, anne)
}

func TestWhoHasProvedHimselfCountsAsNoStranger(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: staying(nil), Limits: ssh.Limits{UnprovedEach: 1, Unproved: 1}})
	for range 3 {
		stay(t, mustDialAs(t, address, anne), false)
	}
}

func TestAStrangerWhoSaysNothingIsCutInTime(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: echo, Limits: ssh.Limits{Handshake: 50 * time.Millisecond}})
	silent, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	_ = silent.SetReadDeadline(time.Now().Add(soon))
	if _, err := io.Copy(io.Discard, silent); err != nil {
		t.Errorf("not cut: %v", err)
	}
}

func TestSixKeysMayBeOfferedAndNoMore(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: echo})
	for wrong, in := range map[int]bool{5: true, 6: false} {
		var keys []aKey
		for range wrong {
			keys = append(keys, newKey(t, "wrong"))
		}
		_, err := dialAs(t, address, append(keys, anne)...)
		if (err == nil) != in {
			t.Errorf("after %d wrong keys: %v", wrong, err)
		}
	}
}

func TestAConnectionWithoutASessionIsClosedAfterAWhile(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	address, _ := abroad(t, ssh.Options{
		Authorize: letIn(anne).may, Serve: staying(nil),
		Limits: ssh.Limits{Handshake: soon, Linger: 3 * time.Second},
	})
	busy := mustDialAs(t, address, anne)
	stay(t, busy, false)
	c := mustDialAs(t, address, anne)
	one := mustSession(t, c)
	_ = one.Close()
	_ = c.Wait() // cut
	if _, _, err := busy.SendRequest("keepalive@openssh.com", true, nil); err != nil {
		t.Errorf("the control, one with a session: %v", err)
	}
}

func TestAChannelThatAsksForNothingIsClosedAfterAWhile(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: staying(nil), Limits: ssh.Limits{Linger: 3 * time.Second}})
	busy, c := mustDialAs(t, address, anne), mustDialAs(t, address, anne)
	stay(t, busy, false)
	mustSession(t, c)
	_ = c.Wait() // cut
	if _, _, err := busy.SendRequest("keepalive@openssh.com", true, nil); err != nil {
		t.Errorf("the control, one that has begun: %v", err)
	}
}

func TestAConnectionCarriesSoManySessions(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: echo, Limits: ssh.Limits{Channels: 3}})
	c := mustDialAs(t, address, anne)
	for range 3 {
		mustSession(t, c)
	}
	if _, err := c.NewSession(); err == nil {
		t.Error("a fourth channel opens")
	}
}

func TestAScreenWithoutAKeyPressedIsClosedAndSaysSo(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	causes := make(chan error, 1)
	address, _ := abroad(t, ssh.Options{
		Authorize: letIn(anne).may, Limits: ssh.Limits{Idle: 300 * time.Millisecond},
		Serve: func(ctx context.Context, s *ssh.Session) int {
			if !s.PTY { // a command may take as long as it takes
				_, _ = io.ReadAll(s.In)
				return 3
			}
			for ctx.Err() == nil { // a live screen: what it draws is no key
				_, _ = fmt.Fprint(s.Out, ".")
				select {
				case <-ctx.Done():
				case <-time.After(time.Millisecond):
				}
			}
			causes <- context.Cause(ctx)
			return 0
		},
	})
	command := mustSession(t, mustDialAs(t, address, anne))
	in, err := command.StdinPipe()
	if err := errors.Join(err, command.Start("x")); err != nil {
		t.Fatal(err)
	}
	got := answered(t, openSSH(t, address, anne, "-tt", "-o", "SetEnv=LC_ALL=fr_FR.UTF-8"))
	if got.code != 0 || !strings.Contains(got.out+got.err, "Session fermée\u00a0: aucune touche depuis") {
		t.Errorf("%+v", got)
	}
	if cause := <-causes; !errors.Is(cause, ssh.ErrIdle) {
		t.Error(cause)
	}
	_ = in.Close()
	var exit *gossh.ExitError
	if err := command.Wait(); !errors.As(err, &exit) || exit.ExitStatus() != 3 {
		t.Errorf("the control, a command: %v", err)
	}
}

func TestASessionEndsWhenItHasLastedTooLong(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: staying(nil), Limits: ssh.Limits{Max: 50 * time.Millisecond}})
	got := answered(t, openSSH(t, address, anne, "--", "x"))
	if got.code != 0 || !strings.Contains(got.err, "Session closed after") {
		t.Errorf("%+v", got)
	}
}

func TestAHandlerThatDoesNotEndInTimeIsCut(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	var free atomic.Bool
	address, _ := abroad(t, ssh.Options{
		Authorize: letIn(anne).may, Limits: ssh.Limits{Max: time.Millisecond, Grace: time.Millisecond},
		Serve: func(context.Context, *ssh.Session) int {
			for !free.Load() {
				time.Sleep(time.Millisecond)
			}
			return 0
		},
	})
	defer free.Store(true)
	s := mustSession(t, mustDialAs(t, address, anne))
	if err := s.Start("x"); err != nil {
		t.Fatal(err)
	}
	var missing *gossh.ExitMissingError
	if err := s.Wait(); !errors.As(err, &missing) {
		t.Error(err)
	}
}

func TestWhoStopsReadingLosesHisSessionAndSlowsNobodyElse(t *testing.T) {
	t.Parallel()
	anne := newKey(t, "anne")
	for name, c := range map[string]struct {
		stall time.Duration
		ended bool
	}{
		"with the limit":           {200 * time.Millisecond, true},
		"the control: without one": {time.Hour, false},
	} {
		causes := make(chan error, 1)
		var wrote atomic.Int64
		address, s := abroad(t, ssh.Options{
			Authorize: letIn(anne).may, Limits: ssh.Limits{Stall: c.stall},
			Serve: func(ctx context.Context, s *ssh.Session) int {
				if !s.PTY {
					return 0
				}
				frame := []byte(strings.Repeat("x", 4096))
				for {
					n, err := s.Out.Write(frame)
					wrote.Add(int64(n))
					if err != nil {
						causes <- context.Cause(ctx)
						return 1
					}
				}
			},
		})
		cmd := openSSH(t, address, anne, "-tt", "--", "flood")
		out, err := cmd.StdoutPipe() // that nobody reads
		if err := errors.Join(err, cmd.Start()); err != nil {
			t.Fatal(err)
		}
		until(t, "the first frames", func() bool { return wrote.Load() > 1<<16 })
		_ = cmd.Process.Signal(syscall.SIGSTOP)
		for range 5 { // others, meanwhile
			if got := answered(t, openSSH(t, address, anne, "--", "x")); got.code != 0 {
				t.Errorf("%s: another session: %+v", name, got)
			}
		}
		if c.ended {
			if cause := <-causes; !errors.Is(cause, ssh.ErrStalled) {
				t.Errorf("%s: %v", name, cause)
			}
		} else if s.Sessions() != 1 {
			t.Errorf("%s: it has ended all the same", name)
		}
		if w := wrote.Load(); w > 32<<20 {
			t.Errorf("%s: %d bytes wait for who does not read", name, w)
		}
		_ = cmd.Process.Kill()
		_ = out.Close()
		_ = cmd.Wait()
	}
}
