package ssh_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blanche/ui/ssh"
)

func TestTwoAttachedClientsHaveStreamsAndExitCodesOfTheirOwn(t *testing.T) {
	t.Parallel()
	dir, _ := atHome(t, ssh.Options{Serve: func(_ context.Context, s *ssh.Session) int {
		in, err := io.ReadAll(s.In)
		if err != nil {
			return 99
		}
		_, _ = fmt.Fprintf(s.Out, "out %s %s", s.Argv[0], in)
		_, _ = fmt.Fprintf(s.Err, "err %s", s.Argv[0])
		return len(s.Argv[0])
	}})
	var wg sync.WaitGroup
	for _, name := range []string{"one", "three"} {
		wg.Go(func() {
			got, err := run(t, dir, ssh.Call{Argv: []string{name}, In: strings.NewReader("in of " + name)})
			want := said{"out " + name + " in of " + name, "err " + name, len(name)}
			if err != nil || got != want {
				t.Errorf("%+v %v, want %+v", got, err, want)
			}
		})
	}
	wg.Wait()
}

func TestTheLocalDoorKnowsWhoComesAndWhatHeStandsBefore(t *testing.T) {
	t.Parallel()
	var got ssh.Session
	dir, _ := atHome(t, ssh.Options{
		UserName: func(int) string { return "anne" },
		Serve: func(_ context.Context, s *ssh.Session) int {
			got = *s
			_, home := s.Env("HOME")
			lang, _ := s.Env("LC_ALL")
			_, _ = fmt.Fprint(s.Out, home, lang)
			return 0
		},
	})
	out, err := run(t, dir, ssh.Call{
		Env: []string{"HOME=/root", "LC_ALL=fr_FR.UTF-8"}, Size: ssh.Size{Width: 160, Height: 48}, TTY: [3]bool{false, true, false},
		Files: ssh.OSFiles("/var"),
	})
	if err != nil || out.out != "falsefr_FR.UTF-8" {
		t.Errorf("%+v %v", out, err)
	}
	if !got.Local || got.Key != nil || got.UID != os.Geteuid() || got.User != "anne" || got.From != "local" {
		t.Errorf("%+v", got)
	}
	if got.PTY || got.Size != (ssh.Size{Width: 160, Height: 48}) || got.TTY != [3]bool{false, true, false} || got.Argv != nil {
		t.Errorf("%+v", got)
	}
	if abs := got.Files.Abs("log/x"); abs != "/var/log/x" {
		t.Errorf("a relative path is from %s", abs)
	}
}

func TestTheWordsOfACommandArriveAsTheyAre(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var got []string
	dir, _ := atHome(t, ssh.Options{Serve: func(_ context.Context, s *ssh.Session) int {
		mu.Lock()
		defer mu.Unlock()
		got = s.Argv
		return 0
	}})
	c := attach(t, dir)
	rapid.Check(t, func(r *rapid.T) {
		words := rapid.SliceOfN(rapid.Map(rapid.SliceOfN(rapid.ByteRange(1, 255), 0, 40), func(b []byte) string { return string(b) }), 1, 6)
		argv := words.Draw(r, "argv")
		if code, err := c.Run(t.Context(), ssh.Call{Argv: argv}); code != 0 || err != nil {
			r.Fatal(code, err)
		}
		mu.Lock()
		defer mu.Unlock()
		if diff := cmp.Diff(argv, got); diff != "" {
			r.Fatal(diff)
		}
	})
}

func TestWhatIsTypedAfterTheEndIsForTheNext(t *testing.T) {
	t.Parallel()
	tty, keyboard, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = errors.Join(tty.Close(), keyboard.Close()) }()
	dir, _ := atHome(t, ssh.Options{Serve: func(_ context.Context, s *ssh.Session) int {
		line, _ := bufio.NewReader(s.In).ReadString('\n')
		_, _ = fmt.Fprint(s.Out, line)
		return 0
	}})
	for _, text := range []string{"first\n", "second\n"} {
		_, _ = io.WriteString(tty, text)
		got, err := run(t, dir, ssh.Call{Argv: []string{"x"}, In: keyboard})
		if err != nil || got.out != text {
			t.Errorf("%+v %v", got, err)
		}
	}
}

func TestACommandMayTakeTheKeysAsTheyCome(t *testing.T) {
	t.Parallel()
	out := newScreen()
	in, keys := io.Pipe()
	dir, _ := atHome(t, ssh.Options{Serve: func(ctx context.Context, s *ssh.Session) int {
		s.Raw(true)
		_, _ = fmt.Fprint(s.Out, "raw ")
		key := make([]byte, 2)
		n, _ := io.ReadFull(s.In, key)
		_, _ = fmt.Fprintf(s.Out, "%q ", key[:n])
		s.Raw(false)
		_, _ = fmt.Fprint(s.Out, "cooked ")
		<-ctx.Done()
		return 130
	}})
	go func() {
		out.sees("raw")
		_, _ = io.WriteString(keys, "\x03\x04")
		out.sees("cooked")
		_, _ = io.WriteString(keys, "\x03")
	}()
	code, err := attach(t, dir).Run(t.Context(), ssh.Call{Argv: []string{"x"}, PTY: true, Term: "xterm", In: in, Out: out})
	_ = keys.Close()
	if code != 130 || err != nil || !strings.Contains(out.String(), `raw "\x03\x04" cooked ^C`) {
		t.Errorf("%d %v %q", code, err, out.String())
	}
}

func TestASizeAndASignalReachTheSession(t *testing.T) {
	t.Parallel()
	dir, _ := atHome(t, ssh.Options{Serve: func(ctx context.Context, s *ssh.Session) int {
		_, _ = fmt.Fprintln(s.Out, s.Size)
		_, _ = fmt.Fprintln(s.Out, <-s.Resized)
		<-ctx.Done()
		if errors.Is(context.Cause(ctx), ssh.ErrInterrupted) {
			return 130
		}
		return 1
	}})
	sizes, signals := make(chan ssh.Size), make(chan os.Signal)
	out := newScreen()
	go func() {
		out.sees("{100 30}")
		sizes <- ssh.Size{Width: 120, Height: 40}
		out.sees("{120 40}")
		signals <- os.Interrupt
	}()
	code, err := attach(t, dir).Run(t.Context(), ssh.Call{
		Out: out, PTY: true, Term: "xterm", Size: ssh.Size{Width: 100, Height: 30}, Resized: sizes, Signals: signals,
	})
	if code != 130 || err != nil {
		t.Error(code, err)
	}
}

// screen is what a session has written so far.
type screen struct {
	mu   sync.Mutex
	cond *sync.Cond
	text bytes.Buffer
}

func newScreen() *screen {
	s := &screen{}
	s.cond = sync.NewCond(&s.mu)
	return s
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cond.Broadcast()
	return s.text.Write(p)
}

// sees waits for a text.
func (s *screen) sees(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !strings.Contains(s.text.String(), text) {
		s.cond.Wait()
	}
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

func TestACallerWhoLeavesEndsHisSessionOnly(t *testing.T) {
	t.Parallel()
	causes := make(chan error, 1)
	dir, s := atHome(t, ssh.Options{Serve: func(ctx context.Context, _ *ssh.Session) int {
		<-ctx.Done()
		causes <- context.Cause(ctx)
		return 0
	}})
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error, 1)
	go func() {
		_, err := attach(t, dir).Run(ctx, ssh.Call{})
		left <- err
	}()
	until(t, "the session", func() bool { return s.Sessions() == 1 })
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if cause := <-causes; !errors.Is(cause, ssh.ErrGone) {
		t.Error(cause)
	}
	until(t, "no session", func() bool { return s.Sessions() == 0 })
}

func TestTheDoorsCloseInTimeAndTheClientGetsItsExitCode(t *testing.T) {
	t.Parallel()
	dir, s := atHome(t, ssh.Options{Serve: func(ctx context.Context, _ *ssh.Session) int {
		<-ctx.Done()
		if errors.Is(context.Cause(ctx), ssh.ErrTerminated) {
			return 7
		}
		return 1
	}})
	codes := make(chan int, 1)
	go func() {
		code, _ := attach(t, dir).Run(t.Context(), ssh.Call{})
		codes <- code
	}()
	until(t, "the session", func() bool { return s.Sessions() == 1 })
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if code := <-codes; code != 7 {
		t.Errorf("exit code %d", code)
	}
	if _, err := ssh.Dial(t.Context(), dir, ssh.Attach); !errors.Is(err, ssh.ErrNobody) {
		t.Errorf("a closed door: %v", err)
	}
}

func TestCloseCutsASessionThatDoesNotEnd(t *testing.T) {
	t.Parallel()
	dir, s := atHome(t, ssh.Options{Serve: func(_ context.Context, s *ssh.Session) int {
		_, err := io.Copy(s.Out, endless{}) // until the connection is cut
		if err == nil {
			return 1
		}
		return 0
	}})
	lost := make(chan error, 1)
	go func() {
		_, err := attach(t, dir).Run(t.Context(), ssh.Call{Out: io.Discard})
		lost <- err
	}()
	until(t, "the session", func() bool { return s.Sessions() == 1 })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.Close(ctx); err != nil {
		t.Error(err)
	}
	if err := <-lost; !errors.Is(err, ssh.ErrLost) {
		t.Error(err)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestAHolderThatDiesIsLostAndNeverLooksLikeAnEnd(t *testing.T) {
	t.Parallel()
	var held net.Conn
	dir, _ := atHome(t, ssh.Options{
		Peer: func(nc net.Conn) (int, error) { held = nc; return os.Geteuid(), nil },
		Serve: func(_ context.Context, s *ssh.Session) int {
			_ = held.Close() // as the death of a process does
			_, _ = io.Copy(s.Out, endless{})
			return 0
		},
	})
	code, err := attach(t, dir).Run(t.Context(), ssh.Call{Out: io.Discard})
	if code != -1 || !errors.Is(err, ssh.ErrLost) {
		t.Error(code, err)
	}
}

func TestAPanicEndsItsSessionOnly(t *testing.T) {
	t.Parallel()
	dir, s := atHome(t, ssh.Options{Serve: func(ctx context.Context, s *ssh.Session) int {
		if len(s.Argv) > 0 {
			panic("on purpose")
		}
		<-ctx.Done()
		return 4
	}})
	codes := make(chan int, 1)
	go func() {
		code, _ := attach(t, dir).Run(t.Context(), ssh.Call{})
		codes <- code
	}()
	until(t, "the session", func() bool { return s.Sessions() == 1 })
	got, err := run(t, dir, ssh.Call{Argv: []string{"x"}, Env: []string{"LANG=fr_FR.UTF-8"}})
	if err != nil || got.code != 1 || !strings.Contains(got.err, "La session s’est interrompue") {
		t.Errorf("%+v %v", got, err)
	}
	if s.Sessions() != 1 {
		t.Error("the other session has ended")
	}
	_ = s.Close(t.Context())
	if code := <-codes; code != 4 {
		t.Error(code)
	}
}

func TestAnInputThatBreaksOffIsNotTakenForAWholeOne(t *testing.T) {
	t.Parallel()
	ends := make(chan error, 1)
	dir, _ := atHome(t, ssh.Options{Serve: func(_ context.Context, s *ssh.Session) int {
		_, err := io.ReadAll(s.In)
		ends <- err
		return 0
	}})
	// The control: a whole one.
	if _, err := run(t, dir, ssh.Call{Argv: []string{"x"}, In: strings.NewReader("whole")}); err != nil {
		t.Fatal(err)
	}
	if err := <-ends; err != nil {
		t.Errorf("a whole input: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	in, w := io.Pipe()
	defer func() { _ = w.Close() }()
	left := make(chan struct{})
	go func() {
		defer close(left)
		_, _ = attach(t, dir).Run(ctx, ssh.Call{Argv: []string{"x"}, In: in})
	}()
	_, _ = w.Write([]byte("half"))
	cancel()
	<-left
	if err := <-ends; !errors.Is(err, ssh.ErrGone) {
		t.Errorf("half an input ended with %v", err)
	}
}
