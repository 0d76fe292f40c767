package cli

import (
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"blanche/ui/ssh"
)

// What the screens may cost a line, at 160×48: bytes a second while a campaign
// is sent, and bytes for one step of the cursor. At rest they cost nothing.
const (
	barLive   = 6500
	barCursor = 320
)

// What the screens cost over the real ssh, in bytes: a step of the cursor,
// nothing at rest, and a campaign that is sent; and how long a key takes.
func TestScreensOverSSHCostFewBytes(t *testing.T) {
	t.Parallel()
	p, r, service, address := campaigning(t, 6000, 50)
	key := filepath.Join(p.dir, "anne")
	begin := time.Now()
	x := p.far(address, key)
	first := x.reach().Sub(begin)

	x.press("é")
	x.see("▸")
	var costs []int
	for _, key := range []string{"j", "j", "j", "\x1b[B", "\x1b[B", "k"} {
		costs = append(costs, x.press(key))
	}
	t.Logf("%v bytes for a step of the cursor", costs)
	if most := slices.Max(costs); most > barCursor {
		t.Errorf("a step of the cursor costs %d bytes, at most %d", most, barCursor)
	}
	idle(t, x)

	p.beside(5)
	p.launch(6000)
	more(t, r, 20)
	p50, p99 := spread(x.steps(60))
	t.Logf("first frame %s after the start of ssh; key to frame beside the sending %s, 99 of 100 within %s (%s)",
		first.Round(time.Millisecond), p50, p99, load())
	if p50 > atMost(500*time.Millisecond) {
		t.Errorf("a key takes %s", p50)
	}
	for key, on := range map[string]string{"&": tabTitles()[0], tabKeys[4]: "p pause"} {
		x.write(key)
		x.see(on)
		time.Sleep(500 * time.Millisecond) // the first picture is not what is measured
		before, since := x.came(), time.Now()
		more(t, r, 200)
		rate := float64(x.came()-before) / time.Since(since).Seconds()
		t.Logf("%s: %.0f bytes a second while %.0f messages a second are sent", on, rate, 200/time.Since(since).Seconds())
		if rate > barLive || rate == 0 {
			t.Errorf("%.0f bytes a second, at most %d", rate, barLive)
		}
	}
	x.write("q")
	if code := x.leaves(); code != exitOK {
		t.Errorf("exit code %d\n%s", code, x.text())
	}
	if n := r.Total(); service.cmd.ProcessState != nil || n >= 5400+5*450 {
		t.Errorf("it was all sent (%d) before it was measured", n)
	}
}

// beside starts so many more campaigns, each for people of its own: every line
// of the live screen moves.
func (p *program) beside(n int) {
	p.t.Helper()
	var people strings.Builder
	people.WriteString("email,first_name,city\n")
	for i := range n * 500 {
		fmt.Fprintf(&people, "q%d@clients.example,Zoé,Ville %d\n", i, i%n)
	}
	p.write("more.csv", []byte(people.String()))
	p.must("import", "contacts", "more.csv", "--basis", "consent", "--source", "form")
	for i := range n {
		name := fmt.Sprintf("soldes-%d", i)
		p.write(name+".md", []byte(strings.NewReplacer("noel-15", name, `"evry"`, fmt.Sprintf(`"ville %d"`, i)).Replace(killCampaign)))
		p.must("campaign", "new", name+".md")
		p.must("campaign", "rate", name, "10")
		p.must("campaign", "start", name, "--confirm", "450")
	}
}

// From a key to its frame, and from the start of ssh to the first frame, beside
// a sending: the figures of the manual.
func TestMeasureKeyToFrameOverSSH(t *testing.T) {
	onRequest(t)
	p, r, _, address := campaigning(t, 20_000, 100)
	key := filepath.Join(p.dir, "anne")
	p.launch(20_000)
	more(t, r, 20)
	for range 3 {
		var firsts []time.Duration
		for range 5 {
			begin := time.Now()
			x := p.far(address, key)
			firsts = append(firsts, x.reach().Sub(begin))
			x.write("q")
			x.leaves()
		}
		x := p.far(address, key)
		x.reach()
		x.write("é")
		x.see("@") // the people: every list has a cursor
		p50, p99 := spread(x.steps(400))
		first, _ := spread(firsts)
		t.Logf("first frame %s (of 5), key to frame %s, 99 of 100 within %s (%s)", first, p50, p99, load())
		x.write("q")
		x.leaves()
	}
}

// Fifty people at the live screen of a campaign that is sent: what they cost the
// process that sends, beyond the sending.
func TestMeasureFiftyLiveSessions(t *testing.T) {
	onRequest(t)
	const people, span = 50, 10 * time.Second
	p, r, service, address := campaigning(t, 20_000, 100)
	holder := counted(service.cmd.Process.Pid)
	p.launch(20_000)
	more(t, r, 200)
	share := func() float64 {
		work, since := holder.worked(), time.Now()
		time.Sleep(span) // what is measured
		return 100 * (holder.worked() - work).Seconds() / time.Since(since).Seconds()
	}
	alone := []float64{share(), share(), share()}
	t.Logf("the sending alone: %.1f %% of a core, %d MB (%s)", alone, holder.holds(), load())
	watchers := make([]*watcher, people)
	for i := range watchers {
		name := fmt.Sprintf("manager-%d", i)
		watchers[i] = &watcher{}
		in := calls(t, address, name, p.newCaller(name, "manager")).screens(watchers[i])
		until(t, "the screens", func() bool { return watchers[i].has("?") })
		_, _ = io.WriteString(in, "5")
	}
	until(t, "the live screens", func() bool {
		return !slices.ContainsFunc(watchers, func(w *watcher) bool { return !w.has("pause") })
	})
	drawn := func() (n int) {
		for _, w := range watchers {
			n += w.bytes()
		}
		return n
	}
	var crowded []float64
	for range 3 {
		before, sent := drawn(), r.Total()
		s := share()
		crowded = append(crowded, s)
		t.Logf("%d live sessions: %.1f %% of a core with the sending of %.0f a second, %d MB, %.0f bytes/s each (%s)",
			people, s, float64(r.Total()-sent)/span.Seconds(), holder.holds(), float64(drawn()-before)/span.Seconds()/people, load())
	}
	x := p.far(address, filepath.Join(p.dir, "anne"))
	x.reach()
	x.write("é")
	x.see("@") // the people: every list has a cursor
	p50, p99 := spread(x.steps(200))
	t.Logf("key to frame of one more: %s, 99 of 100 within %s (%s)", p50, p99, load())
	slices.Sort(alone)
	slices.Sort(crowded)
	if cost := crowded[1] - alone[1]; cost >= 90 {
		t.Errorf("%.1f %% of a core for %d sessions", cost, people)
	}
	if mb := holder.holds(); mb >= 250 {
		t.Errorf("%d MB", mb)
	}
}

// A thousand visitors, by the socket, over the network, and some whose line is
// cut in the middle of a screen: nothing of them stays in the process.
func TestAThousandVisitorsLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	visits := 1000
	if raceDetector {
		visits = 150 // all of them in a run without the detector, see .ci/run
	}
	p := newProgram(newShop(t, ""))
	p.people(20)
	signer := p.newCaller("anne", "viewer")
	service := p.serve("--ssh", "127.0.0.1:0", "--http", "127.0.0.1:0")
	address := regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(service.err.String())
	visit := []func(){
		func() {
			c, err := ssh.Dial(t.Context(), p.env["BLANCHE_DATA"], ssh.Attach)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = c.Close() }()
			if code, err := c.Run(t.Context(), ssh.Call{Argv: []string{"status"}, Files: ssh.OSFiles("/")}); code != 0 || err != nil {
				t.Fatal(code, err)
			}
		},
		func() {
			c := calls(t, address, "anne", signer)
			if out, code, err := c.says("contact list --limit 1"); code != 0 || err != nil {
				t.Fatalf("%d, %v\n%s", code, err, out)
			}
			_ = c.conn.Close()
		},
		func() {
			c, w := calls(t, address, "anne", signer), &watcher{}
			_ = c.screens(w)
			until(t, "the screens", func() bool { return w.has("?") })
			_ = c.conn.Close()
		},
	}
	for _, v := range visit {
		v()
	}
	rest := func() (goroutines, files int) {
		until(t, "nobody there", func() bool { return service.gauge("blanche_sessions") == 0 })
		for same := 0; same < 10; same++ {
			if g, f := service.gauge("go_goroutines"), service.gauge("process_open_fds"); g != goroutines || f != files {
				goroutines, files, same = g, f, 0
			}
			time.Sleep(20 * time.Millisecond)
		}
		return goroutines, files
	}
	goroutines, files := rest()
	begin := time.Now()
	for i := range visits {
		visit[i%len(visit)]()
	}
	took := time.Since(begin)
	until(t, "no goroutine and no descriptor left", func() bool {
		g, f := rest()
		return g <= goroutines && f <= files
	})
	t.Logf("%d goroutines and %d descriptors before and after %d visits in %s (%s)", goroutines, files, visits, took.Round(time.Millisecond), load())
	// The control: one who stays is seen.
	w := &watcher{}
	_ = calls(t, address, "anne", signer).screens(w)
	until(t, "the screens", func() bool { return w.has("?") })
	if g, f := service.gauge("go_goroutines"), service.gauge("process_open_fds"); g <= goroutines || f <= files {
		t.Errorf("%d goroutines and %d descriptors with somebody there", g, f)
	}
}
