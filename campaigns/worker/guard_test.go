package worker_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"blanche/campaigns/worker"
	"blanche/model"
	"blanche/store"
)

// cells draws one person in ten into each of two variants.
func cells(id model.ContactID) (model.Lane, model.Cell) {
	if c := model.Cell(id % 10); c == 1 || c == 2 {
		return model.LaneOther, c
	}
	return model.LaneOther, 0
}

func TestOnlyTheCellsAllowedAreWrittenToAndTheOthersWaitForTheVerdict(t *testing.T) {
	inShopOf(t, 300, cells, func(s *shop) {
		s.relay.answer = first(one(11), deferred)
		w := s.worker(nil)
		err := w.Start(context.Background(), worker.Job{ID: campaign, Name: "noel-15", Version: 1, Cells: 1<<1 | 1<<2})
		if err != nil {
			t.Fatal(err)
		}
		if n := s.await(worker.NoticeFirst); n.Event.Key != "deliver.event.first" {
			t.Errorf("%+v", n)
		}
		time.Sleep(time.Minute)
		s.want(map[model.State]int{model.StateAccepted: 59, model.StateDeferred: 1, model.StatePlanned: 240})
		s.await(worker.NoticeCells) // the deferred one holds nobody up
		time.Sleep(24 * time.Hour)
		s.want(map[model.State]int{model.StateAccepted: 60, model.StatePlanned: 240})
		for len(s.notices) > 0 {
			if n := <-s.notices; n.Kind != worker.NoticeEvent {
				t.Errorf("told again: %+v", n)
			}
		}
		s.want(map[model.State]int{model.StateAccepted: 60, model.StatePlanned: 240})
		w.Allow(campaign, 0)
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 300})
		s.once()
		s.stop(w)
	})
}

func TestWhoIsNoLongerAllowedIsGivenBack(t *testing.T) {
	inShopOf(t, 300, cells, func(s *shop) {
		w := s.worker(nil)
		s.start(w, 5)
		time.Sleep(2 * time.Second)
		w.Allow(campaign, 1<<1)
		time.Sleep(time.Second)
		before := len(s.relay.begun())
		s.await(worker.NoticeCells)
		for _, to := range s.relay.order()[before:] {
			if to[len(to)-len("1@clients.example")] != '1' {
				t.Errorf("%s is of another cell", to)
			}
		}
		if got := s.tally().ByState; got[model.StateClaimed] != 0 {
			t.Errorf("%+v", got)
		}
		if n, err := w.Cancel(context.Background(), campaign); err != nil || n < 200 {
			t.Errorf("%d excluded, %v", n, err)
		}
		s.stop(w)
	})
}

func TestComplaintsWarnThenPause(t *testing.T) {
	inShop(t, 3000, func(s *shop) {
		w := s.worker(nil)
		s.start(w, 100)
		time.Sleep(20 * time.Second) // 2000 accepted: 2 are 0.1 %, 6 are 0.3 %
		for range 2 {
			w.Complained(campaign)
		}
		time.Sleep(time.Second)
		for _, e := range w.Snapshot().Events {
			if e.Key == "deliver.guard.complaint_warn" {
				t.Errorf("two people: %+v", e)
			}
		}
		w.Complained(campaign)
		if e := s.awaitEvent("deliver.guard.complaint_warn"); e.Level != model.LevelWarn || e.Args[1] != 3 {
			t.Errorf("%+v", e)
		}
		for range 4 {
			w.Complained(campaign)
		}
		if n := s.await(worker.NoticePaused); n.Why != worker.WhyComplaint {
			t.Errorf("paused because %s", n.Why)
		}
		if why, paused := w.Paused(campaign); !paused || why != worker.WhyComplaint {
			t.Errorf("%q, %v", why, paused)
		}
		w.Resume(campaign) // the person has read why: it counts anew
		w.Complained(campaign)
		s.await(worker.NoticeFinished)
		if p, _ := w.Progress(campaign); p.Complaints != 8 {
			t.Errorf("%d complaints in the picture", p.Complaints)
		}
		s.stop(w)
	})
}

func TestADiskNearlyFullHoldsEverythingBackAndItGoesOnByItself(t *testing.T) {
	inShop(t, 2000, func(s *shop) {
		var left atomic.Uint64
		left.Store(1 << 30)
		w := s.worker(func(o *worker.Options) { o.Room = func() (uint64, error) { return left.Load(), nil } })
		s.start(w, 50)
		time.Sleep(5 * time.Second)
		left.Store(10 << 20)
		if e := s.awaitEvent(worker.WhyDisk); e.Level != model.LevelStop || e.Args[1] != 10 || e.Args[3] != 64 {
			t.Errorf("%+v", e)
		}
		time.Sleep(time.Second)
		before := len(s.relay.begun())
		time.Sleep(time.Hour)
		if n := len(s.relay.begun()) - before; n != 0 {
			t.Errorf("%d messages left", n)
		}
		if p, _ := w.Progress(campaign); !w.Snapshot().DiskLow || p.State != model.Running {
			t.Errorf("the picture says %v, %v", w.Snapshot().DiskLow, p.State)
		}
		left.Store(1 << 30)
		s.awaitEvent("deliver.event.disk_back")
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 2000})
		s.once()
		s.stop(w)
	})
}

// unreadable is a ledger whose suppressions cannot be read.
type unreadable struct {
	store.Ledger
	bucket atomic.Value
}

func (u *unreadable) Commit(ctx context.Context, results []model.Outcome, intents []model.Intent) ([]bool, error) {
	if b, _ := u.bucket.Load().(string); b != "" && len(intents) > 0 {
		return nil, model.Failed(store.ErrDamaged, "store.damaged", "bucket", b, "key", "k")
	}
	return u.Ledger.Commit(ctx, results, intents)
}

func TestSuppressionsThatCannotBeReadPauseEverything(t *testing.T) {
	inShop(t, 300, func(s *shop) {
		l := &unreadable{Ledger: s.ledger}
		w := s.worker(func(o *worker.Options) { o.Ledger = l })
		s.start(w, 20)
		time.Sleep(5 * time.Second)
		l.bucket.Store("suppress")
		if n := s.await(worker.NoticePaused); n.Why != worker.WhySuppress {
			t.Errorf("paused because %s", n.Why)
		}
		time.Sleep(time.Minute)
		if got := s.tally().ByState; got[model.StateClaimed]+got[model.StateIntended] != 0 {
			t.Errorf("%+v", got)
		}
		if w.Snapshot().StoreDown {
			t.Error("results can be written, and the picture says that they cannot")
		}
		l.bucket.Store("")
		w.Resume(campaign)
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 300})
		s.once()
		s.stop(w)
	})
}

// The control of the test above: a damaged page of the ledger is trouble of the
// store.
func TestADamagedLedgerIsTroubleOfTheStore(t *testing.T) {
	inShop(t, 300, func(s *shop) {
		l := &unreadable{Ledger: s.ledger}
		w := s.worker(func(o *worker.Options) { o.Ledger = l })
		s.start(w, 20)
		time.Sleep(5 * time.Second)
		l.bucket.Store("ledger.state/1")
		s.awaitEvent("deliver.event.store_down")
		if why, paused := w.Paused(campaign); paused {
			t.Errorf("paused because %s", why)
		}
		l.bucket.Store("")
		s.await(worker.NoticeFinished)
		s.stop(w)
	})
}

func TestTheStepsOfTheLedgerAreNamed(t *testing.T) {
	inShop(t, 10, func(s *shop) {
		points := make(chan string, 1000)
		w := s.worker(func(o *worker.Options) { o.At = func(p string) { points <- p } })
		s.start(w, 0)
		s.await(worker.NoticeFinished)
		s.stop(w)
		seen := map[string]int{}
		for len(points) > 0 {
			seen[<-points]++
		}
		for _, p := range []string{"claim.before", "claim.after", "commit.before", "commit.after"} {
			if seen[p] == 0 {
				t.Errorf("%s was not told: %v", p, seen)
			}
		}
	})
}

// uncounted is a ledger that counts only when it is let.
type uncounted struct {
	store.Ledger
	let chan struct{}
}

func (u *uncounted) Tally(ctx context.Context, id model.CampaignID) (model.Tally, error) {
	<-u.let
	return u.Ledger.Tally(ctx, id)
}

// Whoever pauses, or looks, meanwhile is not kept waiting: were the start to wait
// for the ledger, with everybody else behind it, this test would not end.
func TestALedgerThatCountsSlowlyHoldsUpNobodyButTheCampaign(t *testing.T) {
	inShop(t, 100, func(s *shop) {
		l := &uncounted{Ledger: s.ledger, let: make(chan struct{})}
		w := s.worker(func(o *worker.Options) { o.Ledger = l })
		if err := w.Start(context.Background(), worker.Job{ID: campaign, Name: "noel-15", Version: 1, Complaints: 5}); err != nil {
			t.Fatal(err)
		}
		w.Pause(campaign + 1)
		time.Sleep(time.Minute)
		close(l.let)
		if n := s.await(worker.NoticePaused); n.Why != worker.WhyComplaint {
			t.Errorf("paused because %s", n.Why)
		}
		time.Sleep(time.Minute)
		if n := len(s.relay.begun()); n != 0 {
			t.Errorf("%d messages left before the complaints were judged", n)
		}
		s.stop(w)
	})
}
