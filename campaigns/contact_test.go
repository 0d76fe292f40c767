package campaigns_test

import (
	"fmt"
	"testing"

	"blanche/campaigns"
	"blanche/model"

	"github.com/google/go-cmp/cmp"
)

func (s *shop) card(ref string) campaigns.ContactCard {
	s.Helper()
	card, err := s.desk.Contact(s.ctx, ref)
	s.must(err)
	return card
}

func TestACardSaysWhatItsAttributesAre(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.bring("email;enfants;vip;rencontre;remarque\na@clients.example;2;oui;22/11/2025;bien\nb@clients.example;3,5;non;01/02/2025;42\n", model.BasisConsent)
		for i := 1; i <= 5; i++ {
			s.buy(fmt.Sprint(i), "a@clients.example", model.NewDate(2026, 11, i), 5000)
		}
		card := s.card("a@clients.example")
		want := map[string]string{"enfants": campaigns.AttrNumber, "vip": campaigns.AttrBoolean, "rencontre": campaigns.AttrDate, "remarque": campaigns.AttrText}
		if d := cmp.Diff(want, card.AttrTypes); d != "" {
			s.Error(d)
		}
		if card.RFM == "" || card.RFM == "none" || len(card.OrderList) != 5 || card.OrderList[0].ID != "5" || card.Reason != "" {
			s.Errorf("%+v", card)
		}
		s.must(s.desk.Oppose(s.ctx, "1", "lettre"))
		if card := s.card("1"); card.Suppressed == nil || card.Suppressed.Reason != model.SuppressOpposed || card.Reason != model.ExclOpposed {
			s.Errorf("%+v", card)
		}
		_, err := s.desk.Contact(s.ctx, "inconnu@clients.example")
		s.refused(err, model.KindNotFound, "contact.unknown")
	})
}

func TestFieldsOfAContactAreSetByName(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(3)
		set := func(id model.ContactID, version uint64, changes ...campaigns.FieldChange) (model.Contact, error) {
			return s.desk.EditContact(s.ctx, id, version, changes)
		}
		c, err := set(
			1, 1, campaigns.FieldChange{Field: "first_name", Value: " Zoé "}, campaigns.FieldChange{Field: "kind", Value: "b2b"},
			campaigns.FieldChange{Field: "basis", Value: "none"}, campaigns.FieldChange{Field: "basis_source", Value: "carte de visite"},
			campaigns.FieldChange{Field: "tracking", Value: "refused"}, campaigns.FieldChange{Field: "points", Value: "12"},
			campaigns.FieldChange{Field: "birth", Value: "1980-02-29"}, campaigns.FieldChange{Field: "tags", Value: "vip, grand compte,vip"},
			campaigns.FieldChange{Field: "zone", Value: "Z"}, campaigns.FieldChange{Field: "attr.couleur", Value: "bleu"},
		)
		s.must(err)
		if c.FirstName != "Zoé" || c.Kind != model.B2B || c.Basis != model.BasisNone || c.BasisSource != "carte de visite" || !c.BasisAt.Equal(s.now()) ||
			c.Tracking != model.TrackingRefused || c.Points != 12 || c.Birth != model.NewDate(1980, 2, 29) || len(c.Attrs) != 2 || c.Version != 2 {
			s.Errorf("%+v", c)
		}
		if d := cmp.Diff([]string{"grand compte", "vip"}, c.Tags); d != "" {
			s.Error(d)
		}
		if n := s.counted(`zone = "Z" and couleur = "bleu"`); n.Matched != 1 {
			s.Errorf("%+v", n)
		}
		_, err = set(1, 1, campaigns.FieldChange{Field: "city", Value: "Brest"})
		s.refused(err, model.KindConflict, "contact.changed")
		_, err = set(1, 2, campaigns.FieldChange{Field: "email", Value: address(2)})
		s.refused(err, model.KindRefused, "contact.email_taken")
		_, err = set(99, 1, campaigns.FieldChange{Field: "city", Value: "Brest"})
		s.refused(err, model.KindNotFound, "contact.unknown")
		for field, value := range map[string]string{
			"email": "nulle part", "kind": "b2x", "basis": "envie", "tracking": "oui", "points": "douze", "city": "a\nb",
		} {
			_, err = set(1, 2, campaigns.FieldChange{Field: field, Value: value})
			s.refused(err, model.KindInvalid, "contact.bad_value field="+field)
		}
		for _, day := range []string{"29/02/1981", "demain", "12/03/2050", "03/12/80/1"} {
			_, err = set(1, 2, campaigns.FieldChange{Field: "birth", Value: day})
			s.refused(err, model.KindInvalid, "contact.bad_birth field=birth")
		}
		for _, field := range []string{"surnom", "attr.", "attr.Deux Mots"} {
			_, err = set(1, 2, campaigns.FieldChange{Field: field, Value: "x"})
			s.refused(err, model.KindInvalid, "contact.unknown_field")
		}
		if c := s.card("1"); c.Version != 2 {
			s.Errorf("a refused edit wrote: %+v", c.Contact)
		}
	})
}

func TestAYesIsNotACorrection(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(1)
		set := func(field, value string) error {
			_, err := s.desk.EditContact(s.ctx, 1, s.card("1").Version, []campaigns.FieldChange{{Field: field, Value: value}})
			return err
		}
		s.refused(set("tracking", "granted"), model.KindRefused, "contact.yes_needs_proof field=tracking")
		s.must(set("basis", "consent")) // it is that already
		s.must(set("tracking", "refused"))
		s.must(set("basis", "none"))
		for _, value := range []string{"consent", "customer", "b2b"} {
			s.refused(set("basis", value), model.KindRefused, "contact.yes_needs_proof field=basis")
		}
		for _, value := range []string{"granted", "unknown"} {
			s.refused(set("tracking", value), model.KindRefused, "contact.yes_needs_proof field=tracking")
		}
		acts := s.consents("1").Acts
		if n := len(acts); n < 2 || acts[n-1].Act != model.Withdrawn || acts[n-2].Act != model.Declined {
			s.Errorf("what was taken away has no act: %+v", acts)
		}
	})
}

func TestOrdersThatWaitedForAnAddressComeWithIt(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(2)
		s.buy("1", "nouvelle@clients.example", model.NewDate(2026, 11, 20), 4200)
		if n := s.counted("spend_30d > 0"); n.Matched != 0 {
			s.Errorf("%+v", n)
		}
		_, err := s.desk.EditContact(s.ctx, 1, 1, []campaigns.FieldChange{{Field: "email", Value: "nouvelle@clients.example"}})
		s.must(err)
		if n := s.counted("spend_30d > 0"); n.Matched != 1 {
			s.Errorf("%+v", n)
		}
	})
}

func TestHistoryIsEveryFactInOrder(t *testing.T) {
	inShop(t, nil, nil, func(s *shop) {
		s.people(20)
		s.buy("1", address(1), model.NewDate(2027, 1, 1), 4200)
		s.send(file{holdout: "share = 0.5"})
		s.days(60)
		s.must(s.desk.Oppose(s.ctx, address(1), "lettre"))
		lines, err := s.desk.History(s.ctx, address(1))
		s.must(err)
		var kinds []string
		for i, l := range lines {
			if l.Kind == "held_out" {
				l.Kind = "message" // the draw decides
			}
			kinds = append(kinds, l.Kind)
			if l.Kind == "consent" && (l.Act == nil || l.Act.Source == "" || l.Act.Undated) {
				s.Errorf("an act without its proof: %+v", l)
			}
			if l.DayOnly != (l.Kind == "order") {
				s.Errorf("the hour of that order is known to nobody, all others are: %+v", l)
			}
			if i > 0 && l.At.Before(lines[i-1].At) {
				s.Errorf("%+v comes after %+v", l, lines[i-1])
			}
		}
		if d := cmp.Diff([]string{"created", "basis", "consent", "message", "order", "suppression", "consent"}, kinds); d != "" {
			s.Error(d)
		}
	})
}

func TestSortingAndFindingWaitForNoScreen(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(12)
		all, err := s.desk.Contacts(s.ctx, campaigns.ContactQuery{})
		s.must(err)
		if all.Len() != 12 || all.ID(3) != 4 || !all.Ready {
			s.Errorf("%+v", all)
		}
		found, err := s.desk.Contacts(s.ctx, campaigns.ContactQuery{Find: "PRENOM 12"})
		s.must(err)
		if !found.Ready || found.Len() != 1 || found.ID(0) != 12 || found.Total != 12 {
			s.Errorf("%+v", found)
		}
		down, err := s.desk.Contacts(s.ctx, campaigns.ContactQuery{Sort: campaigns.SortEmail, Desc: true})
		s.must(err)
		if down.ID(0) != 12 {
			s.Errorf("%+v", down)
		}
		if totals, err := s.desk.ContactTotals(s.ctx); err != nil || totals.Contacts != 12 || totals.Exact {
			s.Errorf("before anybody was read: %+v %v", totals, err)
		}
		_, err = s.desk.Count(s.ctx, `rfm = "none"`)
		s.must(err)
		rows, err := s.desk.ContactRows(s.ctx, []model.ContactID{down.ID(0), down.ID(1)})
		s.must(err)
		if len(rows) != 2 || rows[0].Email != address(12) || rows[0].Reason != "" || rows[0].RFM != "none" {
			s.Errorf("%+v", rows)
		}
		if totals, err := s.desk.ContactTotals(s.ctx); err != nil || totals.Contacts != 12 || totals.Prospects != 12 || !totals.Exact {
			s.Errorf("%+v %v", totals, err)
		}
	})
}
