package campaigns_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/campaigns"
	"blanche/model"
)

// unite makes the second of two addresses part of the first.
func (s *shop) unite(a, b int) {
	s.Helper()
	_, err := s.desk.MergeContacts(s.ctx, campaigns.MergeRequest{Keep: address(a), Gone: address(b)})
	s.must(err)
}

func TestAMergeAfterTheDrawChangesNoStatementOpenOrClosed(t *testing.T) {
	inShop(t, nil, func(s *shop) {
		s.opt.Sends = false
		s.from = time.Date(2026, 11, 14, 23, 59, 50, 0, paris)
	}, func(s *shop) {
		s.people(60)
		_, err := s.record(arms())
		s.must(err)
		day := model.NewDate(2026, 11, 14)
		for i := 1; i <= 60; i += 3 {
			s.buy(fmt.Sprint(i), address(i), day, model.Cents(1000+i))
			s.buy(fmt.Sprint("before ", i), address(i), day-40, model.Cents(500+i))
		}
		open := s.roi("ailleurs")
		s.unite(4, 58) // of both arms
		s.unite(52, 7) // of both, the other way round
		s.unite(58-6, 55)
		if diff := cmp.Diff(open, s.roi("ailleurs")); diff != "" {
			t.Errorf("the open statement (-before +after):\n%s", diff)
		}
		s.buy("later", address(58), day, 7777) // under the address that is gone
		credited := s.roi("ailleurs")
		if got := credited.Arms[1].Revenue - open.Arms[1].Revenue; got != 7777 || credited.Arms[0].Revenue != open.Arms[0].Revenue {
			t.Errorf("an order of the address in the zone blanche counted elsewhere: %d", got)
		}
		s.days(60)
		closed := s.roi("ailleurs")
		s.unite(10, 49)
		if diff := cmp.Diff(closed, s.roi("ailleurs")); diff != "" {
			t.Errorf("the closed statement (-before +after):\n%s", diff)
		}
		s.reopen(false)
		if diff := cmp.Diff(closed, s.roi("ailleurs")); diff != "" {
			t.Errorf("after a restart (-before +after):\n%s", diff)
		}
		_, err = s.desk.UnmergeContact(s.ctx, address(58))
		s.must(err)
		if diff := cmp.Diff(closed, s.roi("ailleurs")); diff != "" {
			t.Errorf("taken back (-before +after):\n%s", diff)
		}
	})
}

func TestOnePersonOfTwoLinesGetsOneMessage(t *testing.T) {
	got := map[string]int{}
	inShop(t, nil, nil, func(s *shop) {
		s.keep = func(_, to string, _ []byte) { got[to]++ }
		s.people(40)
		s.unite(1, 2) // before the draw
		s.write(file{holdout: "share = 0", send: "rate = 1"})
		s.start("noel")
		s.until("three have left", func() bool { return s.status("noel").Accepted >= 3 })
		s.must(s.desk.Pause(s.ctx, "noel"))
		s.unite(30, 31) // neither has left
		s.must(s.desk.SetRate(s.ctx, "noel", 50))
		s.must(s.desk.Resume(s.ctx, "noel"))
		st := s.end("noel")
		if st.Planned != 39 || st.Accepted != 38 || st.Excluded != 1 {
			t.Errorf("%+v", st)
		}
		if got[address(2)] != 0 || got[address(31)] != 0 || got[address(1)] != 1 || got[address(30)] != 1 {
			t.Errorf("messages: %v", got)
		}
		lines, err := s.desk.Missing(s.ctx, "noel")
		s.must(err)
		if len(lines) != 1 || lines[0].Reason != model.ExclMerged {
			t.Errorf("missing: %+v", lines)
		}
	})
}

func TestHistoryOfAPersonHasWhatHappenedUnderBothAddresses(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(10)
		s.send(file{holdout: "share = 0"})
		s.unite(3, 4)
		s.must(s.desk.Oppose(s.ctx, address(4), "appel"))
		for _, email := range []string{address(3), address(4)} {
			if sup, found, err := s.store.Suppressions().Get(s.ctx, email); err != nil || !found || sup.Reason != model.SuppressOpposed {
				t.Errorf("%s: %+v %v", email, sup, err)
			}
		}
		lines, err := s.desk.History(s.ctx, address(3))
		s.must(err)
		messages, as := 0, 0
		for _, l := range lines {
			if l.Kind == "message" {
				messages++
			}
			if l.As == address(4) {
				as++
			}
		}
		if messages != 2 || as < 2 {
			t.Errorf("%d messages, %d lines of the other address: %+v", messages, as, lines)
		}
		if n := len(s.lines(0)); n == 0 {
			t.Error("nobody answers for the merge")
		}
	})
}

func TestWhoIsErasedLeavesNoByteOfWhatWasKeptToUnmerge(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.bring("email;nom;telephone\nlea@clients.example;Quintessence;0612345678\nzoe@clients.example;Rarissime;0687654321\n", model.BasisConsent)
		_, err := s.desk.MergeContacts(s.ctx, campaigns.MergeRequest{Keep: "lea@clients.example", Gone: "zoe@clients.example", Take: []string{"phone"}})
		s.must(err)
		traces := func() (n int) {
			all, _ := filepath.Glob(filepath.Join(s.dir, "*"))
			for _, name := range all {
				b, _ := os.ReadFile(name)
				for _, word := range []string{"zoe@clients", "Rarissime", "lea@clients", "Quintessence"} {
					n += bytes.Count(b, []byte(word))
				}
			}
			return n
		}
		if traces() == 0 {
			t.Fatal("the search finds nothing where there is something")
		}
		s.must(s.store.Erase(s.ctx, 1, s.now()))
		_, err = s.store.Compact(s.ctx)
		s.must(err)
		if n := traces(); n != 0 {
			t.Errorf("%d traces are left", n)
		}
	})
}

func TestADifferentLegalGroundMustBeChosen(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.bring("email\na@clients.example\n", model.BasisConsent)
		s.bring("email\nb@clients.example\n", model.BasisCustomer)
		r := campaigns.MergeRequest{Keep: "a@clients.example", Gone: "b@clients.example"}
		_, err := s.desk.MergeContacts(s.ctx, r)
		s.refused(err, model.KindRefused, "duplicates.choose_basis")
		_, err = s.desk.MergeContacts(campaigns.Rehearse(s.ctx), campaigns.MergeRequest{Keep: r.Keep, Gone: r.Gone, Take: []string{"basis"}})
		s.must(err)
		if n, err := s.store.Contacts().Count(s.ctx); err != nil || n != 2 {
			t.Errorf("a rehearsal left %d people", n)
		}
		r.Take = []string{"basis"}
		c, err := s.desk.MergeContacts(s.ctx, r)
		s.must(err)
		if c.Basis != model.BasisCustomer || !strings.HasPrefix(c.BasisSource, "formulaire") {
			t.Errorf("%+v", c)
		}
	})
}

// report brings people in without a ground, or rehearses it.
func (s *shop) report(csv string, dry bool) model.ImportReport {
	s.Helper()
	r, err := s.desk.Import(s.ctx, campaigns.ImportRequest{Kind: "contacts", Name: "clients.csv", Source: strings.NewReader(csv), DryRun: dry})
	s.must(err)
	return r
}

func TestOneCardInTwoFilesIsProposedMergedAndTakenBackWithATrace(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.bring("email;nom;carte;numero_client\nlea@free.fr;Bénard;C-0042-77;12\n", model.BasisConsent)
		other := "email;nom;carte;numero_client\nbenard@orange.fr;Martin;C-0042-77;13\nzoe@free.fr;Roux;;12\nmax@free.fr;Noir;99;\nlou@free.fr;Vert;99;\n"
		dry := s.report(other, true)
		first := s.report(other, false)
		again := s.report(other, false)
		if dry.Taken != 3 || first.Taken != 3 || again.Taken != 3 || first.Created != 4 || again.Unchanged != 4 {
			t.Fatalf("dry %+v\nfirst %+v\nagain %+v", dry, first, again)
		}
		if dry = s.report(other, true); dry.Unchanged != 4 || dry.Taken != 3 {
			t.Errorf("the dry run of a file that changes nothing: %+v", dry)
		}
		zoe := s.card("zoe@free.fr")
		if n, _ := zoe.Attr(model.OtherExternal); n != "12" {
			t.Errorf("the customer number is lost: %+v", zoe)
		}
		if got, _ := s.proposed(); !cmp.Equal(got, []string{"1 2 card", "4 5 card"}) {
			t.Fatalf("proposed: %v", got)
		}
		anne := s.desk.As(model.Actor{Name: "anne", Role: model.Admin})
		_, err := anne.MergeContacts(s.ctx, campaigns.MergeRequest{Keep: "lea@free.fr", Gone: "benard@orange.fr"})
		s.must(err)
		trace := func(who string) (lines []string) {
			facts, err := s.desk.History(s.ctx, who)
			s.must(err)
			for _, f := range facts {
				if f.Kind == "merged" || f.Kind == "unmerged" {
					lines = append(lines, fmt.Sprint(f.Kind, " ", f.Ref, " ", f.Detail, " ", f.By == "anne" && !f.At.IsZero()))
				}
			}
			return lines
		}
		if got := trace("lea@free.fr"); !cmp.Equal(got, []string{"merged 2 benard@orange.fr true"}) {
			t.Errorf("merged: %q", got)
		}
		_, err = anne.UnmergeContact(s.ctx, "benard@orange.fr")
		s.must(err)
		if got := trace("lea@free.fr"); !cmp.Equal(got, []string{"merged 2 benard@orange.fr true", "unmerged 2 benard@orange.fr true"}) {
			t.Errorf("taken back: %q", got)
		}
		if got := trace("benard@orange.fr"); !cmp.Equal(got, []string{"merged 1 lea@free.fr true", "unmerged 1 lea@free.fr true"}) {
			t.Errorf("of the other one: %q", got)
		}
	})
}

func TestCapitalsOfAnAddressAloneAreNoUpdate(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.report("email;ville\nlea@free.fr;Lyon\n", false)
		if dry, r := s.report("email;ville\nLEA@Free.fr;Lyon\n", true), s.report("email;ville\nLEA@Free.fr;Lyon\n", false); dry.Unchanged != 1 || r.Unchanged != 1 {
			t.Errorf("dry %+v, run %+v", dry, r)
		}
		if r := s.report("email;ville\nLEA@Free.fr;Évry\n", false); r.Updated != 1 || s.card("lea@free.fr").Email != "lea@free.fr" {
			t.Errorf("%+v %q", r, s.card("lea@free.fr").Email)
		}
	})
}
