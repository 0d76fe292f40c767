package campaigns_test

import (
	"sync/atomic"
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
)

func TestWhoIsInDoubtWhileItRunsWaitsForTheNextStart(t *testing.T) {
	var mended atomic.Bool
	behave := func(to string, _ int) relay.Act {
		if to <= address(5) && !mended.Load() {
			return relay.DropLost
		}
		return relay.Take
	}
	inShop(t, behave, func(s *shop) { s.opt.Guard.Uncertain = -1 }, func(s *shop) {
		s.people(40)
		s.write(file{holdout: "share = 0.0", send: "rate = 20.0\nuncertain = \"resend\""})
		s.start("noel")
		s.until("some are in doubt", func() bool { return s.status("noel").Uncertain == 5 })
		time.Sleep(500 * time.Millisecond)
		s.must(s.desk.Pause(s.ctx, "noel"))
		if n := s.status("noel").Uncertain; n != 5 {
			s.Fatalf("%d in doubt: somebody was sent to again while it ran", n)
		}
		mended.Store(true)
		s.must(s.desk.Resume(s.ctx, "noel"))
		if st := s.end("noel"); st.Accepted != 40 || st.Uncertain != 0 {
			s.Errorf("%+v", st)
		}
		s.once("noel")
	})
}
