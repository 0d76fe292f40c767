package worker_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"blanche/campaigns/worker"
	"blanche/model"
)

// fullWindow is a shop whose relay holds as many messages as W allows for a
// quarter of an hour, while as many are written and wait to be announced.
func fullWindow(t *testing.T, test func(s *shop, w *worker.Worker)) {
	t.Helper()
	inShop(t, 40, func(s *shop) {
		s.relay.takes = 15 * time.Minute
		w := s.worker(func(o *worker.Options) { o.Window = 4 })
		s.start(w, 0)
		time.Sleep(time.Minute)
		synctest.Wait()
		got := s.tally().ByState
		if got[model.StateIntended] != 4 || len(s.relay.order()) != 4 {
			t.Fatalf("the window is not full: %+v", got)
		}
		test(s, w)
		s.stop(w)
		s.once()
	})
}

func TestWhatWaitsForTheWindowIsNotAnnouncedAfterAPause(t *testing.T) {
	fullWindow(t, func(s *shop, w *worker.Worker) {
		w.Pause(campaign)
		time.Sleep(3 * time.Second)
		synctest.Wait()
		s.want(map[model.State]int{model.StatePlanned: 36, model.StateIntended: 4})
		time.Sleep(15 * time.Minute)
		synctest.Wait()
		s.want(map[model.State]int{model.StatePlanned: 36, model.StateAccepted: 4})
	})
}

func TestQuietDoesNotWaitForTheWindow(t *testing.T) {
	fullWindow(t, func(s *shop, w *worker.Worker) {
		for id := range model.ContactID(8) { // twice W are under way
			email := address(id + 1)
			if slices.Contains(s.relay.order(), email) {
				continue
			}
			err := s.store.Suppressions().Add(context.Background(), email, model.Suppression{Reason: model.SuppressOpposed, At: time.Now()})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
			if err := w.Quiet(ctx, email); err != nil {
				t.Errorf("%s, who is not announced: %v", email, err)
			}
			cancel()
		}
		time.Sleep(5 * time.Hour)
		synctest.Wait()
		s.want(map[model.State]int{model.StateAccepted: 36, model.StateExcluded: 4})
	})
}

// gmailLast is a plan of many people anywhere and, after them, 600 at Gmail.
func gmailLast(id model.ContactID) (model.Lane, model.Cell) {
	if id > 3000 {
		return model.LaneGmail, 0
	}
	return model.LaneOther, 0
}

func TestWhoWasClaimedOfAClosedLaneKeepsNobodyElseFromBeingClaimed(t *testing.T) {
	inShopOf(t, 3600, gmailLast, func(s *shop) {
		s.relay.takes = time.Second
		start := time.Now()
		s.relay.answer = func(to string, _ int) model.Receipt {
			if slices.Contains(atGmail, to) || time.Since(start) < 3*time.Second {
				return accepted
			}
			return tooMany
		}
		paced := func(ceiling int) (p model.Pacing) {
			p.Lanes[model.LaneGmail].Ceiling = ceiling
			return p
		}
		w := s.worker(func(o *worker.Options) { o.Pacing = paced(1) })
		s.start(w, 0)
		s.awaitEvent("deliver.event.lane_slow") // closed for half a minute
		time.Sleep(2 * time.Second)
		w.SetPacing(paced(0))
		time.Sleep(time.Second)
		synctest.Wait()
		if got := s.tally().ByLane; got[model.LaneGmail][model.StatePlanned] > 0 || got[model.LaneOther][model.StateClaimed] < 400 {
			t.Errorf("the people at Gmail are not at hand: %+v", got)
		}
		s.stop(w)
	})
}

// atGmail are their addresses.
var atGmail = func() (all []string) {
	for id := range model.ContactID(600) {
		all = append(all, address(3001+id))
	}
	return all
}()
