package worker_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"blanche/campaigns/worker"
	"blanche/model"
	"blanche/store"
)

// every tenth person is at Orange, the others are anywhere.
func someAtOrange(id model.ContactID) (model.Lane, model.Cell) {
	if id%10 == 0 {
		return model.LaneOrange, 0
	}
	return model.LaneOther, 0
}

func atOrange(to string) bool {
	return strings.HasSuffix(strings.TrimSuffix(to, "@clients.example"), "0")
}

var (
	tooMany  = model.Receipt{Result: model.SendDeferred, Stage: model.StageRcpt, Code: 421, Text: "mwinf5c15 ME Trop de connexions, veuillez verifier votre configuration. Too many connections. OFR004_104 [104]"}
	greylist = model.Receipt{Result: model.SendDeferred, Stage: model.StageRcpt, Code: 450, Enhanced: "4.7.0", Text: "Greylisted, try again"}
)

// counted is a relay that counts how many messages of Orange it has in hand.
type counted struct {
	*mailbox
	mu       sync.Mutex
	now, max int
}

func (c *counted) Send(ctx context.Context, e model.Envelope, still func() bool) model.Receipt {
	if atOrange(e.To) {
		c.add(1)
		defer c.add(-1)
	}
	return c.mailbox.Send(ctx, e, still)
}

func (c *counted) add(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now += n
	c.max = max(c.max, c.now)
}

// lateBy is when each of a set of people was begun, since the first of all.
func (m *mailbox) lateBy(of func(string) bool) (all []time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, to := range m.to {
		if of(to) {
			all = append(all, m.starts[i].Sub(m.starts[0]))
		}
	}
	return all
}

func others(to string) bool { return !atOrange(to) }

func TestALaneKeepsToItsWidthAndHoldsUpNobodyElse(t *testing.T) {
	inShopOf(t, 600, someAtOrange, func(s *shop) {
		s.relay.takes = time.Second
		relay := &counted{mailbox: s.relay}
		w := s.worker(func(o *worker.Options) {
			o.Sender, o.Pacing = relay, model.DefaultPacing()
		})
		s.start(w, 0)
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 600})
		if relay.max != 2 {
			t.Errorf("%d messages of Orange at once, 2 are allowed", relay.max)
		}
		rest, orange := s.relay.lateBy(others), s.relay.lateBy(atOrange)
		if last := rest[len(rest)-1]; last > 27*time.Second {
			t.Errorf("the others were done after %v: Orange held them up", last)
		}
		if last := orange[len(orange)-1]; last < 29*time.Second || last > 45*time.Second {
			t.Errorf("60 people at two at a time took %v", last)
		}
		s.stop(w)
	})
}

func TestALaneThatIsDeferredSlowsAlone(t *testing.T) {
	inShopOf(t, 2000, someAtOrange, func(s *shop) {
		s.relay.takes = 100 * time.Millisecond
		start := time.Now()
		s.relay.answer = func(to string, _ int) model.Receipt {
			if atOrange(to) && time.Since(start) < time.Minute {
				return tooMany
			}
			return accepted
		}
		w := s.worker(func(o *worker.Options) { o.Pacing.Lanes[model.LaneOrange].Connections = 4 })
		s.start(w, 0)
		e := s.awaitEvent("deliver.event.lane_slow")
		if e.Args[1] != "orange" || e.Args[3] != 30 || !strings.Contains(e.Args[5].(string), "OFR004_104") {
			t.Errorf("%+v", e)
		}
		time.Sleep(time.Second)
		l := w.Snapshot().Lanes[model.LaneOrange]
		if d := l.SlowUntil.Sub(start); !l.Narrowed || l.Width != 2 || d < 20*time.Second || d > 40*time.Second || !strings.Contains(l.SlowWhy, "OFR004_104") {
			t.Errorf("%+v", l)
		}
		if o := w.Snapshot().Lanes[model.LaneOther]; o.Narrowed || !o.SlowUntil.IsZero() {
			t.Errorf("the others: %+v", o)
		}
		s.awaitEvent("deliver.event.lane_back")
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 2000})
		s.once()
		rest := s.relay.lateBy(others)
		if last := rest[len(rest)-1]; last > 9*time.Second {
			t.Errorf("1800 others at 24 in 100 ms took %v", last)
		}
		for _, at := range s.relay.lateBy(atOrange) {
			if at > 2*time.Second && at < 28*time.Second {
				t.Errorf("Orange got something %v after it asked for less", at)
			}
		}
		slow := 0
		for _, e := range w.Snapshot().Events {
			if e.Key == "deliver.event.lane_slow" {
				slow++
			}
		}
		if slow > 1 {
			t.Errorf("told %d times", slow)
		}
		s.stop(w)
	})
}

// The control of the test above: one person kept waiting slows nobody.
func TestGreylistingOfOnePersonSlowsNoLane(t *testing.T) {
	inShopOf(t, 500, someAtOrange, func(s *shop) {
		s.relay.answer = first(func(to string) bool { return to == address(20) || to == address(30) }, greylist)
		w := s.worker(nil)
		s.start(w, 0)
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 500})
		for _, e := range w.Snapshot().Events {
			if e.Key == "deliver.event.lane_slow" {
				t.Errorf("%+v", e)
			}
		}
		s.stop(w)
	})
}

func TestManyDeferralsSlowALaneWhateverIsSaid(t *testing.T) {
	inShopOf(t, 1000, someAtOrange, func(s *shop) {
		n := 0
		s.relay.answer = func(to string, try int) model.Receipt {
			if atOrange(to) && try == 1 {
				if n++; n%4 == 0 {
					return deferred
				}
			}
			return accepted
		}
		w := s.worker(nil)
		s.start(w, 100)
		if e := s.awaitEvent("deliver.event.lane_slow"); e.Args[1] != "orange" {
			t.Errorf("%+v", e)
		}
		if n < 50 || n > 56 {
			t.Errorf("slowed after %d answers", n)
		}
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 1000})
		s.stop(w)
	})
}

func TestWaitsOfALaneThatStaysDeferredGrow(t *testing.T) {
	inShopOf(t, 40, func(model.ContactID) (model.Lane, model.Cell) { return model.LaneOrange, 0 }, func(s *shop) {
		s.relay.answer = func(string, int) model.Receipt { return tooMany }
		w := s.worker(func(o *worker.Options) { o.Pacing = model.DefaultPacing() })
		s.start(w, 0)
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		at := s.relay.lateBy(everybody)
		var gaps []time.Duration
		for i, d := range at[1:] {
			if gap := d - at[i]; gap > time.Second {
				gaps = append(gaps, gap.Round(time.Second))
			}
		}
		want := []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute}
		for i, d := range want {
			if i >= len(gaps) || (gaps[i]-d).Abs() > 6*time.Second {
				t.Fatalf("waits of %v, want %v", gaps, want)
			}
		}
		s.stop(w)
	})
}

func TestPaceOfEverythingChangesWithinASecondWhileItRuns(t *testing.T) {
	inShopOf(t, 5000, someAtOrange, func(s *shop) {
		pacing := model.Pacing{Rate: 10}
		w := s.worker(func(o *worker.Options) { o.Pacing = pacing })
		s.start(w, 0)
		in := func(d time.Duration, of func(string) bool) int {
			before := len(s.relay.lateBy(of))
			time.Sleep(d)
			synctest.Wait()
			return len(s.relay.lateBy(of)) - before
		}
		if n := in(10*time.Second, everybody); n < 98 || n > 103 {
			t.Errorf("%d in 10 s at 10 a second", n)
		}
		pacing.Rate, pacing.Lanes[model.LaneOrange].Rate = 200, 5
		w.SetPacing(pacing)
		if n := in(time.Second, everybody); n < 190 || n > 210 {
			t.Errorf("%d in the second after the change to 200", n)
		}
		if n := in(10*time.Second, atOrange); n < 49 || n > 52 {
			t.Errorf("%d of Orange in 10 s at 5 a second", n)
		}
		pacing.Rate = 1
		w.SetPacing(pacing)
		if n := in(10*time.Second, everybody); n < 9 || n > 12 {
			t.Errorf("%d in 10 s at 1 a second", n)
		}
		s.stop(w)
	})
}

func TestCampaignsTogetherKeepToTheRateOfAll(t *testing.T) {
	inShop(t, 500, func(s *shop) {
		p := model.Plan{}
		for i := range 500 {
			p.Planned = append(p.Planned, model.Planned{Contact: model.ContactID(1000 + i)})
		}
		if err := s.store.Ledger().Plan(context.Background(), campaign+1, p); err != nil {
			t.Fatal(err)
		}
		w := s.worker(func(o *worker.Options) { o.Pacing.Rate = 20 })
		s.start(w, 0)
		if err := w.Start(context.Background(), worker.Job{ID: campaign + 1, Name: "b", Version: 1}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if n := len(s.relay.begun()); n < 198 || n > 203 {
			t.Errorf("%d in 10 s at 20 a second", n)
		}
		for _, c := range w.Snapshot().Campaigns {
			if n := c.Tally.ByState[model.StateAccepted]; n < 90 || n > 110 {
				t.Errorf("%s: %d", c.Name, n)
			}
		}
		s.stop(w)
	})
}

func TestALaneAtItsCeilingRestsUntilTheNextDay(t *testing.T) {
	inShopOf(t, 200, someAtOrange, func(s *shop) {
		zone := paris(t)
		evening, start := time.Date(2026, 11, 22, 22, 0, 0, 0, zone), time.Now()
		now := func() time.Time { return evening.Add(time.Since(start)).In(zone) }
		var asked atomic.Int32
		w := s.worker(func(o *worker.Options) {
			o.Now = now
			o.Pacing.Lanes[model.LaneOrange].Ceiling = 12
			o.Pacing.WarmUp = model.WarmUp{On: true, First: 8, Growth: 0.5}
			for l := range o.Pacing.WarmUp.Days {
				o.Pacing.WarmUp.Days[l].Step = 30
			}
			o.Pacing.WarmUp.Days[model.LaneOrange].Step = 0 // 8 a day: less than the 12 by hand
			o.SentToday = func(context.Context, time.Time) (sent [model.Lanes]int, err error) {
				if asked.Add(1) == 1 {
					return sent, errors.New("not yet")
				}
				if asked.Load() == 2 {
					sent[model.LaneOrange] = 3
				}
				return sent, nil
			}
		})
		s.start(w, 0)
		time.Sleep(90 * time.Minute)
		if n := len(s.relay.lateBy(atOrange)); n != 5 {
			t.Errorf("%d on the first evening, 3 of 8 had left before", n)
		}
		l := w.Snapshot().Lanes[model.LaneOrange]
		if l.SlowWhy != "ceiling" || !l.SlowUntil.Equal(time.Date(2026, 11, 23, 0, 0, 0, 0, zone)) || l.SentToday != 8 || l.Ceiling != 8 || l.AnswersToday != 5 {
			t.Errorf("%+v", l)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := len(s.relay.lateBy(atOrange)); n != 13 {
			t.Errorf("%d after midnight, want 8 more", n)
		}
		p := model.Pacing{}
		w.SetPacing(p) // the warm-up is over
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 200})
		s.stop(w)
	})
}

// asked counts the claims, and how many people of Orange are claimed at most.
type asked struct {
	store.Ledger
	claims atomic.Int32
	most   atomic.Int32
}

func (a *asked) Claim(ctx context.Context, c model.CampaignID, r model.ClaimRequest, now time.Time) ([]model.Claim, error) {
	a.claims.Add(1)
	a.most.Store(max(a.most.Load(), int32(r.Lanes[model.LaneOrange])))
	return a.Ledger.Claim(ctx, c, r, now)
}

func TestPeopleOfAClosedLaneWhoseTimeHasComeAreNotAskedForAgainAndAgain(t *testing.T) {
	inShopOf(t, 100, someAtOrange, func(s *shop) {
		s.relay.answer = func(to string, _ int) model.Receipt {
			if atOrange(to) {
				return tooMany
			}
			return accepted
		}
		l := &asked{Ledger: s.ledger}
		w := s.worker(func(o *worker.Options) {
			o.Ledger, o.Pacing = l, model.DefaultPacing()
			o.Retry = worker.Retry{First: time.Second, Max: time.Second, GiveUp: 24 * time.Hour}
		})
		s.start(w, 0)
		time.Sleep(time.Hour)
		before := l.claims.Load()
		time.Sleep(10 * time.Minute)
		if n := l.claims.Load() - before; n > 200 {
			t.Errorf("%d claims in ten minutes, of people who may not leave", n)
		}
		if n := l.most.Load(); n > 8 {
			t.Errorf("%d people of a narrow lane asked for at once", n)
		}
		s.stop(w)
	})
}

func TestRepliesThatMeanTooFast(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]bool{
		"421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints": true,
		"421 4.7.28 Gmail has detected an unusual rate of unsolicited mail":                                          true,
		"450 4.7.28 unusual rate of mail": true,
		"451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation": true,
		"452 4.5.3 Too many recipients":          false,
		"421 mwinf OFR004_104 [104]":             true,
		"451 OFR_999 [999]":                      true,
		"450 OFR006_405":                         true,
		"450 LPN007_510":                         true,
		"451 4.3.0 RP-001":                       true,
		"451 [TS01] deferred":                    true,
		"450 4.2.0 Greylisted, please try again": false,
		"450 4.7.0 greylisting in action":        false,
		"450 4.2.2 mailbox full":                 false,
		"451 4.7.01 odd":                         false,
		"450 host 4.7.0.1 said no":               false,
		"450 4.1.8 sender address: no such host": false,
		"454 4.7.1 too many connections. Later":  true,
		"451 4.4.1 throttling your messages":     true,
		"450 charts01 attached":                  false,
	} {
		code, rest, _ := strings.Cut(said, " ")
		a := model.Receipt{Result: model.SendDeferred, Text: rest}
		for _, c := range code {
			a.Code = 10*a.Code + int(c-'0')
		}
		if got := worker.TooFast(&a); got != want {
			t.Errorf("%q: %v", said, got)
		}
	}
}
