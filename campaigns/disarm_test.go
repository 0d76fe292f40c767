package campaigns_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

func (s *shop) disarm() {
	s.Helper()
	s.must(s.store.Disarm(s.ctx, model.Disarm{Since: s.now(), Backup: s.now().Add(-time.Hour)}))
}

func TestNothingLeavesARestoredFolderUntilItIsArmed(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(40)
		s.write(file{})
		s.write(file{name: "soldes", send: `start = "2026-11-23T10:00:00+01:00"`})
		s.write(file{name: "plus-tard", send: `start = "2026-11-24T10:00:00+01:00"`})
		planned := s.planned("noel")
		s.must(s.desk.Schedule(s.ctx, "soldes"))
		s.disarm()
		d := s.as(owner)
		if why, armed, err := d.Armed(s.ctx); armed || err != nil || why.Since.IsZero() {
			s.Errorf("%+v, %v, %v", why, armed, err)
		}
		for name, do := range map[string]func() error{
			"start":    func() error { return d.Start(s.ctx, "noel", planned) },
			"resume":   func() error { return d.Resume(s.ctx, "noel") },
			"schedule": func() error { return d.Schedule(s.ctx, "plus-tard") },
			"test":     func() error { return d.TestSend(s.ctx, "noel", "", "moi@boutique.example") },
		} {
			err := do()
			if name == "resume" {
				s.refused(err, model.KindRefused, "campaign.wrong_state")
				continue
			}
			s.refused(err, model.KindRefused, "campaign.disarmed")
		}
		s.skip(time.Hour)
		time.Sleep(time.Minute)
		if n := s.events("deliver.event.launch_failed"); n != 1 {
			s.Errorf("the hour that passed was told %d times", n)
		}
		if s.relay.Total() != 0 {
			s.Errorf("%d messages left", s.relay.Total())
		}
		s.must(d.Arm(s.ctx))
		time.Sleep(time.Minute)
		if c, err := d.Campaign(s.ctx, "soldes"); err != nil || c.Campaign.State != model.Late || s.relay.Total() != 0 {
			s.Errorf("what came to its hour meanwhile, and the original may have sent: %v, %v, %d messages", c.Campaign.State, err, s.relay.Total())
		}
		s.must(d.Start(s.ctx, "noel", planned))
		s.end("noel")
		s.once("noel")
	})
}

func TestWhatTheOriginalWasSendingWaitsForAPersonAfterArming(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Continue = true }, func(s *shop) {
		s.people(40)
		s.write(file{send: "rate = 1.0"})
		s.start("noel")
		time.Sleep(5 * time.Second)
		s.close()
		sent := s.relay.Total()
		s.open()
		s.disarm() // as a copy of that moment would be
		s.close()
		s.open()
		time.Sleep(time.Minute)
		s.refused(s.as(owner).Resume(s.ctx, "noel"), model.KindRefused, "campaign.disarmed")
		s.must(s.as(owner).Arm(s.ctx))
		s.reopen(true)
		time.Sleep(time.Minute)
		if s.relay.Total() != sent {
			s.Errorf("%d messages left by themselves", s.relay.Total()-sent)
		}
		s.state("noel", model.Paused)
		s.must(s.as(owner).Resume(s.ctx, "noel"))
		s.end("noel")
		s.once("noel")
	})
}

func TestAProcessThatServesGoesOnWithWhatADeadOneLeft(t *testing.T) {
	for _, goesOn := range []bool{true, false} { // without the option, a person decides
		t.Run(map[bool]string{true: "serves", false: "control"}[goesOn], func(t *testing.T) {
			inShop(t, nil, func(s *shop) { s.opt.Continue = goesOn }, func(s *shop) {
				s.people(40)
				s.write(file{send: "rate = 1.0"})
				s.start("noel")
				time.Sleep(5 * time.Second)
				before := s.head()
				s.reopen(true)
				time.Sleep(5 * time.Minute)
				if !goesOn {
					if n := s.relay.Total(); n > 10 {
						s.Errorf("%d messages left", n)
					}
					s.must(s.desk.Resume(s.ctx, "noel"))
				} else if acts := s.acts(before, "campaign:noel"); len(acts) != 2 || acts[0] != "blanche campaign.continue" || acts[1] != "blanche campaign.done" {
					s.Errorf("%v", acts)
				}
				s.end("noel")
				s.once("noel")
			})
		})
	}
}

// outside keeps heads, and fails when told to.
type outside struct {
	mu    sync.Mutex
	heads []model.AuditHead
	at    []time.Time
	tries int
	fails bool
}

func (o *outside) keep(_ context.Context, h model.AuditHead) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.tries++; o.fails {
		return errors.New("no route to host")
	}
	o.heads, o.at = append(o.heads, h), append(o.at, time.Now())
	return nil
}

func (o *outside) set(fails bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.fails = fails
}

func (o *outside) count() (kept, tries int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.heads), o.tries
}

func TestTheEndOfTheAuditGoesOutsideAtTheStartEveryDayAndAtTheEnd(t *testing.T) {
	var o outside
	inShop(t, nil, func(s *shop) { s.opt.Heads, s.opt.Speed = o.keep, 1440 }, func(s *shop) { // a day in a minute
		s.people(3)
		note := func() {
			_, err := s.as(ines).Arrived(s.ctx, "screens")
			s.must(err)
		}
		kept := func(want int) {
			s.Helper()
			if n, _ := o.count(); n != want {
				s.Errorf("%d heads outside, want %d", n, want)
			}
		}
		time.Sleep(time.Second)
		kept(0) // an empty chain has no end
		note()
		s.reopen(true)
		kept(1) // at the end of the first life
		time.Sleep(time.Second)
		kept(2) // a new process does not know what is outside
		note()
		time.Sleep(61 * time.Second)
		kept(3)
		o.set(true)
		note()
		time.Sleep(60 * time.Second)
		kept(3)
		if n := s.events("audit.heads_failed"); n != 1 {
			s.Errorf("told %d times", n)
		}
		if _, tries := o.count(); tries < 8 {
			s.Errorf("tried %d times in all", tries)
		}
		o.set(false)
		time.Sleep(5 * time.Second)
		kept(4)
		proof, err := s.as(owner).VerifyAudit(s.ctx, o.heads...)
		s.must(err)
		if !proof.Intact || s.events("audit.heads_back") != 1 {
			s.Errorf("%+v", proof)
		}
	})
}

func TestARelayThatHangsAtTheEndDoesNotKeepTheProcess(t *testing.T) {
	inShop(t, nil, func(s *shop) {
		s.opt.Heads = func(ctx context.Context, _ model.AuditHead) error {
			<-ctx.Done()
			return ctx.Err()
		}
	}, func(s *shop) {
		_, err := s.as(ines).Arrived(s.ctx, "screens")
		s.must(err)
		began := time.Now()
		s.must(s.desk.Close(s.ctx))
		if time.Since(began) > time.Minute {
			s.Errorf("after %v", time.Since(began))
		}
	})
}

func people3() campaigns.ImportRequest {
	return campaigns.ImportRequest{
		Kind: "contacts", Name: "clients.csv", Basis: model.BasisConsent, BasisSource: "formulaire",
		Source: reader("email;prenom;ville;zone\np0001@clients.example;A;Nantes;A\np0002@clients.example;B;Nantes;B\np0003@clients.example;C;Nantes;C\n"),
	}
}
