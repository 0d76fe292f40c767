package ssh_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"testing"

	"blanche/ui/ssh"
)

// From nothing to the exit code of a command, over the socket.
func BenchmarkAttachedCommand(b *testing.B) {
	dir, s := benchHome(b, func(context.Context, *ssh.Session) int { return 0 })
	defer func() { _ = s.Close(context.Background()) }()
	for b.Loop() {
		c, err := ssh.Dial(b.Context(), dir)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := c.Run(b.Context(), ssh.Call{Argv: []string{"x"}}); err != nil {
			b.Fatal(err)
		}
		_ = c.Close()
	}
}

// From a key to what it shows, over the socket.
func BenchmarkKeyToAnswer(b *testing.B) {
	dir, s := benchHome(b, func(_ context.Context, s *ssh.Session) int {
		key := make([]byte, 1)
		for {
			if _, err := s.In.Read(key); err != nil {
				return 0
			}
			_, _ = s.Out.Write(key)
		}
	})
	defer func() { _ = s.Close(context.Background()) }()
	c, err := ssh.Dial(b.Context(), dir)
	if err != nil {
		b.Fatal(err)
	}
	keys, press := io.Pipe()
	screen, show := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		_, err := c.Run(b.Context(), ssh.Call{In: keys, Out: show, PTY: true, Term: "xterm"})
		ended <- err
	}()
	seen := bufio.NewReader(screen)
	for b.Loop() {
		_, err := press.Write([]byte("j"))
		if _, seenErr := seen.ReadByte(); err != nil || seenErr != nil {
			b.Fatal(errors.Join(err, seenErr))
		}
	}
	_ = press.Close()
	<-ended
	_ = c.Close()
}

func benchHome(b *testing.B, serve ssh.Serve) (string, *ssh.Server) {
	b.Helper()
	s, err := ssh.New(ssh.Options{Serve: serve})
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	l, err := ssh.Listen(dir)
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = s.ServeLocal(l) }()
	return dir, s
}
