package demo

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"blanche/model"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// startDemo runs a demonstration on a store of its own.
func startDemo(t *testing.T, opt Options) *Demo {
	t.Helper()
	opt.Store = storeIn(t, t.TempDir())
	if opt.Now == nil {
		opt.Now = time.Now
	}
	d, err := Start(context.Background(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if err := d.Err(); err != nil {
			t.Errorf("customers stopped: %v", err)
		}
	})
	return d
}

func TestDemonstrationShowsItsTruthAndSendsIntoAPipe(t *testing.T) {
	sockets := openSockets(t)
	d := startDemo(t, Options{Contacts: 600, Speed: 20_000})
	ctx := context.Background()
	until(t, "the campaign is sent", func() bool {
		if n := openSockets(t); n > sockets {
			t.Fatalf("%d sockets are open, %d before", n, sockets)
		}
		st, err := d.Desk().Status(ctx, "ventes-privees")
		return err == nil && st.State == model.Done && d.Now().Sub(d.clock.from) > 20*time.Hour
	})
	s, err := d.Summary(ctx)
	if err != nil {
		t.Fatal(err)
	}
	text, _ := json.MarshalIndent(s, "", " ")
	if len(s.Campaigns) != 6 || s.Orders <= len(d.shop.Orders) {
		t.Errorf("%d campaigns, %d orders of which %d before", len(s.Campaigns), s.Orders, len(d.shop.Orders))
	}
	for _, c := range s.Campaigns {
		if !c.Balanced || c.Planned == 0 || c.TrueEffect == nil || c.Measured == nil || c.Covers == nil {
			t.Errorf("%+v", c)
		}
	}
	sent := s.Campaigns[0]
	if sent.Measured.Verdict != model.VerdictTooEarly || sent.Accepted != d.relay.Total() || sent.Accepted+sent.Refused != sent.Planned || sent.Uncertain != 0 {
		t.Errorf("the relay kept %d; %+v", d.relay.Total(), sent)
	}
	checkZonesBlanches(t, d, s)
	if t.Failed() {
		t.Logf("%s", text)
	}
}

// checkZonesBlanches reads every message, replays every draw, and looks for somebody left alone in
// the mailboxes of the relay.
func checkZonesBlanches(t *testing.T, d *Demo, s Summary) {
	t.Helper()
	ctx := context.Background()
	for _, c := range s.Campaigns {
		if p, err := d.Desk().Preview(ctx, c.Name, "3"); err != nil || p.Subject == "" || strings.Contains(p.Subject+p.Text, "{{") {
			t.Errorf("%s: %q, %v", c.Name, p.Subject, err)
		}
		if proof, err := d.Desk().VerifyHoldout(ctx, c.Name); err != nil || !proof.Replayed || proof.Touched != 0 || proof.HeldOut != c.HeldOut {
			t.Errorf("%s: %+v, %v", c.Name, proof, err)
		}
	}
	held, err := d.Desk().Holdout(ctx, s.Campaigns[0].Name)
	if err != nil || len(held.Members) == 0 {
		t.Fatalf("%d held out, %v", len(held.Members), err)
	}
	got := d.relay.Kept()
	for _, m := range held.Members {
		if got[m.Email] != 0 {
			t.Errorf("%s is held out and got the message", m.Email)
		}
	}
	for to, times := range got {
		if times != 1 {
			t.Errorf("%s got it %d times", to, times)
		}
	}
}

// A campaign that a person writes and launches in the demonstration has an
// effect too, on the people drawn for it.
func TestCampaignLaunchedInTheDemonstrationWorksToo(t *testing.T) {
	t.Parallel()
	d := startDemo(t, Options{Contacts: 300, Speed: 20_000})
	ctx := context.Background()
	source := strings.NewReplacer("votre-avis", "la-mienne", "dernier_achat >= il y a 180j", "orders >= 2").Replace(string(d.shop.Sent[4].Source))
	if _, err := d.Desk().NewCampaign(ctx, []byte(source), nil); err != nil {
		t.Fatal(err)
	}
	list, err := d.Desk().CheckCampaign(ctx, "la-mienne")
	if err != nil || list.Blocked() {
		t.Fatalf("%+v, %v", list, err)
	}
	if err := d.Desk().Start(ctx, "la-mienne", list.Planned); err != nil {
		t.Fatal(err)
	}
	until(t, "it has an effect", func() bool {
		s, err := d.Summary(ctx)
		if err != nil {
			t.Fatal(err)
		}
		mine := s.Campaigns[0]
		return mine.Name == "la-mienne" && mine.TrueEffect != nil && *mine.TrueEffect > 0 && mine.State == model.Done
	})
}

func TestDemonstrationRefusesWhatItCannotShow(t *testing.T) {
	t.Parallel()
	for _, opt := range []Options{{Contacts: 10}, {Contacts: 1e7}, {Speed: 0.5}, {Speed: 1e6}, {Speed: -1}} {
		opt.Now = time.Now
		if d, err := Start(context.Background(), opt); d != nil || model.KindOf(err) != model.KindInvalid {
			t.Errorf("%+v: %v, %v", opt, d, err)
		}
	}
}

func TestDemonstrationTimeRunsFaster(t *testing.T) {
	t.Parallel()
	now := end
	c := clock{now: func() time.Time { return now }, began: end, from: end.Add(time.Hour), speed: 60}
	now = now.Add(90 * time.Second)
	if got := c.Now().Sub(end); got != 150*time.Minute {
		t.Errorf("after 90 s it is %s later", got)
	}
}

// The control of the test above: a socket would have been seen.
func TestSocketIsSeen(t *testing.T) {
	before := openSockets(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Skip(err)
	}
	defer l.Close()
	if openSockets(t) <= before {
		t.Error("an open socket is not counted")
	}
}

// until waits for a condition.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited too long until %s", what)
		}
	}
}

// openSockets counts the sockets of this process.
func openSockets(t *testing.T) (n int) {
	t.Helper()
	links, err := filepath.Glob("/proc/self/fd/*")
	if err != nil || len(links) == 0 {
		t.Skip("this system does not list the open files of a process")
	}
	for _, l := range links {
		if to, err := os.Readlink(l); err == nil && strings.HasPrefix(to, "socket:") {
			n++
		}
	}
	return n
}
