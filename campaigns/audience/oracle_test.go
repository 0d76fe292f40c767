package audience

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"blanche/model"
)

// A second, slow reading of the rules, one person at a time, to hold the
// columns against: truth looks at the contact itself.

func truth(r model.Rule, c *model.Contact, f *folder) bool {
	switch r := r.(type) {
	case model.RuleAnd:
		for _, x := range r.Rules {
			if !truth(x, c, f) {
				return false
			}
		}
		return true
	case model.RuleOr:
		return slices.ContainsFunc(r.Rules, func(x model.Rule) bool { return truth(x, c, f) })
	case model.RuleNot:
		return !truth(r.Rule, c, f)
	case model.RuleFlag:
		return c.Orders > 0
	case model.RuleExists:
		return len(valuesOf(r.Field, c, f)) > 0
	case model.RuleIn:
		return slices.ContainsFunc(r.Values, func(v model.RuleValue) bool {
			return truth(model.RuleCompare{Field: r.Field, Op: model.OpEqual, Value: v}, c, f)
		})
	case model.RuleCompare:
		has := valuesOf(r.Field, c, f)
		if r.Op == model.OpNotEqual {
			return len(has) > 0 && !slices.ContainsFunc(has, func(x any) bool { return compares(x, model.OpEqual, r.Value) })
		}
		return slices.ContainsFunc(has, func(x any) bool { return compares(x, r.Op, r.Value) })
	}
	return true
}

// valuesOf is what a person has in a field: nothing, or one value, or tags.
func valuesOf(field string, c *model.Contact, f *folder) []any {
	text := func(s string) []any {
		if s == "" {
			return nil
		}
		return []any{s}
	}
	day := func(d model.Date) []any {
		if d == 0 {
			return nil
		}
		return []any{float64(d)}
	}
	switch field {
	case "city":
		return text(c.City)
	case "last_name":
		return text(c.LastName)
	case "attr.note":
		v, _ := c.Attr("note")
		return text(v)
	case "tags":
		var all []any
		for _, t := range c.Tags {
			all = append(all, t)
		}
		return all
	case "last_order":
		return day(c.LastOrder)
	case "birth":
		return day(c.Birth)
	case "spend":
		return []any{c.Spend.Euros()}
	case "points":
		return []any{float64(c.Points)}
	case "average_basket":
		if c.Orders == 0 {
			return nil
		}
		return []any{float64(c.Spend) / float64(c.Orders) / 100}
	case "spend_90d":
		sum := 0.0
		for _, s := range f.sales {
			if s.Contact == c.ID && s.Day > today-90 && s.Day <= today {
				sum += float64(s.Cents)
			}
		}
		return []any{sum / 100}
	}
	panic(field)
}

func compares(x any, op model.RuleOp, v model.RuleValue) bool {
	if s, ok := x.(string); ok {
		return holds(op, Fold(s), Fold(v.Text))
	}
	y := v.Number()
	if v.Kind == model.ValueDate || v.Kind == model.ValueAgo {
		y = float64(v.Day(today))
	}
	d := x.(float64) - y
	switch {
	case d < 0:
		return ordered(op, -1)
	case d > 0:
		return ordered(op, 1)
	}
	return ordered(op, 0)
}

var (
	oracleTexts = []string{"Évry", "EVRY", "evry-sud", "Nantes", "nan", "É", "zz"}
	oracleField = map[Type][]string{
		TypeText:  {"city", "last_name", "attr.note", "tags"},
		TypeMoney: {"spend", "points", "average_basket", "spend_90d"},
		TypeDate:  {"last_order", "birth"},
	}
)

func folderGen() *rapid.Generator[*folder] {
	return rapid.Custom(func(t *rapid.T) *folder {
		f := &folder{}
		maybe := rapid.OneOf(rapid.Just(""), rapid.SampledFrom(oracleTexts))
		id := model.ContactID(0)
		for range rapid.IntRange(1, 150).Draw(t, "people") {
			id += model.ContactID(rapid.SampledFrom([]int{1, 1, 1, 2, 70}).Draw(t, "gap"))
			c := model.Contact{
				ID: id, Email: fmt.Sprintf("p%d@x.example", id), City: maybe.Draw(t, "city"), LastName: maybe.Draw(t, "name"),
				Points: int64(rapid.IntRange(-3, 3).Draw(t, "points")), Birth: model.Date(rapid.SampledFrom([]int{0, -5000, 1, 3000}).Draw(t, "birth")),
			}
			c.SetAttr("note", maybe.Draw(t, "note"))
			c.Tags = append(c.Tags, oracleTexts[:rapid.IntRange(0, 2).Draw(t, "tags")]...)
			f.contacts = append(f.contacts, c)
		}
		for range rapid.IntRange(0, 60).Draw(t, "orders") {
			f.buy(rapid.IntRange(0, len(f.contacts)-1).Draw(t, "who"),
				today-model.Date(rapid.SampledFrom([]int{0, 29, 30, 31, 60, 89, 90, 91, 400}).Draw(t, "day")), model.Cents(25*rapid.IntRange(-8, 24).Draw(t, "cents")))
		}
		return f
	})
}

func oracleRule(depth int) *rapid.Generator[model.Rule] {
	return rapid.Custom(func(t *rapid.T) model.Rule {
		if depth > 0 && rapid.Bool().Draw(t, "inner") {
			inner := oracleRule(depth - 1)
			switch rapid.IntRange(0, 2).Draw(t, "node") {
			case 0:
				return model.RuleNot{Rule: inner.Draw(t, "not")}
			case 1:
				return model.RuleAnd{Rules: rapid.SliceOfN(inner, 2, 3).Draw(t, "and")}
			}
			return model.RuleOr{Rules: rapid.SliceOfN(inner, 2, 3).Draw(t, "or")}
		}
		typ := rapid.SampledFrom([]Type{TypeText, TypeMoney, TypeDate}).Draw(t, "type")
		field := rapid.SampledFrom(oracleField[typ]).Draw(t, "field")
		value := map[Type]*rapid.Generator[model.RuleValue]{
			TypeText:  rapid.Map(rapid.SampledFrom(oracleTexts), model.TextValue),
			TypeMoney: rapid.Map(rapid.IntRange(-8, 36), func(n int) model.RuleValue { return model.NumberValue(float64(n) / 4) }),
			TypeDate:  rapid.Map(rapid.SampledFrom([]int{0, 30, 60, 90}), model.AgoValue),
		}[typ]
		ops := int(model.OpMoreEqual)
		if typ == TypeText {
			ops = int(model.OpContains)
		}
		switch rapid.IntRange(0, 5).Draw(t, "leaf") {
		case 0:
			return model.RuleFlag{Field: "customer"}
		case 1:
			return model.RuleExists{Field: field}
		case 2:
			return model.RuleIn{Field: field, Values: rapid.SliceOfN(value, 1, 3).Draw(t, "values")}
		}
		return model.RuleCompare{Field: field, Op: model.RuleOp(rapid.IntRange(0, ops).Draw(t, "op")), Value: value.Draw(t, "value")}
	})
}

func TestTheColumnsSayWhatEachPersonSays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := folderGen().Draw(t, "folder")
		b, err := Build(t.Context(), f, folderOrders{f}, nil, now.Location())
		if err != nil {
			t.Fatal(err)
		}
		rules := rapid.SliceOfN(oracleRule(2), 20, 20).Draw(t, "rules")
		for _, r := range rules { // what is kept of these answers follows the edits
			agree(t, b, f, r)
		}
		for i := range f.contacts {
			if rapid.IntRange(0, 9).Draw(t, "edit") == 0 {
				c := &f.contacts[i]
				c.City, c.LastName, c.Tags = c.LastName, c.City, nil
				b.Apply(c, 0)
			}
		}
		for _, r := range rules {
			agree(t, b, f, r)
		}
	})
}

// agree holds one rule over the columns against the slow reading.
func agree(t *rapid.T, b *Base, f *folder, r model.Rule) {
	got, err := b.Select(r, Facts{Now: now})
	if err != nil {
		t.Fatalf("%s: %v", r, err)
	}
	var want []model.ContactID
	for i := range f.contacts {
		if truth(r, &f.contacts[i], f) {
			want = append(want, f.contacts[i].ID)
		}
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%s: %v, want %v", r, got, want)
	}
	n, err := b.Count(r, Facts{Now: now})
	if err != nil || n.Matched != len(want) || n.Sendable+n.Excluded.Total() != n.Matched {
		t.Fatalf("%s: %+v %v", r, n, err)
	}
	for _, id := range got[:min(len(got), 1)] {
		if x, err := b.Explain(r, id, Facts{Now: now}); err != nil || !x.True {
			t.Fatalf("%s: %d is selected and not explained: %+v %v", r, id, x, err)
		}
	}
}

func TestAWordIsFoundWhereverAPersonHasIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := folderGen().Draw(t, "folder")
		b, err := Build(t.Context(), f, folderOrders{f}, nil, now.Location())
		if err != nil {
			t.Fatal(err)
		}
		word := rapid.SampledFrom([]string{"evry", "n", "NAN p1", "x.example", "É"}).Draw(t, "word")
		var want []model.ContactID
		for _, c := range f.contacts {
			all := Fold(c.Email + "\n" + c.City + "\n" + c.LastName)
			if !slices.ContainsFunc(strings.Fields(Fold(word)), func(w string) bool { return !strings.Contains(all, w) }) {
				want = append(want, c.ID)
			}
		}
		if got := b.Find(word); !slices.Equal(got, want) {
			t.Fatalf("%q: %v, want %v", word, got, want)
		}
	})
}
