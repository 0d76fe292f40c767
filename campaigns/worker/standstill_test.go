package worker_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"blanche/campaigns/worker"
	"blanche/model"
)

func TestACommitThatWasDurableAndSaidOtherwiseHoldsUpNobody(t *testing.T) {
	inShop(t, 500, func(s *shop) {
		s.relay.takes = 200 * time.Millisecond
		s.relay.answer = func(to string, try int) model.Receipt {
			switch {
			case to == address(30) && try == 1:
				return deferred
			case to == address(31):
				return policy
			}
			return accepted
		}
		w := s.worker(nil)
		s.start(w, 0)
		for range 4 {
			time.Sleep(150 * time.Millisecond)
			s.ledger.lie(3)
			s.awaitEvent("deliver.event.store_back")
		}
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 499, model.StateRefused: 1})
		s.once()
		if w.Snapshot().StoreDown {
			t.Error("the picture says that the store is down")
		}
		for _, e := range w.Snapshot().Events {
			if e.Key == "deliver.event.not_settled" {
				t.Errorf("told as refused for good: %+v", e)
			}
		}
		s.stop(w)
	})
}

func TestAResultThatTheLedgerWillNeverTakeIsToldAndHoldsUpNobody(t *testing.T) {
	inShop(t, 300, func(s *shop) {
		ctx := context.Background()
		s.relay.answer = func(to string, _ int) model.Receipt {
			if to == address(7) { // somebody else settles him meanwhile
				_, err := s.store.Ledger().Commit(ctx, []model.Outcome{{
					Campaign: campaign, Ordinal: 6, State: model.StateRefused, At: time.Now(), Attempts: 9, Code: "554",
				}}, nil)
				if err != nil {
					t.Error(err)
				}
			}
			return accepted
		}
		w := s.worker(nil)
		s.start(w, 100)
		if e := s.awaitEvent("deliver.event.not_settled"); e.Level != model.LevelStop {
			t.Errorf("shown as %v", e.Level)
		}
		time.Sleep(time.Second)
		if _, err := w.Cancel(ctx, campaign); err != nil {
			t.Fatal(err)
		}
		if got := s.tally().ByState; got[model.StateRefused] != 1 || got[model.StateAccepted] < 50 || got[model.StateExcluded] == 0 {
			t.Errorf("%+v", got)
		}
		s.stop(w)
	})
}

func TestARelayThatRefusesTheLoginPausesTheCampaignUntilAPersonResumesIt(t *testing.T) {
	inShop(t, 200, func(s *shop) {
		var wrong atomic.Bool
		s.relay.answer = func(string, int) model.Receipt {
			if wrong.Load() {
				return noLogin
			}
			return accepted
		}
		w := s.worker(nil)
		s.start(w, 20)
		time.Sleep(3 * time.Second)
		wrong.Store(true)
		e := s.awaitEvent("deliver.event.misset")
		if err, ok := e.Args[1].(error); !ok || !errors.Is(err, noLogin.Err) || e.Level != model.LevelStop {
			t.Errorf("%+v", e)
		}
		if n := s.await(worker.NoticePaused); n.Why != worker.WhyRelay {
			t.Errorf("paused because %s", n.Why)
		}
		before := len(s.relay.begun())
		time.Sleep(2 * time.Hour)
		if n := len(s.relay.begun()) - before; n != 0 {
			t.Errorf("%d tries while paused", n)
		}
		if p, _ := w.Progress(campaign); p.State != model.Paused || p.PausedWhy != worker.WhyRelay {
			t.Errorf("%s, %q", p.State, p.PausedWhy)
		}
		w.Resume(campaign) // nothing was repaired: one try, and it stands again
		s.await(worker.NoticePaused)
		if n := len(s.relay.begun()) - before; n != 1 {
			t.Errorf("%d tries after a resume", n)
		}
		wrong.Store(false)
		w.Resume(campaign)
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 200})
		s.once()
		s.stop(w)
	})
}

func TestASenderRefusedForGoodPausesAndOneRefusedForNowIsWaitedFor(t *testing.T) {
	for name, answer := range map[string]model.Receipt{"for good": noSender, "for now": later} {
		t.Run(name, func(t *testing.T) {
			inShop(t, 50, func(s *shop) {
				s.relay.answer = func(string, int) model.Receipt { return answer }
				w := s.worker(nil)
				s.start(w, 0)
				time.Sleep(10 * time.Minute)
				p, _ := w.Progress(campaign)
				want := worker.Progress{State: model.Paused, PausedWhy: worker.WhySender}
				if name == "for now" {
					want = worker.Progress{State: model.Running}
				}
				if p.State != want.State || p.PausedWhy != want.PausedWhy {
					t.Errorf("%s, %q", p.State, p.PausedWhy)
				}
				if got := s.tally().ByState; got[model.StatePlanned]+got[model.StateClaimed] != 50 {
					t.Errorf("%+v", got)
				}
				s.stop(w)
			})
		})
	}
}
