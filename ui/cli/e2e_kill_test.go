package cli

import (
	"fmt"
	mrand "math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
)

// The numbers of the kill test.
const (
	killPeople = 3000 // a tenth of them held out
	killLives  = 20
	killWindow = 32
)

const killCampaign = `+++
name = "noel-15"
kind = "newsletter"
title = "Noël"
audience = 'city = "evry"'
subject = "Bonjour {{ contact.first_name }}"
lang = "fr"
[holdout]
share = 0.10
strata = ["city"]
+++
Bonjour.
`

// killing is a campaign whose program is killed again and again.
type killing struct {
	*program
	people int // in all, a tenth of them held out
	relay  *relay.Relay
	sink   *sink // in place of the relay, when it is not nil
	random *mrand.Rand
	doubts int // uncertain since a life was cut short, so far
	worst  int
	guards int // times a guard paused the campaign
}

// The real program sends while the relay defers 5 %, refuses 2 % and drops
// connections; it is killed 20 times and paused twice. Nobody is lost, and
// nobody gets two.
func TestBinaryKilledWhileSending(t *testing.T) {
	t.Parallel()
	k := newKilling(t)
	c := k.start("campaign", "start", "noel-15", "--confirm", strconv.Itoa(k.planned()), "--wait")
	for life := range killLives {
		if life == 8 {
			c = k.heldMeanwhile(c)
		}
		goal := k.relay.Begun() + 1 + k.random.IntN(2*k.planned()*9/10/killLives)
		if life == 5 || life == 12 {
			c = k.pauseAndResume(c)
		}
		k.reach(c, goal)
		time.Sleep(time.Duration(k.random.IntN(3000)) * time.Microsecond) // the random moment
		c.kill()
		k.count(life)
		c = k.start("campaign", "resume", "noel-15", "--wait")
	}
	k.finish(c)
	faults := k.faults()
	if len(faults) > 0 {
		t.Errorf("%d faults: %s", len(faults), strings.Join(faults[:min(len(faults), 10)], "; "))
	}
	k.run(0, "verify")
	k.run(0, "holdout", "verify", "noel-15")
	st := answer[sent](k.shop, "campaign", "status", "noel-15")
	t.Logf("%d kept by the relay; %+v; at most %d uncertain in one kill (W = %d); %d pauses by a guard", k.relay.Total(), st, k.worst, killWindow, k.guards)

	// The control: those in doubt are sent again, so some now have two, and the
	// same check must see them.
	k.run(0, "campaign", "uncertain", "noel-15", "--resend")
	k.finish(k.start("campaign", "resume", "noel-15", "--wait"))
	if len(k.faults()) == 0 {
		t.Error("the check does not see who got two")
	}
}

// planned is how many people are written to.
func (k *killing) planned() int { return k.people - k.people/10 }

func newKilling(t *testing.T) *killing {
	t.Helper()
	s := newShop(t, fmt.Sprintf("[relay]\nwindow = %d\n[retry]\nfirst = \"1s\"\nmax = \"2s\"\n", killWindow))
	k := &killing{people: killPeople, random: mrand.New(mrand.NewPCG(7, 11))}
	// Few unknown addresses among the refusals: a guard stops at 2 %.
	shares := relay.Shares{Defer: 0.05, Refuse: 0.005, Policy: 0.015, Drop: 0.01, Early: 0.005}
	k.relay = s.listen(relay.Options{Behave: shares.Behave(42), Latency: time.Millisecond})
	k.program = newProgram(s)
	s.mkcontacts("people.csv", k.people)
	s.run(0, "import", "contacts", "people.csv", "--basis", "consent", "--source", "form")
	s.write("noel.md", []byte(killCampaign))
	s.run(0, "campaign", "new", "noel.md")
	return k
}

// reach waits until the relay has begun so many transactions, or until nothing
// is left to send for now; a child that ended is an error.
func (k *killing) reach(c *child, goal int) {
	k.t.Helper()
	last, at := k.relay.Begun(), time.Now()
	for k.relay.Begun() < goal && time.Since(at) < 5*time.Second {
		if c.gone() {
			k.t.Fatalf("the program ended by itself\n%s%s", c.out.Bytes(), c.errs.Bytes())
		}
		if n := k.relay.Begun(); n > last {
			last, at = n, time.Now()
		}
		time.Sleep(200 * time.Microsecond) // polling a condition
	}
}

// pauseAndResume stops the program as a system does and goes on: it ends well,
// says that the campaign is paused, and nothing starts until the resume.
func (k *killing) pauseAndResume(c *child) *child {
	k.t.Helper()
	k.reach(c, k.relay.Begun()+20)
	c.terminate()
	if code := c.wait(); code != exitOK {
		k.t.Fatalf("SIGTERM: exit code %d\n%s", code, c.errs.Bytes())
	}
	docs := answers[sent](k.t, c.out.Bytes())
	begun := k.relay.Begun()
	for _, st := range append(docs, answer[sent](k.shop, "campaign", "status", "noel-15")) {
		if !st.adds() {
			k.t.Errorf("off balance: %+v", st)
		}
	}
	if st := docs[len(docs)-1]; st.State != "paused" || k.relay.Begun() != begun {
		k.t.Errorf("after SIGTERM: %+v, %d transactions more", st, k.relay.Begun()-begun)
	}
	return k.start("campaign", "resume", "noel-15", "--wait")
}

// heldMeanwhile slows the campaign down, so that it lasts while a second
// process tries to get in.
func (k *killing) heldMeanwhile(c *child) *child {
	k.t.Helper()
	c.kill()
	k.run(0, "campaign", "rate", "noel-15", "40")
	c = k.start("campaign", "resume", "noel-15", "--wait")
	k.reach(c, k.relay.Begun()+1)
	k.answeredInside(c)
	c.kill()
	k.count(-1)
	k.run(0, "campaign", "rate", "noel-15", "0")
	return k.start("campaign", "resume", "noel-15", "--wait")
}

// missing is one line of `campaign missing`.
type missing struct{ Email, State, Reason string }

// count checks the law and the window after a kill.
func (k *killing) count(life int) {
	k.t.Helper()
	if st := answer[sent](k.shop, "campaign", "status", "noel-15"); !st.adds() && st.State != "draft" { // a draft has no plan yet
		k.t.Errorf("off balance after kill %d: %+v", life, st)
	}
	interrupted := 0
	for _, m := range answer[[]missing](k.shop, "campaign", "missing", "noel-15") {
		if m.State == "uncertain" && strings.Contains(m.Reason, "interrupted") {
			interrupted++
		}
	}
	if n := interrupted - k.doubts; n > killWindow {
		k.t.Errorf("kill %d left %d uncertain, W is %d", life, n, killWindow)
	} else {
		k.worst = max(k.worst, n)
	}
	k.doubts = interrupted
}

// finish lets the last life run to the end; a guard that pauses is told to go on.
func (k *killing) finish(c *child) {
	k.t.Helper()
	for {
		code := c.wait()
		if len(c.out.Bytes()) == 0 {
			k.t.Fatalf("the last life: exit code %d\n%s", code, c.errs.Bytes())
		}
		for _, st := range answers[sent](k.t, c.out.Bytes()) {
			if !st.adds() {
				k.t.Errorf("off balance: %+v", st)
			}
		}
		if code == exitOK {
			return
		}
		if k.guards++; code != exitRefused || k.guards > 5 {
			k.t.Fatalf("the last life: exit code %d\n%s", code, c.errs.Bytes())
		}
		c = k.start("campaign", "resume", "noel-15", "--wait")
	}
}

// kept is how many messages each person has.
func (k *killing) kept() map[string]int {
	if k.sink == nil {
		return k.relay.Kept()
	}
	kept := map[string]int{}
	for who, ids := range k.sink.received(k.t) {
		kept[who] = len(ids)
	}
	return kept
}

// faults compares the mailboxes with what the program says, name by name.
func (k *killing) faults() (faults []string) {
	kept := k.kept()
	state := map[string]string{}
	for _, m := range answer[[]missing](k.shop, "campaign", "missing", "noel-15") {
		state[m.Email] = m.State
	}
	listed := answer[[]struct{ Email string }](k.shop, "campaign", "uncertain", "noel-15")
	for _, u := range listed {
		if state[u.Email] != "uncertain" {
			faults = append(faults, u.Email+" is listed as uncertain only once")
		}
	}
	held := answer[struct{ Members []struct{ Email string } }](k.shop, "holdout", "show", "noel-15")
	for _, m := range held.Members {
		state[m.Email] = "held out"
	}
	count := map[string]int{}
	for i := range k.people {
		who := fmt.Sprintf("p%d@clients.example", i)
		got := kept[who]
		delete(kept, who)
		count[state[who]]++
		switch s := state[who]; {
		case s == "" && got == 1, s == "uncertain" && got <= 1, s == "refused" && got == 0, s == "held out" && got == 0:
		default:
			faults = append(faults, fmt.Sprintf("%s is %q and got %d", who, s, got))
		}
	}
	st := answer[sent](k.shop, "campaign", "status", "noel-15")
	if st.State != "done" || st.Accepted != count[""] || st.Refused != count["refused"] || st.Uncertain != count["uncertain"] ||
		st.Uncertain != len(listed) || st.HeldOut != k.people/10 || count["held out"] != k.people/10 || len(kept) > 0 {
		faults = append(faults, fmt.Sprintf("%+v for %v, %d strangers", st, count, len(kept)))
	}
	return faults
}
