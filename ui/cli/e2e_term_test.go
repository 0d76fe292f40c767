package cli

import (
	mrand "math/rand/v2"
	"strconv"
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
)

// termLives is how often the program is told to stop.
const termLives = 12

// Told to stop while a relay takes its time over each of many messages in the
// pipe, the program ends what is on the wire, settles it and exits with 0, soon;
// nobody is in doubt, and the next start goes on with exactly the rest.
func TestToldToStopTheProgramEndsWhatIsOnTheWire(t *testing.T) {
	t.Parallel()
	s := newShop(t, "[retry]\nfirst = \"1s\"\nmax = \"2s\"\n")
	k := &killing{people: 1500, random: mrand.New(mrand.NewPCG(3, 5))}
	shares := relay.Shares{Defer: 0.02, Refuse: 0.005}
	k.relay = s.listen(relay.Options{Behave: shares.Behave(5), Latency: 80 * time.Millisecond})
	k.program = newProgram(s)
	s.mkcontacts("people.csv", k.people)
	s.run(0, "import", "contacts", "people.csv", "--basis", "consent", "--source", "form")
	s.write("noel.md", []byte(killCampaign))
	s.run(0, "campaign", "new", "noel.md")
	c := k.start("campaign", "start", "noel-15", "--confirm", strconv.Itoa(k.planned()), "--wait")
	worst := time.Duration(0)
	for life := range termLives {
		k.reach(c, k.relay.Begun()+10+k.random.IntN(30))
		time.Sleep(time.Duration(k.random.IntN(150)) * time.Millisecond) // the random moment
		begin := time.Now()
		c.terminate()
		if code := c.wait(); code != exitOK {
			t.Fatalf("SIGTERM %d: exit code %d\n%s", life, code, c.errs.Bytes())
		}
		worst = max(worst, time.Since(begin))
		begun, kept := k.relay.Begun(), k.relay.Total()
		st := answer[sent](s, "campaign", "status", "noel-15")
		if !st.adds() || st.Uncertain != 0 || st.State != "paused" || st.Accepted != kept {
			t.Errorf("after SIGTERM %d: %+v, the relay has %d", life, st, kept)
		}
		if n := k.relay.Begun() - begun; n != 0 {
			t.Errorf("%d transactions began after the end", n)
		}
		c = k.start("campaign", "resume", "noel-15", "--wait")
	}
	k.finish(c)
	if faults := k.faults(); len(faults) > 0 {
		t.Errorf("%d faults: %v", len(faults), faults[:min(len(faults), 10)])
	}
	t.Logf("%d times told to stop, the slowest took %s", termLives, worst.Round(time.Millisecond))
}
