package campaigns_test

import (
	"context"
	"errors"
	"strings"
	"testing"

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
