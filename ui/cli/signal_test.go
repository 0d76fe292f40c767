package cli

import (
	"context"
	"errors"
	"os/signal"
	"syscall"
	"testing"
	"time"
)

// A terminal that closes ends a command as the system does: a wait pauses.
func TestASignalEndsTheContextWithItsCause(t *testing.T) { //nolint:paralleltest // signals go to the whole process
	for s, want := range map[syscall.Signal]error{syscall.SIGHUP: errTerminated, syscall.SIGTERM: errTerminated, syscall.SIGINT: errInterrupted} {
		if signal.Ignored(s) {
			continue // the tests run below nohup
		}
		ctx, stop := untilSignal(t.Context())
		if err := syscall.Kill(syscall.Getpid(), s); err != nil {
			t.Fatal(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(longEnough):
			t.Fatalf("%s changes nothing", s)
		}
		if got := context.Cause(ctx); !errors.Is(got, want) {
			t.Errorf("%s: %v", s, got)
		}
		stop()
	}
}
