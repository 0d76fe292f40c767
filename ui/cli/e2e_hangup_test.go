package cli

import (
	"os"
	"syscall"
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
)

// held starts a send whose messages hang on the wire until let is called.
func held(t *testing.T) (s *shop, c *child, r *relay.Relay, let func()) {
	t.Helper()
	s = newShop(t, "")
	open, begun := make(chan struct{}), make(chan struct{}, killPeople)
	r = s.listen(relay.Options{Keep: func(string, string, []byte) { begun <- struct{}{}; <-open }})
	p := newProgram(s)
	s.mkcontacts("people.csv", killPeople)
	s.run(0, "import", "contacts", "people.csv", "--basis", "consent", "--source", "form")
	s.write("noel.md", []byte(killCampaign))
	s.run(0, "campaign", "new", "noel.md")
	c = p.start("campaign", "start", "noel-15", "--confirm", "2700", "--wait")
	select {
	case <-begun:
	case <-c.ended:
		t.Fatalf("the program ended by itself\n%s", c.errs.Bytes())
	}
	let = func() { close(open) }
	return s, c, r, let
}

// insist sends a signal again and again, for as long as a window takes to
// close, and reports whether the program is still there.
func (c *child) insist(s os.Signal) bool {
	for range 100 {
		_ = c.cmd.Process.Signal(s)
		time.Sleep(time.Millisecond) // the rhythm: two that come at once are one
	}
	return !c.gone()
}

// A window that closes hangs up more than once, and a system may ask twice:
// what is on the wire is settled all the same, nobody is in doubt.
func TestClosingTheWindowTwiceLeavesNobodyUncertain(t *testing.T) {
	t.Parallel()
	s, c, r, let := held(t)
	for _, again := range []os.Signal{syscall.SIGHUP, syscall.SIGTERM} {
		if !c.insist(again) {
			let()
			t.Fatalf("%s killed the program", again)
		}
	}
	let()
	if code := c.wait(); code != exitOK {
		t.Errorf("exit code %d\n%s", code, c.errs.Bytes())
	}
	st := answer[sent](s, "campaign", "status", "noel-15")
	if !st.adds() || st.State != "paused" || st.Uncertain != 0 || st.Accepted == 0 || st.Accepted != r.Total() || st.Waiting == 0 {
		t.Errorf("%d kept by the relay: %+v", r.Total(), st)
	}
}

// Who insists with ctrl+c gets out at once, and what hung is in doubt.
func TestTheSecondCtrlCKills(t *testing.T) {
	t.Parallel()
	s, c, _, let := held(t)
	defer let()
	c.insist(os.Interrupt)
	if code := c.wait(); code != -1 {
		t.Errorf("exit code %d, want the death by a signal\n%s", code, c.errs.Bytes())
	}
	if st := answer[sent](s, "campaign", "status", "noel-15"); !st.adds() || st.Uncertain == 0 {
		t.Errorf("%+v", st)
	}
}
