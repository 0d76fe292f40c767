package worker_test

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"blanche/campaigns/worker"
	"blanche/model"
)

func paris(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Skip("no time zones on this machine")
	}
	return zone
}

// clocked is a clock of its own that begins at a time and may jump.
type clocked struct {
	start time.Time
	zero  time.Time
	jump  atomic.Int64
}

func (c *clocked) now() time.Time {
	return c.zero.Add(time.Since(c.start) + time.Duration(c.jump.Load())).In(c.zero.Location())
}

func (s *shop) startIn(w *worker.Worker, h model.Hours, rate float64) {
	s.t.Helper()
	if err := w.Start(s.t.Context(), worker.Job{ID: campaign, Name: "noel-15", Version: 1, Rate: rate, Hours: h}); err != nil {
		s.t.Fatal(err)
	}
}

// outside are the messages that began outside of some hours, by a clock.
func (s *shop) outside(c *clocked, h model.Hours) (n int) {
	for _, at := range s.relay.begun() {
		if !h.Open(c.zero.Add(at.Sub(c.start)).In(c.zero.Location())) {
			n++
		}
	}
	return n
}

var weekdays = [7]bool{time.Monday: true, time.Tuesday: true, time.Wednesday: true, time.Thursday: true, time.Friday: true}

func TestACampaignRestsOutsideItsHoursAndWakesByItself(t *testing.T) {
	for name, x := range map[string]struct {
		zero  time.Time // in Paris
		hours model.Hours
		next  time.Time // the first opening after a rest; zero: a night of another length is in the hours
	}{
		"a night": {
			time.Date(2026, 11, 24, 17, 0, 0, 0, time.UTC),
			model.Hours{From: 9 * 60, To: 19 * 60},
			time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC),
		},
		"a week-end": {
			time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC),
			model.Hours{Days: weekdays, From: 9 * 60, To: 19 * 60},
			time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
		},
		"whole days": {
			time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC),
			model.Hours{Days: weekdays},
			time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC),
		},
		"the night of 25 hours": {
			time.Date(2026, 10, 24, 17, 0, 0, 0, time.UTC),
			model.Hours{From: 9 * 60, To: 19 * 60},
			time.Date(2026, 10, 25, 9, 0, 0, 0, time.UTC),
		},
		"the night of 23 hours": {
			time.Date(2027, 3, 27, 17, 0, 0, 0, time.UTC),
			model.Hours{From: 9 * 60, To: 19 * 60},
			time.Date(2027, 3, 28, 9, 0, 0, 0, time.UTC),
		},
		"hours that come twice": {
			time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC),
			model.Hours{From: 60, To: 150},
			time.Time{},
		},
		"hours that are skipped": {
			time.Date(2027, 3, 28, 0, 30, 0, 0, time.UTC),
			model.Hours{From: 150, To: 240},
			time.Time{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			inShop(t, 500, func(s *shop) {
				zone := paris(t)
				local := func(u time.Time) time.Time {
					return time.Date(u.Year(), u.Month(), u.Day(), u.Hour(), u.Minute(), 0, 0, zone)
				}
				c := &clocked{start: time.Now(), zero: local(x.zero)}
				w := s.worker(func(o *worker.Options) { o.Now = c.now })
				s.startIn(w, x.hours, 0.005)
				if e := s.awaitEvent("deliver.event.rests"); e.Level != model.LevelInfo {
					t.Errorf("%+v", e)
				}
				time.Sleep(time.Second)
				synctest.Wait()
				at := len(s.relay.begun())
				p, _ := w.Progress(campaign)
				if got := s.tally().ByState; got[model.StateClaimed]+got[model.StateIntended] != 0 || p.State != model.Running {
					t.Errorf("at rest: %+v, %v", got, p.State)
				}
				until := p.RestsUntil
				if x.next.IsZero() {
					time.Sleep(30 * time.Hour)
					if n, all := s.outside(c, x.hours), len(s.relay.begun()); n > 0 || all < 2*20 {
						t.Errorf("%d of %d messages left outside of the hours", n, all)
					}
					s.stop(w)
					return
				}
				if want := local(x.next); !until.Equal(want) {
					t.Errorf("rests until %v, want %v", until, want)
				}
				time.Sleep(until.Sub(c.now()) - time.Second)
				synctest.Wait()
				if n := len(s.relay.begun()); n != at {
					t.Errorf("%d messages left during the rest", n-at)
				}
				time.Sleep(2 * time.Second)
				synctest.Wait()
				if n := len(s.relay.begun()); n == at {
					t.Errorf("nothing left at %v", until)
				}
				if p, _ := w.Progress(campaign); !p.RestsUntil.IsZero() {
					t.Errorf("awake, and rests until %v", p.RestsUntil)
				}
				time.Sleep(30 * time.Hour)
				if n := s.outside(c, x.hours); n > 0 {
					t.Errorf("%d messages left outside of the hours", n)
				}
				s.stop(w)
			})
		})
	}
}

func TestAClockThatJumpsDoesNotBreakTheHours(t *testing.T) {
	for name, jump := range map[string]time.Duration{"back an hour": -time.Hour, "on a year": 365 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			inShop(t, 5000, func(s *shop) {
				h := model.Hours{From: 9 * 60, To: 19 * 60}
				c := &clocked{start: time.Now(), zero: time.Date(2026, 11, 24, 9, 20, 0, 0, paris(t))}
				w := s.worker(func(o *worker.Options) { o.Now = c.now })
				s.startIn(w, h, 0.1)
				time.Sleep(10 * time.Minute)
				if n := len(s.relay.begun()); n < 50 {
					t.Errorf("%d messages in ten minutes", n)
				}
				synctest.Wait()
				c.jump.Store(int64(jump)) // 08:30, or 09:30 in a year
				time.Sleep(20 * time.Second)
				synctest.Wait()
				before := len(s.relay.begun())
				time.Sleep(time.Minute)
				synctest.Wait()
				if n := len(s.relay.begun()) - before; (n == 0) != (jump < 0) {
					t.Errorf("%d messages in a minute at %v", n, c.now())
				}
				time.Sleep(time.Hour)
				synctest.Wait()
				if n := len(s.relay.begun()) - before; n < 20 {
					t.Errorf("%d messages an hour later: it does not go on", n)
				}
				s.stop(w)
			})
		})
	}
}

func TestAPauseDuringARestStays(t *testing.T) {
	inShop(t, 100, func(s *shop) {
		c := &clocked{start: time.Now(), zero: time.Date(2026, 11, 24, 20, 0, 0, 0, paris(t))}
		w := s.worker(func(o *worker.Options) { o.Now = c.now })
		s.startIn(w, model.Hours{From: 9 * 60, To: 19 * 60}, 0)
		time.Sleep(time.Hour)
		w.Pause(campaign)
		time.Sleep(24 * time.Hour)
		if n := len(s.relay.begun()); n != 0 {
			t.Errorf("%d messages left", n)
		}
		w.Resume(campaign)
		time.Sleep(time.Hour)
		if n := len(s.relay.begun()); n != 0 {
			t.Errorf("%d messages left in the evening", n)
		}
		s.await(worker.NoticeFinished)
		if at := c.now(); at.Hour() != 9 {
			t.Errorf("finished at %v", at)
		}
		s.stop(w)
	})
}
