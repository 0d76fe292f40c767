package bench

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// used is what this process took of the machine.
type used struct {
	cpu       time.Duration // user and system
	anonymous *int64        // bytes, most at once; nil where the system does not say
	since     *int64        // the same since the mark
}

// meter measures this process until it is stopped.
type meter struct {
	began      time.Duration
	most, late atomic.Int64
	end, ended chan struct{}
}

// between is how often the memory is looked at.
const between = 100 * time.Millisecond

// startMeter begins to measure. Its stop ends it.
func startMeter() *meter {
	m := &meter{began: cpuTime(), end: make(chan struct{}), ended: make(chan struct{})}
	go func() {
		defer close(m.ended)
		tick := time.NewTicker(between)
		defer tick.Stop()
		for m.look(); ; m.look() {
			select {
			case <-m.end:
				return
			case <-tick.C:
			}
		}
	}()
	return m
}

// look notes how much memory there is; one goroutine does.
func (m *meter) look() {
	now := anonymous()
	m.most.Store(max(m.most.Load(), now))
	m.late.Store(max(m.late.Load(), now))
}

// mark begins the second part.
func (m *meter) mark() { m.late.Store(0) }

// stop ends the measurement.
func (m *meter) stop() used {
	u := used{cpu: cpuTime() - m.began}
	close(m.end)
	<-m.ended
	if most, late := max(m.most.Load(), anonymous()), max(m.late.Load(), anonymous()); most > 0 {
		u.anonymous, u.since = &most, &late
	}
	return u
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
