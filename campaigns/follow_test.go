package campaigns_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/campaigns/bus"
	"blanche/campaigns/deliver/relay"
	"blanche/model"
)

// heard reads a mailbox until something holds of what it brought, at most for
// a second: two people see the same within that time.
func (s *shop) heard(m *bus.Mailbox, what string, holds func(bus.Mail) bool) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, time.Second)
	defer cancel()
	for {
		mail, err := m.Next(ctx)
		if err != nil {
			s.Fatalf("never within a second: %s: %v", what, err)
		}
		if holds(mail) {
			return
		}
	}
}

func did(act, object, who string) func(bus.Mail) bool {
	return func(m bus.Mail) bool {
		for _, f := range m.Facts {
			if f.Act == act && f.Object == object && f.Who == who && f.Seq > 0 {
				return true
			}
		}
		return false
	}
}

func TestWhatSomebodyDoesIsToldToEverybodyWithinASecond(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(40)
		s.write(file{send: "rate = 5.0"})
		_, err := s.as(ines).EditContact(s.ctx, 1, 1, []campaigns.FieldChange{{Field: "city", Value: "Lyon"}})
		s.must(err) // before anybody listens: nobody is told
		time.Sleep(time.Second)
		ctx, cancel := context.WithCancel(s.ctx)
		defer cancel()
		alice, bob := s.as(owner).Follow(ctx), s.as(sophie).Follow(ctx)
		_, err = s.as(ines).EditContact(s.ctx, 2, 1, []campaigns.FieldChange{{Field: "city", Value: "Lyon"}})
		s.must(err)
		for name, m := range map[string]*bus.Mailbox{"alice": alice, "bob": bob} {
			s.heard(m, name+" hears of the contact", func(mail bus.Mail) bool {
				for _, f := range mail.Facts {
					if f.Object == "contact:1" {
						s.Errorf("%s is told what was before", name)
					}
				}
				return did("contact.edit", "contact:2", "ines")(mail)
			})
		}
		s.must(s.as(ines).Start(s.ctx, "noel", s.planned("noel")))
		for name, m := range map[string]*bus.Mailbox{"alice": alice, "bob": bob} {
			s.heard(m, name+" hears of the launch", did("campaign.start", "campaign:noel", "ines"))
		}
		time.Sleep(3 * time.Second)
		var seen [2]int
		for i, m := range []*bus.Mailbox{alice, bob} {
			s.heard(m, "progress", func(mail bus.Mail) bool {
				if len(mail.Progress) == 1 {
					seen[i] = mail.Progress[0].Accepted
				}
				return seen[i] > 0
			})
		}
		if seen[0] != seen[1] || seen[0] != s.desk.Live().Running[0].Accepted {
			s.Errorf("alice sees %d, bob %d, the picture %d", seen[0], seen[1], s.desk.Live().Running[0].Accepted)
		}
		s.end("noel")
		s.heard(alice, "the end", did("campaign.done", "campaign:noel", "blanche"))
		cancel()
		for err = nil; err == nil; {
			_, err = bob.Next(s.ctx)
		}
		if !errors.Is(err, context.Canceled) {
			s.Errorf("a session that left: %v", err)
		}
	})
}

func TestTroubleOfTheRelayIsToldAndNobodysAddress(t *testing.T) {
	inShop(t, relay.Shares{Refuse: 1}.Behave(1), nil, func(s *shop) {
		s.people(600)
		s.write(file{})
		m := s.as(owner).Follow(s.ctx)
		s.start("noel")
		s.until("the guard pauses it", func() bool { return s.campaign("noel").State == model.Paused })
		s.heard(m, "the guard", func(mail bus.Mail) bool {
			found := false
			for _, f := range mail.Facts {
				if f.Notice != nil && f.Notice.Key == "deliver.guard.unknown" && f.Object == "campaign:noel" {
					found = true
				}
				if f.Notice != nil {
					for _, a := range f.Notice.Args {
						if text, _ := a.(string); strings.Contains(text, "clients.example") {
							s.Errorf("%s says %s", f.Notice.Key, text)
						}
					}
				}
			}
			return found
		})
		m.Close()
	})
}

func TestWhoMayNotSeePeopleSeesNoAddressInTheLivePicture(t *testing.T) {
	inShop(t, relay.Shares{Refuse: 0.05}.Behave(1), nil, func(s *shop) {
		s.people(100)
		s.write(file{})
		s.start("noel")
		s.end("noel")
		time.Sleep(time.Second)
		addresses := func(d campaigns.Desk) (n int) {
			for _, e := range d.Live().Events {
				for _, a := range e.Args {
					if text, _ := a.(string); strings.Contains(text, "@clients.example") && !strings.Contains(text, "…@") {
						n++
					}
				}
			}
			return n
		}
		technical := model.Actor{Name: "tom", Role: model.Technical, From: "192.0.2.4"}
		if n := addresses(s.as(technical)); n != 0 {
			s.Errorf("%d addresses", n)
		}
		d := s.as(technical)
		if first, again := d.Live(), d.Live(); first != again || len(first.Events) != len(s.desk.Live().Events) {
			s.Error("the picture is made anew, or lacks events")
		}
		if n := addresses(s.as(ines)); n == 0 {
			s.Error("the control sees none either")
		}
	})
}

func TestAnAddressIsHiddenWhateverAServerWrapsItIn(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"550 5.1.1 <marie.canary@gmail.example>: user unknown": "550 5.1.1 <…@gmail.example>: user unknown",
		"rcpt to:marie@sous.domaine.example":                   "rcpt to:…@sous.domaine.example",
		"é.canary@exämple.example, b@c.example":                "…@exämple.example, …@c.example",
		"rien à cacher": "rien à cacher",
	} {
		if got := campaigns.Veil(in); got != want {
			t.Errorf("%q", got)
		}
	}
	err := campaigns.VeiledError(model.Busy("deliver.unreachable", "said", "no marie@x.example").Because(errors.New("550 <marie@x.example>")))
	if strings.Contains(err.Error(), "marie") || model.KindOf(err) != model.KindBusy || !strings.HasPrefix(err.Error(), "deliver.unreachable") {
		t.Error(err)
	}
}

func TestAProcessThatDoesNotSendStillClosesItsMailboxes(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		m := s.as(owner).Follow(s.ctx)
		s.must(s.desk.Close(s.ctx))
		if _, err := m.Next(s.ctx); !errors.Is(err, bus.ErrClosed) {
			s.Error(err)
		}
		if !s.desk.Beat().IsZero() {
			s.Error("nothing sends here, and it beats")
		}
	})
}

func TestGoingFasterTakesTheRightToLaunch(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(40)
		s.write(file{send: "rate = 5.0"})
		maker := s.as(model.Actor{Name: "tom", Role: model.Maker, From: "192.0.2.4"})
		for _, c := range []struct {
			rate    float64
			allowed bool
		}{{4, true}, {3, true}, {4, false}, {0, false}, {3, true}} {
			err := maker.SetRate(s.ctx, "noel", c.rate)
			if c.allowed {
				s.must(err)
			} else {
				s.refused(err, model.KindRefused, "team.forbidden role=operator action=campaign.launch")
			}
		}
		s.must(s.as(ines).SetRate(s.ctx, "noel", 0))
		s.must(maker.SetRate(s.ctx, "noel", 100))
	})
}
