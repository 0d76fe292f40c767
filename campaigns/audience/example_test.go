package audience

import (
	"errors"
	"strings"
	"testing"

	"blanche/model"
)

// hintOf is the rule that the hint of a mistake proposes, in a language, and
// what the sentence calls the nearest field.
func hintOf(t *testing.T, text, lang string) (near, example string) {
	t.Helper()
	_, err := Parse(text)
	var e *model.Error
	if !errors.As(err, &e) {
		t.Fatalf("%s: %v", text, err)
	}
	for i, v := range e.Args {
		if x, ok := v.(interface{ In(string) string }); ok && e.Args[i-1] == "nearest" {
			near = x.In(lang)
		}
	}
	for i, v := range e.HintArgs {
		if x, ok := v.(model.RuleText); ok && e.HintArgs[i-1] == "example" {
			example = x.In(lang)
		}
	}
	return near, example
}

func TestAWordThatIsNoFieldGetsAnExampleInTheLanguageOfThePerson(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, lang, near, example string }{
		{`anniversaires`, "fr", `anniversaire`, `anniversaire dans 7j`},
		{`anniversaire`, "fr", ``, `anniversaire dans 7j`},
		{`anniversaire = demain`, "fr", ``, `anniversaire dans 7j`},
		{`anniversaire`, "en", ``, `birthday in next 7d`},
		{`birthday = today`, "fr", ``, `anniversaire dans 7j`},
		{`consent`, "fr", `base_légale`, `base_légale = "consentement"`},
		{`consentement = oui`, "fr", `base_légale`, `base_légale = "consentement"`},
		{`consent`, "en", `basis`, `basis = "consent"`},
		{`coupon = "X"`, "fr", `a_utilisé`, `a_utilisé("NOEL15")`},
		{`sum > 3`, "en", `spend`, `spend >= 100`},
		{`client et somme > 3`, "fr", `ca`, `ca >= 100`},
		{`achat > 3`, "fr", `commandes`, `commandes(90j) >= 1`},
		{`moyenne(commandes) > 3`, "fr", `panier_moyen`, `panier_moyen >= 50`},
		{`désabonné`, "fr", `opposé`, `opposé`},
		{`a_ouvert("noel")`, "fr", `a_cliqué`, `a_cliqué(une, 30j)`},
		{`received`, "en", ``, `received(any, 30d)`},
		{`canal = web`, "fr", `commandes`, `commandes(canal = "web") >= 1`},
		{`catégorie = jardin`, "fr", `ca`, `ca(catégorie = "jardin") > 0`},
		{`dernier < 30j`, "fr", `dernière_commande`, `dernière_commande < il y a 180j`},
		{`vile = Nantes`, "fr", `ville`, `ville = "Nantes"`},
		{`comandes > 3`, "en", `orders`, `orders >= 3`},
		{`naisance < 2000`, "fr", `naissance`, `naissance < 01/01/1986`},
		{`rfm = champios`, "fr", `champions`, `rfm = "champions"`},
		{`rfm = "endormi s"`, "fr", `endormis`, `rfm = "endormis"`},
		{`ca plus 50`, "fr", ``, `ca > 50`},
		{`ville like nantes`, "fr", ``, `ville contient "Nantes"`},
		{`dernière_commande avant 2026-01-01`, "fr", ``, `dernière_commande < il y a 90j`},
		{`naissance avant 1986-01-01`, "fr", ``, `naissance < 01/01/1986`},
		{`téléphone vide`, "fr", ``, `non téléphone existe`},
		{`ville`, "en", ``, `city = "Nantes"`},
	} {
		near, example := hintOf(t, c.text, c.lang)
		if near != c.near || example != c.example {
			t.Errorf("%s (%s): nearest %q, example %q; want %q, %q", c.text, c.lang, near, example, c.near, c.example)
		}
	}
}

func TestEveryExampleReadsInBothLanguages(t *testing.T) {
	t.Parallel()
	var examples []model.Rule
	seen := map[string]string{}
	for text, words := range meant {
		r, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		examples = append(examples, r)
		for _, word := range strings.Fields(words) {
			if other, twice := seen[word]; twice {
				t.Errorf("%s means %s, and %s", word, other, text)
			}
			if seen[word] = text; word != Fold(word) {
				t.Errorf("%s is not folded", word)
			}
		}
	}
	for _, name := range Fields() {
		_, typ, _ := builtinField(name)
		examples = append(examples, exampleOf(name, typ))
	}
	for word := range eventWords {
		examples = append(examples, (&parser{}).exampleOf(word))
	}
	for _, r := range examples {
		for _, text := range []string{english.Rule(r), french.Rule(r)} {
			if back, err := Parse(text); err != nil || back.String() != r.String() {
				t.Errorf("%s reads as %v, %v", text, back, err)
			}
		}
	}
}

func TestAWordThatIsRightIsNotCalledUnknown(t *testing.T) {
	t.Parallel()
	for text, key := range map[string]string{
		"naissance dans 7j": "rule.birth_in", "birth in next 7d": "rule.birth_in", "birth in 7": "rule.birth_in",
		"anniversaire = demain": "rule.anniversary_in", "birthday < 30": "rule.anniversary_in", "anniversary = today": "rule.anniversary_in",
		"received > 3": "rule.misused", "a_cliqué": "rule.misused", "anniversaires": "rule.unknown_field", "vile = Nantes": "rule.unknown_field",
	} {
		_, err := Parse(text)
		var e *model.Error
		if !errors.As(err, &e) || e.Key != key || e.HintKey == "" {
			t.Errorf("%s: %v", text, err)
		}
	}
}
