package worker_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"blanche/campaigns/worker"
	"blanche/model"
)

// inShop runs a test in a bubble of time, with a shop of so many people.
func inShop(t *testing.T, people int, test func(s *shop)) {
	t.Helper()
	inShopOf(t, people, func(model.ContactID) (model.Lane, model.Cell) { return model.LaneOther, 0 }, test)
}

// inShopOf is inShop with people of lanes and cells.
func inShopOf(t *testing.T, people int, of func(model.ContactID) (model.Lane, model.Cell), test func(s *shop)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShopOf(t, people, of)
		test(s)
		if s.ledger.broken != "" {
			t.Error(s.ledger.broken)
		}
		_ = s.store.Close()
	})
}

// first answers the first try of some people, and takes everything else.
func first(of func(to string) bool, r model.Receipt) func(string, int) model.Receipt {
	return func(to string, try int) model.Receipt {
		if try == 1 && of(to) {
			return r
		}
		return accepted
	}
}

func everybody(string) bool { return true }

func one(id model.ContactID) func(string) bool {
	return func(to string) bool { return to == address(id) }
}

func TestCampaignReachesEverybodyOnce(t *testing.T) {
	inShop(t, 1500, func(s *shop) {
		w := s.worker(nil)
		s.start(w, 0)
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 1500})
		s.once()
		s.stop(w)
		if p, ok := w.Progress(campaign); !ok || p.State != model.Done || p.Tally.ByState[model.StateAccepted] != 1500 {
			t.Errorf("the last picture: %+v", p)
		}
	})
}

func TestPaceIsKeptAndChangesAtOnce(t *testing.T) {
	inShop(t, 400, func(s *shop) {
		w := s.worker(nil)
		start := time.Now()
		s.start(w, 10)
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if n := len(s.relay.begun()); n < 195 || n > 202 {
			t.Errorf("%d messages in 20 s at 10 a second", n)
		}
		if p, _ := w.Progress(campaign); p.Rate < 9 || p.Rate > 11 || p.LaneRate["other"] != p.Rate || p.History[119] != 10 {
			t.Errorf("the picture says %.1f a second: %v", p.Rate, p.History[110:])
		}
		w.Rate(campaign, 100)
		s.await(worker.NoticeFinished)
		if d := time.Since(start); d < 21*time.Second || d > 24*time.Second {
			t.Errorf("the rest took %v", d-20*time.Second)
		}
		s.stop(w)
	})
}

func TestPausedCampaignSendsNothingMoreAndResumesWithTheRest(t *testing.T) {
	inShop(t, 1000, func(s *shop) {
		s.relay.takes = 300 * time.Millisecond
		w := s.worker(nil)
		s.start(w, 0)
		for range 2 {
			time.Sleep(5 * time.Second)
			w.Pause(campaign)
			at := time.Now()
			time.Sleep(time.Hour)
			for _, start := range s.relay.begun() {
				if start.After(at) {
					t.Fatalf("a transaction began %v after the pause", start.Sub(at))
				}
			}
			if got := s.tally(); got.ByState[model.StateClaimed]+got.ByState[model.StateIntended] != 0 {
				t.Errorf("paused, and not everything was given back: %+v", got.ByState)
			}
			if p, _ := w.Progress(campaign); p.State != model.Paused || p.InFlight != 0 {
				t.Errorf("the picture says %v, %d in flight", p.State, p.InFlight)
			}
			w.Resume(campaign)
		}
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 1000})
		s.once()
		s.stop(w)
	})
}

func TestStopFinishesWhatIsOnTheWireAndGivesBackTheRest(t *testing.T) {
	inShop(t, 300, func(s *shop) {
		s.relay.takes = time.Second
		w := s.worker(func(o *worker.Options) { o.Lookahead = -1 })
		s.start(w, 0)
		time.Sleep(3500 * time.Millisecond)
		s.stop(w)
		got := len(s.relay.all())
		s.want(map[model.State]int{model.StateAccepted: got, model.StatePlanned: 300 - got})
		if got != 4*8 {
			t.Errorf("%d sent, want 4 rounds of 8 lines", got)
		}
		if err := w.Start(context.Background(), worker.Job{ID: campaign}); err == nil {
			t.Error("a stopped worker starts a campaign")
		}
	})
}

func TestNoMoreThanTheLinesAreUsedAtOnce(t *testing.T) {
	inShop(t, 200, func(s *shop) {
		s.relay.takes = time.Second
		w := s.worker(func(o *worker.Options) { o.Connections, o.Lookahead = 5, -1 })
		s.start(w, 0)
		s.await(worker.NoticeFinished)
		s.stop(w)
		if s.relay.max != 5 {
			t.Errorf("%d messages at once on 5 lines", s.relay.max)
		}
	})
}

func TestNoMoreThanWAreIntendedWithoutADurableResult(t *testing.T) {
	inShop(t, 300, func(s *shop) {
		s.relay.takes = time.Second
		w := s.worker(func(o *worker.Options) { o.Window = 7; o.Connections = 20 })
		s.start(w, 0)
		most := 0
		for range 200 {
			time.Sleep(97 * time.Millisecond)
			most = max(most, s.tally().ByState[model.StateIntended])
		}
		s.stop(w)
		if most != 7 || s.relay.max > 7 {
			t.Errorf("%d intended, %d on the wire, W is 7", most, s.relay.max)
		}
	})
}

func TestDeferredMessagesComeBackLaterAndLater(t *testing.T) {
	inShop(t, 50, func(s *shop) {
		var at []time.Duration
		start := time.Now()
		s.relay.answer = func(to string, try int) model.Receipt {
			if to != address(7) {
				return accepted
			}
			if at = append(at, time.Since(start)); try < 4 {
				return deferred
			}
			return accepted
		}
		w := s.worker(nil)
		s.start(w, 0)
		time.Sleep(time.Minute)
		s.want(map[model.State]int{model.StateAccepted: 49, model.StateDeferred: 1})
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 50})
		for i, want := range []time.Duration{0, 5 * time.Minute, 15 * time.Minute, 35 * time.Minute} {
			if d := (at[i] - want).Abs(); d > 5*time.Second {
				t.Errorf("try %d after %v, want %v", i+1, at[i], want)
			}
		}
		s.stop(w)
	})
}

func TestWhoIsDeferredForDaysIsGivenUp(t *testing.T) {
	inShop(t, 20, func(s *shop) {
		s.relay.answer = func(to string, _ int) model.Receipt {
			if to == address(3) {
				return deferred
			}
			return accepted
		}
		w := s.worker(nil)
		start := time.Now()
		s.start(w, 0)
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 19, model.StateRefused: 1})
		if d := time.Since(start); d < 5*24*time.Hour || d > 6*24*time.Hour {
			t.Errorf("given up after %v", d)
		}
		r, _, err := s.store.Ledger().Of(context.Background(), campaign, 3)
		if err != nil || r.Code != "expired" {
			t.Errorf("%+v, %v", r, err)
		}
		s.stop(w)
	})
}

func TestCancelExcludesTheRestWithItsReason(t *testing.T) {
	inShop(t, 500, func(s *shop) {
		s.relay.answer = first(one(2), deferred)
		w := s.worker(nil)
		s.start(w, 10)
		time.Sleep(10 * time.Second)
		n, err := w.Cancel(context.Background(), campaign)
		if err != nil || n < 395 || n > 405 {
			t.Errorf("%d excluded, %v", n, err)
		}
		s.want(map[model.State]int{model.StateAccepted: 500 - n, model.StateExcluded: n})
		s.once()
		s.stop(w)
	})
}

func TestSeveralCampaignsShareTheLines(t *testing.T) {
	inShop(t, 400, func(s *shop) {
		for id := campaign + 1; id <= 4; id++ {
			p := model.Plan{}
			for i := range 100 {
				p.Planned = append(p.Planned, model.Planned{Contact: model.ContactID(1000*int(id) + i)})
			}
			if err := s.store.Ledger().Plan(context.Background(), id, p); err != nil {
				t.Fatal(err)
			}
		}
		s.relay.takes = 100 * time.Millisecond
		w := s.worker(nil)
		s.start(w, 0)
		for id := campaign + 1; id <= 4; id++ {
			if err := w.Start(context.Background(), worker.Job{ID: id, Name: fmt.Sprint(id), Version: 1}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(2500 * time.Millisecond)
		for _, p := range w.Snapshot().Campaigns {
			if n := p.Tally.ByState[model.StateAccepted]; n < 20 {
				t.Errorf("campaign %s waits: %d accepted after 200 messages", p.Name, n)
			}
		}
		for range 4 {
			s.await(worker.NoticeFinished)
		}
		if got := len(s.relay.all()); got != 700 {
			t.Errorf("%d messages, want 700", got)
		}
		s.stop(w)
	})
}

func TestFastClockOfADemonstrationShortensTheDelays(t *testing.T) {
	inShop(t, 30, func(s *shop) {
		s.relay.answer = first(everybody, deferred)
		start := time.Now()
		w := s.worker(func(o *worker.Options) {
			o.Speed = 60
			o.Now = func() time.Time { return start.Add(60 * time.Since(start)) }
		})
		s.start(w, 0)
		s.await(worker.NoticeFinished)
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("five minutes at 60 times the speed took %v", d)
		}
		s.stop(w)
	})
}

func TestDelaysGrowWithJitterAndEnd(t *testing.T) {
	t.Parallel()
	r := worker.Retry{First: 5 * time.Minute, Max: 4 * time.Hour, GiveUp: 5 * 24 * time.Hour}
	tries := 0
	for n := 1; ; n++ {
		low, ok := r.After(n, 0)
		high, _ := r.After(n, 1)
		if !ok {
			break
		}
		if low >= high || n == 1 && (low != 4*time.Minute || high != 6*time.Minute) || high > 288*time.Minute {
			t.Errorf("try %d: between %v and %v", n, low, high)
		}
		tries++
	}
	if tries < 30 || tries > 40 {
		t.Errorf("%d tries in five days", tries)
	}
}
