package model

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// RuleWords writes rules in the words of one language. Whatever it writes, the
// reader of rules reads back as the same: both languages say the same trees.
type RuleWords struct {
	fields map[string]string // by canonical name
	codes  map[string]string // by canonical field and code
	events map[RuleEvent]string
	ops    map[RuleOp]string

	and, or, not, all, exists, in, anyOne, anyCode string
	channel, category, code, birthday, anniversary string
	yes, no, today, unit, ago, decimal             string

	day                         func(Date) string
	between, since, until, upTo string // a period of two days, one end of it, an end so many days ago
	sinceAgo, withinDays        string
}

// RuleWordsOf are the words of a language: "fr", or English for every other.
// Those of English are the canonical text.
func RuleWordsOf(lang string) *RuleWords {
	if lang == "fr" {
		return &frenchRule
	}
	return &englishRule
}

var englishRule = RuleWords{
	and: " and ", or: " or ", not: "not ", all: "all", exists: " exists", in: " in ", anyOne: "any", anyCode: "any",
	channel: "channel", category: "category", code: "code", birthday: "birthday", anniversary: "anniversary",
	yes: "true", no: "false", today: "0d ago", unit: "d", ago: "%dd ago", decimal: ".", day: isoDay,
	between: "from %s to %s", since: "from %s", until: "to %s", upTo: "to %s", sinceAgo: "from %s", withinDays: " in next %dd",
}

func isoDay(d Date) string {
	y, m, day := d.Civil()
	return fmt.Sprintf("%04d-%02d-%02d", y, int(m), day)
}

// Rule writes a rule. A node of the same kind inside another keeps its
// parentheses, so that the tree is the same when it is read.
func (w *RuleWords) Rule(r Rule) string {
	switch r := r.(type) {
	case RuleAll:
		return w.all
	case RuleAnd:
		return w.join(r.Rules, w.and, r.precedence())
	case RuleOr:
		return w.join(r.Rules, w.or, r.precedence())
	case RuleNot:
		return w.not + w.inside(r.Rule, r.precedence()-1)
	case RuleFlag:
		return w.Field(r.Field)
	case RuleExists:
		return w.Field(r.Field) + w.scope(r.Scope) + w.exists
	case RuleCompare:
		code := r.Op == OpEqual || r.Op == OpNotEqual
		return w.Field(r.Field) + w.scope(r.Scope) + " " + w.Op(r.Op) + " " + w.valueOf(r.Field, r.Value, code, w.decimal)
	case RuleIn:
		texts := make([]string, len(r.Values))
		for i, v := range r.Values {
			texts[i] = w.Listed(r.Field, v)
		}
		return w.Field(r.Field) + w.scope(r.Scope) + w.in + "[" + strings.Join(texts, ", ") + "]"
	case RuleMember:
		return w.member(r)
	case RuleAnniversary:
		of := w.birthday
		if r.Field != "birth" {
			of = w.anniversary + "(" + w.Field(r.Field) + ")"
		}
		return of + fmt.Sprintf(w.withinDays, r.Days)
	}
	return ""
}

func (w *RuleWords) join(rules []Rule, word string, precedence int) string {
	texts := make([]string, len(rules))
	for i, r := range rules {
		texts[i] = w.inside(r, precedence)
	}
	return strings.Join(texts, word)
}

// inside puts parentheses around what binds no tighter than its surroundings,
// so that a nested "and" inside an "and" stays nested.
func (w *RuleWords) inside(r Rule, precedence int) string {
	if r.precedence() <= precedence {
		return "(" + w.Rule(r) + ")"
	}
	return w.Rule(r)
}

// Field is the name of a field, by its canonical one. A free column keeps its
// own, with the prefix.
func (w *RuleWords) Field(name string) string {
	if word, ok := w.fields[name]; ok {
		return word
	}
	if base, days, ok := strings.Cut(name, "_"); ok && w.fields[base] != "" && strings.HasSuffix(days, "d") {
		return w.fields[base] + "_" + strings.TrimSuffix(days, "d") + w.unit
	}
	return name
}

// Op is a comparison.
func (w *RuleWords) Op(op RuleOp) string { return cmp.Or(w.ops[op], op.String()) }

// Event is the word of something that happened.
func (w *RuleWords) Event(e RuleEvent) string { return cmp.Or(w.events[e], e.String()) }

// Value is a value compared with a field, as it stands in a rule.
func (w *RuleWords) Value(field string, v RuleValue) string {
	return w.valueOf(field, v, true, w.decimal)
}

// Listed is a value in a list, where the comma separates.
func (w *RuleWords) Listed(field string, v RuleValue) string {
	return w.valueOf(field, v, true, ".")
}

// Code is the word of one of our codes, without quotation marks; other texts
// are their own.
func (w *RuleWords) Code(field, value string) string {
	return cmp.Or(w.codes[field+" "+value], value)
}

func (w *RuleWords) valueOf(field string, v RuleValue, code bool, decimal string) string {
	switch v.Kind {
	case ValueNumber:
		return strings.Replace(v.Text, ".", decimal, 1)
	case ValueDate:
		return w.day(Date(v.Days))
	case ValueAgo:
		if v.Days == 0 {
			return w.today
		}
		return fmt.Sprintf(w.ago, v.Days)
	case ValueBool:
		if v.True {
			return w.yes
		}
		return w.no
	}
	if code {
		return QuoteRule(w.Code(field, v.Text))
	}
	return QuoteRule(v.Text)
}

// Period is a stretch of days; empty for ever.
func (w *RuleWords) Period(p RulePeriod) string {
	from, to := w.Value("", p.From), w.Value("", p.To)
	switch {
	case p.Last > 0:
		return strconv.Itoa(p.Last) + w.unit
	case p.From.Kind == ValueDate && p.To.Kind == ValueDate:
		return fmt.Sprintf(w.between, from, to)
	}
	var ends []string
	switch p.From.Kind {
	case ValueDate:
		ends = append(ends, fmt.Sprintf(w.since, from))
	case ValueAgo:
		ends = append(ends, fmt.Sprintf(w.sinceAgo, from))
	}
	switch p.To.Kind {
	case ValueDate:
		ends = append(ends, fmt.Sprintf(w.until, to))
	case ValueAgo:
		ends = append(ends, fmt.Sprintf(w.upTo, to))
	}
	return strings.Join(ends, " ")
}

// Scope is a scope without its parentheses; empty for all the orders.
func (w *RuleWords) Scope(s RuleScope) string {
	var parts []string
	if p := w.Period(s.Period); p != "" {
		parts = append(parts, p)
	}
	for _, x := range []struct{ word, value string }{{w.channel, s.Channel}, {w.category, s.Category}, {w.code, s.Code}} {
		if x.value != "" {
			parts = append(parts, x.word+" = "+QuoteRule(x.value))
		}
	}
	return strings.Join(parts, ", ")
}

func (w *RuleWords) scope(s RuleScope) string {
	if s.IsZero() {
		return ""
	}
	return "(" + w.Scope(s) + ")"
}

// ScopeWord is a part of a scope: "channel", "category" or "code".
func (w *RuleWords) ScopeWord(part string) string {
	return map[string]string{"channel": w.channel, "category": w.category, "code": w.code}[part]
}

func (w *RuleWords) member(r RuleMember) string {
	what := w.anyOne
	if r.Event == EventUsedCode || r.Event == EventFrozen {
		what = w.anyCode
	}
	if r.Name != "" {
		what = QuoteRule(r.Name)
	}
	if p := w.Period(r.Period); p != "" {
		what += ", " + p
	}
	return w.Event(r.Event) + "(" + what + ")"
}
