package segments

import (
	"cmp"
	"slices"
	"strings"

	"blanche/model"
	"blanche/ui/i18n"
)

// languages are those in which a field may be found by its name.
var languages = []*i18n.Printer{i18n.New("fr"), i18n.New("en")}

// suggest lists what may be chosen in the step, by what is typed.
func (c *cond) suggest() {
	c.at = 0
	switch c.step {
	case stepField:
		c.list = c.b.fields(c.input.Value())
	case stepOp:
		c.list = c.ops()
	case stepValue:
		c.list = c.values(strings.TrimSpace(c.input.Value()))
	case stepScope:
		c.list = c.scopes()
	}
}

// fields are the fields and events whose name, in either language or as a rule
// writes it, has what is typed; those that begin with it come first. Accents and
// case are all the same.
func (b *builder) fields(typed string) []choice {
	type hit struct {
		choice
		rank int
	}
	var hits []hit
	want := plainName(typed)
	add := func(value, label, key, note string) {
		best := 9
		for _, name := range append(namesOf(key), label, strings.TrimSuffix(value, "()"), strings.TrimPrefix(value, "attr.")) {
			switch folded := plainName(name); {
			case strings.HasPrefix(folded, want):
				best = min(best, 0)
			case strings.Contains(folded, " "+want):
				best = min(best, 1)
			case strings.Contains(folded, want):
				best = min(best, 2)
			}
		}
		if best < 9 {
			hits = append(hits, hit{choice{value, label, note}, best})
		}
	}
	for i := range b.form.Fields {
		f := &b.form.Fields[i]
		add(f.Name, b.label(f), f.Label, b.x.s.P.T("rule.group."+string(f.Group)))
	}
	for _, e := range b.form.Events {
		add(e.String()+"()", b.eventLabel(e), "rule.event."+e.String(), b.x.s.P.T("segment.group_events"))
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return cmp.Compare(a.rank, b.rank) })
	out := make([]choice, len(hits))
	for i, h := range hits {
		out[i] = h.choice
	}
	return out
}

// namesOf are the labels of a key in all languages.
func namesOf(key string) []string {
	var names []string
	for _, p := range languages {
		if key != "" && p.Has(key) {
			names = append(names, p.T(key))
		}
	}
	return names
}

// plainName is a name without accents, capitals and signs between its words.
func plainName(name string) string {
	return strings.NewReplacer("_", " ", "-", " ", "’", " ", "'", " ").Replace(i18n.Fold(strings.TrimSpace(name)))
}

// ops are the comparisons of a field.
//
//i18n:keys segment.op.*
func (c *cond) ops() []choice {
	f, p := c.field, c.b.x.s.P
	if f == nil {
		return nil
	}
	var out []choice
	add := func(value, key string) {
		if want := plainName(c.input.Value()); want == "" || strings.Contains(plainName(p.T("segment.op."+key)), want) {
			out = append(out, choice{value: value, label: p.T("segment.op." + key)})
		}
	}
	if f.Flag {
		add("flag", "flag")
		add("notflag", "notflag")
	}
	for _, op := range f.Ops {
		add(op.String(), opKey(f, op))
	}
	if f.In {
		add("in", "in")
	}
	if f.Exists {
		add("exists", "exists")
	}
	if f.Anniversary {
		add("birthday", "birthday")
	}
	return out
}

// opKeys are the comparisons in the catalogue.
var opKeys = map[model.RuleOp]string{
	model.OpEqual: "is", model.OpNotEqual: "is_not", model.OpLess: "less", model.OpLessEqual: "at_most", model.OpMore: "more",
	model.OpMoreEqual: "at_least", model.OpStarts: "starts", model.OpContains: "contains",
}

// opKey is a comparison in the catalogue; days have words of their own.
func opKey(f *model.RuleField, op model.RuleOp) string {
	if f != nil && f.Type == "date" {
		if key, ok := map[model.RuleOp]string{model.OpLess: "before", model.OpLessEqual: "until", model.OpMore: "after", model.OpMoreEqual: "since"}[op]; ok {
			return key
		}
	}
	return opKeys[op]
}

// values are those to propose: codes of ours, or those that most people have.
func (c *cond) values(typed string) []choice {
	if c.event != nil {
		names := c.b.form.Names
		switch *c.event {
		case model.EventUsedCode:
			names = c.b.form.Codes
		case model.EventFrozen:
			names = c.b.form.Snapshots
		}
		return append([]choice{}, matching(names, typed, func(v string) string { return v })...)
	}
	if c.field == nil || c.op == "birthday" {
		return nil
	}
	if c.op == "in" {
		if i := strings.LastIndexByte(typed, ','); i >= 0 {
			typed = typed[i+1:]
		}
	}
	if c.field.Type == "date" {
		return c.days()
	}
	return matching(c.field.Known, typed, func(v string) string { return c.b.coded(c.field, v) })
}

// matching are the values that have what is typed, in themselves or in their
// label.
func matching(values []string, typed string, label func(string) string) []choice {
	var out []choice
	want := plainName(typed)
	for _, v := range values {
		if l := label(v); strings.Contains(plainName(v), want) || strings.Contains(plainName(l), want) {
			out = append(out, choice{value: v, label: l})
		}
	}
	return out
}

// days are usual ways to say a day.
func (c *cond) days() []choice {
	p := c.b.x.s.P
	var out []choice
	for _, n := range []int{7, 30, 90, 180, 365} {
		out = append(out, choice{value: c.b.words().Value("", model.AgoValue(n)), label: p.N("segment.days_ago", n)})
	}
	return out
}

// scopes are the usual ways to narrow orders or a moment.
//
//i18n:keys segment.scope.*
func (c *cond) scopes() []choice {
	p := c.b.x.s.P
	out := []choice{{"", p.T("segment.ever"), ""}}
	for _, n := range []int{30, 90, 365} {
		out = append(out, choice{value: c.b.words().Period(model.RulePeriod{Last: n}), label: p.N("segment.last_days", n)})
	}
	if c.event != nil {
		return out
	}
	for _, x := range []struct {
		word   string
		values []string
	}{{"channel", c.b.form.Channels}, {"category", c.b.form.Categories}, {"code", c.b.form.Codes}} {
		for _, v := range x.values[:min(len(x.values), 6)] {
			out = append(out, choice{value: c.b.words().ScopeWord(x.word) + " = " + model.QuoteRule(v), label: p.T("segment.scope."+x.word) + " " + v})
		}
	}
	return out
}
