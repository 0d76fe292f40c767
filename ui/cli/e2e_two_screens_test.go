package cli

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
	"blanche/model"
)

// A role that is taken away is gone in the sessions that are open.
func TestARightTakenAwayIsGoneInAnOpenSession(t *testing.T) {
	t.Parallel()
	s := newShop(t, "")
	r := s.listen(relay.Options{Latency: time.Millisecond})
	p := newProgram(s)
	p.people(3000)
	p.must("campaign", "rate", "noel-15", "20")
	n := newNetwork(t, p, map[string]model.Role{"bob": model.Manager})
	p.launch(3000)
	x := n.screens("bob", 160, 40)
	x.see("Contacts")
	x.insist("5", "p pause")
	x.write("p") // the control: a manager may
	until(t, "the pause", func() bool { return p.status("noel-15").State == "paused" })
	p.must("campaign", "resume", "noel-15")
	x.see("p pause")
	p.must("user", "role", "bob", "viewer")
	x.insist("p", "viewer")
	if st := p.status("noel-15"); st.State != "running" {
		t.Errorf("who may not, paused: %+v", st)
	}
	p.must("user", "remove", "bob")
	x.see("does not open this door") // the session is over, and says why
	if st := p.status("noel-15"); st.State != "running" {
		t.Errorf("who was removed, paused: %+v", st)
	}
	if a := n.by("bob", "status"); a.Code != 255 {
		t.Errorf("who was removed comes in: %+v", a)
	}
	more(t, r, 5)
}

// Two screens, one by the socket and one by ssh, show the same numbers, and what
// the other one changes, within a second.
func TestTwoScreensShowTheSameWithinASecond(t *testing.T) {
	t.Parallel()
	s := newShop(t, "")
	s.listen(relay.Options{Latency: time.Millisecond})
	p := newProgram(s)
	p.people(3000)
	p.must("campaign", "rate", "noel-15", "20")
	n := newNetwork(t, p, map[string]model.Role{"bob": model.Manager})
	p.launch(3000)
	here, there := p.openTerminal(160, 40, "--lang", "en"), n.screens("bob", 160, 40)
	for _, x := range []*terminal{here, there} {
		x.insist("5", "p pause")
	}
	accepted := func(x *terminal) string {
		return regexp.MustCompile(`[\d,]+ accepted`).FindString(x.text())
	}
	var worst time.Duration
	for range 5 {
		old := accepted(here)
		until(t, "a new number", func() bool { return accepted(here) != old })
		want := leading(accepted(here))
		begin := time.Now()
		until(t, "the other screen", func() bool { return leading(accepted(there)) >= want })
		worst = max(worst, time.Since(begin))
	}
	t.Logf("the numbers of the other screen are at most %s later", worst.Round(time.Millisecond))
	p.must("campaign", "pause", "noel-15")
	until(t, "the same last number", func() bool { return accepted(here) == accepted(there) })

	for _, x := range []*terminal{here, there} {
		x.insist("2", "p10@clients")
	}
	for name, change := range map[string]func(...string){
		"Aaron": func(args ...string) { p.must(args...) },
		"Abel":  func(args ...string) { n.by("bob", strings.Join(args, " ")) },
	} {
		change("contact", "set", "p10@clients.example", "first_name="+name)
		changed := time.Now()
		here.see(name)
		there.see(name)
		worst = max(worst, time.Since(changed))
		t.Logf("a change of a contact is on both screens %s after it was answered", time.Since(changed).Round(time.Millisecond))
	}
	if worst > atMost(time.Second) {
		t.Errorf("%s later, want a second at most", worst)
	}
}

// leading is the number that a text begins with.
func leading(text string) (n int) {
	_, _ = fmt.Sscan(strings.ReplaceAll(strings.Fields(text + " 0")[0], ",", ""), &n)
	return n
}
