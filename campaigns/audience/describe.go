package audience

import (
	"context"
	"slices"
	"strings"

	"blanche/model"
)

// groups are the built-in fields as a form lists them. A field that another one
// says better (prospect, b2b, spend_90d) is read, and not proposed.
var groups = []struct {
	group  model.RuleGroup
	fields []string
}{
	{model.GroupIdentity, []string{"email", "domain", "first_name", "last_name", "company", "kind", "birth", "lang", "phone", "external_id", "origin", "created", "tags"}},
	{model.GroupPlace, []string{"postcode", "city", "country"}},
	{model.GroupOrders, []string{"customer", "orders", "spend", "average_basket", "first_order", "last_order", "rfm", "rfm_r", "rfm_f", "rfm_m"}},
	{model.GroupLoyalty, []string{"card", "points", "tier"}},
	{model.GroupConsent, []string{"sendable", "suppressed", "basis", "basis_at", "tracking"}},
}

// always are the fields that everybody has a value in.
var always = map[string]bool{
	"kind": true, "orders": true, "spend": true, "rfm": true, "basis": true, "tracking": true, "created": true, "points": true,
}

// proposed is how many values a form proposes of a field.
const proposed = 50

// Form lists the fields that a rule of this base may name, free columns last,
// each with the operators and the values it takes.
func (b *Base) Form() []model.RuleField {
	if b.load(context.Background(), Small) != nil {
		return nil
	}
	var all []model.RuleField
	for _, g := range groups {
		for _, name := range g.fields {
			f := describe(name, fieldTypes[name])
			f.Group, f.Label = g.group, "rule.field."+name
			if !f.Coded {
				f.Known = b.popular(name)
			}
			all = append(all, f)
		}
	}
	types := b.Attrs()
	names := make([]string, 0, len(types))
	for name := range types {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		f := describe(attrPrefix+name, types[name])
		f.Group, f.Known = model.GroupFree, b.popular(f.Name)
		all = append(all, f)
	}
	return all
}

// describe is what the type of a field says of it.
func describe(name string, t Type) model.RuleField {
	f := model.RuleField{Name: name, Type: t.String(), Scoped: scopedFields[name], Exists: !always[name] && t != TypeBool, Anniversary: t == TypeDate}
	inOrder := []model.RuleOp{model.OpMore, model.OpMoreEqual, model.OpLess, model.OpLessEqual, model.OpEqual, model.OpNotEqual}
	switch t {
	case TypeNumber, TypeMoney:
		f.Value, f.Ops, f.In = model.ValueNumber, inOrder, t == TypeNumber
	case TypeDate:
		f.Value, f.Ops = model.ValueDate, inOrder
	case TypeBool:
		f.Value, f.Flag = model.ValueBool, true
	default:
		f.Ops, f.In = []model.RuleOp{model.OpEqual, model.OpNotEqual, model.OpStarts, model.OpContains}, true
	}
	if lines, ok := coded[name]; ok {
		f.Coded, f.Ops = true, []model.RuleOp{model.OpEqual, model.OpNotEqual}
		for _, line := range lines {
			f.Known = append(f.Known, line[0])
		}
	}
	return f
}

// TypeOf is the type of what a leaf looks at; free columns have theirs from
// Base.Attrs. What happened to somebody has a day.
func TypeOf(leaf model.Rule, free map[string]Type) Type {
	if _, member := leaf.(model.RuleMember); member {
		return TypeDate
	}
	name := model.LeafField(leaf)
	if t, ok := free[strings.TrimPrefix(name, attrPrefix)]; ok && strings.HasPrefix(name, attrPrefix) {
		return t
	}
	_, t, _ := builtinField(name)
	return t
}

// popular are the values that most people have in a field of few texts.
func (b *Base) popular(name string) []string {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var values map[string]int
	if free, ok := strings.CutPrefix(name, attrPrefix); ok {
		if c := b.attrs[free]; c != nil && c.typ == TypeText {
			values = c.counts()
		}
	} else if c, ok := b.stored(name); ok {
		switch c := c.(type) {
		case *dictColumn:
			values = c.counts()
		case *tagColumn:
			values = c.counts()
		}
	}
	return most(values)
}

func (c *dictColumn) counts() map[string]int {
	n := map[string]int{}
	for i := 1; i < len(c.label); i++ {
		if c.uses[i] > 0 {
			n[c.label[i]] = int(c.uses[i])
		}
	}
	return n
}

func (c *tagColumn) counts() map[string]int {
	n := map[string]int{}
	for i, who := range c.who {
		if people := int(who.GetCardinality()); people > 0 {
			n[c.label[i]] = people
		}
	}
	return n
}

// most are the values with the highest counts, those first, equals by name.
func most(values map[string]int) []string {
	all := make([]string, 0, len(values))
	for v := range values {
		all = append(all, v)
	}
	slices.SortFunc(all, func(x, y string) int {
		if d := values[y] - values[x]; d != 0 {
			return d
		}
		return strings.Compare(x, y)
	})
	return all[:min(len(all), proposed)]
}
