package campaigns_test

import (
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
	"blanche/campaigns/worker"
	"blanche/model"
)

func TestAGuardPausesACampaignAndWhoResumesItAtOnceIsObeyed(t *testing.T) {
	strangers := func(to string, _ int) relay.Act {
		if to <= address(20) {
			return relay.RefuseRcpt
		}
		return relay.Take
	}
	inShop(t, strangers, func(s *shop) { s.opt.Guard = worker.Guard{Last: 20, Unknown: 0.5} }, func(s *shop) {
		s.people(300)
		s.write(file{holdout: "share = 0", send: "rate = 50"})
		s.start("noel")
		st := s.end("noel")
		if st.State != model.Paused || st.PausedWhy != worker.WhyUnknown {
			s.Fatalf("%+v", st)
		}
		s.must(s.desk.Resume(s.ctx, "noel"))
		s.desk.Tell(worker.Notice{Kind: worker.NoticePaused, ID: s.campaign("noel").ID, Name: "noel", Why: worker.WhyUnknown}) // as late as can be
		s.state("noel", model.Running)
		if st := s.end("noel"); st.State != model.Done || st.Accepted != 280 || st.Refused != 20 {
			s.Errorf("%+v", st)
		}
		n, err := s.desk.Count(s.ctx, `email contains "clients"`)
		s.must(err)
		if n.Excluded.Bounced != 20 {
			s.Errorf("%+v", n)
		}
	})
}

func TestTheBalanceHoldsThroughTroublePausesAndRestarts(t *testing.T) {
	trouble := relay.Shares{Defer: 0.1, Refuse: 0.01, Policy: 0.02, Drop: 0.02, Early: 0.02}.Behave(3)
	inShop(t, trouble, func(s *shop) { s.opt.Guard = worker.Guard{Unknown: -1, Refused: -1, Uncertain: -1} }, func(s *shop) {
		s.people(400)
		s.write(file{send: "rate = 50"})
		s.start("noel")
		for i := range 4 {
			for range 10 {
				time.Sleep(50 * time.Millisecond)
				s.status("noel")
			}
			if i%2 == 0 {
				s.must(s.desk.Pause(s.ctx, "noel"))
			} else {
				s.reopen(true)
			}
			s.must(s.desk.Resume(s.ctx, "noel"))
		}
		st := s.end("noel")
		if st.State != model.Done || st.Accepted == 0 || st.Refused == 0 || st.Uncertain == 0 {
			s.Errorf("%+v", st)
		}
		for email, n := range s.relay.Kept() {
			if n != 1 {
				s.Errorf("%s got %d", email, n)
			}
		}
	})
}
