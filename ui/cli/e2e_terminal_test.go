package cli

import (
	"bytes"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
	"blanche/ui/i18n"
)

// The most bytes that may go over the line, at 160x48.
const (
	mostCursorDown = 450
	mostTabSwitch  = 14_000
)

// newFilledProgram is the program over a folder with contacts, orders and a
// campaign that was sent.
func newFilledProgram(t *testing.T) *program {
	t.Helper()
	s := newShop(t, "")
	s.listen(relay.Options{})
	p := newProgram(s)
	s.mkcontacts("people.csv", 2000)
	s.run(0, "import", "contacts", "people.csv", "--basis", "consent", "--source", "form")
	s.write("noel.md", []byte(killCampaign))
	s.run(0, "campaign", "new", "noel.md")
	s.run(0, "campaign", "start", "noel-15", "--confirm", "1800", "--wait")
	var orders strings.Builder
	orders.WriteString("id;date;email;total\n")
	for i := 0; i < 2000; i += 9 {
		fmt.Fprintf(&orders, "C%d;%s;p%d@clients.example;%d,50\n", i, s.now.Format("02/01/2006"), i, 20+i%60)
	}
	s.write("orders.csv", []byte(orders.String()))
	s.run(0, "import", "orders", "orders.csv")
	return p
}

// tabKeys are the keys of the six tabs of the work on a French keyboard, unshifted.
var tabKeys = []string{"&", "é", "\"", "'", "(", "-"}

// tabTitles are their titles in French.
func tabTitles() (titles []string) {
	p := i18n.New("fr")
	for _, tab := range []string{"today", "contacts", "segments", "campaigns", "live", "roi"} {
		titles = append(titles, p.T("app.tab."+tab))
	}
	return titles
}

func TestDashboardInARealTerminal(t *testing.T) {
	t.Parallel()
	p := newFilledProgram(t)
	begin := time.Now()
	x := p.openTerminal(160, 48, "--lang", "fr")
	x.see(tabTitles()[5])
	x.see("?")
	t.Logf("first frame after %s", time.Since(begin).Round(time.Millisecond))
	fills(t, x)
	tabs(t, x)
	idle(t, x)
	cursor(t, x)

	x.press("?")
	x.see(i18n.New("fr").T("app.help"))
	x.press("\x1b")
	for _, size := range [][2]int{{80, 24}, {60, 16}} {
		x.resize(size[0], size[1])
		for _, at := range []int{2, 3, 4, 5, 0, 1} {
			x.press(tabKeys[at])
			fills(t, x)
		}
	}
	x.resize(40, 10)
	x.see("60") // columns are needed
	x.resize(160, 48)
	x.see("p10@clients.example")
	fills(t, x)

	x.write("q")
	if code := x.leaves(); code != exitOK || x.apart() {
		t.Errorf("exit code %d, still on its own screen: %v", code, x.apart())
	}
	killedAndOpened(t, p)
}

// fills wants a frame of exactly the size of the terminal: its first and last
// rows are there, and nothing was pushed out above.
func fills(t *testing.T, x *terminal) {
	t.Helper()
	x.settle()
	for end := time.Now().Add(longEnough); !x.whole(); time.Sleep(5 * time.Millisecond) {
		if x.scrolled() || time.Now().After(end) {
			t.Errorf("the frame is not %dx%d:\n%s", x.w, x.h, x.text())
			return
		}
	}
}

// whole reports whether the screen is a frame of its size.
func (x *terminal) whole() bool {
	lines := x.lines()
	return strings.Contains(lines[len(lines)-1], "?") && lines[0] != "" && !x.scrolled()
}

// tabs opens every tab, and checks which one is marked and what it costs.
func tabs(t *testing.T, x *terminal) {
	t.Helper()
	titles, costs := tabTitles(), []int{}
	for _, at := range []int{1, 2, 3, 4, 5, 0, 5, 1} {
		n := x.press(tabKeys[at])
		costs = append(costs, n)
		if n > mostTabSwitch {
			t.Errorf("tab %d costs %d bytes, at most %d", at+1, n, mostTabSwitch)
		}
		fills(t, x)
		until(t, fmt.Sprintf("tab %d to be the one marked", at+1), func() bool {
			mine, ok := x.style(titles[at])
			other, ok2 := x.style(titles[(at+1)%6])
			third, _ := x.style(titles[(at+2)%6])
			return ok && ok2 && !mine.Equal(&other) && other.Equal(&third)
		})
	}
	x.see("p10@clients.example")
	t.Logf("bytes of the tab switches: %v", costs)
}

// idle wants silence for 3 s while nothing changes; another try is due when a
// minute, which the clock shows, has just ended, or an answer came late.
func idle(t *testing.T, x *terminal) {
	t.Helper()
	n := 0
	for range 3 {
		before := x.settle()
		time.Sleep(3 * time.Second) // what is measured, not a wait
		if n = x.came() - before; n == 0 {
			return
		}
	}
	t.Errorf("%d bytes in 3 s with nothing to say", n)
}

// cursor moves down a table.
func cursor(t *testing.T, x *terminal) {
	t.Helper()
	costs := []int{}
	for _, key := range []string{"j", "j", "j", "\x1b[B", "\x1b[B"} {
		n := x.press(key)
		costs = append(costs, n)
		if n > mostCursorDown {
			t.Errorf("cursor-down costs %d bytes, at most %d", n, mostCursorDown)
		}
	}
	t.Logf("bytes of cursor-down: %v", costs)
}

// killedAndOpened kills the dashboard, and wants the folder to open again.
func killedAndOpened(t *testing.T, p *program) {
	t.Helper()
	x := p.openTerminal(80, 24, "--lang", "en")
	x.see("Contacts")
	_ = x.cmd.Process.Kill()
	x.leaves()
	x = p.openTerminal(80, 24, "--lang", "en")
	x.see("Contacts")
	fills(t, x)
	x.press("2")
	x.see("p10@clients")
	x.write("\x03")
	if code := x.leaves(); code != exitOK {
		t.Errorf("ctrl+c: exit code %d", code)
	}
	p.run(0, "verify")
}

func TestDashboardWithoutATerminalSaysSo(t *testing.T) {
	t.Parallel()
	p := newProgram(newShop(t, ""))
	cmd := p.command(t.Context())
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	_ = cmd.Run()
	lines := strings.Split(strings.TrimSpace(errs.String()), "\n")
	if code := cmd.ProcessState.ExitCode(); code != exitUsage || out.Len() > 0 || len(lines) != 2 ||
		!strings.HasPrefix(lines[0], "error: ") || !strings.HasPrefix(lines[1], "hint: ") {
		t.Errorf("exit code %d\n%s%s", code, out.Bytes(), errs.Bytes())
	}
}

// An independent terminal shows the same, since the emulator of the other
// tests shares code with the program.
func TestDashboardInTmux(t *testing.T) {
	t.Parallel()
	tmux, err := exec.LookPath("tmux")
	if err != nil {
		t.Skip("no tmux here: ", err)
	}
	p := newProgram(newShop(t, ""))
	p.mkcontacts("people.csv", 50)
	p.run(0, "import", "contacts", "people.csv", "--basis", "consent", "--source", "form")
	socket := filepath.Join(t.TempDir(), "s")
	call := func(args ...string) string {
		cmd := p.command(t.Context())
		cmd.Path, cmd.Args = tmux, append([]string{"tmux", "-S", socket, "-f", "/dev/null"}, args...)
		cmd.Env = append(cmd.Env, "LC_ALL=C.UTF-8", "PATH=/usr/bin:/bin")
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("tmux %v: %v\n%s", args, err, out)
		}
		return string(out)
	}
	call("new-session", "-d", "-x", "100", "-y", "30", p.path, "--lang", "fr")
	t.Cleanup(func() { _ = exec.Command(tmux, "-S", socket, "kill-server").Run() })
	see := func(text string) {
		t.Helper()
		seen := ""
		for end := time.Now().Add(longEnough); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
			if seen = call("capture-pane", "-p"); strings.Contains(seen, text) {
				return
			}
		}
		t.Fatalf("no %q in tmux:\n%s", text, seen)
	}
	see(tabTitles()[5])
	call("send-keys", "é")
	see("p10@clients")
	call("resize-window", "-x", "60", "-y", "16")
	see("p1@clients")
}
