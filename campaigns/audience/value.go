package audience

import (
	"blanche/model"
)

// value reads the value that a field is compared with, as the type of the
// field wants it. Whole says that the value stands for the whole of a field,
// so that one of our own codes must be a known one.
func (p *parser) value(f field, typ Type, whole bool) (model.RuleValue, error) {
	t := p.take()
	if t.kind == tokenEnd || t.kind == tokenSign || (t.kind == tokenWord && reserved[t.folded] && !p.gold(t)) {
		return model.RuleValue{}, unexpected(t)
	}
	v, ok := p.typed(t, typ)
	if !ok {
		if p.loose {
			return v, unexpected(t)
		}
		return v, model.Invalid(wants[typ], "column", t.column, "word", t.raw, "field", f.at.raw)
	}
	if typ == TypeText && whole {
		code, known, ok := codeOf(f.name, v.Text)
		if !ok {
			near := nearest(t.text, known)
			code, _, _ = codeOf(f.name, near)
			example := model.RuleCompare{Field: f.name, Op: model.OpEqual, Value: model.TextValue(code)}
			return v, model.Invalid("rule.unknown_value", "column", t.column, "word", t.raw, "field", f.at.raw, "nearest", model.RuleCode{Field: f.name, Code: code, Spelt: near}).
				Hint("rule.nearest_hint", "example", model.RuleText{Rule: example})
		}
		v.Text = code
	}
	return v, nil
}

// gold reports that "or" is the French metal, as a tier may be called: another
// comparison would follow the English word.
func (p *parser) gold(t token) bool {
	next := p.peek()
	return t.folded == "or" && (next.kind == tokenEnd || next.kind == tokenSign && next.text != "(" || next.kind == tokenWord && connecting[next.folded])
}

// connecting are the words that stand between two comparisons.
var connecting = map[string]bool{"and": true, "et": true, "or": true, "ou": true}

// wants are the sentences for a value of another type than the field's.
var wants = map[Type]string{
	TypeNumber: "rule.wants_number", TypeMoney: "rule.wants_money", TypeDate: "rule.wants_date", TypeBool: "rule.wants_bool",
}

// typed reads a token, and what follows it in "30d ago" or "il y a 30j", as a
// value of a type.
func (p *parser) typed(t token, typ Type) (model.RuleValue, bool) {
	switch typ {
	case TypeText, TypeTags:
		text := t.text
		if t.kind != tokenText {
			text = t.raw
		}
		return model.TextValue(text), true
	case TypeNumber, TypeMoney:
		return p.numberValue(t)
	case TypeDate:
		return p.dayValue(t)
	case TypeBool:
		return boolValue(t)
	}
	if p.loose && t.kind != tokenText && !meansItself(t) {
		return model.RuleValue{}, false
	}
	if v, ok := p.dayValue(t); ok && t.kind != tokenText {
		return v, true
	}
	if t.kind == tokenNumber {
		return p.numberValue(t)
	}
	if v, ok := boolValue(t); ok && t.kind == tokenWord {
		return v, true
	}
	return model.TextValue(t.text), true
}

// meansItself reports that a value is the same in a column of any type: digits, or
// a word that is neither a yes nor a day.
func meansItself(t token) bool {
	if t.kind == tokenNumber {
		return attrName(t.text)
	}
	_, isBool := parseBool(t.text)
	return t.kind == tokenWord && !isBool && t.folded != "today" && t.folded != "aujourd'hui" && t.folded != "il"
}

// numberValue reads a number, and a euro sign in words behind it.
func (p *parser) numberValue(t token) (model.RuleValue, bool) {
	if t.kind != tokenNumber {
		return model.RuleValue{}, false
	}
	p.accept("eur", "euro", "euros")
	return model.RuleValue{Kind: model.ValueNumber, Text: t.text}, true
}

func (p *parser) dayValue(t token) (model.RuleValue, bool) {
	switch t.kind {
	case tokenDate:
		return model.RuleValue{Kind: model.ValueDate, Days: t.days}, true
	case tokenText:
		d, ok := parseDay(t.text)
		return model.DateValue(d), ok
	case tokenDays, tokenNumber:
		n, ok := p.daysFrom(t)
		if ok {
			p.accept("ago")
		}
		return model.AgoValue(n), ok
	case tokenWord:
		if t.folded == "today" || t.folded == "aujourd'hui" {
			return model.AgoValue(0), true
		}
		if t.folded == "il" && p.accept("y") && p.accept("a") {
			n, ok := p.daysFrom(p.take())
			return model.AgoValue(n), ok
		}
	}
	return model.RuleValue{}, false
}

// daysFrom reads "30d", or a number with the unit behind it as a word.
func (p *parser) daysFrom(t token) (int, bool) {
	if t.kind == tokenDays {
		return t.days, true
	}
	unit := p.peek()
	if t.kind != tokenNumber || unit.kind != tokenWord {
		return 0, false
	}
	n, ok := daysOf(t.text + unit.folded)
	if ok {
		p.take()
	}
	return n, ok
}

func boolValue(t token) (model.RuleValue, bool) {
	if t.kind == tokenNumber && (t.text == "0" || t.text == "1") {
		return model.BoolValue(t.text == "1"), true
	}
	b, ok := parseBool(t.text)
	return model.BoolValue(b), ok
}
