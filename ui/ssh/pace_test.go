package ssh_test

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"blanche/ui/ssh"
)

func TestAPasteOf64KilobytesGoesInAtOnce(t *testing.T) {
	t.Parallel()
	const paste = 64 << 10
	anne := newKey(t, "anne")
	for name, c := range map[string]struct {
		burst int
		whole bool
	}{
		"with the default":            {0, true},
		"the control: with a smaller": {paste / 4, false},
	} {
		got := make(chan int, 1)
		address, _ := abroad(t, ssh.Options{
			Authorize: letIn(anne).may, Limits: ssh.Limits{KeyRate: 1, KeyBurst: c.burst},
			Serve: func(_ context.Context, s *ssh.Session) int {
				s.Raw(true)
				n, _ := io.ReadFull(s.In, make([]byte, paste))
				got <- n
				return 0
			},
		})
		client := mustDialAs(t, address, anne)
		s := mustSession(t, client)
		in, err := s.StdinPipe()
		if err := errors.Join(err, s.RequestPty("xterm", 24, 80, nil), s.Start("x")); err != nil {
			t.Fatal(err)
		}
		if _, err := in.Write(make([]byte, paste)); err != nil {
			t.Fatal(err)
		}
		if !c.whole {
			_, _, _ = client.SendRequest("keepalive@openssh.com", true, nil) // all has arrived
			_ = client.Close()
		}
		if n := <-got; (n == paste) != c.whole {
			t.Errorf("%s: %d bytes of %d", name, n, paste)
		}
	}
}

func TestALineHasAPace(t *testing.T) {
	t.Parallel()
	const sent, burst = 1 << 20, 64 << 10
	anne := newKey(t, "anne")
	for name, c := range map[string]struct {
		limits ssh.Limits
		whole  bool
	}{
		"with a limit":             {ssh.Limits{LineRate: 1, LineBurst: burst}, false},
		"the control: the default": {ssh.Limits{}, true},
	} {
		var came atomic.Int64
		done := make(chan struct{})
		address, server := abroad(t, ssh.Options{Authorize: letIn(anne).may, Limits: c.limits, Serve: func(_ context.Context, s *ssh.Session) int {
			defer close(done)
			part := make([]byte, 4096)
			for came.Load() < sent {
				n, err := s.In.Read(part)
				came.Add(int64(n))
				if err != nil {
					break
				}
			}
			return 0
		}})
		client := mustDialAs(t, address, anne)
		s := mustSession(t, client)
		in, err := s.StdinPipe()
		if err := errors.Join(err, s.Start("x")); err != nil {
			t.Fatal(err)
		}
		if _, err := in.Write(make([]byte, sent)); err != nil {
			t.Fatal(err)
		}
		if !c.whole {
			until(t, "what fits", func() bool { return came.Load() > burst/4 })
			now, cancel := context.WithCancel(t.Context())
			cancel()
			_ = server.Close(now)
		}
		<-done
		if n := came.Load(); c.whole != (n == sent) || !c.whole && n > burst {
			t.Errorf("%s: %d bytes came", name, n)
		}
	}
}

func TestRequestsHaveAPace(t *testing.T) {
	t.Parallel()
	const burst = 50
	anne := newKey(t, "anne")
	for name, c := range map[string]struct {
		limits ssh.Limits
		bound  bool
	}{
		"with a limit":             {ssh.Limits{Asks: 1, AsksBurst: burst}, true},
		"the control: with a wide": {ssh.Limits{Asks: 1, AsksBurst: 20 * burst}, false},
	} {
		address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: echo, Limits: c.limits})
		client := mustDialAs(t, address, anne)
		var answered atomic.Int64
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range 10 * burst {
				if _, _, err := client.SendRequest("keepalive@openssh.com", true, nil); err != nil {
					return
				}
				answered.Add(1)
			}
		}()
		if c.bound {
			until(t, "the burst", func() bool { return answered.Load() >= burst })
			_ = client.Close()
		}
		<-done
		if n := answered.Load(); c.bound != (n < 2*burst) {
			t.Errorf("%s: %d answers", name, n)
		}
	}
}

// Not parallel: it measures the memory of the process.
func TestAFloodOfInputCostsNoMemory(t *testing.T) {
	// A quarter of it under the race detector, unless BLANCHE_LONG is set.
	flooders, flood := 8, 16<<20
	if raceDetector && os.Getenv("BLANCHE_LONG") == "" {
		flooders, flood = 4, 8<<20
	}
	anne := newKey(t, "anne")
	for name, c := range map[string]struct {
		keep  bool
		bound bool
	}{
		"nobody reads it":             {false, true},
		"the control: it is all kept": {true, false},
	} {
		read := make(chan struct{}, flooders)
		limits := ssh.Limits{Stall: time.Hour}
		if c.keep {
			limits.KeyRate, limits.KeyBurst = 1<<30, 1<<30
		}
		address, _ := abroad(t, ssh.Options{Authorize: letIn(anne).may, Limits: limits, Serve: func(ctx context.Context, s *ssh.Session) int {
			s.Raw(true)
			var all []byte
			if c.keep {
				all = make([]byte, flood)
				_, _ = io.ReadFull(s.In, all)
				read <- struct{}{}
			}
			<-ctx.Done()
			runtime.KeepAlive(all)
			return 0
		}})
		var sent atomic.Int64
		before := heap()
		var clients []*gossh.Client
		for range flooders {
			client := mustDialAs(t, address, anne)
			clients = append(clients, client)
			s := mustSession(t, client)
			in, err := s.StdinPipe()
			if err := errors.Join(err, s.RequestPty("xterm", 24, 80, nil), s.Start("x")); err != nil {
				t.Fatal(err)
			}
			go func() {
				part := make([]byte, 32<<10)
				for range flood / len(part) {
					n, err := in.Write(part)
					sent.Add(int64(n))
					if err != nil {
						return
					}
				}
			}()
		}
		if c.keep {
			for range flooders {
				<-read
			}
		} else {
			steady(&sent)
		}
		used := int64(heap()) - int64(before)
		// A window of SSH (2 MB) and what the door reads ahead; both ends are here.
		t.Logf("%s: %d MB sent, %d MB used", name, sent.Load()>>20, used>>20)
		if c.bound != (used < int64(flooders)*4<<20) {
			t.Errorf("%s: %d bytes used", name, used)
		}
		if c.bound && sent.Load() > int64(flooders)*4<<20 {
			t.Errorf("%s: %d bytes taken", name, sent.Load())
		}
		for _, client := range clients {
			_ = client.Close()
		}
	}
}

// steady waits until a number has stopped growing.
func steady(n *atomic.Int64) {
	for last := int64(-1); n.Load() != last; time.Sleep(200 * time.Millisecond) {
		last = n.Load()
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
