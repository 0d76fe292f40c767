package campaigns_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"blanche/campaigns"
	"blanche/campaigns/deliver/relay"
	"blanche/model"
	"blanche/store"
	"blanche/store/open"

	_ "time/tzdata"
)

// shop is a real store in a folder, a relay in a pipe, and a desk over both, in
// a bubble of time that begins on Monday 23 November 2026 at nine in Paris.
type shop struct {
	*testing.T
	ctx   context.Context
	store store.Store // where a test may put one that fails
	desk  *campaigns.Service
	opt   campaigns.Options
	relay *relay.Relay
	keep  func(from, to string, data []byte) // is shown each message, when set

	dir   string
	pipe  *relay.Pipe
	began time.Time // of the bubble
	from  time.Time // what the clock of the shop showed then
	ahead atomic.Int64
}

var paris, _ = time.LoadLocation("Europe/Paris")

// inShop runs a test over a shop. Prepare may change the shop before it opens.
func inShop(t *testing.T, behave relay.Behaviour, prepare func(*shop), test func(*shop)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &shop{T: t, ctx: context.Background(), dir: t.TempDir(), pipe: relay.NewPipe(), began: time.Now()}
		s.from = time.Date(2026, 11, 23, 9, 0, 0, 0, paris)
		s.relay = relay.Start(s.pipe, relay.Options{Behave: behave, Latency: 10 * time.Millisecond, Keep: func(from, to string, data []byte) {
			if s.keep != nil {
				s.keep(from, to, data)
			}
		}})
		s.opt = campaigns.Options{Config: settings(), Now: s.now, Rand: rand.Reader, Sends: true, Dial: s.pipe.Dial}
		if prepare != nil {
			prepare(s)
		}
		defer func() {
			s.relay.Close()
			_ = s.pipe.Close()
		}()
		s.open()
		defer s.close() // also when the test ends early: nothing may be left in the bubble
		test(s)
	})
}

func settings() campaigns.Config {
	c := campaigns.DefaultConfig()
	c.Lang, c.Zone = "fr", paris
	c.Sender = campaigns.Sender{
		Name: "La Boutique", Address: "12 rue des Lilas, 44000 Nantes",
		From: "La Boutique <bonjour@boutique.example>", Unsubscribe: "stop@boutique.example",
	}
	c.Relay = campaigns.Relay{URL: "smtp://localhost:25?tls=none", Connections: 4, Window: 32}
	return c
}

func (s *shop) now() time.Time {
	return s.from.Add(time.Since(s.began) + time.Duration(s.ahead.Load()))
}

// skip sets the clock forward: hours in which nothing happens are not waited
// for, a look of the desk after the other.
func (s *shop) skip(d time.Duration) { s.ahead.Add(int64(d)) }

func (s *shop) days(n int) { s.skip(time.Duration(n) * 24 * time.Hour) }

func (s *shop) open() {
	s.Helper()
	if s.store == nil {
		st, err := open.Open(s.ctx, open.Options{Dir: s.dir, Rand: rand.Reader, Now: s.now, Command: "test"})
		s.must(err)
		s.store = st
	}
	desk, err := campaigns.Open(s.ctx, s.store, s.opt)
	s.must(err)
	s.desk = desk
}

func (s *shop) close() {
	s.Helper()
	if err := errors.Join(s.desk.Close(s.ctx), s.store.Close()); err != nil {
		s.Error(err)
	}
	s.store = nil
}

// reopen is another life of the process over the same folder.
func (s *shop) reopen(sends bool) {
	s.Helper()
	s.close()
	s.opt.Sends = sends
	s.open()
}

func (s *shop) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// refused checks the key of an error.
func (s *shop) refused(err error, kind model.ErrorKind, key string) {
	s.Helper()
	if model.KindOf(err) != kind || err == nil || !strings.HasPrefix(err.Error(), key) {
		s.Errorf("got %v, want %s", err, key)
	}
}

func address(i int) string { return fmt.Sprintf("p%04d@clients.example", i) }

// people brings in contacts 1 to n who gave their consent; zone is one of three.
func (s *shop) people(n int) {
	s.Helper()
	var b strings.Builder
	b.WriteString("email;prenom;ville;zone\n")
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "%s;Prénom %d;Nantes;%c\n", address(i), i, 'A'+i%3)
	}
	s.bring(b.String(), model.BasisConsent)
}

func (s *shop) bring(csv string, basis model.Basis) model.ImportReport {
	s.Helper()
	report, err := s.desk.Import(s.ctx, campaigns.ImportRequest{
		Kind: "contacts", Name: "clients.csv", Source: strings.NewReader(csv), Basis: basis, BasisSource: "formulaire",
	})
	s.must(err)
	return report
}

// buy notes a paid order of a contact on a day.
func (s *shop) buy(id, email string, day model.Date, cents model.Cents) {
	s.Helper()
	s.put(model.Order{Source: "test", ID: id, Email: email, Day: day, Total: cents, Currency: "EUR"})
}

func (s *shop) put(orders ...model.Order) {
	s.Helper()
	_, err := s.store.Orders().Put(s.ctx, orders)
	s.must(err)
	s.desk.DataChanged()
}

// file is a campaign file; what it leaves empty has a usual value.
type file struct {
	name, audience, holdout, send, more, body string
}

func (f file) source() []byte {
	or := func(v, usual string) string {
		if v == "" {
			return usual
		}
		return v
	}
	return fmt.Appendf(nil, "+++\nname = %q\nkind = \"coupon\"\ntitle = \"Noël\"\naudience = '%s'\nsubject = \"Bonjour\"\n%s\n[holdout]\n%s\n[cost]\nfixed_cents = 10000\n[send]\n%s\n+++\n%s",
		or(f.name, "noel"), or(f.audience, `email contains "clients"`), f.more, or(f.holdout, "share = 0.1"), f.send,
		or(f.body, "Bonjour {{ contact.first_name | default: \"à vous\" }}, voici.\n"))
}

func (s *shop) write(f file) {
	s.Helper()
	_, err := s.desk.NewCampaign(s.ctx, f.source(), nil)
	s.must(err)
}

// planned is how many people a start would reach.
func (s *shop) planned(name string) int {
	s.Helper()
	list, err := s.desk.CheckCampaign(s.ctx, name)
	s.must(err)
	if list.Blocked() {
		s.Fatalf("blocked: %+v", list.Lines)
	}
	return list.Planned
}

func (s *shop) start(name string) {
	s.Helper()
	s.must(s.desk.Start(s.ctx, name, s.planned(name)))
}

// send writes a campaign, starts it and waits for its end.
func (s *shop) send(f file) model.Status {
	s.Helper()
	s.write(f)
	name := f.name
	if name == "" {
		name = "noel"
	}
	s.start(name)
	return s.end(name)
}

// end waits until nothing moves; the balance holds at each look.
func (s *shop) end(name string) model.Status {
	s.Helper()
	st, err := s.desk.Wait(s.ctx, name, 100*time.Millisecond, func(st model.Status) { s.balanced(st) })
	s.must(err)
	return st
}

func (s *shop) balanced(st model.Status) {
	s.Helper()
	sum := st.Accepted + st.Refused + st.Excluded + st.Uncertain + st.Deferred + st.Waiting
	if !st.Balanced || st.Planned != sum || st.Target != st.HeldOut+st.Planned {
		s.Errorf("out of balance: %+v", st)
	}
}

func (s *shop) status(name string) model.Status {
	s.Helper()
	st, err := s.desk.Status(s.ctx, name)
	s.must(err)
	s.balanced(st)
	return st
}

func (s *shop) state(name string, want model.CampaignState) {
	s.Helper()
	if st := s.status(name); st.State != want {
		s.Errorf("%s is %s, want %s", name, st.State, want)
	}
}

func (s *shop) campaign(name string) model.Campaign {
	s.Helper()
	c, err := s.store.Campaigns().Get(s.ctx, name)
	s.must(err)
	return c
}

// until lets time pass, a little at a time, until something holds.
func (s *shop) until(what string, holds func() bool) {
	s.Helper()
	for range 10_000 {
		if holds() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	s.Fatalf("never: %s", what)
}

// once checks that each planned person of a finished campaign got one message,
// and the zone blanche none.
func (s *shop) once(name string) {
	s.Helper()
	kept := s.relay.Kept()
	for email, n := range kept {
		if n != 1 {
			s.Errorf("%s got %d messages", email, n)
		}
	}
	h, err := s.desk.Holdout(s.ctx, name)
	s.must(err)
	for _, m := range h.Members {
		if kept[m.Email] > 0 {
			s.Errorf("%s was left alone, and got a message", m.Email)
		}
	}
	if st := s.status(name); len(kept) != st.Accepted || len(h.Members) != st.HeldOut {
		s.Errorf("%d people got a message, %d left alone: %+v", len(kept), len(h.Members), st)
	}
}

func reader(text string) *strings.Reader { return strings.NewReader(text) }
