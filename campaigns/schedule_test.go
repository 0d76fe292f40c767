package campaigns_test

import (
	"os"
	"strconv"
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

// night is a campaign for a few people at half past two of a day, by the clock
// of Paris; it is let go, and must leave once, at its instant, whatever the
// clock does around it.
func (s *shop) night(day time.Time, around func()) {
	s.Helper()
	hour := time.Date(day.Year(), day.Month(), day.Day(), 2, 30, 0, 0, paris)
	name := "nuit-" + day.Format("20060102")
	s.skip(hour.Add(-20 * time.Minute).Sub(s.now()))
	s.write(file{name: name, holdout: "share = 0.0", send: "start = " + hour.Format(time.RFC3339)})
	s.planned(name)
	s.must(s.desk.Schedule(s.ctx, name))
	s.skip(20*time.Minute - 2*time.Second)
	before := s.relay.Total()
	time.Sleep(4 * time.Second)
	around()
	st := s.end(name)
	if late := st.StartedAt.Sub(hour); late < 0 || late > 2*time.Second || st.Accepted != st.Planned || st.Planned == 0 {
		s.Errorf("%s: left %v after its hour: %+v", name, late, st)
	}
	if n := s.relay.Total() - before; n != st.Planned {
		s.Errorf("%s: %d messages for %d people", name, n, st.Planned)
	}
}

// lastSunday is the last Sunday of a month, when clocks change in Europe.
func lastSunday(year int, month time.Month) time.Time {
	d := time.Date(year, month+1, 1, 12, 0, 0, 0, paris).AddDate(0, 0, -1)
	return d.AddDate(0, 0, -int(d.Weekday()))
}

// nights are those of ten years: every one with BLANCHE_MEASURE, else the ones
// around which the clocks change, the ends of the years and of Februaries.
func nights(year int) (days []time.Time) {
	if os.Getenv("BLANCHE_MEASURE") != "" {
		for d := time.Date(year, 1, 1, 12, 0, 0, 0, paris); d.Year() == year; d = d.AddDate(0, 0, 1) {
			days = append(days, d)
		}
		return days
	}
	days = []time.Time{time.Date(year, 1, 1, 12, 0, 0, 0, paris), time.Date(year, 3, 1, 12, 0, 0, 0, paris).AddDate(0, 0, -1)}
	for _, d := range []time.Time{lastSunday(year, time.March), lastSunday(year, time.October)} {
		days = append(days, d.AddDate(0, 0, -1), d, d.AddDate(0, 0, 1))
	}
	return append(days, time.Date(year, 12, 31, 12, 0, 0, 0, paris))
}

func TestTenYearsOfNightsEachLeaveOnce(t *testing.T) {
	for year := 2027; year < 2037; year++ {
		t.Run(strconv.Itoa(year), func(t *testing.T) {
			inShop(t, nil, func(s *shop) {
				s.from = time.Date(year-1, 12, 31, 12, 0, 0, 0, paris)
				s.opt.Config.Pressure.MaxMessages = 0
			}, func(s *shop) {
				s.people(3)
				for i, day := range nights(year) {
					s.night(day, [...]func(){
						func() {},
						func() { s.skip(-time.Hour); time.Sleep(2 * time.Second); s.skip(time.Hour) }, // the hour comes again
						func() { s.reopen(true) },
					}[i%3])
				}
				for email, n := range s.relay.Kept() {
					if n != len(nights(year)) {
						s.Errorf("%s got %d messages in %d nights", email, n, len(nights(year)))
					}
				}
			})
		})
	}
}

func TestAnHourThatTheSpringNightSkipsIsStillAnInstant(t *testing.T) {
	for written, shown := range map[string]time.Time{ // what the clock of Paris shows then: it is never half past two
		"2027-03-28T02:30:00+01:00": time.Date(2027, 3, 28, 3, 30, 0, 0, paris),
		"2027-03-28T02:30:00+02:00": time.Date(2027, 3, 28, 1, 30, 0, 0, paris),
	} {
		t.Run(written, func(t *testing.T) {
			inShop(t, nil, func(s *shop) { s.from = time.Date(2027, 3, 28, 0, 15, 0, 0, paris) }, func(s *shop) {
				s.scheduled(written)
				s.skip(shown.Add(-time.Minute).Sub(s.now()))
				time.Sleep(2 * time.Second)
				s.state("noel", model.Scheduled)
				time.Sleep(2 * time.Minute)
				st := s.end("noel")
				if late := st.StartedAt.Sub(shown); st.Accepted != 18 || late < 0 || late > 2*time.Second {
					s.Errorf("%+v", st)
				}
				s.skip(3 * time.Hour)
				time.Sleep(time.Minute)
				s.once("noel")
			})
		})
	}
}

func TestAClockThatJumpsLetsACampaignLeaveOnceOrAsk(t *testing.T) {
	for name, c := range map[string]struct {
		jump func(s *shop)
		late bool
	}{
		"back an hour before its hour": {func(s *shop) { s.skip(59 * time.Minute); s.skip(-time.Hour); s.skip(time.Hour + time.Minute) }, false},
		"back an hour just after": {func(s *shop) {
			s.skip(time.Hour)
			time.Sleep(2 * time.Second)
			s.skip(-time.Hour)
			time.Sleep(90 * time.Minute)
		}, false},
		"forward a year": {func(s *shop) { s.days(365) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			inShop(t, nil, nil, func(s *shop) {
				s.scheduled("2026-11-23T10:00:00+01:00")
				c.jump(s)
				time.Sleep(3 * time.Second)
				if c.late {
					s.state("noel", model.Late)
					if s.relay.Total() > 0 {
						s.Error("it left, a year late, without asking")
					}
					s.start("noel")
				}
				s.end("noel")
				s.once("noel")
			})
		})
	}
}
