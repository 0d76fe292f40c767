package ssh_test

import (
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"slices"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"blanche/ui/ssh"
)

// From nothing to the exit code of a command, over the socket.
func BenchmarkAttachedCommand(b *testing.B) {
	dir, s := benchHome(b, func(context.Context, *ssh.Session) int { return 0 })
	defer func() { _ = s.Close(context.Background()) }()
	for b.Loop() {
		c, err := ssh.Dial(b.Context(), dir, ssh.Attach)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := c.Run(b.Context(), ssh.Call{Argv: []string{"x"}}); err != nil {
			b.Fatal(err)
		}
		_ = c.Close()
	}
}

// From nothing to the exit code of a command, by the real ssh.
func BenchmarkOpenSSHCommand(b *testing.B) {
	address, anne := benchAbroad(b)
	for b.Loop() {
		cmd := openSSH(b, address, anne, "--", "answer")
		if err := cmd.Run(); err != nil {
			b.Fatal(err)
		}
	}
}

// From a key to what it shows, over the network.
func BenchmarkKeyToAnswer(b *testing.B) {
	address, anne := benchAbroad(b)
	pressKeys(b, address, anne)
}

// The same beside eight callers of whom four flood their input and four do not
// read what they are sent.
func BenchmarkKeyToAnswerBesideFloods(b *testing.B) {
	address, anne := benchAbroad(b)
	var clients []*gossh.Client
	for i := range 8 {
		c, in, _ := benchScreen(b, address, anne, []string{"answer", "flood"}[i%2])
		clients = append(clients, c)
		if i%2 == 0 {
			go func() { _, _ = io.Copy(in, endless{}) }()
		}
	}
	pressKeys(b, address, anne)
	for _, c := range clients {
		_ = c.Close()
	}
}

// What fifty screens that show something hold, both ends of each being here.
func BenchmarkFiftySessions(b *testing.B) {
	address, anne := benchAbroad(b)
	for b.Loop() {
		before := heap()
		var clients []*gossh.Client
		for range 50 {
			c, in, seen := benchScreen(b, address, anne, "answer")
			clients = append(clients, c)
			_, _ = in.Write([]byte("j"))
			_, _ = seen.Read(make([]byte, 1))
		}
		b.ReportMetric(float64(heap()-before)/50/1024, "KB/session")
		for _, c := range clients {
			_ = c.Close()
		}
	}
}

// pressKeys measures keys one after the other.
func pressKeys(b *testing.B, address string, k aKey) {
	b.Helper()
	c, in, seen := benchScreen(b, address, k, "answer")
	defer func() { _ = c.Close() }()
	key := []byte("j")
	var all []time.Duration
	for b.Loop() {
		at := time.Now()
		_, err := in.Write(key)
		if _, seenErr := io.ReadFull(seen, key); err != nil || seenErr != nil {
			b.Fatal(errors.Join(err, seenErr))
		}
		all = append(all, time.Since(at))
	}
	slices.Sort(all)
	b.ReportMetric(float64(all[len(all)/2].Microseconds()), "p50-µs")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds()), "p99-µs")
}

func benchScreen(b *testing.B, address string, k aKey, command string) (*gossh.Client, io.Writer, io.Reader) {
	b.Helper()
	c, err := dialOnce(address, k)
	if err != nil {
		b.Fatal(err)
	}
	s, err := c.NewSession()
	if err != nil {
		b.Fatal(err)
	}
	in, inErr := s.StdinPipe()
	out, outErr := s.StdoutPipe()
	if err := errors.Join(inErr, outErr, s.RequestPty("xterm", 24, 80, nil), s.Start(command)); err != nil {
		b.Fatal(err)
	}
	return c, in, out
}

func benchAbroad(b *testing.B) (address string, k aKey) {
	b.Helper()
	k = newKey(b, "anne")
	s, err := ssh.New(ssh.Options{
		Authorize: letIn(k).may, HostKey: filepath.Join(b.TempDir(), "host"),
		Limits: ssh.Limits{SessionsEach: 100, KeyRate: 1 << 20, KeyBurst: 1 << 20},
		Serve: func(_ context.Context, s *ssh.Session) int {
			s.Raw(true)
			if s.Argv[0] == "flood" {
				_, _ = io.Copy(s.Out, endless{})
				return 0
			}
			_, _ = io.Copy(s.Out, s.In)
			return 0
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = s.ServeNetwork(l) }()
	b.Cleanup(func() { _ = s.Close(context.Background()) })
	return l.Addr().String(), k
}

func benchHome(b *testing.B, serve ssh.Serve) (string, *ssh.Server) {
	b.Helper()
	s, err := ssh.New(ssh.Options{Serve: serve})
	if err != nil {
		b.Fatal(err)
	}
	dir := b.TempDir()
	l, err := ssh.Listen(dir, ssh.Attach)
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = s.ServeLocal(l) }()
	return dir, s
}
