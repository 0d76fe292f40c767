package tui

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/tuitest"
)

// moving is a shop whose picture is replaced four times a second, as that of a
// desk that sends: every figure, bar and column of the live screen moves.
type moving struct {
	*tuitest.Shop
	now atomic.Pointer[campaigns.Live]
}

func (m *moving) Live() *campaigns.Live { return m.now.Load() }

func (m *moving) Now() time.Time { return time.Now() }

func (m *moving) run(ctx context.Context) {
	tick := time.NewTicker(liveEvery)
	defer tick.Stop()
	for i := 0; ; i++ {
		m.now.Store(m.picture(i))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// picture is the i-th picture: six campaigns on their way.
func (m *moving) picture(i int) *campaigns.Live {
	first := m.Shop.Live()
	l := &campaigns.Live{At: time.Now(), Revision: 1, Sends: true, Ready: true, Events: first.Events}
	for k := range 6 {
		c := campaigns.LiveCampaign{Status: first.Running[0].Status}
		c.Name, c.Title = fmt.Sprintf("%s-%d", c.Name, k), fmt.Sprintf("%s %d", c.Title, k)
		c.Accepted += 10 * i % 3000
		c.Waiting = 3143 - 10*i%3000
		c.RatePerSecond = 38 + 6*math.Sin(float64(i+k)/3)
		c.Lanes = append([]model.LaneStatus(nil), c.Lanes...)
		for j := range c.Lanes {
			c.Lanes[j].Accepted += 3 * i
			c.Lanes[j].RatePerSecond += math.Sin(float64(i + j))
		}
		for s := range 300 {
			c.History = append(c.History, 30+10*math.Sin(float64(s+i/4)/9))
		}
		l.Running = append(l.Running, c)
	}
	return l
}

// sink counts what is written to it.
type sink struct{ n atomic.Int64 }

func (s *sink) Write(p []byte) (int, error) {
	s.n.Add(int64(len(p)))
	return len(p), nil
}

// cpu is the time this process has worked.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkSessions is what live sessions at 160×48 cost: each iteration is a
// second of all of them. The figures are shares of one core and bytes on the
// line, for each session.
func BenchmarkSessions(b *testing.B) {
	for _, c := range []struct {
		n    int
		slow bool
		tab  string
	}{{1, false, "5"}, {10, false, "5"}, {50, false, "5"}, {50, true, "5"}, {50, true, "1"}} {
		b.Run(fmt.Sprintf("n=%d/slow=%v/tab=%s", c.n, c.slow, c.tab), func(b *testing.B) { benchSessions(b, c.n, c.slow, c.tab) })
	}
}

func benchSessions(b *testing.B, n int, slow bool, tab string) {
	ctx, cancel := context.WithCancel(context.Background())
	desk := &moving{Shop: tuitest.NewShop()}
	desk.now.Store(desk.picture(0))
	go desk.run(ctx)
	var out sink
	ended := make(chan error, n)
	hands := make([]*terminal, n)
	for i := range n {
		keys := newTerminal()
		hands[i] = keys
		go func() {
			ended <- Run(ctx, desk, Options{
				Lang: "fr", Env: []string{"TERM=xterm-256color", "COLORTERM=truecolor"}, Width: 160, Height: 48,
				Slow: func() bool { return slow }, Clock: time.Now, In: keys.keys, Out: &out,
			})
		}()
		keys.typed(tab)
	}
	time.Sleep(1500 * time.Millisecond) // the first frames are not what is measured
	var mem runtime.MemStats
	work, wrote, since := cpu(), out.n.Load(), time.Now()
	for b.Loop() {
		time.Sleep(time.Second)
	}
	took := time.Since(since).Seconds()
	b.ReportMetric(100*(cpu()-work).Seconds()/took/float64(n), "%core/session")
	b.ReportMetric(float64(out.n.Load()-wrote)/took/float64(n), "B/s/session")
	runtime.GC()
	runtime.ReadMemStats(&mem)
	b.ReportMetric(float64(mem.HeapAlloc)/1e6, "MB-heap")
	b.ReportMetric(resident()/1e6, "MB-rss")
	cancel()
	for i := range n {
		_ = hands[i].hand.Close() // as the door does when the line ends
		if err := <-ended; err != nil {
			b.Error(err)
		}
	}
}

func resident() float64 {
	var size, pages float64
	text := readProc("/proc/self/statm")
	if _, err := fmt.Sscan(strings.TrimSpace(text), &size, &pages); err != nil {
		return 0
	}
	return pages * 4096
}

func readProc(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return string(text)
}

// BenchmarkKeyToFrame is how long a key takes to be seen in a served session,
// alone and beside fifty others that are live: the time of an iteration is the
// mean, the half and the worst hundredth are given.
func BenchmarkKeyToFrame(b *testing.B) {
	for _, others := range []int{0, 50} {
		b.Run(fmt.Sprintf("others=%d", others), func(b *testing.B) { benchKeys(b, others) })
	}
}

func benchKeys(b *testing.B, others int) {
	ctx, cancel := context.WithCancel(context.Background())
	desk := &moving{Shop: tuitest.NewShop()}
	desk.now.Store(desk.picture(0))
	go desk.run(ctx)
	ended := make(chan error, others+1)
	hands := make([]*terminal, others+1)
	for i := range hands {
		hands[i] = newTerminal()
		out := io.Writer(&sink{})
		if i == 0 {
			out = hands[0]
		}
		go func() {
			ended <- Run(ctx, desk, Options{
				Lang: "fr", Env: []string{"TERM=xterm-256color", "COLORTERM=truecolor"}, Width: 160, Height: 48,
				Slow: func() bool { return others > 20 }, Clock: time.Now, In: hands[i].keys, Out: out,
			})
		}()
		if i > 0 {
			hands[i].typed("5")
		}
	}
	me := hands[0]
	me.typed("2")
	me.wait(b, "Canarisson")
	time.Sleep(1500 * time.Millisecond) // the first frames of the others are not what is measured
	var took []time.Duration
	for i := 0; b.Loop(); i++ {
		time.Sleep(time.Duration(37+i%23) * time.Millisecond) // never in step with the frames
		me.forget()
		since := time.Now()
		me.typed([]string{"j", "k"}[i%2])
		me.wait(b, "▸")
		took = append(took, time.Since(since))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
	cancel()
	for i := range hands {
		_ = hands[i].hand.Close()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	}
}
