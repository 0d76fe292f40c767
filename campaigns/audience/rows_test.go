package audience

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"blanche/campaigns/internal/naming"
	"blanche/model"
)

func TestTheNameOfAColumnFoldsAsAFreeColumnDoes(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"Dépenses 2025": "depenses_2025", "zip_code": "zip_code", " E-mail ": "e_mail", "N° carte": "n_carte",
		"Chiffre d’affaires (€)": "chiffre_d_affaires", "Cœur de cible": "coeur_de_cible", "__A__b": "a_b", "顧客": "",
	} {
		if got := naming.Column(title); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
	got := columnNames([]string{"É é", "e-e", "顧客", "e_e_2", "e e"})
	if d := cmp.Diff([]string{"e_e", "e_e_2", "column_3", "e_e_2_2", "e_e_3"}, got); d != "" {
		t.Error(d)
	}
}

func TestAFreeColumnCalledLikeAFieldIsReachedByItsPrefix(t *testing.T) {
	t.Parallel()
	f := shop()
	f.contacts[0].SetAttr("spend", "3")
	f.contacts[2].SetAttr("spend", "7")
	f.contacts[0].SetAttr("channel", "web")
	f.contacts[2].SetAttr("depenses_2025", "12")
	b := f.build(t)
	for rule, want := range map[string][]model.ContactID{
		`spend >= 100`:              {1},
		`attr.spend >= 5`:           {3},
		`attr.spend < 5 and b2b`:    {},
		`channel = web`:             {1},
		`depenses >= 100`:           {1}, // an alias of spend
		`Dépenses 2025 >= 10`:       {3}, // a free column, though it starts with that alias
		`"Dépenses 2025" = 12`:      {3},
		`exists("dépenses 2025")`:   {3},
		`attr.Dépenses_2025 exists`: {3},
	} {
		r, err := b.Parse(rule)
		if err != nil {
			t.Errorf("%s: %v", rule, err)
			continue
		}
		ids, err := b.Select(r, Facts{Now: now})
		if err != nil || !slices.Equal(ids, want) {
			t.Errorf("%s: %v %v, want %v", rule, ids, err, want)
		}
		again, err := b.Parse(r.String())
		if err != nil || !cmp.Equal(r, again) {
			t.Errorf("%s is written %s, which reads as %v %v", rule, r, again, err)
		}
	}
}

func TestAColumnOfTextsIsNotPutInOrderAgainstANumber(t *testing.T) {
	t.Parallel()
	f := shop()
	for i, v := range []string{"900", "1200", "n/c", "2500", "N/C"} {
		f.contacts[i].SetAttr("depenses_2025", v)
	}
	f.contacts[0].SetAttr("visite", "hier")
	f.contacts[1].SetAttr("visite", "22/10/2026")
	b := f.build(t)
	for rule, want := range map[string]string{
		`depenses_2025 > 1000`:      `rule.text_not_number column=17 field=depenses_2025 word=1000 odd=2 all=5 example=n/c`,
		`attr.depenses_2025 <= 9,5`: `rule.text_not_number column=23 field=attr.depenses_2025 word=9,5 odd=2 all=5 example=n/c`,
		`visite > 30j`:              `rule.text_not_date column=10 field=visite word=30j odd=1 all=2 example=hier`,
		`visite > 2026-01-01`:       `rule.text_not_date column=10 field=visite word=2026-01-01 odd=1 all=2 example=hier`,
	} {
		_, err := b.Parse(rule)
		var e *model.Error
		if !errors.As(err, &e) || e.Error() != want || e.HintKey == "" {
			t.Errorf("%s: %v, want %s with a hint", rule, err, want)
		}
	}
	for _, rule := range []string{`depenses_2025 = 900`, `depenses_2025 != 900`, `depenses_2025 > "1000"`, `depenses_2025 in [900, 2500]`, `postcode > 44000`} {
		if _, err := b.Parse(rule); err != nil {
			t.Errorf("%s: %v", rule, err)
		}
	}
	// A rule that was kept when the column still was one of numbers.
	r, err := Parse(`attr.depenses_2025 > 1000`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Count(r, Facts{Now: now}); !errors.Is(err, model.Invalid("rule.not_number")) {
		t.Errorf("counted in silence: %v", err)
	}
}

func TestEveryMistakeOfARuleHasAHint(t *testing.T) {
	t.Parallel()
	b := shop().build(t)
	for _, rule := range []string{
		``, strings.Repeat("x", maxRuleBytes+1), strings.Repeat("(", 200), `customer customer`, `customer and`, `(customer`, `city in ["a" "b"]`,
		`custmer`, `rfm = champios`, `spend`, `spend and b2b`, `points starts "1"`, `points > x`, `spend > x`, `birth > x`, `birth = 2026-02-30`,
		`customer = peut`, `city = "x`, `city ~ 1`, `sendable > oui`,
	} {
		_, err := b.Parse(rule)
		var e *model.Error
		if !errors.As(err, &e) || e.HintKey == "" {
			t.Errorf("%.40s: %v has no hint", rule, err)
		}
	}
	for _, r := range []model.Rule{
		model.RuleFlag{Field: "nothing"},
		model.RuleMember{Name: "nothing"},
		model.RuleCompare{Field: "spend", Value: model.TextValue("x")},
		model.RuleCompare{Field: "birth", Value: model.TextValue("x")},
	} {
		_, err := b.Count(r, Facts{Now: now})
		var e *model.Error
		if !errors.As(err, &e) || e.HintKey == "" {
			t.Errorf("%s: %v has no hint", r, err)
		}
	}
}

// A second, slow reading of a rule over a file: each row by itself, its cells
// read again at each comparison.

func rowTruth(r model.Rule, row map[string]string, types map[string]Type) bool {
	switch r := r.(type) {
	case model.RuleAnd:
		return !slices.ContainsFunc(r.Rules, func(x model.Rule) bool { return !rowTruth(x, row, types) })
	case model.RuleOr:
		return slices.ContainsFunc(r.Rules, func(x model.Rule) bool { return rowTruth(x, row, types) })
	case model.RuleNot:
		return !rowTruth(r.Rule, row, types)
	case model.RuleExists:
		return row[r.Field] != ""
	case model.RuleIn:
		return slices.ContainsFunc(r.Values, func(v model.RuleValue) bool {
			return rowTruth(model.RuleCompare{Field: r.Field, Op: model.OpEqual, Value: v}, row, types)
		})
	case model.RuleCompare:
		cell := row[r.Field]
		switch {
		case cell == "":
			return false
		case types[r.Field] == TypeText || r.Op > model.OpMoreEqual:
			return holds(r.Op, Fold(cell), Fold(textOf(r.Value)))
		}
		x, _ := strconv.ParseFloat(strings.Replace(cell, ",", ".", 1), 64)
		return compares(x, r.Op, r.Value)
	}
	return true
}

func rowRule(depth int) *rapid.Generator[model.Rule] {
	return rapid.Custom(func(t *rapid.T) model.Rule {
		if depth > 0 && rapid.Bool().Draw(t, "inner") {
			inner := rowRule(depth - 1)
			switch rapid.IntRange(0, 2).Draw(t, "node") {
			case 0:
				return model.RuleNot{Rule: inner.Draw(t, "not")}
			case 1:
				return model.RuleAnd{Rules: rapid.SliceOfN(inner, 2, 3).Draw(t, "and")}
			}
			return model.RuleOr{Rules: rapid.SliceOfN(inner, 2, 3).Draw(t, "or")}
		}
		field, ops := "attr.spend", int(model.OpMoreEqual)
		value := rapid.Map(rapid.IntRange(-2, 12), func(n int) model.RuleValue { return model.NumberValue(float64(n) / 4) })
		if rapid.Bool().Draw(t, "text") {
			field, ops = rapid.SampledFrom([]string{"attr.city", "attr.or"}).Draw(t, "field"), int(model.OpContains)
			value = rapid.Map(rapid.SampledFrom(oracleTexts), model.TextValue)
		}
		switch rapid.IntRange(0, 4).Draw(t, "leaf") {
		case 0:
			return model.RuleExists{Field: field}
		case 1:
			return model.RuleIn{Field: field, Values: rapid.SliceOfN(value, 1, 3).Draw(t, "values")}
		}
		return model.RuleCompare{Field: field, Op: model.RuleOp(rapid.IntRange(0, ops).Draw(t, "op")), Value: value.Draw(t, "value")}
	})
}

func TestRowsOfAFileSayWhatEachRowSays(t *testing.T) {
	t.Parallel()
	types := map[string]Type{"attr.city": TypeText, "attr.or": TypeText, "attr.spend": TypeNumber}
	header := []string{"City", "spend", "or"}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.Just(""), rapid.SampledFrom(oracleTexts))
		amount := rapid.SampledFrom([]string{"", "0", "0,25", "1.5", "2", "-0,5"})
		var file [][]string
		for range rapid.IntRange(1, 150).Draw(t, "rows") {
			file = append(file, []string{text.Draw(t, "city"), amount.Draw(t, "spend"), text.Draw(t, "or")})
		}
		file = append(file, []string{"Évry", "1", "Évry"}) // every column has its type
		rule := rowRule(2).Draw(t, "rule")
		written := strings.ReplaceAll(rule.String(), "attr.or ", `"OR" `)
		rows, err := NewRows(written, header, parseNumber, now)
		if err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		for _, cells := range file {
			rows.Add(func(i int) string { return " " + cells[i] })
		}
		match, err := rows.Match()
		if err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		for i, cells := range file {
			row := map[string]string{"attr.city": cells[0], "attr.spend": cells[1], "attr.or": cells[2]}
			if match(i) != rowTruth(rule, row, types) {
				t.Fatalf("%s: row %q is %v", written, cells, match(i))
			}
		}
	})
}
