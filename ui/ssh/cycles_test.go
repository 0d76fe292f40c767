package ssh_test

import (
	"os"
	"runtime"
	"testing"
	"time"

	"blanche/ui/ssh"
)

// cycles is how often a caller comes and leaves: a thousand times; a hundred under
// the race detector, unless BLANCHE_LONG is set.
func cycles() int {
	if raceDetector && os.Getenv("BLANCHE_LONG") == "" {
		return 100
	}
	return 1000
}

// Not parallel: it counts what the process has open.
func TestAThousandCallersLeaveNothingBehind(t *testing.T) {
	anne := newKey(t, "anne")
	home, local := atHome(t, ssh.Options{Serve: echo})
	address, network := abroad(t, ssh.Options{Authorize: letIn(anne).may, Serve: echo})
	for name, visit := range map[string]func(){
		"by the socket": func() {
			c, err := ssh.Dial(t.Context(), home, ssh.Attach)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = c.Close() }()
			if code, err := c.Run(t.Context(), ssh.Call{Argv: []string{"x"}, Files: ssh.OSFiles("/")}); code != 0 || err != nil {
				t.Fatal(code, err)
			}
		},
		"over the network": func() {
			c, err := dialOnce(address, anne)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = c.Close() }()
			s, err := c.NewSession()
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Run("x"); err != nil {
				t.Fatal(err)
			}
		},
	} {
		visit()
		settled := func() bool { return local.Sessions()+network.Sessions() == 0 }
		until(t, "nobody there", settled)
		goroutines, files := atRest(t)
		for range cycles() {
			visit()
		}
		until(t, "nobody there", settled)
		// What ends a little later than its caller may still be ending.
		until(t, name+": no goroutine and no descriptor left", func() bool {
			return runtime.NumGoroutine() <= goroutines && openFiles(t) <= files
		})
		// The control: one that stays is seen.
		c := attach(t, home)
		if runtime.NumGoroutine() <= goroutines || openFiles(t) <= files {
			t.Error("an open connection is not seen")
		}
		_ = c.Close()
	}
}

// atRest counts once nothing is ending any more.
func atRest(t *testing.T) (goroutines, files int) {
	t.Helper()
	for same := 0; same < 20; same++ {
		if g, f := runtime.NumGoroutine(), openFiles(t); g != goroutines || f != files {
			goroutines, files, same = g, f, 0
		}
		time.Sleep(5 * time.Millisecond)
	}
	return goroutines, files
}

func openFiles(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("this machine does not list open files:", err)
	}
	return len(list)
}
