package campaigns_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"blanche/campaigns"
	"blanche/model"
)

// pointsTold is the ledger of points of somebody as the card has it, oldest first.
func (s *shop) pointsTold(ref string) (out []string) {
	s.Helper()
	card, err := s.desk.Contact(s.ctx, ref)
	s.must(err)
	lines, err := s.desk.History(s.ctx, ref)
	s.must(err)
	for _, l := range lines {
		if l.Kind == "points" {
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s %+d %d %s %s %s", l.Ref, l.Points.Delta, l.Points.Total, l.Detail, l.By, l.As)))
		}
	}
	if len(out) != len(card.PointsMoved) {
		s.Errorf("%d on the card, %d in the history", len(card.PointsMoved), len(out))
	}
	return out
}

// A file, a person, a program, an undo and a merge: each change of points is on the
// card with what proves it, also for who asks what is held about them, and goes
// out with its sum.
func TestWhatChangedThePointsIsOnTheCardWithItsProof(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		d := s.as(owner)
		load := func(file, text string) {
			r, err := d.Import(s.ctx, campaigns.ImportRequest{Kind: "contacts", Name: file, Source: strings.NewReader(text)})
			if s.must(err); r.Rejected != 0 {
				s.Errorf("%+v", r)
			}
		}
		set := func(id model.ContactID, points string) {
			c, err := s.desk.Contact(s.ctx, id.String())
			s.must(err)
			_, err = d.EditContact(s.ctx, id, c.Version, []campaigns.FieldChange{{Field: "points", Value: points}})
			s.must(err)
		}
		load("salon.csv", "email,points,origin\nlea@mail.example,120,salon\nlea.b@mail.example,,\n")
		load("clients.csv", "email,points\nmax@mail.example,1\nlea@mail.example,250\n")
		set(1, "200")
		set(1, "250")           // as undo does
		time.Sleep(time.Minute) // of the clock of the test
		till := model.Actor{Name: "token:till", Role: model.Maker, From: "test"}
		_, err := s.as(till).TakeItems(s.ctx, campaigns.ItemRequest{Kind: model.ScopeContacts, Items: []map[string]json.RawMessage{
			{"email": json.RawMessage(`"lea.b@mail.example"`), "points": json.RawMessage("40")},
		}})
		s.must(err)
		who := owner.Name
		lea := []string{"opening +120 120 salon", "file +130 250 clients.csv:3 " + who, "edit -50 200  " + who, "edit +50 250  " + who}
		if got := s.pointsTold("lea@mail.example"); strings.Join(got, "|") != strings.Join(lea, "|") {
			s.Errorf("%q, not %q", got, lea)
		}
		_, err = d.MergeContacts(s.ctx, campaigns.MergeRequest{Keep: "lea@mail.example", Gone: "lea.b@mail.example"})
		s.must(err)
		united := append(lea[:4:4], "call +40 40  token:till lea.b@mail.example", "merge +40 290  "+who)
		if got := s.pointsTold("lea@mail.example"); strings.Join(got, "|") != strings.Join(united, "|") {
			s.Errorf("%q, not %q", got, united)
		}
		access, err := s.desk.Access(s.ctx, "lea@mail.example")
		if body, _ := json.Marshal(access.History); err != nil || !strings.Contains(string(body), `"points":{"delta":130,"total":250,"file":"clients.csv","line":3}`) {
			s.Errorf("%s, %v", body, err)
		}
		sums := map[string]int64{}
		s.must(s.desk.EachPoints(s.ctx, "", func(l *campaigns.PointsOf) error { sums[l.Email] += l.Move.Delta; return nil }))
		if sums["lea@mail.example"] != 290 || sums["max@mail.example"] != 1 || len(sums) != 2 {
			s.Errorf("%v", sums)
		}
	})
}
