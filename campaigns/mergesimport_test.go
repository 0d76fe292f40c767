package campaigns_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/campaigns"
	"blanche/model"
)

// merges brings in a file of merges, or rehearses it.
func (s *shop) merges(csv string, dry bool) model.ImportReport {
	s.Helper()
	r, err := s.as(owner).Import(s.ctx, campaigns.ImportRequest{Kind: "merges", Name: "merges.csv", Source: strings.NewReader(csv), DryRun: dry})
	s.must(err)
	return r
}

// An order under an address that was merged away in another folder finds the
// person kept, whichever of the two files comes first, and the second import of
// the merges changes nothing. Who is kept stays as the file of contacts says.
func TestAnOrderUnderAnAddressMergedAwayElsewhereFindsWhoWasKept(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.bring("email;nom;carte;consent_tracking;attr.frequency\nlea@clients.example;Bénard;C1;oui;monthly\nmax@clients.example;Noir;;;\n", model.BasisConsent)
		s.buy("before", "l.benard@clients.example", model.NewDate(2026, 11, 1), 1000)
		was, people := s.card("lea@clients.example").Contact, s.counted(`tracking = "granted"`).Matched
		file := "email,external_id,card,gone_email,gone_external_id,gone_card,at\n" +
			"lea@clients.example,,C1,L.Benard@clients.example,77,C2,2026-03-01T10:00:00+01:00\n" +
			"max@clients.example,,,,,C9,\n" +
			"lea@clients.example,,C1,vieux@clients.example,,C1,\n"
		dry, first := s.merges(file, true), s.merges(file, false)
		if dry.Created != 3 || dry.Rejected != 0 || first.Created != 3 || first.Rejected != 0 {
			t.Fatalf("dry %+v\nfirst %+v", dry, first)
		}
		s.buy("after", "L.BENARD@clients.example", model.NewDate(2026, 11, 2), 500)
		now := s.card("lea@clients.example")
		if now.Orders != 2 || now.Spend != 1500 {
			t.Errorf("%d orders, %d", now.Orders, now.Spend)
		}
		now.Orders, now.Spend, now.FirstOrder, now.LastOrder, now.Version, now.Updated = 0, 0, 0, 0, was.Version, was.Updated
		if diff := cmp.Diff(was, now.Contact); diff != "" {
			t.Errorf("who is kept is another (-before +after):\n%s", diff)
		}
		if got, err := s.desk.Contact(s.ctx, "vieux@clients.example"); err != nil || got.ID != was.ID {
			t.Errorf("%v %v", got.ID, err)
		}
		for _, dry := range []bool{true, false} {
			if again := s.merges(file, dry); again.Created != 0 || again.Unchanged != 3 {
				t.Errorf("again, dry %v: %+v", dry, again)
			}
		}
		if n, err := s.store.Contacts().Count(s.ctx); err != nil || n != 2 {
			t.Errorf("%d people, %v", n, err)
		}
		if n := s.counted(`tracking = "granted"`).Matched; n != people {
			t.Errorf("%d, not %d", n, people)
		}
		facts, err := s.desk.History(s.ctx, "lea@clients.example")
		s.must(err)
		told := 0
		for _, f := range facts {
			if f.Kind == "merged" && f.Detail == "L.Benard@clients.example" && f.By == owner.Name && f.At.Equal(time.Date(2026, 3, 1, 10, 0, 0, 0, paris)) {
				told++
			}
		}
		if told != 1 {
			t.Errorf("the merge is told %d times: %+v", told, facts)
		}
		_, err = s.desk.UnmergeContact(s.ctx, "l.benard@clients.example")
		s.must(err)
		if got := s.card("l.benard@clients.example"); got.Orders != 2 || got.ExternalID != "77" {
			t.Errorf("taken back: %+v", got.Contact)
		}
	})
}

// What the file cannot know is refused with its line, column, value and reason,
// by the dry run as by the run.
func TestAMergeThatWouldBeAGuessIsRefused(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.bring("email;carte;numero client\na@clients.example;A;1\nb@clients.example;B;2\nc@clients.example;C;3\n", model.BasisConsent)
		s.bring("email\nd@clients.example\nf@clients.example\n", model.BasisCustomer)
		file := "email;card;gone_email;gone_card;at\n" +
			"nobody@clients.example;;x@clients.example;;\n" +
			"a@clients.example;;b@clients.example;C;\n" +
			"a@clients.example;;new@clients.example;B;\n" +
			"a@clients.example;;d@clients.example;;\n" +
			"a@clients.example;;;;\n" +
			";;b@clients.example;;\n" +
			"a@clients.example;;not an address;;\n" +
			"a@clients.example;;b@clients.example;;one day\n" +
			"a@clients.example;;b@clients.example;B;01/02/2026\n" +
			"c@clients.example;;B@clients.example;;\n"
		want := []model.Reject{
			{Line: 2, Column: "email", Value: "nobody@clients.example", Reason: "unknown_person"},
			{Line: 3, Column: "gone_card", Value: "C", Reason: "two_people"},
			{Line: 4, Column: "gone_card", Value: "B", Reason: "two_people"},
			{Line: 5, Column: "gone_email", Value: "d@clients.example", Reason: "basis_differs"},
			{Line: 6, Column: "gone_email", Reason: "missing_email"},
			{Line: 7, Column: "email", Reason: "missing_email"},
			{Line: 8, Column: "gone_email", Value: "not an address", Reason: "invalid_email"},
			{Line: 9, Column: "at", Value: "one day", Reason: "invalid_date"},
			{Line: 11, Column: "gone_email", Value: "B@clients.example", Reason: "merged_elsewhere"},
		}
		for _, dry := range []bool{true, false} {
			r := s.merges(file, dry)
			if diff := cmp.Diff(want, r.Rejects); diff != "" || r.Created != 1 {
				t.Errorf("dry %v: %+v\n%s", dry, r, diff)
			}
		}
		if got := s.card("b@clients.example"); got.Email != "a@clients.example" || got.ExternalID != "1" {
			t.Errorf("%+v", got.Contact)
		}
		for _, kind := range []string{"contacts", "orders"} {
			_, err := s.desk.Import(s.ctx, campaigns.ImportRequest{Kind: kind, Name: "merges.csv", Source: strings.NewReader("email,gone_email,gone_card\n")})
			s.refused(err, model.KindInvalid, "import.is_merges")
		}
		_, err := s.desk.Import(s.ctx, campaigns.ImportRequest{Kind: "merges", Name: "contacts.csv", Source: strings.NewReader("email,name\na@b.example,x\n")})
		s.refused(err, model.KindInvalid, "import.no_column")
	})
}

// A no of one address stands on both, and who was erased is not brought back by
// the name of a record that went into theirs.
func TestAMergeFromElsewhereOpposesBothAndBringsNobodyBack(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.bring("email\na@clients.example\nb@clients.example\ngone@clients.example\n", model.BasisConsent)
		s.must(s.desk.Oppose(s.ctx, "old@clients.example", "appel"))
		_, err := s.desk.Erase(s.ctx, "gone@clients.example", campaigns.EraseRequest{Confirm: "gone@clients.example"})
		s.must(err)
		r := s.merges("email;gone_email\na@clients.example;old@clients.example\nb@clients.example;gone@clients.example\n", false)
		if r.Created != 1 || r.ErasedKept != 1 || len(r.Rejects) != 1 || r.Rejects[0].Reason != "erased" {
			t.Errorf("%+v", r)
		}
		if got := s.card("a@clients.example"); got.Suppressed == nil || got.Suppressed.Reason != model.SuppressOpposed {
			t.Errorf("%+v", got)
		}
	})
}
