package campaigns_test

import (
	"sync/atomic"
	"testing"
	"time"

	"blanche/campaigns/worker"
	"blanche/model"
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
