package campaigns_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// returning is a shop whose messages come from addresses of reports; from is the
// envelope sender that each address saw, by campaign in the order of sending.
func returning(t *testing.T, test func(s *shop, from func(email string) string)) {
	var mu sync.Mutex
	last := map[string]string{}
	inShop(t, nil, func(s *shop) {
		s.opt.Config.Sender.Bounces = "retours@boutique.example"
		s.opt.Config.Pressure.MaxMessages = 0
		s.keep = func(from, to string, _ []byte) {
			mu.Lock()
			defer mu.Unlock()
			last[to] = from
		}
	}, func(s *shop) {
		test(s, func(email string) string {
			mu.Lock()
			defer mu.Unlock()
			return last[email]
		})
	})
}

// report is what a server behind the relay says, to an address of ours.
func report(to, about, code, said string) []byte {
	return fmt.Appendf(nil, "From: MAILER-DAEMON@relay.example\r\nTo: %s\r\nSubject: Undelivered Mail\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"+
		"--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\nFinal-Recipient: rfc822; %s\r\nAction: failed\r\nStatus: %s\r\nDiagnostic-Code: smtp; 550 %s %s\r\n\r\n--b--\r\n",
		to, about, code, code, said)
}

// answering is a report with the headers of the message that it is about.
func answering(raw []byte, id string) []byte {
	return []byte(strings.Replace(string(raw), "\r\n--b--", "\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: "+id+"\r\n\r\n--b--", 1))
}

func TestAReportThatComesLaterMovesTheLineAndTheBalanceHolds(t *testing.T) {
	returning(t, func(s *shop, from func(string) string) {
		s.people(20)
		before := s.send(file{holdout: "share = 0.0"})
		if !strings.HasPrefix(from(address(1)), "retours+") || from(address(1)) == from(address(2)) {
			s.Fatalf("envelope senders %q, %q", from(address(1)), from(address(2)))
		}
		if !s.desk.ReturnAddress(s.ctx, from(address(1))) || s.desk.ReturnAddress(s.ctx, "retours+aaaa@boutique.example") {
			s.Error("an address of ours is not known, or one of nobody is")
		}
		for i, c := range []struct{ code, said, class string }{
			{"5.1.1", "no such user", "user_unknown"},
			{"5.7.1", "blocked using a list", "policy"},
			{"5.2.2", "mailbox full", "mailbox_full"},
			{"5.2.1", "disabled", "inactive"},
			{"5.6.0", "bad content", "content"},
		} {
			to := from(address(i + 1))
			for turn := range 3 { // the same report, three times, by another life too
				got, err := s.desk.Feedback(s.ctx, report(to, address(i+1), c.code, c.said), nil)
				s.must(err)
				if len(got.Lines) != 1 || got.Lines[0].Class != c.class || !got.Lines[0].Proven || got.Lines[0].Again != (turn > 0) || got.Lines[0].Campaign != "noel" {
					s.Errorf("%s, time %d: %+v", c.code, turn, got)
				}
			}
			_, gone, err := s.store.Suppressions().Get(s.ctx, address(i+1))
			s.must(err)
			if dead := c.class == "user_unknown" || c.class == "inactive"; gone != dead {
				s.Errorf("%s: suppressed %v", c.code, gone)
			}
		}
		st := s.status("noel")
		if st.Bounced != 5 || st.Accepted != before.Accepted || st.Accepted != 20 || !st.Balanced {
			s.Errorf("%+v", st)
		}
		tally, err := s.store.Responses().Tally(s.ctx, s.campaign("noel").ID)
		s.must(err)
		if tally.Bounces[model.BounceUnknown] != 1 || tally.Bounces[model.BouncePolicy] != 1 || tally.Bounces[model.BounceFull] != 1 {
			s.Errorf("%+v", tally.Bounces)
		}
		if missing, err := s.desk.Missing(s.ctx, "noel"); err != nil || len(missing) != 0 {
			s.Errorf("missing %v, %v", missing, err)
		}
		lines, err := s.desk.Feedbacks(s.ctx, "noel", 0)
		s.must(err)
		if len(lines) != 5 || lines[4].Email != address(1) && lines[0].Email != address(1) {
			s.Errorf("%+v", lines)
		}
		if got := s.counted(`bounced("noel")`); got.Matched != 5 {
			s.Errorf("the rule finds %d", got.Matched)
		}
	})
}

func TestAReportThatAnybodyCouldWriteChangesNothing(t *testing.T) {
	returning(t, func(s *shop, from func(string) string) {
		s.people(5)
		s.send(file{holdout: "share = 0.0"})
		forged := strings.Replace(from(address(1)), "+", "+b", 1)
		for _, to := range []string{"retours@boutique.example", forged, "bonjour@boutique.example"} {
			got, err := s.desk.Feedback(s.ctx, report(to, address(1), "5.1.1", "no such user"), nil)
			s.must(err)
			if len(got.Lines) != 1 || got.Lines[0].Proven || got.Lines[0].Suppressed {
				s.Errorf("%s: %+v", to, got)
			}
		}
		if _, gone, _ := s.store.Suppressions().Get(s.ctx, address(1)); gone || s.status("noel").Bounced != 0 {
			s.Error("a forged report suppressed somebody")
		}
		// With the Message-ID, which is a secret of 160 bits, it is believed.
		history, err := s.desk.History(s.ctx, address(2))
		s.must(err)
		id := ""
		for _, h := range history {
			if h.Kind == "message" {
				id = h.Ref
			}
		}
		got, err := s.desk.Feedback(s.ctx, answering(report("bonjour@boutique.example", address(2), "5.1.1", "no such user"), id), nil)
		s.must(err)
		if len(got.Lines) != 1 || !got.Lines[0].Proven || !got.Lines[0].Suppressed || s.status("noel").Bounced != 1 {
			s.Errorf("%+v", got)
		}
	})
}

func TestAMailboxFullThreeTimesInAMonthIsNotWrittenToAnyMore(t *testing.T) {
	returning(t, func(s *shop, from func(string) string) {
		s.people(3)
		for i := range 3 {
			s.send(file{name: fmt.Sprint("c", i), holdout: "share = 0.0"})
			got, err := s.desk.Feedback(s.ctx, report(from(address(1)), address(1), "5.2.2", "full"), nil)
			s.must(err)
			_, gone, _ := s.store.Suppressions().Get(s.ctx, address(1))
			if gone != (i == 2) || got.Lines[0].Suppressed != (i == 2) {
				s.Errorf("time %d: suppressed %v, %+v", i+1, gone, got)
			}
			s.days(5)
		}
		for i := range 3 { // once in three weeks is not that
			s.send(file{name: fmt.Sprint("d", i), holdout: "share = 0.0"})
			_, err := s.desk.Feedback(s.ctx, report(from(address(2)), address(2), "5.2.2", "full"), nil)
			s.must(err)
			s.days(21)
		}
		if _, gone, _ := s.store.Suppressions().Get(s.ctx, address(2)); gone {
			s.Error("three in two months suppressed somebody")
		}
	})
}

func TestManyDeadAddressesReportedLaterPauseACampaign(t *testing.T) {
	returning(t, func(s *shop, from func(string) string) {
		s.people(1500)
		s.write(file{send: "rate = 20.0", holdout: "share = 0.0"})
		s.start("noel")
		s.until("600 have left", func() bool { return s.status("noel").Accepted >= 600 })
		n := 0
		for i := 1; i <= 1500 && n < 11; i++ {
			if to := from(address(i)); to != "" {
				if n == 10 {
					s.state("noel", model.Running)
				}
				_, err := s.desk.Feedback(s.ctx, report(to, address(i), "5.1.1", "no such user"), nil)
				s.must(err)
				n++
			}
		}
		s.until("paused", func() bool { return s.status("noel").State == model.Paused })
		if st := s.status("noel"); st.PausedWhy != "deliver.guard.unknown" || st.Bounced != 11 {
			s.Errorf("%+v", st)
		}
	})
}

func TestAComplaintByReportIsAComplaint(t *testing.T) {
	returning(t, func(s *shop, from func(string) string) {
		s.people(5)
		s.send(file{holdout: "share = 0.0"})
		raw := "From: <abuse@fai.example>\r\nTo: abuse@boutique.example\r\nSubject: FW\r\nContent-Type: multipart/report; report-type=feedback-report; boundary=b\r\n\r\n" +
			"--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: X/1\r\nOriginal-Rcpt-To: redacted\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nReturn-Path: <" + from(address(3)) + ">\r\nTo: redacted\r\n\r\nBonjour\r\n--b--\r\n"
		for range 2 {
			got, err := s.desk.Feedback(s.ctx, []byte(raw), nil)
			s.must(err)
			if got.Nature != "complaint" || len(got.Lines) != 1 || !got.Lines[0].Suppressed {
				s.Errorf("%+v", got)
			}
		}
		sup, known, err := s.store.Suppressions().Get(s.ctx, address(3))
		if err != nil || !known || sup.Reason != model.SuppressComplaint || s.status("noel").Complaints != 1 {
			s.Errorf("%+v %v, %d complaints", sup, err, s.status("noel").Complaints)
		}
	})
}

func TestAMachineOnHolidayAndAnErasedPersonLeaveNoTrace(t *testing.T) {
	returning(t, func(s *shop, from func(string) string) {
		s.people(4)
		s.send(file{holdout: "share = 0.0"})
		away := "From: " + address(1) + "\r\nTo: " + from(address(1)) + "\r\nSubject: Absence du bureau\r\nAuto-Submitted: auto-replied\r\n\r\n550 5.1.1 absent\r\n"
		got, err := s.desk.Feedback(s.ctx, []byte(away), nil)
		s.must(err)
		if got.Nature != "automatic" || len(got.Lines) != 0 || s.status("noel").Bounced != 0 {
			s.Errorf("%+v", got)
		}
		to := from(address(2))
		_, err = s.desk.Erase(s.ctx, address(2), campaigns.EraseRequest{Confirm: address(2)})
		s.must(err)
		got, err = s.desk.Feedback(s.ctx, report(to, address(2), "5.1.1", "no such user "+address(2)), nil)
		s.must(err)
		if len(got.Lines) != 1 || got.Lines[0].Email != "" {
			s.Errorf("%+v", got)
		}
		lines, err := s.desk.Feedbacks(s.ctx, "", 0)
		s.must(err)
		for _, l := range lines {
			if l.Email != "" || strings.Contains(l.Detail, address(2)) {
				s.Errorf("of somebody erased: %+v", l)
			}
		}
		s.status("noel")
	})
}

func TestAFolderOfMailIsTakenAndWhatIsTakenIsSeen(t *testing.T) {
	var mu sync.Mutex
	from, dir := map[string]string{}, t.TempDir()
	for _, sub := range []string{"new", "cur", "tmp"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	inShop(t, nil, func(s *shop) {
		s.opt.Config.Sender.Bounces, s.opt.Config.Maildir, s.opt.Continue = "retours@boutique.example", dir, true
		s.keep = func(f, to string, _ []byte) {
			mu.Lock()
			defer mu.Unlock()
			from[to] = f
		}
	}, func(s *shop) {
		s.people(5)
		s.send(file{holdout: "share = 0.0"})
		put := func(name string, raw []byte) {
			s.must(os.WriteFile(filepath.Join(dir, "tmp", name), raw, 0o600))
			s.must(os.Rename(filepath.Join(dir, "tmp", name), filepath.Join(dir, "new", name)))
		}
		mu.Lock()
		put("1.M1.host", report(from[address(1)], address(1), "5.1.1", "no such user"))
		put("2.M2.host", []byte("nothing of a message"))
		mu.Unlock()
		s.must(os.Symlink("/etc/passwd", filepath.Join(dir, "new", "3.link")))
		time.Sleep(11 * time.Second)
		if st := s.status("noel"); st.Bounced != 1 {
			s.Errorf("%+v", st)
		}
		for _, name := range []string{"1.M1.host:2,S", "2.M2.host:2,S"} {
			if _, err := os.Stat(filepath.Join(dir, "cur", name)); err != nil {
				s.Error(err)
			}
		}
		left, err := os.ReadDir(filepath.Join(dir, "new"))
		if err != nil || len(left) != 1 || left[0].Name() != "3.link" {
			s.Errorf("left %v, %v", left, err)
		}
	})
}
