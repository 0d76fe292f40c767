package campaigns_test

import (
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/campaigns/worker"
	"blanche/model"
)

func TestAComplaintSuppressesAndIsCountedInTheCampaignThatThePersonGot(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(40)
		s.send(file{name: "ancien", holdout: "share = 0.0"})
		time.Sleep(time.Hour)
		s.send(file{name: "noel", holdout: "share = 0.0"})
		s.must(s.as(ines).Complain(s.ctx, address(1), ""))
		s.must(s.desk.Complain(s.ctx, address(1), ""))       // once is enough
		s.must(s.desk.Complain(s.ctx, address(2), "ancien")) // by name
		nobody := "inconnu@ailleurs.example"                 // suppressed all the same, and told
		s.refused(s.desk.Complain(campaigns.Rehearse(s.ctx), nobody, ""), model.KindNotFound, "contact.nobody")
		if _, known, _ := s.store.Suppressions().Get(s.ctx, nobody); known {
			s.Error("a rehearsed complaint suppressed somebody")
		}
		s.refused(s.desk.Complain(s.ctx, nobody, ""), model.KindNotFound, "contact.nobody")
		s.refused(s.desk.Complain(s.ctx, address(3), "rien"), model.KindNotFound, "campaign.unknown")
		if n, a := s.status("noel").Complaints, s.status("ancien").Complaints; n != 1 || a != 1 {
			s.Errorf("noel counts %d, ancien %d", n, a)
		}
		for _, email := range []string{address(1), address(2), "inconnu@ailleurs.example"} {
			if sup, known, err := s.store.Suppressions().Get(s.ctx, email); err != nil || !known || sup.Reason != model.SuppressComplaint {
				s.Errorf("%s: %+v %v", email, sup, err)
			}
		}
		if _, known, _ := s.store.Suppressions().Get(s.ctx, address(3)); known {
			s.Error("a refused complaint suppressed somebody")
		}
		s.reopen(true)
		if n := s.status("noel").Complaints; n != 1 {
			s.Errorf("after another life noel counts %d", n)
		}
	})
}

func TestComplaintsPauseACampaignAlsoAcrossALifeOfTheProcess(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Continue = true }, func(s *shop) {
		s.people(900)
		s.write(file{send: "rate = 20.0", holdout: "share = 0.0"})
		s.start("noel")
		time.Sleep(20 * time.Second)
		complain := func(n int) {
			for email := range s.relay.Kept() {
				if sup, known, _ := s.store.Suppressions().Get(s.ctx, email); n > 0 && !(known && sup.Reason == model.SuppressComplaint) {
					s.must(s.desk.Complain(s.ctx, email, "noel"))
					n--
				}
			}
		}
		complain(2)
		time.Sleep(time.Second)
		s.state("noel", model.Running)
		complain(4)
		s.until("the guard pauses it", func() bool { return s.campaign("noel").State == model.Paused })
		if why := s.campaign("noel").PausedWhy; why != worker.WhyComplaint {
			s.Errorf("because of %s", why)
		}
		s.must(s.desk.Resume(s.ctx, "noel"))
		time.Sleep(time.Second)
		s.reopen(true) // what the guard has had its say about does not pause it again
		time.Sleep(2 * time.Second)
		s.state("noel", model.Running)
		if n := s.status("noel").Complaints; n != 6 {
			s.Errorf("%d complaints", n)
		}
	})
}

func TestAnUncertainMessageCarriesItsEvidence(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(40)
		s.write(file{send: "rate = 2.0", holdout: "share = 0.0"})
		s.start("noel")
		time.Sleep(3 * time.Second)
		c := s.campaign("noel")
		claims, err := s.store.Ledger().Claim(s.ctx, c.ID, model.Claims(2), s.now())
		s.must(err)
		s.must(s.desk.Pause(s.ctx, "noel"))
		time.Sleep(time.Second)
		// One whose answer was lost, and one in whose middle the process died.
		_, err = s.store.Ledger().Commit(s.ctx, nil, []model.Intent{
			{Campaign: c.ID, Ordinal: claims[0].Ordinal, Email: "x@clients.example", Version: 1, At: s.now()},
			{Campaign: c.ID, Ordinal: claims[1].Ordinal, Email: "y@clients.example", Version: 1, At: s.now()},
		})
		s.must(err)
		_, err = s.store.Ledger().Commit(s.ctx, []model.Outcome{{
			Campaign: c.ID, Ordinal: claims[0].Ordinal, State: model.StateUncertain, Version: 1, At: s.now(), Attempts: 1, Text: "the line was lost",
		}}, nil)
		s.must(err)
		s.reopen(true)
		who, err := s.store.Contacts().Get(s.ctx, claims[0].Contact)
		s.must(err)
		other, err := s.store.Contacts().Get(s.ctx, claims[1].Contact)
		s.must(err)
		s.buy("x", who.Email, model.DateOf(s.now(), paris), 4000)
		s.must(s.desk.Oppose(s.ctx, other.Email, "lettre"))
		lines, err := s.desk.Uncertain(s.ctx, "noel")
		s.must(err)
		if len(lines) != 2 {
			s.Fatalf("%+v", lines)
		}
		for _, l := range lines {
			want := map[string]string{who.Email: "no_answer ordered", other.Email: "interrupted opposed"}[l.Email]
			if got := strings.Join(l.Evidence, " "); got != want || l.MessageID == "" || l.Version != 1 || l.Attempts < 1 && l.Email == who.Email || l.At.IsZero() {
				s.Errorf("%+v: %s, want %s", l, got, want)
			}
		}
	})
}

// tenths are guards of complaints that few people set off: 10 % warn, 30 % pause.
func tenths(s *shop) {
	s.opt.Continue = true
	s.opt.Guard = worker.Guard{Complained: 0.1, Spam: 0.3}
}

// complain says of n people who got a campaign, and have not yet, that they
// called it spam.
func (s *shop) complain(n int) {
	s.Helper()
	for email := range s.relay.Kept() {
		if _, known, err := s.store.Suppressions().Get(s.ctx, email); n > 0 && !known {
			s.must(err)
			s.must(s.desk.Complain(s.ctx, email, "noel"))
			n--
		}
	}
	if n > 0 {
		s.Fatalf("%d people are missing", n)
	}
}

func TestComplaintsOfAnotherLifeOfTheProcessCountForThePause(t *testing.T) {
	inShop(t, nil, tenths, func(s *shop) {
		s.people(400)
		s.write(file{send: "rate = 1.0", holdout: "share = 0.0"})
		s.start("noel")
		time.Sleep(8 * time.Second)
		s.complain(2)
		s.reopen(true)
		s.until("it goes on", func() bool { return s.status("noel").Sending })
		s.state("noel", model.Running)
		s.complain(1) // the third, of about ten messages
		s.until("the guard pauses it", func() bool { return s.campaign("noel").PausedWhy == worker.WhyComplaint })
	})
}

func TestAPauseThatAProcessDiedBeforeNotingIsMadeUpFor(t *testing.T) {
	inShop(t, nil, tenths, func(s *shop) {
		s.people(400)
		s.write(file{send: "rate = 1.0", holdout: "share = 0.0"})
		s.start("noel")
		time.Sleep(8 * time.Second)
		s.reopen(false) // nobody sends: the complaints are counted, and nobody is there to pause
		s.complain(4)
		s.reopen(true)
		s.until("the guard pauses it", func() bool { return s.campaign("noel").PausedWhy == worker.WhyComplaint })
		s.must(s.desk.Resume(s.ctx, "noel"))
		s.reopen(true)
		time.Sleep(5 * time.Second)
		s.state("noel", model.Running)
	})
}

func TestAGuardThatHasWarnedDoesNotWarnAgainInAnotherLifeOfTheProcess(t *testing.T) {
	warned := func(s *shop) int { return s.events("deliver.guard.complaint_warn") }
	inShop(t, nil, tenths, func(s *shop) {
		s.people(400)
		s.write(file{send: "rate = 1.0", holdout: "share = 0.0"})
		s.start("noel")
		time.Sleep(25 * time.Second)
		s.complain(3)
		s.until("the guard warns", func() bool { return warned(s) == 1 })
		s.reopen(true)
		s.until("it goes on", func() bool { return s.status("noel").Sending })
		s.complain(1)
		time.Sleep(time.Second)
		if n := warned(s); n != 0 {
			s.Errorf("warned %d times more", n)
		}
		s.complain(8)
		s.until("the guard pauses it", func() bool { return s.campaign("noel").PausedWhy == worker.WhyComplaint })
	})
}
