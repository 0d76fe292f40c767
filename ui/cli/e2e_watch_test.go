package cli

import (
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
	"blanche/ui/i18n"
)

// mostLive is the most bytes a second of a live picture, at 160x48.
const mostLive = 9000

// The dashboard takes up a paused campaign, is watched while it sends, holds
// the folder, pauses at a key, and is left in the middle of it.
func TestDashboardSendsWhileItIsWatched(t *testing.T) {
	t.Parallel()
	s := newShop(t, "")
	r := s.listen(relay.Options{Latency: time.Millisecond})
	p := newProgram(s)
	s.mkcontacts("people.csv", 3000)
	s.run(0, "import", "contacts", "people.csv", "--basis", "consent", "--source", "form")
	s.write("noel.md", []byte(killCampaign))
	s.run(0, "campaign", "new", "noel.md")
	s.run(0, "campaign", "rate", "noel-15", "40")
	c := p.start("campaign", "start", "noel-15", "--confirm", "2700", "--wait")
	more(t, r, 1)
	c.terminate()
	if code := c.wait(); code != exitOK {
		t.Fatalf("SIGTERM: exit code %d\n%s", code, c.errs.Bytes())
	}

	x := p.openTerminal(160, 48, "--lang", "fr")
	x.see(tabTitles()[4])
	x.press(tabKeys[4])
	x.see("r reprendre")
	x.write("r")
	more(t, r, 20)
	before, begin := x.came(), time.Now()
	more(t, r, 100)
	if rate := float64(x.came()-before) / time.Since(begin).Seconds(); rate > mostLive {
		t.Errorf("%.0f bytes a second while it sends, at most %d", rate, mostLive)
	} else {
		t.Logf("%.0f bytes a second while it sends", rate)
	}

	x.write("p")
	x.see("En pause")
	x.settle()
	begun := r.Begun()
	p.answeredInside(&child{t: t, cmd: x.cmd, ended: x.ended})
	if n := r.Begun() - begun; n > 0 {
		t.Errorf("a paused campaign goes on: %d transactions", n)
	}
	x.write("r")
	more(t, r, 20)
	x.see("p pause") // the screen knows that it sends: a question comes before the end
	x.write("q")
	x.see(i18n.New("fr").T("app.quit.title"))
	x.insist("\t", "▸ "+i18n.New("fr").T("app.quit.stop")) // keys in flight when a question opens are not its answer
	x.write("\r")
	if code := x.leaves(); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	st := answer[sent](s, "campaign", "status", "noel-15")
	if !st.adds() || st.Uncertain != 0 || st.Accepted != r.Total() || st.Waiting == 0 {
		t.Errorf("%+v, and %d were received", st, r.Total())
	}
	for who, n := range r.Kept() {
		if n != 1 {
			t.Errorf("%s got %d", who, n)
		}
	}
}

// more waits until a relay has taken some more messages.
func more(t *testing.T, r *relay.Relay, n int) {
	t.Helper()
	goal := r.Total() + n
	for end := time.Now().Add(longEnough); r.Total() < goal; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d messages, want %d", r.Total(), goal)
		}
	}
}
