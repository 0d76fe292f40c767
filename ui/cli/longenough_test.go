package cli

import (
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
	"time"
)

// longEnough is how long a test waits for what must come: far more than anything
// takes on a slow machine with other work, so that it ends only what hangs.
const longEnough = 2 * time.Minute

// atMost is the most that something may take: ten times as long beside everything
// that runs under the race detector at the same time.
func atMost(d time.Duration) time.Duration {
	if raceDetector {
		return 10 * d
	}
	return d
}

// vacant is an address on this machine where nobody listens, below those that the
// kernel gives to whoever asks for any.
func vacant(t *testing.T) string {
	t.Helper()
	for range 1000 {
		if l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 10_000+rand.IntN(20_000))); err == nil {
			_ = l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no port is free")
	return ""
}
