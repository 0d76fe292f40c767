package campaigns_test

import (
	"math"
	"testing"

	"blanche/campaigns"
)

// twoCampaigns sends one campaign with a zone blanche of half, then another to the
// same people, of whom nobody may get more than one message, and tells which part
// of either arm of the first got the second.
func (s *shop) twoCampaigns() (target, holdout float64) {
	s.Helper()
	s.people(200)
	s.send(file{holdout: "share = 0.5"})
	arms := s.arms("noel")
	s.write(file{name: "soldes", holdout: "share = 0"})
	list, err := s.desk.CheckCampaign(s.ctx, "soldes")
	s.must(err)
	if list.Planned > 0 {
		s.start("soldes")
		s.end("soldes")
	}
	sent := map[string]bool{}
	if list.Planned > 0 {
		s.must(s.desk.EachRecipient(s.ctx, "soldes", "", func(l *campaigns.ArmLine) error {
			sent[l.Email] = l.State == "accepted"
			return nil
		}))
	}
	part := func(people []string) float64 {
		n := 0.0
		for _, email := range people {
			if sent[email] {
				n++
			}
		}
		return n / float64(len(people))
	}
	return part(arms["target"]), part(arms["holdout"])
}

func oneMessage(s *shop) { s.opt.Config.Pressure.MaxMessages = 1 }

func TestGhostsKeepTheArmsAlikeForTheNextCampaign(t *testing.T) {
	inShop(t, nil, oneMessage, func(s *shop) {
		if target, holdout := s.twoCampaigns(); target != 0 || holdout != 0 {
			s.Errorf("the next campaign reached %.0f %% of the target and %.0f %% of the zone blanche", 100*target, 100*holdout)
		}
		s.days(8) // the pressure is over, for ghosts too
		if n := s.sendable(); n != 200 {
			s.Errorf("%d may be written to after a week", n)
		}
	})
	t.Run("control: without ghosts the arms drift apart", func(t *testing.T) {
		inShop(t, nil, oneMessage, func(s *shop) {
			s.desk.Ghostless(true)
			if target, holdout := s.twoCampaigns(); target != 0 || holdout != 1 {
				s.Errorf("the control should drift: %.0f %% and %.0f %%", 100*target, 100*holdout)
			}
		})
	})
}

func (s *shop) sendable() int {
	s.Helper()
	n, err := s.desk.Count(s.ctx, `email contains "clients"`)
	s.must(err)
	return n.Sendable
}

func TestAZoneBlancheStaysEligibleForOtherCampaigns(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) { // two messages a week
		if target, holdout := s.twoCampaigns(); target != 1 || holdout != 1 {
			s.Errorf("%g and %g", target, holdout)
		}
	})
}

func TestGhostsFadeWithTheMessagesOfACancelledCampaign(t *testing.T) {
	inShop(t, nil, oneMessage, func(s *shop) {
		s.people(400)
		f := slow
		f.holdout = "share = 0.5"
		s.write(f)
		s.start("noel")
		s.until("some messages", func() bool { return s.relay.Total() >= 60 })
		s.must(s.desk.Cancel(s.ctx, "noel"))
		s.until("nothing on the wire", func() bool { return s.status("noel").InFlight == 0 })
		st := s.status("noel")
		pressed := 400 - s.sendable()
		ghosts := float64(pressed - st.Accepted)
		want := 200 * float64(st.Accepted) / 200
		if math.Abs(ghosts-want) > 4*math.Sqrt(want) {
			s.Errorf("%g ghosts count beside %d messages of 200", ghosts, st.Accepted)
		}
	})
}
