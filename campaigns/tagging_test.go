package campaigns_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/campaigns"
	"blanche/model"
)

func TestManyAreTaggedInStepsWithALineEachAndOneForAll(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(1200)
		desk := s.as(model.Actor{Name: "ines", Role: model.Manager, From: "local"})
		var ids []model.ContactID
		for id := model.ContactID(1); id <= 1200; id++ {
			ids = append(ids, id)
		}
		lines := func() (all []string) {
			got, err := s.desk.AuditLines(s.ctx, campaigns.AuditQuery{N: 20})
			s.must(err)
			for _, l := range got {
				if l.Entry.Act == "contact.tag" {
					text := l.Entry.Object
					for _, c := range l.Entry.Changes {
						text += " " + c.Field + "=" + c.Before + ">" + c.After
					}
					all = append(all, text)
				}
			}
			return all
		}
		var told []int
		did, err := desk.TagContacts(s.ctx, campaigns.Tagging{Tag: "salon", Add: ids, Found: "prenom"}, func(n int) { told = append(told, n) })
		s.must(err)
		if len(did.Add) != 1200 {
			s.Errorf("%d changed", len(did.Add))
		}
		if d := cmp.Diff([]int{500, 1000, 1200}, told); d != "" {
			s.Error(d)
		}
		want := []string{
			"folder tags=>salon n=>1200 chosen=>1200 found=>prenom",
			"folder tags=>salon n=>200 contacts=>1001-1200",
			"folder tags=>salon n=>500 contacts=>501-1000",
			"folder tags=>salon n=>500 contacts=>1-500",
		}
		if d := cmp.Diff(want, lines()); d != "" {
			s.Error(d)
		}
		if n := s.counted(`tags = "salon"`); n.Matched != 1200 {
			s.Errorf("%+v", n)
		}
		back, err := desk.TagContacts(s.ctx, did.Undo(), nil)
		s.must(err)
		if n := s.counted(`tags = "salon"`); n.Matched != 0 || len(back.Remove) != 1200 {
			s.Errorf("%+v, %d", n, len(back.Remove))
		}
	})
}

func TestATaggingThatIsStoppedKeepsWholeStepsAndSaysSo(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(1200)
		desk := s.as(model.Actor{Name: "ines", Role: model.Manager, From: "local"})
		var ids []model.ContactID
		for id := model.ContactID(1); id <= 1200; id++ {
			ids = append(ids, id)
		}
		ctx, stop := context.WithCancel(s.ctx)
		did, err := desk.TagContacts(ctx, campaigns.Tagging{Tag: "salon", Add: ids}, func(int) { stop() })
		if !errors.Is(err, context.Canceled) || len(did.Add) != 500 {
			s.Errorf("%d changed, %v", len(did.Add), err)
		}
		if n := s.counted(`tags = "salon"`); n.Matched != 500 {
			s.Errorf("%+v", n)
		}
		got, err := s.desk.AuditLines(s.ctx, campaigns.AuditQuery{N: 1})
		s.must(err)
		var text strings.Builder
		for _, c := range got[0].Entry.Changes {
			text.WriteString(c.Field + "=" + c.After + " ")
		}
		if text.String() != "tags=salon n=500 chosen=1200 found= interrupted=true " {
			s.Error(text.String())
		}
	})
}

// memoryNotes are small things kept in memory.
type memoryNotes map[string][]byte

func (m memoryNotes) Note(name string) []byte { return m[name] }

func (m memoryNotes) Keep(name string, note []byte) error { m[name] = note; return nil }

func TestTotalsAreThoseOfLastTimeUntilTheyAreCounted(t *testing.T) {
	notes := memoryNotes{}
	inShop(t, nil, func(s *shop) { s.opt.Sends, s.opt.Notebook = false, notes }, func(s *shop) {
		s.people(12)
		_, err := s.desk.Count(s.ctx, "all")
		s.must(err)
		exact, err := s.desk.ContactTotals(s.ctx)
		s.must(err)
		if !exact.Exact || exact.Contacts != 12 {
			s.Errorf("%+v", exact)
		}
		s.close()
		s.days(1)
		s.open()
		last, err := s.desk.ContactTotals(s.ctx)
		s.must(err)
		if last.Exact || last.Prospects != 12 || s.now().Sub(last.At) < 23*time.Hour {
			s.Errorf("%+v", last)
		}
		for _, broken := range []string{"", "{", `{"Contacts":"x"}`} {
			notes["totals"] = []byte(broken)
			if t, err := s.desk.ContactTotals(s.ctx); err != nil || !t.At.IsZero() || t.Prospects != 0 {
				s.Errorf("%q: %+v %v", broken, t, err)
			}
		}
	})
}

func TestARuleIsListedInAnOrder(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(12)
		s.buy("1", address(3), model.NewDate(2026, 11, 1), 100)
		s.buy("2", address(7), model.NewDate(2026, 11, 1), 900)
		s.buy("3", address(5), model.NewDate(2026, 11, 1), 500)
		l, err := s.desk.Contacts(s.ctx, campaigns.ContactQuery{Where: "customer", Sort: campaigns.SortSpend, Desc: true})
		s.must(err)
		if d := cmp.Diff([]model.ContactID{7, 5, 3}, l.IDs); d != "" {
			s.Error(d)
		}
		_, err = s.desk.Contacts(s.ctx, campaigns.ContactQuery{Where: "customer", Sort: "nothing"})
		s.refused(err, model.KindInvalid, "contact.unknown_sort")
	})
}
