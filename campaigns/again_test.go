package campaigns_test

import (
	"sync/atomic"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/campaigns/deliver/relay"
	"blanche/model"
)

// refuse settles somebody planned as the relay would.
func (s *shop) refuse(name, code string) {
	s.Helper()
	c := s.campaign(name)
	claims, err := s.store.Ledger().Claim(s.ctx, c.ID, model.Claims(1), s.now())
	s.must(err)
	_, err = s.store.Ledger().Commit(s.ctx, []model.Outcome{{
		Campaign: c.ID, Ordinal: claims[0].Ordinal, State: model.StateRefused, At: s.now(), Attempts: 3, Code: code,
	}}, nil)
	s.must(err)
}

// failing refuses the first five for a policy, and the next five for ever.
func failing(mended *atomic.Bool) relay.Behaviour {
	return func(to string, _ int) relay.Act {
		switch {
		case mended.Load() && to <= address(5):
			return relay.Take
		case to <= address(5):
			return relay.RefusePolicy
		case to <= address(10):
			return relay.RefuseRcpt
		}
		return relay.Take
	}
}

func unguarded(s *shop) { s.opt.Guard.Refused, s.opt.Guard.Unknown = -1, -1 }

func TestOnlyTheFailedAreSentToAgainAndNobodyTwice(t *testing.T) {
	var mended atomic.Bool
	inShop(t, failing(&mended), unguarded, func(s *shop) {
		s.people(60)
		before := s.send(file{holdout: "share = 0.1"})
		if before.State != model.Done || before.Refused == 0 || before.HeldOut == 0 {
			s.Fatalf("%+v", before)
		}
		list, err := s.desk.Missing(s.ctx, "noel")
		s.must(err)
		ids, passing := map[string]string{}, 0
		for _, l := range list {
			if l.MayPass != (l.Code == "550 5.7.1") {
				s.Errorf("%+v", l)
			}
			if l.MayPass {
				ids[l.Email] = l.MessageID
				passing++
			}
		}
		counted, err := s.desk.SendAgain(campaigns.Rehearse(s.ctx), "noel")
		s.must(err)
		s.state("noel", model.Done)
		mended.Store(true)
		n, err := s.desk.SendAgain(s.ctx, "noel")
		s.must(err)
		if n == 0 || n != passing || counted != n {
			s.Fatalf("%d are sent to again, %d were counted, %d listed", n, counted, passing)
		}
		after := s.end("noel")
		if after.State != model.Done || after.FinishedAt == nil || !after.FinishedAt.After(*before.FinishedAt) ||
			after.Accepted != before.Accepted+n || after.Refused != before.Refused-n || after.HeldOut != before.HeldOut {
			s.Errorf("%+v after %+v", after, before)
		}
		if !after.StartedAt.Equal(*before.StartedAt) {
			s.Error("the measurement would begin anew")
		}
		s.once("noel")
		for email, id := range ids {
			if l, _, err := s.store.Ledger().Of(s.ctx, s.campaign("noel").ID, s.numbered(email)); err != nil || l.State != model.StateAccepted || l.Attempts != 1 || l.Code != "" {
				s.Errorf("%s (%s): %+v, %v", email, id, l, err)
			}
		}
		if n, err = s.desk.SendAgain(s.ctx, "noel"); n != 0 || err != nil {
			s.Errorf("nobody is left: %d, %v", n, err)
		}
		s.state("noel", model.Done)
	})
}

func TestWhoOpposedAfterARefusalGetsNothing(t *testing.T) {
	var mended atomic.Bool
	inShop(t, failing(&mended), unguarded, func(s *shop) {
		s.people(20)
		s.send(file{holdout: "share = 0"})
		s.must(s.desk.Oppose(s.ctx, address(2), "appel"))
		mended.Store(true)
		n, err := s.desk.SendAgain(s.ctx, "noel")
		s.must(err)
		if st := s.end("noel"); n != 5 || st.Accepted != 14 || st.Refused != 5 || st.Excluded != 1 {
			s.Errorf("%d: %+v", n, st)
		}
		s.once("noel")
	})
}

func TestAPausedCampaignKeepsTheFailedForItsResume(t *testing.T) {
	var mended atomic.Bool
	inShop(t, failing(&mended), unguarded, func(s *shop) {
		s.people(60)
		s.write(file{holdout: "share = 0", send: "rate = 20.0"})
		s.start("noel")
		s.until("some are refused", func() bool { return s.status("noel").Refused >= 10 })
		s.must(s.desk.Pause(s.ctx, "noel"))
		time.Sleep(time.Second)
		before := s.status("noel")
		mended.Store(true)
		n, err := s.desk.SendAgain(s.ctx, "noel")
		s.must(err)
		time.Sleep(time.Second)
		st := s.status("noel")
		if n != 5 || st.State != model.Paused || st.Waiting != before.Waiting+5 || st.Accepted != before.Accepted {
			s.Errorf("%d: %+v after %+v", n, st, before)
		}
		s.must(s.desk.Resume(s.ctx, "noel"))
		if st := s.end("noel"); st.Accepted != 55 || st.Refused != 5 {
			s.Errorf("%+v", st)
		}
		s.once("noel")
	})
}

func TestARunningCampaignSendsToTheFailedAtOnce(t *testing.T) {
	var mended atomic.Bool
	inShop(t, failing(&mended), unguarded, func(s *shop) {
		s.people(60)
		s.write(file{holdout: "share = 0", send: "rate = 20.0"})
		s.start("noel")
		s.until("some are refused", func() bool { return s.status("noel").Refused >= 10 })
		mended.Store(true)
		if n, err := s.desk.SendAgain(s.ctx, "noel"); n != 5 || err != nil {
			s.Errorf("%d, %v", n, err)
		}
		if st := s.end("noel"); st.Accepted != 55 || st.Refused != 5 {
			s.Errorf("%+v", st)
		}
		s.once("noel")
	})
}

func TestWhoIsInDoubtIsNotSentToWithTheFailed(t *testing.T) {
	behave := func(to string, _ int) relay.Act {
		switch {
		case to <= address(3):
			return relay.DropLost
		case to <= address(5):
			return relay.RefusePolicy
		}
		return relay.Take
	}
	inShop(t, behave, func(s *shop) { unguarded(s); s.opt.Guard.Uncertain = -1 }, func(s *shop) {
		s.people(30)
		st := s.send(file{holdout: "share = 0", send: "uncertain = \"resend\""})
		if st.Uncertain != 3 || st.Refused != 2 {
			s.Fatalf("%+v", st)
		}
		n, err := s.desk.SendAgain(s.ctx, "noel")
		s.must(err)
		if st := s.end("noel"); n != 2 || st.Uncertain != 3 || st.Refused != 2 {
			s.Errorf("%d: %+v", n, st)
		}
		s.once("noel")
	})
}

func TestSendingAgainIsRefusedWhereNobodySendsAndWhenItIsCancelled(t *testing.T) {
	var mended atomic.Bool
	inShop(t, failing(&mended), unguarded, func(s *shop) {
		s.people(20)
		s.send(file{holdout: "share = 0"})
		s.reopen(false)
		n, err := s.desk.SendAgain(s.ctx, "noel")
		s.refused(err, model.KindBusy, "campaign.nobody_sends")
		if n != 5 {
			s.Errorf("%d are counted", n)
		}
		s.state("noel", model.Done)
		s.write(file{name: "soldes"})
		_, err = s.desk.SendAgain(s.ctx, "soldes")
		s.refused(err, model.KindRefused, "campaign.wrong_state")
		s.must(s.desk.Cancel(s.ctx, "soldes"))
		_, err = s.desk.SendAgain(s.ctx, "soldes")
		s.refused(err, model.KindRefused, "campaign.wrong_state")
	})
}

func (s *shop) numbered(email string) model.ContactID {
	s.Helper()
	card, err := s.desk.Contact(s.ctx, email)
	s.must(err)
	return card.Contact.ID
}
