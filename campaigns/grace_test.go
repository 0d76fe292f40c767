package campaigns_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"

	"github.com/google/go-cmp/cmp"
)

// leavingIn is a shop where somebody has just confirmed a start with grace.
func (s *shop) leavingIn(grace time.Duration) model.Campaign {
	s.Helper()
	s.people(20)
	s.write(file{})
	before := s.campaign("noel")
	s.must(s.as(ines).StartIn(s.ctx, "noel", 18, grace))
	return before
}

func TestAStartWithGraceLeavesByItselfInTheNameOfWhoAsked(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		before, head := s.leavingIn(30*time.Second), s.head()
		time.Sleep(time.Second)
		st := s.status("noel")
		if st.LeavesAt == nil || st.LeavesPlanned != 18 || st.State != model.Draft {
			s.Fatalf("%+v", st)
		}
		d := s.as(sophie).Live().Departures
		if len(d) != 1 || d[0].Name != "noel" || d[0].Title != "Noël" || d[0].Planned != 18 || d[0].By != ines.Name || d[0].Left > 29500*time.Millisecond || d[0].Left < 28*time.Second {
			s.Errorf("another session sees %+v", d)
		}
		time.Sleep(28 * time.Second)
		if d := cmp.Diff(before, s.campaign("noel")); d != "" || s.relay.Total() > 0 {
			s.Fatalf("something happened before its time: %s", d)
		}
		time.Sleep(3 * time.Second)
		if st := s.end("noel"); st.Accepted != 18 || st.LeavesAt != nil {
			s.Errorf("%+v", st)
		}
		s.once("noel")
		if got := s.acts(head, "campaign:noel"); !slices.Contains(got, "ines campaign.start") || !slices.Contains(got, "ines campaign.draw") {
			s.Errorf("the audit says %v", got)
		}
		if len(s.desk.Live().Departures) != 0 {
			s.Error("it still is about to leave")
		}
	})
}

func TestAStartWithGraceRefusesAtOnceWhatAStartRefuses(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(20)
		s.write(file{})
		err := s.desk.StartIn(s.ctx, "noel", campaigns.Unset, 30*time.Second)
		var asks *campaigns.ConfirmError
		if !errors.As(err, &asks) || asks.Planned != 18 {
			s.Errorf("got %v", err)
		}
		s.refused(s.desk.StartIn(s.ctx, "noel", 18, time.Hour), model.KindInvalid, "campaign.bad_grace")
		s.write(file{name: "bloque", body: "Bonjour {{ contact.surnom }}.\n"})
		s.refused(s.desk.StartIn(s.ctx, "bloque", 18, 30*time.Second), model.KindRefused, "campaign.blocked")
		s.must(s.desk.StartIn(campaigns.Rehearse(s.ctx), "noel", 18, 30*time.Second))
		if d := s.status("noel").LeavesAt; d != nil {
			s.Error("a rehearsal leaves")
		}
		s.must(s.desk.StartIn(s.ctx, "noel", 18, 0))
		if st := s.end("noel"); st.Accepted != 18 {
			s.Errorf("without grace: %+v", st)
		}
	})
}

func TestHoldingAStartBackChangesNothing(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		before, head := s.leavingIn(30*time.Second), s.head()
		time.Sleep(29 * time.Second)
		s.must(s.as(sophie).Hold(s.ctx, "noel"))
		time.Sleep(time.Hour)
		if d := cmp.Diff(before, s.campaign("noel")); d != "" || s.relay.Total() > 0 {
			s.Errorf("it left: %s", d)
		}
		if planned, err := s.store.Ledger().HasPlan(s.ctx, before.ID); planned || err != nil {
			s.Error("it was frozen")
		}
		if got := s.acts(head, "campaign:noel"); !slices.Equal(got, []string{"sophie campaign.hold"}) {
			s.Errorf("the audit says %v", got)
		}
		s.refused(s.desk.Hold(s.ctx, "noel"), model.KindRefused, "campaign.not_leaving")
		s.start("noel") // and it can be started again
		s.end("noel")
		s.once("noel")
	})
}

func TestAProcessThatEndsInTheGraceHasStartedNothing(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		before := s.leavingIn(30 * time.Second)
		time.Sleep(10 * time.Second)
		s.reopen(true)
		time.Sleep(time.Hour)
		if d := cmp.Diff(before, s.campaign("noel")); d != "" || s.relay.Total() > 0 {
			s.Errorf("it left: %s", d)
		}
	})
}

func TestWhatLeavesInAMomentIsNotChanged(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.leavingIn(30 * time.Second)
		_, err := s.desk.EditCampaign(s.ctx, "noel", file{body: "Autre.\n"}.source(), nil)
		s.refused(err, model.KindRefused, "campaign.leaving")
		s.refused(s.desk.StartIn(s.ctx, "noel", 18, 30*time.Second), model.KindRefused, "campaign.leaving")
		s.refused(s.desk.Schedule(s.ctx, "noel"), model.KindRefused, "campaign.leaving")
		s.must(s.desk.Cancel(s.ctx, "noel")) // the stronger word
		time.Sleep(time.Minute)
		s.state("noel", model.Cancelled)
		if s.relay.Total() > 0 || s.events("deliver.event.start_failed") > 0 {
			s.Error("a cancelled campaign left, or tried")
		}
	})
}

func TestASecondStartDoesNotWait(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.leavingIn(30 * time.Second)
		s.must(s.desk.Start(s.ctx, "noel", 18))
		if st := s.end("noel"); st.Accepted != 18 {
			s.Errorf("%+v", st)
		}
		time.Sleep(time.Minute)
		if s.events("deliver.event.start_failed") > 0 {
			s.Error("the first start came back")
		}
		s.once("noel")
	})
}

func TestWhatHasChangedInTheGraceIsToldInsteadOfSent(t *testing.T) {
	for name, change := range map[string]func(s *shop){
		"people came in": func(s *shop) { s.bring("email\nneuf@clients.example\n", model.BasisConsent) },
		"the relay is gone": func(s *shop) {
			s.relay.SetDown(true)
		},
		"who asked may not any more": func(s *shop) {
			_, err := s.desk.SetRole(s.ctx, "ines", model.Viewer)
			s.must(err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			inShop(t, nil, func(s *shop) { s.opt.ParseKey = readKey }, func(s *shop) {
				_, err := s.desk.AddOperator(s.ctx, "ines", model.Manager, []string{"ssh-test ines"})
				s.must(err)
				before := s.leavingIn(30 * time.Second)
				change(s)
				time.Sleep(40 * time.Second)
				if d := cmp.Diff(before, s.campaign("noel")); d != "" || s.relay.Total() > 0 {
					s.Errorf("it left: %s", d)
				}
				if n := s.events("deliver.event.start_failed"); n != 1 {
					s.Errorf("told %d times", n)
				}
				if len(s.desk.Live().Departures) != 0 {
					s.Error("it still is about to leave")
				}
			})
		})
	}
}

// Whoever looks while it is launched sees a start that is about to leave or one
// that has left, never one that was held back; the control is one that was.
func TestAStartIsNeverSeenHeldBackWhileItIsLaunched(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		look := func() model.Status {
			st, err := s.desk.Status(s.ctx, "noel")
			s.must(err)
			return st
		}
		s.leavingIn(30 * time.Second)
		s.must(s.desk.Hold(s.ctx, "noel"))
		if st := look(); st.LeavesAt != nil || st.State != model.Draft {
			s.Errorf("control: %+v", st)
		}
		s.must(s.as(ines).StartIn(s.ctx, "noel", 18, 30*time.Second))
		time.Sleep(30 * time.Second)
		for st := look(); !st.State.Launched(); st = look() {
			if st.LeavesAt == nil {
				s.Fatalf("it is %s and does not leave", st.State)
			}
		}
		s.end("noel")
	})
}
