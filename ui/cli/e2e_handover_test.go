package cli

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
	"blanche/ui/i18n"
)

// shell starts the dashboard as a person does, from a shell, which tells the
// settings of the terminal before and after, and the exit code. What was typed or
// answered too late for the dashboard stands on a line before the second settings.
func (p *program) shell(w, h int, args ...string) *terminal {
	p.t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		p.t.Skip("no shell here: ", err)
	}
	cmd := p.command(context.Background())
	cmd.Path = sh
	cmd.Args = append([]string{"sh", "-c", `stty -g; "$@"; code=$?; echo; stty -g; echo "code $code"`, "sh", p.path}, args...)
	cmd.Env = append(cmd.Env, "PATH="+os.Getenv("PATH"))
	return openTerminal(p.t, w, h, cmd)
}

// back wants the shell to have its terminal as it was, and returns the exit code
// of the dashboard.
func (x *terminal) back() int {
	x.t.Helper()
	x.leaves()
	text := x.text()
	settings := regexp.MustCompile(`(?m)[0-9a-f]+(?::[0-9a-f]+){20,}$`).FindAllString(text, -1)
	if len(settings) != 2 || settings[0] != settings[1] || x.apart() {
		x.t.Errorf("the terminal is not as it was (own screen: %v): %q\n%s", x.apart(), settings, text)
	}
	m := regexp.MustCompile(`code (\d+)`).FindStringSubmatch(text)
	if m == nil {
		x.t.Fatalf("no exit code:\n%s", text)
	}
	code, _ := strconv.Atoi(m[1])
	return code
}

// watched is a dashboard that holds the folder and sends.
func watched(t *testing.T, latency time.Duration) (p *program, r *relay.Relay, x *terminal) {
	t.Helper()
	s := newShop(t, "")
	r = s.listen(relay.Options{Latency: latency})
	p = newProgram(s)
	t.Cleanup(func() { // also when the test ends before it knows the heir
		for _, pid := range heirs(p) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	})
	p.people(2000)
	p.must("campaign", "rate", "noel-15", "30")
	x = p.shell(250, 48, "--lang", "fr")
	x.see(tabTitles()[4])
	p.launch(2000)
	more(t, r, 20)
	x.insist(tabKeys[4], "p pause")
	x.write("q")
	x.see(i18n.New("fr").T("app.quit.title"))
	return p, r, x
}

// Quitting the screen of the process that sends hands the send over to one in
// the background, which ends it: nobody lost, nobody twice, nobody in doubt.
func TestQuittingTheScreenHandsTheSendOver(t *testing.T) {
	t.Parallel()
	p, r, x := watched(t, time.Millisecond)
	x.insist("\r", "code ")
	if code := x.back(); code != exitOK {
		t.Errorf("exit code %d\n%s", code, x.text())
	}
	pid := heir(t, p, x.text())
	before := r.Total()
	if st := p.status("noel-15"); st.State != "running" || st.Uncertain != 0 || !st.adds() {
		t.Errorf("%+v", st)
	}
	more(t, r, 30)
	t.Logf("%d when the screen closed, %d now", before, r.Total())
	p.must("campaign", "rate", "noel-15", "0")
	until(t, "the end of the campaign", func() bool { return p.status("noel-15").State == "done" })
	if n, st := once(t, r.Kept()), p.status("noel-15"); n != 1800 || st.Uncertain != 0 {
		t.Errorf("%d people, %+v", n, st)
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.free()
	p.must("verify")
}

// A hand-over goes to its end although the terminal is closed in the middle of
// it: the folder was let go already, and somebody has to take it.
func TestAHandOverOutlivesItsScreen(t *testing.T) {
	t.Parallel()
	p, r, x := watched(t, 300*time.Millisecond) // what is on the wire takes its time
	x.insist("\r", i18n.New("fr").T("app.quit.handing"))
	x.kids(syscall.SIGTERM)
	x.see("code ")
	heir(t, p, x.text())
	more(t, r, 30)
	if st := p.status("noel-15"); st.State != "running" || st.Uncertain != 0 || !st.adds() {
		t.Errorf("%+v", st)
	}
}

// A signal ends the dashboard of the process that holds the data, each time.
func TestASignalEndsTheDashboardThatHoldsTheData(t *testing.T) {
	t.Parallel()
	p := newProgram(newShop(t, ""))
	p.people(20)
	for i := range 8 {
		x := p.shell(100, 30, "--lang", "en")
		x.see("Contacts")
		x.kids([]syscall.Signal{syscall.SIGTERM, syscall.SIGINT}[i%2])
		if code := x.back(); code != exitOK {
			t.Errorf("%d: exit code %d\n%s", i, code, x.text())
		}
	}
	p.free()
}

// heir is the process in the background, which the dashboard named.
func heir(t *testing.T, p *program, screen string) int {
	t.Helper()
	for _, pid := range heirs(p) {
		if regexp.MustCompile(`\b` + strconv.Itoa(pid) + `\b`).MatchString(screen) {
			return pid
		}
	}
	t.Fatalf("no process that serves is named:\n%s", screen)
	return 0
}

// heirs are the processes in the background that serve the folder of a program.
func heirs(p *program) (pids []int) {
	files, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range files {
		line, err := os.ReadFile(file)
		if err == nil && strings.Contains(string(line), "serve\x00--data\x00"+p.env["BLANCHE_DATA"]+"\x00") {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			pids = append(pids, pid)
		}
	}
	return pids
}

// The other answer stops the send cleanly, and it is taken up later.
func TestQuittingTheScreenMayStopTheSend(t *testing.T) {
	t.Parallel()
	p, r, x := watched(t, time.Millisecond)
	x.insist("\x1b[B", "▸ "+i18n.New("fr").T("app.quit.stop"))
	x.write("\r")
	if code := x.back(); code != exitOK {
		t.Errorf("exit code %d\n%s", code, x.text())
	}
	p.free()
	st := p.status("noel-15")
	if !st.adds() || st.Uncertain != 0 || st.Waiting == 0 || st.Accepted != r.Total() {
		t.Errorf("%d kept by the relay: %+v", r.Total(), st)
	}
	p.must("campaign", "rate", "noel-15", "0")
	p.must("campaign", "resume", "noel-15", "--wait")
	if n := once(t, r.Kept()); n != 1800 {
		t.Errorf("%d people, want 1800", n)
	}
}

// However an attached dashboard ends, its shell has the terminal as it was, and
// a new size of it reaches the screens.
func TestAnAttachedDashboardGivesItsTerminalBack(t *testing.T) {
	t.Parallel()
	p := newProgram(newShop(t, ""))
	p.people(50)
	for name, end := range map[string]struct {
		how  func(*process, *terminal)
		code int
	}{
		"quit":                {func(_ *process, x *terminal) { x.write("q") }, exitOK},
		"SIGTERM to it":       {func(_ *process, x *terminal) { x.kids(syscall.SIGTERM) }, exitOK},
		"the holder is ended": {func(s *process, _ *terminal) { s.signal(syscall.SIGTERM) }, exitBusy},
	} {
		service := p.serve()
		x := p.shell(160, 40, "--lang", "en")
		x.see("Contacts")
		x.resize(100, 30)
		x.press("2")
		x.see("p10@clients")
		fills(t, x)
		end.how(service, x)
		if code := x.back(); code != end.code {
			t.Errorf("%s: exit code %d, want %d\n%s", name, code, end.code, x.text())
		}
		_ = service.cmd.Process.Signal(syscall.SIGTERM)
		service.ends()
		p.free()
	}
}

// kids sends a signal to what the shell of a terminal started.
func (x *terminal) kids(s syscall.Signal) {
	for _, kid := range x.children() {
		_ = syscall.Kill(kid, s)
	}
}

// children are the processes that the shell of a terminal started.
func (x *terminal) children() (pids []int) {
	x.t.Helper()
	pid := strconv.Itoa(x.cmd.Process.Pid)
	list, err := os.ReadFile("/proc/" + pid + "/task/" + pid + "/children")
	if err != nil {
		x.t.Fatal(err)
	}
	for word := range strings.FieldsSeq(string(list)) {
		kid, _ := strconv.Atoi(word)
		pids = append(pids, kid)
	}
	return pids
}

// holds reports whether a dashboard holds the folder: the other one has no file
// of it open.
func holds(p *program, x *terminal) bool {
	for _, kid := range x.children() {
		open, _ := filepath.Glob("/proc/" + strconv.Itoa(kid) + "/fd/*")
		for _, fd := range open {
			if to, _ := os.Readlink(fd); to == filepath.Join(p.env["BLANCHE_DATA"], "crm.db") {
				return true
			}
		}
	}
	return false
}

// The holder dies with dashboards attached: one takes over and goes on with the
// send, or all are at the next service; none hangs.
func TestADashboardSurvivesItsHolder(t *testing.T) {
	t.Parallel()
	s := newShop(t, "")
	r := s.listen(relay.Options{Latency: time.Millisecond})
	p := newProgram(s)
	p.people(2000)
	p.must("campaign", "rate", "noel-15", "30")
	service := p.serve()
	one, two := p.shell(140, 40, "--lang", "en"), p.shell(140, 40, "--lang", "en")
	for _, x := range []*terminal{one, two} {
		x.see("Contacts")
	}
	p.launch(2000)
	more(t, r, 20)
	service.kill()
	begin := time.Now()
	for _, x := range []*terminal{one, two} {
		x.see("looking for who took over")
	}
	for _, x := range []*terminal{one, two} {
		x.see("Contacts")
		x.insist("2", "p10@clients")
	}
	t.Logf("both are back %s after the death", time.Since(begin).Round(time.Millisecond))
	if st := p.status("noel-15"); !st.adds() || st.Uncertain > 32 {
		t.Errorf("%+v", st)
	}
	p.must("campaign", "rate", "noel-15", "0")
	if p.ask("campaign", "resume", "noel-15"); p.ask("campaign", "watch", "noel-15").Code != 0 {
		t.Errorf("%+v", p.status("noel-15"))
	}
	st := p.status("noel-15")
	if n := once(t, r.Kept()); st.State != "done" || st.Accepted+st.Uncertain != 1800 || n > 1800 || n < st.Accepted {
		t.Errorf("%d people, %+v", n, st)
	}
	// A new service: nobody may take the folder from the one that took over.
	if a := p.ask("serve"); a.Code != exitBusy {
		t.Errorf("%+v", a)
	}
	// The one that holds leaves last: the other way round it would be told why
	// it ends.
	if holds(p, two) {
		one, two = two, one
	}
	for _, x := range []*terminal{two, one} {
		x.insist("q", "code ")
		if code := x.back(); code != exitOK {
			t.Errorf("exit code %d\n%s", code, x.text())
		}
	}
	p.free()
	p.serve()
	x := p.shell(100, 30, "--lang", "en")
	x.see("Contacts")
	x.insist("q", "code ")
	x.back()
}
