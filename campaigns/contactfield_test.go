package campaigns_test

import (
	"errors"
	"testing"

	"blanche/campaigns"
	"blanche/model"
)

func TestFieldsAreSetByTheWordsOfFilesAndRules(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(1)
		for _, c := range []struct {
			field, value string
			got          func(model.Contact) any
			want         any
		}{
			{"prenom", "Zoé", func(c model.Contact) any { return c.FirstName }, "Zoé"},
			{"Prénom", "Inès", func(c model.Contact) any { return c.FirstName }, "Inès"},
			{"nom_de_famille", "Martin", func(c model.Contact) any { return c.LastName }, "Martin"},
			{"ville", "Nantes", func(c model.Contact) any { return c.City }, "Nantes"},
			{"code_postal", "44 000", func(c model.Contact) any { return c.Postcode }, "44000"},
			{"tel", "06 12 34 56 78", func(c model.Contact) any { return c.Phone }, "+33612345678"},
			{"phone", "+32 470 12 34 56", func(c model.Contact) any { return c.Phone }, "+32470123456"},
			{"naissance", "12/03/1980", func(c model.Contact) any { return c.Birth }, model.NewDate(1980, 3, 12)},
			{"birth", "1981-04-13", func(c model.Contact) any { return c.Birth }, model.NewDate(1981, 4, 13)},
			{"anniversaire", "14.05.82", func(c model.Contact) any { return c.Birth }, model.NewDate(1982, 5, 14)},
			{"birth", "", func(c model.Contact) any { return c.Birth }, model.Date(0)},
			{"type", "professionnel", func(c model.Contact) any { return c.Kind }, model.B2B},
			{"langue", "Français", func(c model.Contact) any { return c.Lang }, "fr"},
			{"points", "1\u202f200", func(c model.Contact) any { return c.Points }, int64(1200)},
			{"palier", "or", func(c model.Contact) any { return c.Tier }, "or"},
			{"suivi", "refusé", func(c model.Contact) any { return c.Tracking }, model.TrackingRefused},
			{"base", "aucune", func(c model.Contact) any { return c.Basis }, model.BasisNone},
			{"etiquettes", "vip;salon", func(c model.Contact) any { return len(c.Tags) }, 2},
			{"phone", "", func(c model.Contact) any { return c.Phone }, ""},
		} {
			got, err := s.desk.EditContact(s.ctx, 1, s.card("1").Version, []campaigns.FieldChange{{Field: c.field, Value: c.value}})
			s.must(err)
			if c.got(got) != c.want {
				s.Errorf("%s=%s: %v, want %v", c.field, c.value, c.got(got), c.want)
			}
		}
	})
}

func TestAWordThatIsNoFieldSaysWhatWasMeant(t *testing.T) {
	inShop(t, nil, func(s *shop) { s.opt.Sends = false }, func(s *shop) {
		s.people(1)
		for _, c := range []struct{ field, value, key, hint, near string }{
			{"tel", "0612", "contact.bad_phone", "contact.bad_phone_hint", ""},
			{"tel", "à rappeler", "contact.bad_phone", "contact.bad_phone_hint", ""},
			{"prennom", "Zoé", "contact.unknown_field", "contact.nearest_field", "prenom"},
			{"vlile", "Nantes", "contact.unknown_field", "contact.nearest_field", "ville"},
			{"citty", "Nantes", "contact.unknown_field", "contact.nearest_field", "city"},
			{"consentement", "oui", "contact.unknown_field", "contact.set_consent", ""},
			{"désabonné", "oui", "contact.unknown_field", "contact.set_opposition", ""},
			{"nom complet", "Zoé Martin", "contact.unknown_field", "contact.set_names", ""},
			{"couleur préférée", "bleu", "contact.unknown_field", "contact.new_attribute", ""},
			{"ca", "12", "contact.unknown_field", "contact.worked_out", ""},
		} {
			_, err := s.desk.EditContact(s.ctx, 1, s.card("1").Version, []campaigns.FieldChange{{Field: c.field, Value: c.value}})
			var e *model.Error
			if !errors.As(err, &e) || e.Key != c.key || e.HintKey != c.hint && c.hint != c.key+"_hint" {
				s.Errorf("%s=%s: %v", c.field, c.value, err)
				continue
			}
			if c.near != "" && (len(e.HintArgs) < 2 || e.HintArgs[1] != c.near) {
				s.Errorf("%s: %v", c.field, e.HintArgs)
			}
		}
	})
}
