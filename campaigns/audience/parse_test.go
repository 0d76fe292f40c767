package audience

import (
	"errors"
	"fmt"
	"testing"

	"blanche/model"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestARuleReadsTheSameInFrenchAndInEnglish(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, canonical string }{
		{`customer`, `customer`},
		{`tous`, `all`},
		{
			`customer and last_order < 180d ago and average_basket >= 50 and city = "Évry" and not received("noel-14")`,
			`customer and last_order < 180d ago and average_basket >= 50 and city = "Évry" and not received("noel-14")`,
		},
		{
			`client ET dernier_achat < il y a 180j ET panier_moyen >= 50 ET ville = « Évry » ET PAS a_reçu("noel-14")`,
			`customer and last_order < 180d ago and average_basket >= 50 and city = "Évry" and not received("noel-14")`,
		},
		{`a or b2b`, `error`},
		{`palier = or et client`, `tier = "or" and customer`},
		{`(palier = or) or palier = OR or b2b`, `tier = "or" or tier = "OR" or b2b`},
		{`tier in [or, argent]`, `tier in ["or", "argent"]`},
		{`city = or b2b`, `error`},
		{`customer or b2b and not prospect`, `customer or b2b and not prospect`},
		{`(customer or b2b) and prospect`, `(customer or b2b) and prospect`},
		{`not (customer or b2b)`, `not (customer or b2b)`},
		{`not not customer`, `not not customer`},
		{`((customer))`, `customer`},
		{`code_postal commence par 44`, `postcode starts "44"`},
		{`postcode = 01000`, `postcode = "01000"`},
		{`ville dans ["Évry", "Saint-Étienne"]`, `city in ["Évry", "Saint-Étienne"]`},
		{`orders in [1,5 , 7]`, `orders in [1, 5, 7]`},
		{`spend > 50,5`, `spend > 50.5`},
		{`ca_365j >= 100 euros`, `spend_365d >= 100`},
		{`orders_45d = 0`, `orders_45d = 0`},
		{`last_order > 30j`, `last_order > 30d ago`},
		{`last_order > 2 semaines`, `last_order > 14d ago`},
		{`naissance = 22/11/1980`, `birth = 1980-11-22`},
		{`birth >= "1980-11-22"`, `birth >= 1980-11-22`},
		{`birth exists and exists(card)`, `birth exists and card exists`},
		{`carte existe`, `card exists`},
		{`rfm = fidèles or rfm in ["À réveiller", champions]`, `rfm = "loyal" or rfm in ["to_wake", "champions"]`},
		{`kind = B2B`, `kind = "b2b"`},
		{`sendable = non`, `sendable = false`},
		{`attr.Dépenses_2025 >= 3 and attr.vip`, `attr.depenses_2025 >= 3 and attr.vip`},
		{`attr.zip = 01000`, `attr.zip = 01000`},
		{`tags = "vip" and étiquettes contient "é"`, `tags = "vip" and tags contains "é"`},
		{`company = "l'\"Été\" \\ \n"`, `company = "l'\"Été\" \\ \n"`},
		{`points <= −5`, `points <= -5`},
		{`points ≠ 5`, `points != 5`},
		{`created >= aujourd’hui`, `created >= 0d ago`},
	} {
		r, err := Parse(c.text)
		if c.canonical == "error" {
			if err == nil {
				t.Errorf("Parse(%s) = %s, want an error", c.text, r)
			}
			continue
		}
		if err != nil {
			t.Errorf("Parse(%s): %v", c.text, err)
			continue
		}
		if d := cmp.Diff(c.canonical, r.String()); d != "" {
			t.Errorf("Parse(%s): %s", c.text, d)
		}
	}
}

func TestAMistakeNamesItsColumnAndTheNearestField(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{``, `rule.empty`},
		{`custmer and b2b`, `rule.unknown_field column=1 word=custmer nearest=customer`},
		{`b2b and dernier_acaht > 30j`, `rule.unknown_field column=9 word=dernier_acaht nearest=dernier_achat`},
		{`ville = "É" et viile = "x"`, `rule.unknown_field column=16 word=viile nearest=ville`},
		{`customer and`, `rule.ends_early column=13`},
		{`customer customer`, `rule.unexpected column=10 word=customer`},
		{`spend >= "dix"`, `rule.wants_money column=10 word="dix" field=spend`},
		{`last_order < 12`, `rule.wants_date column=14 word=12 field=last_order`},
		{`birth = 2026-02-30`, `rule.bad_date column=9 word=2026-02-30`},
		{`city = "Évry`, `rule.unfinished_text column=8 word="`},
		{`(customer or b2b`, `rule.unfinished column=17 expected=)`},
		{`spend`, `rule.no_comparison_end column=6 field=spend`},
		{`spend and b2b`, `rule.no_comparison column=7 word=and field=spend`},
		{`points starts "1"`, `rule.wrong_comparison column=8 word=starts field=points`},
		{`rfm = champios`, `rule.unknown_value column=7 word=champios field=rfm nearest=champions`},
		{`city ~ "x"`, `rule.unexpected column=6 word=~`},
	} {
		_, err := Parse(c.text)
		if err == nil || err.Error() != c.want {
			t.Errorf("Parse(%s): %v, want %s", c.text, err, c.want)
		}
		if model.KindOf(err) != model.KindInvalid {
			t.Errorf("Parse(%s): kind %v", c.text, model.KindOf(err))
		}
	}
}

func TestFreeColumnsNeedNoPrefixWhereTheyAreKnown(t *testing.T) {
	t.Parallel()
	attrs := map[string]Type{"zip_code": TypeText, "mens": TypeNumber}
	r, err := parseFor(`zip_code = urban and mens and attr.mens >= 1`, known{types: attrs})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(`attr.zip_code = "urban" and attr.mens and attr.mens >= 1`, r.String()); d != "" {
		t.Error(d)
	}
	_, err = parseFor(`attr.zip_cod = "x"`, known{types: attrs})
	var e *model.Error
	if !errors.As(err, &e) || e.Key != "rule.unknown_field" || fmt.Sprint(e.Args[5]) != "zip_code" {
		t.Errorf("unknown free column: %v", err)
	}
}

func member(t *rapid.T, text *rapid.Generator[string]) model.RuleMember {
	m := model.RuleMember{Event: rapid.SampledFrom(model.RuleEvents()).Draw(t, "event"), Name: text.Draw(t, "campaign")}
	if m.Event.Dated() {
		m.Period = period(t)
	}
	return m
}

// period draws any stretch of days.
func period(t *rapid.T) (p model.RulePeriod) {
	day := rapid.OneOf(
		rapid.Just(model.RuleValue{}),
		rapid.Map(rapid.IntRange(-20000, 40000), func(d int) model.RuleValue { return model.DateValue(model.Date(d)) }),
		rapid.Map(rapid.IntRange(0, 9999), model.AgoValue),
	)
	if rapid.Bool().Draw(t, "last") {
		p.Last = rapid.IntRange(1, 9999).Draw(t, "days")
		return p
	}
	p.From, p.To = day.Draw(t, "from"), day.Draw(t, "to")
	return p
}

// ruleGen draws any tree that the language can say.
func ruleGen() *rapid.Generator[model.Rule] {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"Évry", "l'été", `a"b\c`, "", " x "}))
	values := map[Type]*rapid.Generator[model.RuleValue]{
		TypeText:   rapid.Map(text, model.TextValue),
		TypeNumber: rapid.Map(rapid.Float64Range(-1e6, 1e6), model.NumberValue),
		TypeDate: rapid.OneOf(
			rapid.Map(rapid.IntRange(-200000, 200000), func(d int) model.RuleValue { return model.DateValue(model.Date(d)) }),
			rapid.Map(rapid.IntRange(0, 99999), model.AgoValue)),
	}
	fields := map[Type][]string{
		TypeText:   {"city", "email", "tags", "postcode"},
		TypeNumber: {"spend", "points", "average_basket", "spend_77d", "attr.a1"},
		TypeDate:   {"birth", "last_order", "attr.b_2"},
	}
	leaf := rapid.Custom(func(t *rapid.T) model.Rule {
		typ := rapid.SampledFrom([]Type{TypeText, TypeNumber, TypeDate}).Draw(t, "type")
		f := rapid.SampledFrom(fields[typ]).Draw(t, "field")
		switch rapid.IntRange(0, 8).Draw(t, "leaf") {
		case 0:
			return model.RuleFlag{Field: rapid.SampledFrom([]string{"customer", "sendable", "attr.x"}).Draw(t, "flag")}
		case 1:
			return model.RuleExists{Field: f}
		case 2:
			return model.RuleIn{Field: f, Values: rapid.SliceOfN(values[typ], 1, 4).Draw(t, "values")}
		case 3:
			return member(t, text)
		case 4:
			return model.RuleAnniversary{Field: rapid.SampledFrom([]string{"birth", "created", "attr.d"}).Draw(t, "of"), Days: rapid.IntRange(1, 366).Draw(t, "days")}
		case 6:
			f := rapid.SampledFrom([]string{"basis", "kind", "tracking", "rfm"}).Draw(t, "coded")
			code := rapid.Map(rapid.SampledFrom(coded[f]), func(line []string) model.RuleValue { return model.TextValue(line[0]) })
			if rapid.Bool().Draw(t, "list") {
				return model.RuleIn{Field: f, Values: rapid.SliceOfN(code, 1, 3).Draw(t, "codes")}
			}
			return model.RuleCompare{Field: f, Op: model.RuleOp(rapid.IntRange(0, 1).Draw(t, "op")), Value: code.Draw(t, "code")}
		case 5:
			s := model.RuleScope{Channel: text.Draw(t, "channel"), Category: text.Draw(t, "category"), Code: text.Draw(t, "code"), Period: period(t)}
			op := model.RuleOp(rapid.IntRange(0, 5).Draw(t, "op"))
			if rapid.Bool().Draw(t, "day") {
				return model.RuleCompare{Field: "last_order", Scope: s, Op: op, Value: values[TypeDate].Draw(t, "value")}
			}
			return model.RuleCompare{Field: rapid.SampledFrom([]string{"spend", "orders", "average_basket"}).Draw(t, "of"), Scope: s, Op: op, Value: values[TypeNumber].Draw(t, "value")}
		}
		ops := 6
		if typ == TypeText {
			ops = 8
		}
		op := model.RuleOp(rapid.IntRange(0, ops-1).Draw(t, "op"))
		return model.RuleCompare{Field: f, Op: op, Value: values[typ].Draw(t, "value")}
	})
	var tree func(depth int) *rapid.Generator[model.Rule]
	tree = func(depth int) *rapid.Generator[model.Rule] {
		if depth == 0 {
			return leaf
		}
		return rapid.Custom(func(t *rapid.T) model.Rule {
			inner := tree(depth - 1)
			switch rapid.IntRange(0, 4).Draw(t, "node") {
			case 0:
				return model.RuleAnd{Rules: rapid.SliceOfN(inner, 2, 3).Draw(t, "and")}
			case 1:
				return model.RuleOr{Rules: rapid.SliceOfN(inner, 2, 3).Draw(t, "or")}
			case 2:
				return model.RuleNot{Rule: inner.Draw(t, "not")}
			case 3:
				return model.RuleAll{}
			}
			return leaf.Draw(t, "leaf")
		})
	}
	return tree(3)
}

func TestATreeWrittenAndReadAgainIsTheSameTree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := ruleGen().Draw(t, "rule")
		back, err := Parse(r.String())
		if err != nil {
			t.Fatalf("%s: %v", r, err)
		}
		if d := cmp.Diff(r, back); d != "" {
			t.Fatalf("%s: %s", r, d)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		`client ET dernier_achat < il y a 180j ET panier_moyen >= 50 ET PAS a_reçu("Noël")`,
		`city in ["a", b] or birth = 22/11/2026 and not (points <= -5,5)`, `attr.x = 01000`, `« é »`, `orders(90d, channel = "web", rayon = "a|b", code = X) >= 3`, `a reçu(toutes, du 01/01/2026 au 31/03/2026)`,
		`used_code("a", from 2026-01-01)`, `a_cliqué(une, depuis il y a 9j jusqu'à aujourd'hui)`, `base_légale_depuis > 02/11/2026 ou suivi dans [accordé]`, `anniversaire dans les 7 prochains jours`, `anniversary(attr.x) in next 3d`, `spend_30d(canal = web) > 1`, `2026-11-22`, "city = \"\xff\"",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse(text)
		if err != nil {
			var e *model.Error
			if !errors.As(err, &e) {
				t.Fatalf("%q: %v is not a model.Error", text, err)
			}
			return
		}
		back, err := Parse(r.String())
		if err != nil {
			t.Fatalf("%q reads as %s, which does not: %v", text, r, err)
		}
		inFrench, err := Parse(french.Rule(r))
		if err != nil {
			t.Fatalf("%q is written %s in French, which does not read: %v", text, french.Rule(r), err)
		}
		if want := fmt.Sprintf("%#v", r); want != fmt.Sprintf("%#v", back) || want != fmt.Sprintf("%#v", inFrench) {
			t.Fatalf("%q: %s is not %s, or not %s", text, r, back, inFrench)
		}
	})
}

func FuzzFold(f *testing.F) {
	f.Add("Évry-Sœur ’ İ ß")
	f.Add("\xf4ĝ")
	f.Fuzz(func(t *testing.T, s string) {
		if once := Fold(s); Fold(once) != once {
			t.Fatalf("Fold(%q) = %q, then %q", s, once, Fold(once))
		}
	})
}
