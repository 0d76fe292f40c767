package campaigns_test

import (
	"context"
	"errors"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"blanche/campaigns/worker"
	"blanche/model"
	"blanche/store"
)

func TestARelayThatIsNotSetUpRightPausesWhatLeavesAtItsHour(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.scheduled("2026-11-23T10:00:00+01:00")
		s.opt.Config.Relay.URL = "smtp://boutique@localhost:25?tls=none" // the relay of the test takes no account
		s.reopen(true)
		s.skip(time.Hour)
		time.Sleep(10 * time.Second)
		if st := s.status("noel"); st.State != model.Paused || st.PausedWhy != worker.WhyRelay || st.Accepted != 0 {
			s.Errorf("%+v", st)
		}
		if n := s.events("deliver.event.misset"); n == 0 {
			s.Error("nothing says why")
		}
		s.must(s.desk.Resume(s.ctx, "noel"))
		time.Sleep(10 * time.Second)
		s.state("noel", model.Paused)
	})
}

// events counts, in the live picture, what happened of a key.
func (s *shop) events(key string) (n int) {
	for _, e := range s.desk.Live().Events {
		if e.Key == key {
			n++
		}
	}
	return n
}

var errDisk = errors.New("input/output error")

// ailing is a store that cannot plan, nor read who must not be written to,
// while it ails.
type ailing struct {
	store.Store
	ails *atomic.Bool
}

type unplanning struct {
	store.Ledger
	ails *atomic.Bool
}

type unread struct {
	store.Suppressions
	ails *atomic.Bool
}

func (a ailing) Ledger() store.Ledger { return unplanning{a.Store.Ledger(), a.ails} }

func (a ailing) Suppressions() store.Suppressions {
	return unread{a.Store.Suppressions(), a.ails}
}

func (l unplanning) Plan(ctx context.Context, c model.CampaignID, p model.Plan) error {
	if l.ails.Load() {
		return errDisk
	}
	return l.Ledger.Plan(ctx, c, p)
}

func (l unread) Lookup(ctx context.Context) (func(string) (model.SuppressReason, bool), int, error) {
	if l.ails.Load() {
		return nil, 0, errDisk
	}
	return l.Suppressions.Lookup(ctx)
}

// ailing puts the shop over a store that can ail.
func (s *shop) ailing() *atomic.Bool {
	s.Helper()
	ails := new(atomic.Bool)
	s.must(s.desk.Close(s.ctx))
	s.store = ailing{s.store, ails}
	s.open()
	return ails
}

func TestALaunchThatFailsAtItsHourIsToldOnceAndTriedAgain(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		ails := s.ailing()
		s.scheduled("2026-11-23T10:00:00+01:00")
		time.Sleep(time.Minute) // the columns are built
		ails.Store(true)
		s.skip(time.Hour)
		time.Sleep(time.Minute)
		if st := s.campaign("noel").State; st != model.Scheduled {
			s.Errorf("it is %s", st)
		}
		if n := s.events("deliver.event.launch_failed"); n != 1 {
			s.Errorf("told %d times", n)
		}
		ails.Store(false)
		s.until("it leaves", func() bool { return s.campaign("noel").State.Launched() })
		s.end("noel")
		s.once("noel")
	})
}

func TestColumnsThatCannotBeBuiltAreToldAndBuiltWithoutAnotherChange(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		ails := s.ailing()
		ails.Store(true)
		s.desk.DataChanged()
		time.Sleep(10 * time.Minute)
		if n := s.events("deliver.event.base_failed"); n != 1 {
			s.Errorf("told %d times", n)
		}
		ails.Store(false)
		s.until("the columns are built", func() bool { return s.events("deliver.event.base_back") == 1 })
	})
}

// full puts the shop over a store whose disk takes no result and no intent
// while it is full.
func (s *shop) full() *atomic.Bool {
	s.Helper()
	full := new(atomic.Bool)
	s.must(s.desk.Close(s.ctx))
	s.store = filled{s.store, full}
	s.open()
	return full
}

type filled struct {
	store.Store
	full *atomic.Bool
}

type filledLedger struct {
	store.Ledger
	full *atomic.Bool
}

func (f filled) Ledger() store.Ledger { return filledLedger{f.Store.Ledger(), f.full} }

func (l filledLedger) Commit(ctx context.Context, results []model.Outcome, intents []model.Intent) ([]bool, error) {
	if l.full.Load() {
		return nil, syscall.ENOSPC
	}
	return l.Ledger.Commit(ctx, results, intents)
}

func TestADiskThatIsFullStopsTheSendingInSightAndItGoesOnByItself(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		full := s.full()
		s.people(200)
		s.write(file{send: "rate = 20.0", holdout: "share = 0.0"})
		s.start("noel")
		time.Sleep(3 * time.Second)
		full.Store(true)
		time.Sleep(5 * time.Second)
		kept := s.relay.Total()
		time.Sleep(10 * time.Minute)
		if n := s.relay.Total(); n != kept || kept == 0 || kept == 200 {
			s.Errorf("%d messages left while nothing could be written, after %d", n, kept)
		}
		if s.events("deliver.event.store_down") == 0 {
			s.Error("nothing says why")
		}
		s.state("noel", model.Running)
		full.Store(false)
		if st := s.end("noel"); st.Accepted != 200 {
			s.Errorf("%+v", st)
		}
		s.once("noel")
	})
}

func TestARoomThatRunsOutHoldsEverythingBackUntilThereIsSome(t *testing.T) {
	var room atomic.Uint64
	room.Store(1 << 40)
	inShop(t, nil, func(s *shop) { s.opt.Room = func() (uint64, error) { return room.Load(), nil } }, func(s *shop) {
		s.people(400)
		s.write(file{send: "rate = 20.0", holdout: "share = 0.0"})
		s.start("noel")
		time.Sleep(3 * time.Second)
		room.Store(1 << 20)
		time.Sleep(time.Minute)
		kept := s.relay.Total()
		time.Sleep(time.Hour)
		if n := s.relay.Total(); n != kept || n == 400 {
			s.Errorf("%d messages left without room, after %d", n, kept)
		}
		room.Store(1 << 40)
		if st := s.end("noel"); st.Accepted != 400 {
			s.Errorf("%+v", st)
		}
		s.once("noel")
	})
}
