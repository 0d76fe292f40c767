package say_test

import (
	"strings"
	"testing"

	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/say"
)

func TestALineOfTheHistoryIsWhollyInTheLanguageOfItsReader(t *testing.T) {
	t.Parallel()
	fr, en := i18n.New("fr"), i18n.New("en")
	total := model.Cents(38800)
	complaint := model.SuppressComplaint
	spaces := strings.NewReplacer("\u00a0", " ", "\u202f", " ")
	cases := []struct {
		line   model.HistoryLine
		fr, en string
	}{
		{model.HistoryLine{Kind: "order", Cents: &total, Detail: "web", Currency: "EUR"}, "388,00 € · web", "€388.00 · web"},
		{model.HistoryLine{Kind: "order", Cents: &total, Detail: "web", Code: "cancelled"}, "388,00 € · annulée · web", "€388.00 · cancelled · web"},
		{model.HistoryLine{Kind: "order", Cents: &total, Code: "pending", Currency: "USD"}, "388,00 USD · en attente", "388.00 USD · pending"},
		{model.HistoryLine{Kind: "message", Detail: "bounced", Code: "550 5.1.1"}, "revenu en erreur 550 5.1.1", "bounced 550 5.1.1"},
		{model.HistoryLine{Kind: "suppression", Ref: "complaint", Detail: "complaint"}, "plainte · plainte", "complaint · complaint"},
		{model.HistoryLine{Kind: "suppression", Ref: "bounced", Detail: "report 550 5.1.1"}, "adresse en erreur · retour en erreur 550 5.1.1", "address bounced · report of non-delivery 550 5.1.1"},
		{
			model.HistoryLine{Kind: "consent", Ref: "prospecting", Detail: "withdrawn", Act: &model.ActLine{Reason: &complaint, Source: "complaint", Operator: "root"}},
			"retiré · plainte · root", "withdrawn · complaint · root",
		},
		{
			model.HistoryLine{Kind: "consent", Ref: "prospecting", Detail: "granted", Act: &model.ActLine{Source: "link of a message noel-15", Operator: "token:till"}},
			"accordé · lien du message noel-15 · programme till", "granted · link of the message noel-15 · program till",
		},
		{
			model.HistoryLine{Kind: "consent", Ref: "prospecting", Detail: "granted", Act: &model.ActLine{Source: "report of the shop", Operator: "ines"}},
			"accordé · report of the shop · ines", "granted · report of the shop · ines",
		},
	}
	for _, c := range cases {
		if got := say.Detail(fr, c.line); spaces.Replace(got) != c.fr {
			t.Errorf("%q, not %q", got, c.fr)
		}
		if got := say.Detail(en, c.line); spaces.Replace(got) != c.en {
			t.Errorf("%q, not %q", got, c.en)
		}
	}
	for _, p := range []*i18n.Printer{fr, en} {
		for state := model.StatePlanned; state <= model.StateBounced; state++ {
			if !p.Has("campaign.recipient." + state.String()) {
				t.Errorf("%s: no word for %s", p.Lang(), state)
			}
		}
		for reason := model.SuppressOpposed; reason <= model.SuppressInvalid; reason++ {
			if !p.Has("contact.reason." + reason.String()) {
				t.Errorf("%s: no word for %s", p.Lang(), reason)
			}
		}
	}
}
