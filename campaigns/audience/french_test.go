package audience

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blanche/model"
)

var french, english = model.RuleWordsOf("fr"), model.RuleWordsOf("en")

// sameInBoth are the names that French managers use as they are.
var sameInBoth = map[string]bool{"email": true, "points": true, "prospect": true, "rfm": true}

func TestEveryWordOfARuleIsReadInFrenchAsItIsWritten(t *testing.T) {
	t.Parallel()
	for _, name := range Fields() {
		got, _, ok := builtinField(Fold(french.Field(name)))
		if !ok || got != name {
			t.Errorf("%s is written %s, which reads as %q", name, french.Field(name), got)
		}
		if _, _, days := periodField(name); !days && french.Field(name) == name && !sameInBoth[name] {
			t.Errorf("%s has no French name", name)
		}
	}
	for field, lines := range coded {
		for _, line := range lines {
			word := french.Code(field, line[0])
			if got, _, ok := codeOf(field, word); !ok || got != line[0] {
				t.Errorf("%s = %s is written %s, which reads as %q", field, line[0], word, got)
			}
		}
	}
	for _, e := range model.RuleEvents() {
		if got, ok := eventWords[Fold(french.Event(e))]; !ok || got != e {
			t.Errorf("%s is written %s", e, french.Event(e))
		}
	}
}

func TestARuleIsWrittenAsAFrenchManagerWritesIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ canonical, written string }{
		{`all`, `tous`},
		{
			`customer and last_order < 180d ago and average_basket >= 50.5 and city = "Évry" and not received("noel-14")`,
			`client et dernière_commande < il y a 180j et panier_moyen >= 50,5 et ville = "Évry" et non a_reçu("noel-14")`,
		},
		{`(customer or b2b) and sendable = false`, `(client ou professionnel) et joignable = non`},
		{`basis = "consent" and tracking in ["refused", "unknown"]`, `base_légale = "consentement" et suivi dans ["refusé", "inconnu"]`},
		{`basis_at > 2026-11-02 or birth exists`, `base_légale_depuis > 02/11/2026 ou naissance existe`},
		{`spend_365d > 100 and orders_45d in [1.5, 2]`, `ca_365j > 100 et commandes_45j dans [1.5, 2]`},
		{`spend(90d, channel = "web", category = "jardin", code = "X") > 1`, `ca(90j, canal = "web", catégorie = "jardin", code = "X") > 1`},
		{`rfm in ["to_wake", "none"] or kind = "b2c"`, `rfm dans ["à réveiller", "sans achat"] ou type = "particulier"`},
		{`birthday in next 7d or anniversary(created) in next 1d`, `anniversaire dans 7j ou anniversaire(créé_le) dans 1j`},
		{`received(any, from 2026-01-01 to 2026-03-31)`, `a_reçu(une, du 01/01/2026 au 31/03/2026)`},
		{`clicked(any, from 2026-01-01) and bounced("a", to 2026-01-01)`, `a_cliqué(une, depuis le 01/01/2026) et a_rebondi("a", jusqu'au 01/01/2026)`},
		{`used_code(any, from 90d ago to 30d ago)`, `a_utilisé(un, depuis il y a 90j jusqu'à il y a 30j)`},
		{`in_snapshot("a") and held_out(any)`, `dans_instantané("a") et zone_blanche(une)`},
		{`postcode starts "44" and tags contains "jardin"`, `code_postal commence par "44" et étiquettes contient "jardin"`},
		{`created < 0d ago`, `créé_le < aujourd'hui`},
		{`attr.vip and attr.note > 1.5 and attr.depuis < 2026-11-02 and attr.abonne = true`, `attr.vip et attr.note > 1,5 et attr.depuis < 02/11/2026 et attr.abonne = oui`},
		{`basis starts "cons"`, `error`},
	} {
		r, err := Parse(c.canonical)
		if c.written == "error" {
			if err == nil && french.Rule(r) != `base_légale commence par "cons"` {
				t.Errorf("%s: %s", c.canonical, french.Rule(r))
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.canonical, err)
			continue
		}
		if d := cmp.Diff(c.written, french.Rule(r)); d != "" {
			t.Errorf("%s: %s", c.canonical, d)
		}
		if back, err := Parse(c.written); err != nil || !cmp.Equal(r, back) {
			t.Errorf("%s: reads as %s, %v", c.written, back, err)
		}
	}
}

func TestATreeWrittenInFrenchIsTheSameTreeAndTheSameText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := ruleGen().Draw(t, "rule")
		text := french.Rule(r)
		back, err := Parse(text)
		if err != nil {
			t.Fatalf("%s is written %s: %v", r, text, err)
		}
		if d := cmp.Diff(r, back); d != "" {
			t.Fatalf("%s is written %s: %s", r, text, d)
		}
		if again := french.Rule(back); again != text {
			t.Fatalf("%s is written %s", text, again)
		}
		if r.String() != english.Rule(back) {
			t.Fatalf("%s is %s", r, english.Rule(back))
		}
	})
}
