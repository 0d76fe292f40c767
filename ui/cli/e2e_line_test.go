package cli

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A bad line: what it takes one way, and what it loses each way, in percent.
const (
	lineDelay = 50 * time.Millisecond
	lineLoss  = 1
)

// badLine is a network of its own at the end of a line that loses packets, and
// a relay that takes its time.
type badLine struct {
	t       *testing.T
	ns      string
	address string // of the relay, from the other end
}

// newBadLine lays a line to a door of this machine.
func newBadLine(t *testing.T, door string) *badLine {
	t.Helper()
	for _, tool := range []string{"ip", "nft"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip("no bad line without ", tool, ": ", err)
		}
	}
	if os.Getuid() != 0 {
		t.Skip("only root lays a line to a network of its own")
	}
	forgotten()
	n := os.Getpid() % 250
	l := &badLine{t: t, ns: fmt.Sprintf("blanche-line-%d", os.Getpid())}
	here, there := fmt.Sprintf("198.18.%d.1", n), fmt.Sprintf("198.18.%d.2", n) // for tests of networks, RFC 2544
	veth, peer := fmt.Sprintf("blv%d", n), fmt.Sprintf("blw%d", n)
	if out, err := exec.Command("ip", "netns", "add", l.ns).CombinedOutput(); err != nil {
		t.Skipf("no network of its own here: %v\n%s", err, out)
	}
	t.Cleanup(func() {
		_ = exec.Command("ip", "link", "del", veth).Run()
		if out, err := exec.Command("ip", "netns", "del", l.ns).CombinedOutput(); err != nil {
			t.Errorf("the network stays: %v\n%s", err, out)
		}
	})
	// The kernel sees a short line, as the delay is that of the relay: without
	// the least time before it sends again, a loss would cost too little.
	const again = "300ms"
	for _, words := range []string{
		"ip link add " + veth + " type veth peer name " + peer + " netns " + l.ns,
		"ip addr add " + here + "/30 dev " + veth,
		"ip link set " + veth + " up",
		"ip route change " + "198.18." + strconv.Itoa(n) + ".0/30 dev " + veth + " src " + here + " rto_min " + again,
		"ip -n " + l.ns + " addr add " + there + "/30 dev " + peer,
		"ip -n " + l.ns + " link set " + peer + " up",
		"ip -n " + l.ns + " route change " + "198.18." + strconv.Itoa(n) + ".0/30 dev " + peer + " src " + there + " rto_min " + again,
		"ip netns exec " + l.ns + " nft add table inet line",
	} {
		l.must(strings.Fields(words)...)
	}
	for _, way := range []string{"input", "output"} {
		l.must("ip", "netns", "exec", l.ns, "nft", "add chain inet line "+way+" { type filter hook "+way+" priority 0; }")
		l.must("ip", "netns", "exec", l.ns, "nft", fmt.Sprintf("add rule inet line %s counter meta l4proto tcp numgen random mod 100 < %d counter drop", way, lineLoss))
	}
	l.address = delayed(t, here+":0", door)
	return l
}

// forgotten takes away the networks of tests that were killed.
func forgotten() {
	out, _ := exec.Command("ip", "netns", "list").Output()
	for _, m := range regexp.MustCompile(`(?m)^blanche-line-(\d+)`).FindAllSubmatch(out, -1) {
		if _, err := os.Stat("/proc/" + string(m[1])); err != nil {
			_ = exec.Command("ip", "netns", "del", string(m[0])).Run()
		}
	}
}

// must runs a command, or there is no line.
func (l *badLine) must(args ...string) {
	l.t.Helper()
	if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
		l.t.Skipf("no bad line here: %v: %v\n%s", args, err, out)
	}
}

// there is what runs a command at the other end.
func (l *badLine) there() []string { return []string{"ip", "netns", "exec", l.ns} }

// lost is how many packets came to the line, and how many it lost.
func (l *badLine) lost() (all, lost int) {
	l.t.Helper()
	out, err := exec.Command("ip", "netns", "exec", l.ns, "nft", "list", "table", "inet", "line").Output()
	if err != nil {
		l.t.Fatal(err)
	}
	for i, m := range regexp.MustCompile(`counter packets (\d+)`).FindAllSubmatch(out, -1) {
		n, _ := strconv.Atoi(string(m[1]))
		if i%2 == 0 {
			all += n
		} else {
			lost += n
		}
	}
	return all, lost
}

// delayed relays connections to a door, each byte lineDelay later, both ways.
func delayed(t *testing.T, at, door string) string {
	t.Helper()
	from, err := net.Listen("tcp", at)
	if err != nil {
		t.Skip("nobody listens at the end of the line: ", err)
	}
	var flows sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	keep := func(c net.Conn) {
		mu.Lock()
		defer mu.Unlock()
		open = append(open, c)
	}
	flows.Go(func() {
		for {
			a, err := from.Accept()
			if err != nil {
				return
			}
			keep(a)
			flows.Go(func() {
				time.Sleep(2 * lineDelay) // what to connect takes
				b, err := net.Dial("tcp", door)
				if err != nil {
					_ = a.Close()
					return
				}
				keep(b)
				flows.Go(func() { later(a, b) })
				later(b, a)
			})
		}
	})
	t.Cleanup(func() {
		_ = from.Close()
		mu.Lock()
		for _, c := range open {
			_ = c.Close()
		}
		mu.Unlock()
		flows.Wait()
	})
	return from.Addr().String()
}

// later copies what comes, each piece when its time has come.
func later(to, from net.Conn) {
	type piece struct {
		at   time.Time
		data []byte
	}
	line := make(chan piece, 1<<10)
	go func() {
		defer close(line)
		b := make([]byte, 16<<10)
		for {
			n, err := from.Read(b)
			if n > 0 {
				line <- piece{time.Now().Add(lineDelay), slices.Clone(b[:n])}
			}
			if err != nil {
				return
			}
		}
	}()
	for p := range line {
		time.Sleep(time.Until(p.at))
		if _, err := to.Write(p.data); err != nil {
			_ = from.Close()
		}
	}
	time.Sleep(lineDelay)
	_ = to.Close()
}

// gaps watches a live screen for a while, and returns how many pictures came
// and the longest time without one.
func (x *terminal) gaps(span time.Duration) (pictures int, longest time.Duration) {
	x.t.Helper()
	begin := time.Now()
	for last := begin; ; time.Sleep(5 * time.Millisecond) {
		x.mu.Lock()
		now := x.last
		x.mu.Unlock()
		if now.Sub(last) > 20*time.Millisecond { // pieces of one picture come together
			pictures, longest = pictures+1, max(longest, now.Sub(last))
			last = now
		}
		if time.Since(begin) > span {
			return pictures, max(longest, time.Since(last))
		}
	}
}

// Over a line of 100 ms there and back that loses a packet in a hundred, the
// screens can be used: a frame comes, keys are answered, a sending is seen to
// go on, and leaving leaves.
func TestScreensOverABadLine(t *testing.T) {
	t.Parallel()
	p, r, _, address := campaigning(t, 6000, 100)
	l := newBadLine(t, address)
	key := filepath.Join(p.dir, "anne")
	steps, span := 25, 5*time.Second
	if os.Getenv("BLANCHE_MEASURE") != "" {
		steps, span = 200, 20*time.Second
	}

	begin := time.Now()
	x := p.far(l.address, key, l.there()...)
	first := x.reach().Sub(begin)
	x.write("é")
	x.see("@") // the people: every list has a cursor
	took := x.steps(steps)
	p50, p99 := spread(took)
	p.launch(6000)
	more(t, r, 20)
	x.write("(")
	x.see("p pause")
	before := x.came()
	pictures, longest := x.gaps(span)
	live := float64(x.came()-before) / span.Seconds()
	x.write("é")
	x.see("@") // the people: every list has a cursor
	b50, b99 := spread(x.steps(steps))
	leave := time.Now()
	x.write("q")
	if code := x.leaves(); code != exitOK || x.apart() {
		t.Errorf("exit code %d, still on its own screen: %v", code, x.apart())
	}
	left := time.Since(leave)
	all, lost := l.lost()
	t.Logf("first frame %s after the start of ssh; key to frame %s, 99 of 100 within %s, beside a sending %s and %s; "+
		"%d live pictures in %s, at most %s apart, %.0f bytes a second; left after %s; %d of %d packets lost (%s)",
		first.Round(time.Millisecond), p50, p99, b50, b99, pictures, span, longest.Round(time.Millisecond), live, left.Round(time.Millisecond), lost, all, load())
	if first > atMost(15*time.Second) || p50 > atMost(time.Second) || b50 > atMost(time.Second) || left > atMost(5*time.Second) || pictures < 3 {
		t.Errorf("nobody can use that")
	}
	// The control: the line is as slow as it says.
	if fastest := slices.Min(took); fastest < 2*lineDelay {
		t.Errorf("a key was answered after %s", fastest)
	}
}
