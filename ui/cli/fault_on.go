//go:build faults

package cli

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

// faultAt kills this process, as kill -9 does, at the n-th passage of a point:
// BLANCHE_FAULT=point:n. It exists in programs that tests build alone.
var faultAt = newFault(os.Getenv("BLANCHE_FAULT"))

func newFault(spec string) func(string) {
	if spec == "" {
		return nil
	}
	point, times, _ := strings.Cut(spec, ":")
	n, err := strconv.Atoi(times)
	if err != nil || n < 1 {
		fmt.Fprintln(os.Stderr, "BLANCHE_FAULT=point:n")
		os.Exit(exitUsage)
	}
	var passed atomic.Int64
	return func(at string) {
		if at == point && passed.Add(1) == int64(n) {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {} // nothing more happens
		}
	}
}
