package cli

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
)

// What a service says to systemd: it is ready, its loop lives, it ends; and it
// outlives the terminal that it was started from.
func TestServiceTellsSystemdHowItIs(t *testing.T) {
	t.Parallel()
	p := newProgram(newShop(t, ""))
	words := listenToNotices(t, p.env)
	const watchdog = 4 * time.Second
	hear := func(word string) time.Time {
		t.Helper()
		for late := time.After(longEnough); ; {
			select {
			case w := <-words:
				if w == word {
					return time.Now()
				}
			case <-late:
				t.Fatalf("no %s", word)
			}
		}
	}
	x := p.serve()
	hear("READY=1")
	first := hear("WATCHDOG=1")
	for range 4 { // twice its time
		hear("WATCHDOG=1")
	}
	every := time.Since(first) / 4
	t.Logf("a watchdog of %s is fed every %s", watchdog, every.Round(time.Millisecond))
	if every > watchdog*3/4 {
		t.Error("systemd would have killed it")
	}

	again := p.ask("serve")
	if again.Code != exitBusy || !strings.Contains(again.Err, "hint: ") {
		t.Errorf("a second service: %+v", again)
	}
	x.signal(syscall.SIGHUP)
	x.signal(syscall.SIGHUP)
	hear("WATCHDOG=1")
	p.must("status")
	// The control: a process that does not get to run feeds no watchdog.
	x.signal(syscall.SIGSTOP)
	for stopped := time.Now(); ; {
		select {
		case <-words:
			stopped = time.Now()
			continue
		case <-time.After(100 * time.Millisecond):
		}
		if time.Since(stopped) > watchdog/2 {
			break
		}
	}
	x.signal(syscall.SIGCONT)
	hear("WATCHDOG=1")
	x.signal(syscall.SIGTERM)
	hear("STOPPING=1")
	if code := x.ends(); code != 0 {
		t.Errorf("exit code %d\n%s", code, &x.err)
	}
}

// A service with a door that it must not open says why, and holds nothing.
func TestServiceRefusesADoorThatIsNotSafe(t *testing.T) {
	t.Parallel()
	p := newProgram(newShop(t, ""))
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"ssh without a key":         {[]string{"serve", "--ssh", "127.0.0.1:0"}, exitRefused, "blanche user add"},
		"figures for everybody":     {[]string{"serve", "--http", "0.0.0.0:0"}, 0, "hint: "},
		"figures for everybody (6)": {[]string{"serve", "--http", "[::]:0"}, 0, "hint: "},
		"no address":                {[]string{"serve", "--http", "nowhere"}, 0, "hint: "},
	} {
		a := p.ask(c.args...)
		if a.Code == 0 || c.code != 0 && a.Code != c.code || !strings.Contains(a.Err, c.says) {
			t.Errorf("%s: %+v", name, a)
		}
	}
	p.must("status") // nobody holds the folder
}

// SIGTERM while sending: what is on the wire ends, nobody is in doubt, and the
// next service goes on by itself.
func TestServiceThatIsToldToEndLeavesNobodyInDoubt(t *testing.T) {
	t.Parallel()
	s := newShop(t, "")
	r := s.listen(relay.Options{Latency: 20 * time.Millisecond})
	p := newProgram(s)
	p.people(1500)
	x := p.serve()
	p.launch(1500)
	more(t, r, 100)
	begin := time.Now()
	x.signal(syscall.SIGTERM)
	if code := x.ends(); code != 0 {
		t.Fatalf("exit code %d\n%s", code, &x.err)
	}
	took := time.Since(begin)
	st := p.status("noel-15")
	if st.Uncertain != 0 || !st.adds() || st.Waiting == 0 || st.State != "running" || st.Accepted != r.Total() {
		t.Errorf("%d kept by the relay: %+v", r.Total(), st)
	}
	t.Logf("ended in %s, %d accepted, 0 in doubt", took.Round(time.Millisecond), st.Accepted)
	p.serve()
	until(t, "the end of the campaign", func() bool { return p.status("noel-15").State == "done" })
	if n := once(t, r.Kept()); n != 1350 {
		t.Errorf("%d people, want 1350", n)
	}
}

// A service is killed while it sends and a screen is attached: the next command
// works at once beside the stale socket, the next service goes on by itself,
// and everybody gets the message once but those that are listed by name.
func TestServiceThatIsKilledIsTakenUpByTheNext(t *testing.T) {
	t.Parallel()
	const people, window = 1500, 16
	s := newShop(t, "[relay]\nwindow = 16\n")
	r := s.listen(relay.Options{Latency: 5 * time.Millisecond})
	p := newProgram(s)
	p.people(people)
	x := p.serve()
	p.launch(people)
	more(t, r, 200)
	x.kill()
	socket := filepath.Join(p.env["BLANCHE_DATA"], "run", "attach.sock")
	if _, err := os.Lstat(socket); err != nil {
		t.Errorf("the socket of the dead is not there, this shows nothing: %v", err)
	}
	begin := time.Now()
	st := p.status("noel-15")
	t.Logf("the next command after %s: %+v", time.Since(begin).Round(time.Millisecond), st)
	if st.State != "running" || !st.adds() || st.Uncertain > window {
		t.Errorf("%+v", st)
	}
	y := p.serve()
	until(t, "the end of the campaign", func() bool { return p.status("noel-15").State == "done" })
	inDoubt := map[string]bool{}
	for _, u := range answers[[]struct{ Email string }](t, []byte(p.must("campaign", "uncertain", "noel-15", "--json")))[0] {
		inDoubt[u.Email] = true
	}
	kept := r.Kept()
	got := once(t, kept)
	lost := people - people/10 - got
	for who := range inDoubt {
		if kept[who] > 0 {
			lost++ // it did arrive: the others explain who did not
		}
	}
	if len(inDoubt) > window || lost != len(inDoubt) {
		t.Errorf("%d people have it, %d in doubt by name, %d without", got, len(inDoubt), lost)
	}
	t.Logf("%d have it once, %d in doubt (W = %d)", got, len(inDoubt), window)
	if strings.Contains(y.err.String(), "error:") {
		t.Errorf("the second service says\n%s", &y.err)
	}
	// The control: those in doubt who have it get it twice when they are sent
	// again, and the same check sees that.
	p.must("campaign", "uncertain", "noel-15", "--resend")
	p.ask("campaign", "resume", "noel-15")
	until(t, "the end of the campaign", func() bool { return p.status("noel-15").State == "done" })
	twice := 0
	for _, n := range r.Kept() {
		if n > 1 {
			twice++
		}
	}
	if twice != lost-(people-people/10-got) {
		t.Errorf("control: %d have it twice, want %d", twice, lost-(people-people/10-got))
	}
}

// A holder that accepts and says nothing: every command ends in a bounded time
// with a sentence, and works again when the holder does.
func TestHolderThatSaysNothingHangsNobody(t *testing.T) {
	t.Parallel()
	p := newProgram(newShop(t, ""))
	p.people(50)
	x := p.serve()
	open := beside(t, p.command(context.Background(), "campaign", "list"))
	if code := open.ends(); code != 0 { // the control
		t.Fatalf("exit code %d", code)
	}
	reading := p.command(context.Background(), "import", "contacts", "-", "--basis", "none")
	if _, err := reading.StdinPipe(); err != nil { // stays open and says nothing
		t.Fatal(err)
	}
	shown, watching := p.shell(100, 30, "--lang", "en"), beside(t, reading)
	shown.see("Contacts")
	until(t, "both sessions", func() bool {
		return strings.Count(x.err.String(), "session_begins") > strings.Count(x.err.String(), "session_ends")+1
	})
	x.signal(syscall.SIGSTOP)
	begin := time.Now()
	var waiting []*process
	for _, args := range [][]string{{"status"}, {"campaign", "list", "--json"}, {"serve"}, {"import", "contacts", "people.csv", "--basis", "none"}, {"verify"}, {"backup", "b.blb"}} {
		waiting = append(waiting, beside(t, p.command(context.Background(), args...)))
	}
	for _, w := range waiting {
		if code := w.ends(); code != exitBusy || !regexp.MustCompile(`hint`).MatchString(w.err.String()) {
			t.Errorf("%v: exit code %d\n%s", w.cmd.Args[1:], code, &w.err)
		}
	}
	t.Logf("all of them after %s", time.Since(begin).Round(time.Millisecond))
	screen := p.openTerminal(100, 30)
	if code := screen.leaves(); code != exitBusy {
		t.Errorf("the screens: exit code %d\n%s", code, screen.text())
	}
	// Those that were inside when it stopped end too, and the terminal is back.
	if code := watching.ends(); code != exitBusy || !strings.Contains(watching.err.String(), "does not answer") {
		t.Errorf("inside: exit code %d\n%s", code, &watching.err)
	}
	if code := shown.back(); code != exitBusy {
		t.Errorf("the screens inside: exit code %d\n%s", code, shown.text())
	}
	t.Logf("those inside after %s", time.Since(begin).Round(time.Millisecond))
	x.signal(syscall.SIGCONT)
	p.must("status")
	p.must("campaign", "list")
}
