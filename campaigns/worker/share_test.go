package worker_test

import (
	"testing"
	"time"

	"blanche/campaigns/worker"
	"blanche/model"
)

// A campaign that goes slowly has few people at hand: those of a lane that is
// slower still may not be all of them.
func TestOneSlowPersonAtHandHoldsUpNobodyOfASlowCampaign(t *testing.T) {
	inShopOf(t, 600, someAtOrange, func(s *shop) {
		w := s.worker(func(o *worker.Options) { o.Pacing.Lanes[model.LaneOrange].Rate = 0.001 })
		s.start(w, 0.2)
		time.Sleep(1000 * time.Second)
		if n := len(s.relay.lateBy(others)); n < 190 {
			t.Errorf("%d others in 1,000 s, at 0.2 a second", n)
		}
		if n := len(s.relay.lateBy(atOrange)); n > 2 {
			t.Errorf("%d at Orange, at one in 1,000 s", n)
		}
		s.stop(w)
	})
}
