package bench

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// used is what this process took of the machine.
type used struct {
	cpu       time.Duration // user and system
	anonymous *int64        // bytes, most at once; nil where the system does not say
}

// meter measures this process until it is stopped.
type meter struct {
	stop func() used
}

// between is how often the memory is looked at.
const between = 20 * time.Millisecond

// startMeter begins to measure. Its stop ends it.
func startMeter() meter {
	began, done, peak := cpuTime(), make(chan struct{}), make(chan int64)
	go func() {
		most, tick := anonymous(), time.NewTicker(between)
		defer tick.Stop()
		for {
			select {
			case <-done:
				peak <- max(most, anonymous())
				return
			case <-tick.C:
				most = max(most, anonymous())
			}
		}
	}()
	return meter{stop: func() used {
		u := used{cpu: cpuTime() - began}
		close(done)
		if most := <-peak; most > 0 {
			u.anonymous = &most
		}
		return u
	}}
}

// cpuTime is what this process used of the processors until now.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// anonymous is the anonymous memory of this process in bytes, what it would
// have to swap: the files that it maps (its data) are not in it. 0 where the
// system does not say.
func anonymous() int64 {
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer func() { _ = f.Close() }()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), "RssAnon:"); ok {
			kib, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			return kib << 10
		}
	}
	return 0
}
