package campaigns_test

import (
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
	"blanche/campaigns/worker"
	"blanche/model"
)

func TestAPauseByAGuardIsNotedOnceTheStoreTakesIt(t *testing.T) {
	refuse := func(string, int) relay.Act { return relay.RefuseRcpt }
	inShop(t, refuse, func(s *shop) { s.opt.Guard = worker.Guard{Last: 20, Unknown: 0.5} }, func(s *shop) {
		cannot := s.deaf()
		s.people(300)
		s.write(file{holdout: "share = 0", send: "rate = 10"})
		s.start("noel")
		cannot.Store(true)
		time.Sleep(time.Minute)
		if c := s.campaign("noel"); c.State != model.Running {
			s.Fatalf("%+v", c.State)
		}
		cannot.Store(false)
		s.until("the pause is noted", func() bool {
			c := s.campaign("noel")
			return c.State == model.Paused && c.PausedWhy == worker.WhyUnknown
		})
		s.must(s.desk.Resume(s.ctx, "noel"))
		s.state("noel", model.Running)
	})
}

func TestTheEndOfACampaignIsNotedOnceTheStoreTakesIt(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		cannot := s.deaf()
		s.people(100)
		s.write(file{send: "rate = 10"})
		s.start("noel")
		cannot.Store(true)
		time.Sleep(time.Minute)
		cannot.Store(false)
		s.until("the end is noted", func() bool { c := s.campaign("noel"); return c.State == model.Done && !c.FinishedAt.IsZero() })
	})
}

func TestTheVerdictOfATestDoesNotDependOnOneWriting(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		cannot := s.deaf()
		s.people(1000)
		f := tested("noel")
		f.send = "rate = 10"
		s.write(f)
		s.start("noel")
		cannot.Store(true)
		time.Sleep(5 * time.Minute)
		cannot.Store(false)
		s.untilTested("noel")
	})
}

func TestALongStepOfOneCampaignHoldsUpNothingThatIsToldOfAnother(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(60)
		for _, name := range []string{"long", "autre"} {
			s.write(file{name: name, send: "rate = 5", holdout: "share = 0"})
			s.start(name)
		}
		release, err := s.desk.TakeTurn(s.ctx, "long") // as the cancel of a million people does
		s.must(err)
		s.until("the end of the other is noted", func() bool { return s.campaign("autre").State == model.Done })
		if st := s.campaign("long").State; st != model.Running {
			s.Errorf("it is %s while its turn is taken", st)
		}
		release()
		s.until("its own end is noted", func() bool { return s.campaign("long").State == model.Done })
	})
}
