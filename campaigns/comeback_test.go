package campaigns_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"blanche/campaigns"
	"blanche/model"
	"blanche/store"
)

// items are objects of JSON that another program sends.
func (s *shop) items(kind model.Scope, texts ...string) (words []string) {
	s.Helper()
	r := campaigns.ItemRequest{Kind: kind, Source: "web"}
	for _, text := range texts {
		var item map[string]json.RawMessage
		s.must(json.Unmarshal([]byte(text), &item))
		r.Items = append(r.Items, item)
	}
	results, err := s.desk.TakeItems(s.ctx, r)
	s.must(err)
	for _, one := range results {
		words = append(words, strings.Trim(one.Result+" "+one.Field+" "+one.Reason, " "))
	}
	return words
}

// Max is the control: what is refused of Léa is taken of him; so is Léa herself
// before she is erased, and after a file let her in again on purpose.
func TestAnotherProgramBringsNobodyBackWhoWasErased(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		n := 0
		say := func(want string) {
			s.Helper()
			n++
			id := fmt.Sprint("e", n)
			got := s.items(model.ScopeContacts,
				`{"email":"Lea.Durand@clients.example","nom":"Durandal `+id+`","external_id":"X-lea-17"}`,
				`{"email":"max@clients.example","nom":"Blé `+id+`"}`)
			if g := strings.Join(got, ", "); g != want {
				s.Errorf("%s: %s, want %s", id, g, want)
			}
		}
		say("created, created")
		say("updated, updated")
		if got := s.items(model.ScopeOrders, `{"id":"1","date":"2026-11-01","total":"50.00","external_id":"X-lea-17"}`); got[0] != "created" || len(s.card(lea).OrderList) != 1 {
			s.Fatal(got)
		}
		_, err := s.as(dpo).Erase(s.ctx, lea, campaigns.EraseRequest{Confirm: lea})
		s.must(err)
		say("refused email erased, updated")
		// Under another address, but the same customer of the shop.
		if got := s.items(model.ScopeContacts, `{"email":"lea.nouvelle@clients.example","external_id":"X-lea-17"}`); got[0] != "refused email erased" {
			s.Error(got)
		}
		got := s.items(model.ScopeOrders,
			`{"id":"1","date":"2026-11-01","total":"55.00","external_id":"X-lea-17"}`,
			`{"id":"2","date":"2026-11-02","total":"60.00","email":"`+lea+`","card":"4970000017"}`,
			`{"id":"3","date":"2026-11-02","total":"70.00","external_id":"X-max"}`)
		if g := strings.Join(got, ", "); g != "updated, created, created" {
			s.Error(g)
		}
		named := map[string]string{}
		s.must(s.store.Orders().Each(s.ctx, func(o *model.Order) error { named[o.ID] = o.Email + o.ExternalID + o.Card; return nil }))
		if named["1"] != "" || named["2"] != "" || named["3"] != "X-max" {
			s.Errorf("orders name %v", named)
		}
		if found := s.traced(s.dir); len(found) != 0 {
			s.Errorf("in the files: %v", found)
		}
		_, err = s.desk.Import(s.ctx, campaigns.ImportRequest{
			Kind: "contacts", Name: "a.csv", Source: strings.NewReader("email;identifiant\n" + lea + ";X-lea-17\n"), Basis: model.BasisConsent, BasisSource: "formulaire", ReadmitErased: true,
		})
		s.must(err)
		say("updated, updated")
	})
}

func TestARunOfRetentionIsOverWhenNothingLeavesForThoseWhoAreGone(t *testing.T) {
	everybody := func(string) bool { return true }
	nothingAfter(t, everybody, func(s *shop) {
		var b strings.Builder
		b.WriteString("email;consent_date\n")
		for i := range 1500 {
			b.WriteString(address(i) + ";2020-01-05\n")
		}
		s.bring(b.String(), model.BasisConsent)
	}, func(s *shop) {
		r, err := s.as(dpo).RunRetention(s.ctx, 1500)
		if s.must(err); r.Erased != 1500 {
			s.Fatalf("%+v", r)
		}
	})
}

func TestWhoWasUnitedIntoAPersonIsGoneFromTheFilesBesideTheDataToo(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.withLea()
		s.bring("email;nom\nlea@ailleurs.example;Durandal\n", model.BasisConsent)
		_, err := s.store.Unions().Unite(s.ctx, store.Pair{Keep: s.card("lea@ailleurs.example").ID, Gone: s.card(lea).ID}, s.now(), func(a, b model.Contact) (model.Contact, error) {
			return model.Unite(&a, &b, nil), nil
		})
		s.must(err)
		_, err = s.as(dpo).Erase(s.ctx, "lea@ailleurs.example", campaigns.EraseRequest{Confirm: "lea@ailleurs.example"})
		s.must(err)
		if found := s.traced(s.dir); len(found) != 0 {
			t.Errorf("left in the files: %v", found)
		}
	})
}
