package segments

import (
	"strings"

	"blanche/model"
	"blanche/ui/safe"
)

// oneLine is a text from outside as one line.
func oneLine(text string) string { return strings.Join(strings.Fields(safe.Multiline(text)), " ") }

// label is the name of a field in the language of the session.
func (b *builder) label(f *model.RuleField) string {
	if f.Label != "" && b.x.s.P.Has(f.Label) {
		return b.x.s.P.T(f.Label)
	}
	return safe.Text(strings.TrimPrefix(f.Name, "attr."))
}

func (b *builder) fieldLabel(name string) string {
	for i := range b.form.Fields {
		if b.form.Fields[i].Name == name {
			return b.label(&b.form.Fields[i])
		}
	}
	if key := "rule.field." + name; b.x.s.P.Has(key) {
		return b.x.s.P.T(key)
	}
	return safe.Text(strings.TrimPrefix(name, "attr."))
}

func (b *builder) eventLabel(e model.RuleEvent) string {
	if key := "rule.event." + e.String(); b.x.s.P.Has(key) {
		return b.x.s.P.T(key)
	}
	return e.String()
}

// coded is a value as a person says it: the words of one of our codes, else the
// value itself.
func (b *builder) coded(f *model.RuleField, value string) string {
	if f != nil && f.Coded {
		if key := "rule.value." + f.Name + "_" + value; b.x.s.P.Has(key) {
			return b.x.s.P.T(key)
		}
	}
	return b.x.s.Text(value)
}

// phrase is one node in the words of the session.
//
//i18n:keys segment.op.* segment.ago.*
func (b *builder) phrase(r model.Rule) string {
	p := b.x.s.P
	f, _ := b.fieldOf(r)
	switch r := r.(type) {
	case model.RuleAll:
		return p.T("segment.tree.all")
	case model.RuleAnd:
		return p.T("segment.tree.and")
	case model.RuleOr:
		return p.T("segment.tree.or")
	case model.RuleNot:
		return p.T("segment.tree.not")
	case model.RuleFlag:
		return b.fieldLabel(r.Field)
	case model.RuleExists:
		return b.scoped(r.Field, r.Scope) + " " + p.T("segment.op.exists")
	case model.RuleCompare:
		if r.Value.Kind == model.ValueAgo && r.Value.Days > 0 {
			if key := "segment.ago." + opKey(f, r.Op); p.Has(key) {
				return b.scoped(r.Field, r.Scope) + " " + p.N(key, r.Value.Days)
			}
		}
		return b.scoped(r.Field, r.Scope) + " " + p.T("segment.op."+opKey(f, r.Op)) + " " + b.value(f, r.Value)
	case model.RuleIn:
		values := make([]string, len(r.Values))
		for i, v := range r.Values {
			values[i] = b.value(f, v)
		}
		return b.scoped(r.Field, r.Scope) + " " + p.T("segment.op.in") + " " + strings.Join(values, ", ")
	case model.RuleAnniversary:
		return b.fieldLabel(r.Field) + " " + p.N("segment.tree.birthday", r.Days)
	case model.RuleMember:
		return b.happened(r)
	}
	return safe.Text(r.String())
}

func (b *builder) scoped(field string, s model.RuleScope) string {
	label := b.fieldLabel(field)
	if s.IsZero() {
		return label
	}
	var parts []string
	if when := b.period(s.Period); when != "" {
		parts = append(parts, when)
	}
	for _, v := range []string{s.Channel, s.Category, s.Code} {
		if v != "" {
			parts = append(parts, b.x.s.Text(v))
		}
	}
	return label + " (" + strings.Join(parts, ", ") + ")"
}

func (b *builder) period(r model.RulePeriod) string {
	if r.Last > 0 {
		return b.x.s.P.N("segment.last_days", r.Last)
	}
	return b.words().Period(r)
}

func (b *builder) happened(r model.RuleMember) string {
	p := b.x.s.P
	what := p.T("segment.tree.any")
	if r.Name != "" {
		what = b.x.s.Text(r.Name)
	}
	text := b.eventLabel(r.Event) + " " + what
	if when := b.period(r.Period); when != "" {
		text += ", " + when
	}
	return text
}

// value is a value in the words of the session.
func (b *builder) value(f *model.RuleField, v model.RuleValue) string {
	p := b.x.s.P
	switch v.Kind {
	case model.ValueAgo:
		if v.Days == 0 {
			return p.T("segment.today")
		}
		return p.N("segment.days_ago", v.Days)
	case model.ValueDate:
		return p.Day(model.Date(v.Days))
	case model.ValueNumber:
		if f != nil && f.Type == "money" {
			return p.Euros(v.Number(), 2)
		}
		return strings.Replace(v.Text, ".", p.Decimal(0.5, 1)[1:2], 1)
	case model.ValueBool:
		if v.True {
			return p.T("segment.yes")
		}
		return p.T("segment.no")
	}
	return b.coded(f, v.Text)
}
