package worker_test

import (
	"testing"
	"testing/synctest"
	"time"

	"blanche/campaigns/worker"
	"blanche/model"
)

func TestCampaignReachesEverybodyOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t, 1500)
		w := s.worker(nil)
		s.start(w, 0)
		s.await(worker.NoticeFinished)
		s.want(map[model.State]int{model.StateAccepted: 1500})
		s.once()
		s.stop(w)
		_ = s.store.Close()
	})
}

func TestPaceIsKeptAndChangesAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t, 400)
		w := s.worker(nil)
		start := time.Now()
		s.start(w, 10)
		time.Sleep(20 * time.Second)
		synctest.Wait()
		if n := len(s.relay.begun()); n < 195 || n > 202 {
			t.Errorf("%d messages in 20 s at 10 a second", n)
		}
		w.Rate(campaign, 100)
		s.await(worker.NoticeFinished)
		if d := time.Since(start); d < 21*time.Second || d > 24*time.Second {
			t.Errorf("the rest took %v", d-20*time.Second)
		}
		s.stop(w)
		_ = s.store.Close()
	})
}
