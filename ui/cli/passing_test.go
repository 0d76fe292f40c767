package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"blanche/model"
	"blanche/ui/ssh"
)

// A command that stays waits for one that is passing, and says so once; where
// nobody passes, the folder is held for good and it says that.
func TestWhoStaysWaitsForWhoIsPassing(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "door") // short enough for the address of a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	server, err := ssh.New(ssh.Options{Serve: func(context.Context, *ssh.Session) int { return 0 }})
	if err != nil {
		t.Fatal(err)
	}
	l, err := ssh.Listen(dir, ssh.Passing)
	if err != nil {
		t.Fatal(err)
	}
	over := make(chan error, 1)
	go func() { over <- server.ServeLocal(l) }()

	held := model.Busy("store.held", "dir", dir, "pid", "42", "command", "blanche import contacts", "since", time.Now())
	opened := errors.New("opened")
	tries := 0
	a := App{Env: func(string) (string, bool) { return "", false }, Reach: ssh.Dial, Open: func(context.Context, Wiring) (House, func(context.Context) error, error) {
		if tries++; tries <= 3 {
			return nil, nil, held
		}
		return nil, nil, opened
	}}
	var said bytes.Buffer
	a.Err = &said
	s := newSession(a, []string{"--lang", "en"})
	if _, err := s.hold(t.Context(), Wiring{Data: dir, Sends: true}); !errors.Is(err, opened) {
		t.Errorf("%v after %d tries", err, tries)
	}
	if n := strings.Count(said.String(), "process 42 (blanche import contacts)"); n != 1 {
		t.Errorf("said %d times:\n%s", n, &said)
	}
	if _, err := s.hold(t.Context(), Wiring{Data: dir}); !errors.Is(err, errElsewhere) {
		t.Errorf("a command that sends nothing: %v", err)
	} else if err := s.holder.Close(); err != nil {
		t.Error(err)
	}
	server.Drain(t.Context())
	if err := server.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-over; err != nil {
		t.Error(err)
	}
	if s.passing(t.Context(), dir) {
		t.Error("somebody passes behind a closed door")
	}
}
