package cli

import (
	"context"
	"errors"
	"syscall"
	"testing"
	"time"
)

// A terminal that closes ends a command as the system does: a wait pauses.
func TestASignalEndsTheContextWithItsCause(t *testing.T) { //nolint:paralleltest // signals go to the whole process
	for s, want := range map[syscall.Signal]error{syscall.SIGHUP: errTerminated, syscall.SIGTERM: errTerminated, syscall.SIGINT: errInterrupted} {
		ctx, stop := untilSignal(t.Context())
		if err := syscall.Kill(syscall.Getpid(), s); err != nil {
			t.Fatal(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Second):
			t.Fatalf("%s changes nothing", s)
		}
		if got := context.Cause(ctx); !errors.Is(got, want) {
			t.Errorf("%s: %v", s, got)
		}
		stop()
	}
}
