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

func TestRelayInTroubleCountsAgainstNobodyAndSendingGoesOnByItself(t *testing.T) {
	inShop(t, 200, func(s *shop) {
		var off atomic.Bool
		s.relay.answer = func(string, int) model.Receipt {
			if off.Load() {
				return down
			}
			return accepted
		}
		w := s.worker(nil)
		s.start(w, 20)
		time.Sleep(3 * time.Second)
		off.Store(true)
		e := s.awaitEvent("deliver.event.relay_down")
		if e.Level != model.LevelStop {
			t.Errorf("shown as %v", e.Level)
		}
		before := len(s.relay.begun())
		time.Sleep(2 * time.Hour)
		if n := len(s.relay.begun()) - before; n < 20 || n > 45 {
			t.Errorf("%d probes in two hours", n)
		}
		if got := s.tally(); got.ByState[model.StateIntended] != 0 || got.ByState[model.StateDeferred] != 0 {
			t.Errorf("while the relay is down: %+v", got.ByState)
		}
		if !w.Snapshot().RelayDown {
			t.Error("the picture does not say that the relay is down")
		}
		off.Store(false)
		s.awaitEvent("deliver.event.relay_back")
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 200})
		for id := range model.ContactID(200) {
			if r, _, _ := s.store.Ledger().Of(context.Background(), campaign, id+1); r.Attempts > 1 {
				t.Errorf("an attempt was counted against %d: %+v", id+1, r)
			}
		}
		s.stop(w)
	})
}

func TestRelayThatSwallowsEveryAnswerBurnsFewPeople(t *testing.T) {
	inShop(t, 1000, func(s *shop) {
		s.relay.answer = func(string, int) model.Receipt { return uncertain }
		w := s.worker(nil)
		s.start(w, 0)
		time.Sleep(time.Hour)
		if n := s.tally().ByState[model.StateUncertain]; n < 5 || n > 40 {
			t.Errorf("%d people are uncertain after an hour", n)
		}
		s.stop(w)
	})
}

func TestOneRecipientWhoCutsTheLineDoesNotHoldUpTheRest(t *testing.T) {
	inShop(t, 300, func(s *shop) {
		s.relay.answer = func(to string, _ int) model.Receipt {
			if to == address(1) {
				return dropped
			}
			return accepted
		}
		w := s.worker(func(o *worker.Options) { o.Retry.GiveUp = 20 * time.Minute })
		s.start(w, 50)
		time.Sleep(time.Minute)
		s.want(map[model.State]int{model.StateAccepted: 299, model.StateDeferred: 1})
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 299, model.StateRefused: 1})
		s.stop(w)
	})
}

func TestUnknownUsersAreSuppressedAndPolicyRefusalsAreNot(t *testing.T) {
	inShop(t, 30, func(s *shop) {
		s.relay.answer = func(to string, _ int) model.Receipt {
			switch to {
			case address(4):
				return unknown
			case address(5):
				return policy
			}
			return accepted
		}
		w := s.worker(nil)
		s.start(w, 0)
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 28, model.StateRefused: 2})
		if len(s.suppressed) != 1 || s.suppressed[0] != address(4) {
			t.Errorf("suppressed: %v", s.suppressed)
		}
		s.stop(w)
	})
}

func TestWhoUnsubscribesWhileQueuedGetsNothing(t *testing.T) {
	inShop(t, 100, func(s *shop) {
		ctx := context.Background()
		if err := s.store.Suppressions().Add(ctx, address(60), model.Suppression{Reason: model.SuppressOpposed, At: time.Now()}); err != nil {
			t.Fatal(err)
		}
		w := s.worker(nil)
		s.start(w, 0)
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 99, model.StateExcluded: 1})
		s.once()
		s.stop(w)
	})
}

func TestWhoMayNoLongerBeWrittenToIsExcludedWithTheReason(t *testing.T) {
	inShop(t, 40, func(s *shop) {
		s.render = func(ctx context.Context, c model.Claim, v uint16) (worker.Message, error) {
			if c.Contact == 11 {
				return worker.Message{Exclude: model.ExclUnknown}, nil
			}
			return letter(ctx, c, v)
		}
		w := s.worker(nil)
		s.start(w, 0)
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 39, model.StateExcluded: 1})
		if r, _, _ := s.store.Ledger().Of(context.Background(), campaign, 11); r.Code != "erased" {
			t.Errorf("reason: %q", r.Code)
		}
		s.stop(w)
	})
}

func TestMessageThatCannotBeComposedPausesTheCampaign(t *testing.T) {
	inShop(t, 100, func(s *shop) {
		good := s.render
		s.render = func(ctx context.Context, c model.Claim, v uint16) (worker.Message, error) {
			if c.Contact == 50 && v == 1 {
				return worker.Message{}, errors.New("unknown filter")
			}
			return good(ctx, c, v)
		}
		w := s.worker(nil)
		s.start(w, 100)
		if n := s.await(worker.NoticePaused); n.Why != worker.WhyRender {
			t.Errorf("paused because %s", n.Why)
		}
		w.Version(campaign, 2)
		w.Resume(campaign)
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 100})
		if v := s.tally().Versions; v[1] == 0 || v[2] == 0 || v[1]+v[2] != 100 {
			t.Errorf("versions: %v", v)
		}
		s.stop(w)
	})
}

func TestTooManyUnknownUsersPauseTheCampaign(t *testing.T) {
	inShop(t, 2000, func(s *shop) {
		n := 0
		s.relay.answer = func(string, int) model.Receipt {
			if n++; n > 600 && n%20 == 0 {
				return unknown
			}
			return accepted
		}
		w := s.worker(nil)
		s.start(w, 100)
		if n := s.await(worker.NoticePaused); n.Why != worker.WhyUnknown || n.Event.Level != model.LevelStop {
			t.Errorf("paused because %s", n.Why)
		}
		time.Sleep(time.Minute)
		if got := s.tally().ByState[model.StateRefused]; got < 11 || got > 13 {
			t.Errorf("paused after %d unknown users among the last 500", got)
		}
		if p, _ := w.Progress(campaign); p.PausedWhy != worker.WhyUnknown {
			t.Errorf("the picture says %q", p.PausedWhy)
		}
		s.stop(w)
	})
}

func TestFullDiskStopsSendingInSightAndItGoesOnWhenThereIsRoom(t *testing.T) {
	inShop(t, 500, func(s *shop) {
		s.relay.takes = 200 * time.Millisecond
		w := s.worker(nil)
		s.start(w, 0)
		time.Sleep(2 * time.Second)
		s.ledger.set(errors.New("no space left on device"))
		s.awaitEvent("deliver.event.store_down")
		time.Sleep(10 * time.Second)
		before := len(s.relay.begun())
		time.Sleep(time.Hour)
		if n := len(s.relay.begun()) - before; n != 0 {
			t.Errorf("%d messages left while nothing could be written", n)
		}
		if !w.Snapshot().StoreDown {
			t.Error("the picture does not say that the store is down")
		}
		s.ledger.set(nil)
		s.awaitEvent("deliver.event.store_back")
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 500})
		s.once()
		s.stop(w)
	})
}

func TestForcedStopOnADeadDiskEndsAndLeavesAtMostWInDoubt(t *testing.T) {
	inShop(t, 500, func(s *shop) {
		s.relay.takes = 200 * time.Millisecond
		w := s.worker(nil)
		s.start(w, 0)
		time.Sleep(2 * time.Second)
		s.ledger.set(errors.New("no space left on device"))
		time.Sleep(time.Minute)
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := w.Stop(ctx); err == nil {
			t.Error("stopped as if all were well")
		}
		if n := s.tally().ByState[model.StateIntended]; n == 0 || n > 128 {
			t.Errorf("%d left in doubt", n)
		}
	})
}

func TestUncertainAreHeldAndResentWhenTheCampaignSaysSo(t *testing.T) {
	inShop(t, 60, func(s *shop) {
		s.relay.answer = first(one(9), uncertain)
		w := s.worker(nil)
		s.start(w, 0)
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 59, model.StateUncertain: 1})
		if err := w.Start(context.Background(), worker.Job{ID: campaign, Name: "noel-15", Version: 1, Resend: true}); err != nil {
			t.Fatal(err)
		}
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 60})
		s.stop(w)
	})
}
