package campaigns_test

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"blanche/campaigns/deliver/relay"
	"blanche/campaigns/worker"
	"blanche/model"

	"github.com/google/go-cmp/cmp"
)

// slow is a campaign of twenty messages a second.
var slow = file{send: "rate = 20", holdout: "share = 0.1"}

// under starts the slow campaign and waits until a few messages have left.
func (s *shop) under(n int) {
	s.Helper()
	s.people(n)
	s.write(slow)
	s.start("noel")
	s.until("ten messages", func() bool { return s.relay.Total() >= 10 })
}

func TestPausedCampaignSendsNothingMoreAndResumesExactlyTheRest(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.under(200)
		s.must(s.desk.Pause(s.ctx, "noel"))
		time.Sleep(time.Second)
		quiet := s.relay.Total()
		time.Sleep(time.Minute)
		if n := s.relay.Total(); n != quiet {
			s.Errorf("%d messages left after the pause", n-quiet)
		}
		st := s.status("noel")
		if st.State != model.Paused || st.Accepted != quiet || st.Waiting != 180-quiet || st.Sending {
			s.Errorf("%+v", st)
		}
		s.refused(s.desk.Pause(s.ctx, "noel"), model.KindRefused, "campaign.wrong_state")
		s.must(s.desk.Resume(s.ctx, "noel"))
		if st := s.end("noel"); st.State != model.Done || st.Accepted != 180 {
			s.Errorf("%+v", st)
		}
		s.once("noel")
	})
}

func TestTheRateIsKeptAndChangesWhileSending(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.under(400)
		from, n := s.now(), s.relay.Total()
		time.Sleep(5 * time.Second)
		if got := s.relay.Total() - n; got < 90 || got > 110 {
			s.Errorf("%d messages in %v", got, s.now().Sub(from))
		}
		s.must(s.desk.SetRate(s.ctx, "noel", 0))
		if st := s.end("noel"); st.RateLimit != 0 || s.now().Sub(from) > 8*time.Second {
			s.Errorf("%+v after %v", st, s.now().Sub(from))
		}
		s.refused(s.desk.SetRate(s.ctx, "noel", -1), model.KindInvalid, "campaign.bad_rate")
	})
}

func TestCancelledCampaignExcludesTheRest(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.under(200)
		s.must(s.desk.Cancel(s.ctx, "noel"))
		st := s.status("noel")
		if st.State != model.Cancelled || st.Accepted != s.relay.Total() || st.Excluded != 180-st.Accepted || st.FinishedAt == nil {
			s.Errorf("%+v", st)
		}
		missing, err := s.desk.Missing(s.ctx, "noel")
		s.must(err)
		if len(missing) != st.Excluded || missing[0].Reason != "cancelled" || missing[0].State != "excluded" {
			s.Errorf("%d missing, the first %+v", len(missing), missing[0])
		}
		s.refused(s.desk.Resume(s.ctx, "noel"), model.KindRefused, "campaign.wrong_state")
		s.once("noel")
		if n := s.desk.Wordings(); n != 0 {
			s.Errorf("%d wordings kept", n)
		}
	})
}

func TestCancellingALaunchThatDiedWithItsPlanLeavesNobodyWaiting(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(50)
		s.write(slow)
		planned := s.planned("noel")
		m := &mortal{Store: s.store, after: true}
		s.must(s.desk.Close(s.ctx))
		s.store = m
		s.open()
		m.arm(2)
		if s.desk.Start(s.ctx, "noel", planned) == nil {
			s.Fatal("it lived")
		}
		s.reopen(false)
		s.must(s.desk.Cancel(s.ctx, "noel"))
		if st := s.status("noel"); st.Excluded != planned || st.Waiting != 0 {
			s.Errorf("%+v", st)
		}
	})
}

func TestANewWordingGoesToTheRestAndOldOnesCanStillBeRead(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(200)
		body := "Première version.\n"
		read := func(string) ([]byte, error) { return []byte(body), nil }
		first := slow
		first.more, first.body = `body = "lettre.md"`, "\n"
		_, err := s.desk.NewCampaign(s.ctx, first.source(), read)
		s.must(err)
		s.start("noel")
		s.until("ten messages", func() bool { return s.relay.Total() >= 10 })
		_, err = s.desk.EditCampaign(s.ctx, "noel", first.source(), read)
		s.refused(err, model.KindRefused, "campaign.pause_first")
		s.must(s.desk.Pause(s.ctx, "noel"))
		s.until("nothing on the wire", func() bool { return s.status("noel").InFlight == 0 })
		v1 := s.status("noel").Accepted

		frozen := first
		frozen.holdout = "share = 0.5"
		_, err = s.desk.EditCampaign(s.ctx, "noel", frozen.source(), read)
		s.refused(err, model.KindRefused, "campaign.frozen")
		body = "{% if %}"
		if _, err = s.desk.EditCampaign(s.ctx, "noel", first.source(), read); model.KindOf(err) != model.KindInvalid {
			s.Errorf("a wording that cannot be read was taken: %v", err)
		}
		body = "Seconde version.\n" // the file changed, not what names it
		c, err := s.desk.EditCampaign(s.ctx, "noel", first.source(), read)
		s.must(err)
		if c.Current().Number != 2 {
			s.Errorf("version %d", c.Current().Number)
		}
		s.reopen(true)
		s.must(s.desk.Resume(s.ctx, "noel"))
		st := s.end("noel")
		want := []model.VersionCount{{Version: 1, Accepted: v1}, {Version: 2, Accepted: 180 - v1}}
		if d := cmp.Diff(want, st.Versions); d != "" {
			s.Error(d)
		}
		s.once("noel")
		for v, text := range map[uint16]string{1: "Premi", 2: "Seconde"} {
			if data, err := s.desk.Render(s.ctx, c.ID, 1, v); err != nil || !slices.Contains(words(data), text) {
				s.Errorf("version %d cannot be read: %v", v, err)
			}
		}
	})
}

// words are the runs of letters of a message, quoted-printable or not.
func words(s string) []string {
	var out []string
	var word []byte
	for _, c := range []byte(s) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
			word = append(word, c)
			continue
		}
		out, word = append(out, string(word)), nil
	}
	return append(out, string(word))
}

func TestMessageIDStaysWhenTheSenderChanges(t *testing.T) {
	inShop(t, relay.Shares{Drop: 1}.Behave(1), func(s *shop) { s.opt.Guard.Uncertain = -1 }, func(s *shop) {
		s.people(20)
		s.write(file{})
		s.start("noel")
		s.end("noel")
		before, err := s.desk.Uncertain(s.ctx, "noel")
		s.must(err)
		n, err := s.desk.ResolveUncertain(s.ctx, "noel", true)
		s.must(err)
		if n == 0 || n != len(before) {
			s.Fatalf("%d to resend, %d uncertain", n, len(before))
		}
		s.state("noel", model.Paused)
		_, err = s.desk.EditCampaign(s.ctx, "noel", file{more: `from = "Noël <noel@ailleurs.example>"`}.source(), nil)
		s.must(err)
		after, err := s.desk.Missing(s.ctx, "noel")
		s.must(err)
		if before[0].MessageID != after[0].MessageID || before[0].Email != after[0].Email {
			s.Errorf("%+v became %+v", before[0], after[0])
		}
		s.must(s.desk.Resume(s.ctx, "noel"))
		if st := s.end("noel"); st.Accepted != 18 || st.Uncertain != 0 {
			s.Errorf("%+v", st)
		}
	})
}

func TestACampaignLeftRunningByADeadProcessWaitsForResume(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.under(200)
		s.reopen(false)
		if st := s.status("noel"); st.State != model.Running || st.Sending || st.Waiting == 0 {
			s.Errorf("%+v", st)
		}
		s.refused(s.desk.Resume(s.ctx, "noel"), model.KindBusy, "campaign.nobody_sends")
		s.reopen(true)
		n := s.relay.Total()
		time.Sleep(time.Minute)
		if s.relay.Total() != n || s.status("noel").Sending {
			s.Error("it went on by itself")
		}
		s.must(s.desk.Resume(s.ctx, "noel"))
		time.Sleep(500 * time.Millisecond)
		if !s.status("noel").Sending {
			s.Error("it does not send")
		}
		s.end("noel")
		s.once("noel")
	})
}

func TestUncertainPeopleAreHeldCountedAsSentOrSentAgain(t *testing.T) {
	for _, resend := range []bool{false, true} {
		t.Run(fmt.Sprint("resend ", resend), func(t *testing.T) {
			var mended atomic.Bool
			drop := func(to string, _ int) relay.Act { // whatever came of an envelope that went ahead
				if to <= address(10) && !mended.Load() {
					return relay.DropLost
				}
				return relay.Take
			}
			inShop(t, drop, func(s *shop) { s.opt.Guard.Uncertain = -1 }, func(s *shop) {
				s.people(50)
				st := s.send(file{holdout: "share = 0"})
				if st.State != model.Done || st.Uncertain != 10 || st.Accepted != 40 {
					s.Fatalf("%+v", st)
				}
				mended.Store(true)
				n, err := s.desk.ResolveUncertain(s.ctx, "noel", resend)
				s.must(err)
				if n != 10 {
					s.Errorf("%d", n)
				}
				if resend {
					s.must(s.desk.Resume(s.ctx, "noel"))
					s.end("noel")
					s.once("noel")
				}
				if st := s.status("noel"); st.Accepted != 50 || st.Uncertain != 0 || st.State != model.Done {
					s.Errorf("%+v", st)
				}
			})
		})
	}
}

func TestTheFileMaySayThatUncertainPeopleAreSentAgain(t *testing.T) {
	drop := func(to string, try int) relay.Act {
		if to <= address(10) && try == 1 {
			return relay.DropLost
		}
		return relay.Take
	}
	inShop(t, drop, func(s *shop) { s.opt.Guard.Uncertain = -1 }, func(s *shop) {
		s.people(100)
		s.write(file{send: "rate = 20\nuncertain = \"resend\"", holdout: "share = 0"})
		s.start("noel")
		s.until("ten in doubt", func() bool { return s.status("noel").Uncertain == 10 })
		s.must(s.desk.Pause(s.ctx, "noel"))
		s.must(s.desk.Resume(s.ctx, "noel"))
		if st := s.end("noel"); st.Accepted != 100 {
			s.Errorf("%+v", st)
		}
		s.once("noel")
	})
}

func TestTheEndIsNotedOnce(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(20)
		st := s.send(file{})
		if st.State != model.Done || st.FinishedAt == nil || s.campaign("noel").State != model.Done {
			s.Fatalf("%+v", st)
		}
		s.skip(time.Hour)
		s.desk.Tell(worker.Notice{Kind: worker.NoticeFinished, Name: "noel"})
		if again := s.status("noel"); !again.FinishedAt.Equal(*st.FinishedAt) {
			s.Errorf("ended at %v, then at %v", st.FinishedAt, again.FinishedAt)
		}
		if n := s.desk.Wordings(); n != 0 {
			s.Errorf("%d wordings kept", n)
		}
	})
}
