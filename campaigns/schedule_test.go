package campaigns_test

import (
	"testing"
	"time"

	"blanche/model"
)

// scheduled writes a campaign for an hour, and schedules it.
func (s *shop) scheduled(start string) {
	s.Helper()
	s.people(20)
	s.write(file{send: "start = " + start})
	s.must(s.desk.Schedule(s.ctx, "noel"))
	s.state("noel", model.Scheduled)
}

func TestScheduledCampaignLeavesOnceAtItsHour(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.scheduled("2026-11-23T10:00:00+01:00")
		s.skip(50 * time.Minute)
		time.Sleep(10*time.Minute - time.Second)
		if s.relay.Total() != 0 {
			s.Error("it left before its hour")
		}
		time.Sleep(10 * time.Second)
		st := s.end("noel")
		if st.Accepted != 18 || st.StartedAt.Sub(time.Date(2026, 11, 23, 10, 0, 0, 0, paris)) > 2*time.Second {
			s.Errorf("%+v", st)
		}
		time.Sleep(5 * time.Minute)
		s.skip(24 * time.Hour)
		time.Sleep(5 * time.Minute)
		s.once("noel")
	})
}

func TestAnHourOfTheNightWhenClocksGoBackComesOnce(t *testing.T) {
	for _, hour := range []struct {
		written string
		after   time.Duration // midnight in Paris, 25 October 2026
	}{
		{"2026-10-25T02:30:00+02:00", 2*time.Hour + 30*time.Minute},
		{"2026-10-25T02:30:00+01:00", 3*time.Hour + 30*time.Minute},
	} {
		t.Run(hour.written, func(t *testing.T) {
			midnight := time.Date(2026, 10, 25, 0, 0, 0, 0, paris)
			inShop(t, nil, func(s *shop) { s.from = midnight.Add(hour.after - time.Hour - time.Minute) }, func(s *shop) {
				s.scheduled(hour.written)
				time.Sleep(5 * time.Minute) // an hour before: the other half past two, for one of them
				s.state("noel", model.Scheduled)
				s.skip(50 * time.Minute)
				time.Sleep(10 * time.Minute)
				st := s.end("noel")
				if late := st.StartedAt.Sub(midnight.Add(hour.after)); late < 0 || late > 2*time.Second {
					s.Errorf("left at %v", st.StartedAt)
				}
				s.skip(55 * time.Minute)
				time.Sleep(5 * time.Minute)
				s.once("noel")
			})
		})
	}
}

func TestAnHourThatPassedWhileNothingRanNeedsAPerson(t *testing.T) {
	for _, sends := range []bool{true, false} {
		t.Run(map[bool]string{true: "seen by a holder", false: "seen by a command"}[sends], func(t *testing.T) {
			inShop(t, nil, nil, func(s *shop) {
				s.scheduled("2026-11-23T10:00:00+01:00")
				s.close()
				time.Sleep(61 * time.Minute)
				if !sends {
					s.opt.Sends = false
					s.open()
					s.state("noel", model.Late) // said before anybody notes it
					s.close()
					s.opt.Sends = true
				}
				s.open()
				time.Sleep(5 * time.Second)
				s.state("noel", model.Late)
				if today, err := s.desk.Today(s.ctx); err != nil || len(today.Late) != 1 {
					s.Errorf("%+v %v", today, err)
				}
				if s.relay.Total() != 0 {
					s.Error("it left by itself")
				}
				s.start("noel")
				s.end("noel")
				s.once("noel")
			})
		})
	}
}

func TestARelayInTroubleAtTheHourIsWaitedFor(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.scheduled("2026-11-23T10:00:00+01:00")
		s.relay.SetDown(true)
		s.skip(time.Hour - time.Minute)
		time.Sleep(10 * time.Minute)
		s.skip(time.Hour)
		time.Sleep(10 * time.Minute)
		s.state("noel", model.Running)
		s.relay.SetDown(false)
		if st := s.end("noel"); st.Accepted != 18 {
			s.Errorf("%+v", st)
		}
		s.once("noel")
	})
}

func TestWhatBlocksAtTheHourNeedsAPerson(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.scheduled("2026-11-23T10:00:00+01:00")
		for i := 1; i <= 20; i++ {
			s.must(s.desk.Oppose(s.ctx, address(i), "lettre"))
		}
		s.skip(time.Hour)
		time.Sleep(2 * time.Second)
		s.state("noel", model.Late)
	})
}

func TestOnlyAnHourToComeIsScheduled(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(20)
		s.write(file{})
		s.refused(s.desk.Schedule(s.ctx, "noel"), model.KindRefused, "campaign.no_start")
		s.write(file{name: "hier", send: "start = 2026-11-22T10:00:00+01:00"})
		s.refused(s.desk.Schedule(s.ctx, "hier"), model.KindRefused, "campaign.start_passed")
	})
}
