//go:build faults

package cli

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// faultAt kills this process, as kill -9 does, at the n-th passage of a point:
// BLANCHE_FAULT=point:n. It exists in programs that tests build alone.
var faultAt = newFault(os.Getenv("BLANCHE_FAULT"))

// quick is a clock, and how much faster than the machine's it runs:
// BLANCHE_SPEED=50. What waits for calm does so in less time.
func quick(now func() time.Time) (func() time.Time, float64) {
	speed, err := strconv.ParseFloat(os.Getenv("BLANCHE_SPEED"), 64)
	if err != nil || speed <= 1 {
		return now, 1
	}
	begin := now()
	return func() time.Time { return begin.Add(time.Duration(float64(now().Sub(begin)) * speed)) }, speed
}

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
