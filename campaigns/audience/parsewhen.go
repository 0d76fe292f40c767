package audience

import (
	"blanche/model"
)

// eventWords are the functions of what happened to somebody.
var eventWords = map[string]model.RuleEvent{
	"received": model.EventReceived, "a_recu": model.EventReceived, "recu": model.EventReceived,
	"held_out": model.EventHeldOut, "zone_blanche": model.EventHeldOut, "temoin": model.EventHeldOut,
	"bounced": model.EventBounced, "a_rebondi": model.EventBounced, "rebondi": model.EventBounced,
	"clicked": model.EventClicked, "a_clique": model.EventClicked, "clique": model.EventClicked,
	"in_snapshot": model.EventFrozen, "dans_instantane": model.EventFrozen, "instantane": model.EventFrozen,
	"used_code": model.EventUsedCode, "a_utilise": model.EventUsedCode, "code_utilise": model.EventUsedCode,
}

// event reads received("name", 30d), when one starts here.
func (p *parser) event() (r model.Rule, is bool, err error) {
	t, at := p.peek(), p.at
	if t.folded == "a" && p.at+2 < len(p.tokens) { // « a reçu »
		p.at++
		t.folded = "a_" + p.peek().folded
	}
	e, ok := eventWords[t.folded]
	if !ok || p.file || t.kind != tokenWord || !p.followedBy("(") {
		p.at = at
		return nil, false, nil
	}
	p.at += 2
	m := model.RuleMember{Event: e}
	if !p.accept("any", "all", "une", "un", "toute", "toutes", "tout", "tous") {
		name := p.take()
		if name.kind != tokenText && name.kind != tokenWord && (name.kind != tokenNumber || e != model.EventUsedCode) || name.text == "" {
			return nil, true, unexpected(name)
		}
		m.Name = name.text
	}
	if e.Dated() && p.sign(",") {
		if m.Period, err = p.period(); err != nil {
			return nil, true, err
		}
	}
	return m, true, p.expect(")")
}

// period reads "30d", "from 2026-01-01 to 2026-03-31", « du … au … », or one end.
func (p *parser) period() (model.RulePeriod, error) {
	var out model.RulePeriod
	p.accept("last", "over", "sur")
	start := p.peek()
	if start.kind == tokenDays || start.kind == tokenNumber {
		n, ok := p.daysFrom(p.take())
		if !ok || n < 1 {
			return out, model.Invalid("rule.wants_period", "column", start.column, "word", start.raw)
		}
		return model.RulePeriod{Last: n}, nil
	}
	var err error
	if p.accept("from", "since", "du", "depuis") {
		p.accept("le")
		if out.From, err = p.day(); err != nil {
			return out, err
		}
	}
	if p.accept("to", "until", "au", "jusqu'au", "jusqu'a") {
		if out.To, err = p.day(); err != nil {
			return out, err
		}
	}
	if out.IsZero() {
		if start.kind == tokenEnd {
			return out, unexpected(start)
		}
		return out, model.Invalid("rule.wants_period", "column", start.column, "word", start.raw)
	}
	return out, nil
}

// day reads one end of a period.
func (p *parser) day() (model.RuleValue, error) {
	t := p.take()
	v, ok := p.dayValue(t)
	switch {
	case ok:
		return v, nil
	case t.kind == tokenEnd:
		return v, unexpected(t)
	}
	return v, model.Invalid("rule.wants_period", "column", t.column, "word", t.raw)
}

// scopedFields look at orders, and take a scope.
var scopedFields = map[string]bool{"orders": true, "spend": true, "average_basket": true, "first_order": true, "last_order": true}

// scope reads (90d, channel = "web", category = "jardin", code = "NOEL15")
// behind a field of orders. What spend_90d(…) says twice is said once.
func (p *parser) scope(f *field) (s model.RuleScope, err error) {
	base, days, isPeriod := periodField(f.name)
	if !scopedFields[f.name] && !isPeriod || p.peek().kind != tokenSign || p.peek().text != "(" {
		return s, nil
	}
	p.take()
	for first := true; !p.sign(")"); first = false {
		if !first {
			if err := p.expect(","); err != nil {
				return s, err
			}
		}
		if err := p.condition(&s); err != nil {
			return s, err
		}
	}
	if isPeriod && !s.IsZero() {
		if !s.Period.IsZero() {
			return s, model.Invalid("rule.period_twice", "column", f.at.column, "field", f.at.raw)
		}
		f.name, s.Period.Last = base, days
	}
	return s, nil
}

// condition reads one part of a scope.
func (p *parser) condition(s *model.RuleScope) error {
	t := p.peek()
	into := map[string]*string{
		"channel": &s.Channel, "canal": &s.Channel, "category": &s.Category, "categorie": &s.Category,
		"rayon": &s.Category, "code": &s.Code, "coupon": &s.Code,
	}[t.folded]
	if into == nil || t.kind != tokenWord {
		if !s.Period.IsZero() {
			return model.Invalid("rule.period_twice", "column", t.column, "field", t.raw)
		}
		var err error
		s.Period, err = p.period()
		return err
	}
	p.take()
	if err := p.expect("="); err != nil {
		return err
	}
	v := p.take()
	if v.kind == tokenEnd || v.kind == tokenSign || *into != "" {
		return unexpected(v)
	}
	if *into = v.text; v.kind != tokenText {
		*into = v.raw
	}
	if *into == "" {
		return unexpected(v)
	}
	return nil
}

// birthday reads "birthday in next 7d" and "anniversary(created) in next 7d",
// when one starts here.
func (p *parser) birthday() (r model.Rule, is bool, err error) {
	t := p.peek()
	if p.file || t.kind != tokenWord || !anniversaryWords[t.folded] {
		return nil, false, nil
	}
	next, then := p.ahead(1), p.ahead(2)
	in := next.kind == tokenWord && (next.folded == "in" || next.folded == "dans") && then.text != "["
	today := next.kind == tokenWord && (next.folded == "today" || next.folded == "aujourd'hui")
	of := next.kind == tokenSign && next.text == "("
	if !in && !today && !of {
		return nil, false, nil
	}
	p.take()
	a := model.RuleAnniversary{Field: "birth"}
	if of {
		p.take()
		f, err := p.field()
		if err != nil {
			return nil, true, err
		}
		if f.typ != TypeDate && f.typ != TypeAny {
			return nil, true, model.Invalid("rule.no_anniversary", "column", f.at.column, "field", f.at.raw)
		}
		if err := p.expect(")"); err != nil {
			return nil, true, err
		}
		a.Field = f.name
	}
	a.Days, err = p.nextDays()
	return a, true, err
}

// nextDays reads "in next 7d", « dans les 7 prochains jours », "today".
func (p *parser) nextDays() (int, error) {
	if p.accept("today", "aujourd'hui") {
		return 1, nil
	}
	t := p.peek()
	if !p.accept("in", "dans") {
		if t.kind == tokenEnd {
			return 0, unexpected(t)
		}
		return 0, model.Invalid("rule.expected", "column", t.column, "word", t.raw, "expected", "in")
	}
	for p.accept("the", "next", "les", "prochains") {
	}
	t = p.take()
	if t.kind == tokenNumber && (p.peek().folded == "prochains" || p.peek().folded == "next") {
		p.take()
	}
	n, ok := p.daysFrom(t)
	switch {
	case t.kind == tokenEnd:
		return 0, unexpected(t)
	case !ok || n < 1 || n > 366:
		return 0, model.Invalid("rule.wants_days", "column", t.column, "word", t.raw)
	}
	return n, nil
}

func (p *parser) ahead(n int) token { return p.tokens[min(p.at+n, len(p.tokens)-1)] }
