package audience

import (
	"strings"

	"blanche/campaigns/internal/naming"
	"blanche/model"
)

// The bounds of a rule: longer or deeper ones are refused.
const (
	maxRuleBytes = 64 << 10
	maxRuleDepth = 100
)

// Parse reads a rule (see the package comment for the language). Free columns
// need their prefix "attr."; Base.Parse knows them without. An error is a
// model.Error of kind invalid with the column of the mistake, from 1 in
// characters, the word that stands there, and where a field was expected the
// nearest known one.
func Parse(text string) (model.Rule, error) { return parseFor(text, known{}) }

// known is what is known of the free columns when a rule is read.
type known struct {
	types map[string]Type // nil: any name with the prefix is one
	file  bool            // they are the columns of a file, and the only fields
	// odd says how many values of a column of texts do not read as a type, of
	// how many, with one of them; nil when nobody knows.
	odd func(name string, t Type) (odd, all int, example string)
	// loose takes any word for a free column, where nobody knows which there are.
	loose bool
}

// ParseLoosely reads a rule without knowing which free columns there are: to
// show it, in other words. A rule that means another thing by the type of a free
// column is an error.
func ParseLoosely(text string) (model.Rule, error) { return parse(text, known{loose: true}) }

// parseFor reads a rule, with a hint for every mistake.
func parseFor(text string, k known) (model.Rule, error) {
	r, err := parse(text, k)
	if err != nil {
		return nil, hinted(err, k)
	}
	return r, nil
}

func parse(text string, k known) (model.Rule, error) {
	if strings.TrimSpace(text) == "" {
		return nil, model.Invalid("rule.empty")
	}
	if len(text) > maxRuleBytes {
		return nil, model.Invalid("rule.too_long", "max", maxRuleBytes)
	}
	all, err := tokens(text)
	if err != nil {
		return nil, err
	}
	p := parser{tokens: all, known: k}
	r, err := p.or()
	if err != nil {
		return nil, err
	}
	if p.peek().kind != tokenEnd {
		return nil, unexpected(p.peek())
	}
	return r, nil
}

// parser is a recursive descent over the tokens: or, and, not, then one test.
type parser struct {
	tokens []token
	at     int
	depth  int
	known
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) take() token {
	t := p.tokens[p.at]
	if t.kind != tokenEnd {
		p.at++
	}
	return t
}

// accept takes the next token when it is one of these words.
func (p *parser) accept(words ...string) bool {
	t := p.peek()
	for _, w := range words {
		if t.kind == tokenWord && t.folded == w {
			p.at++
			return true
		}
	}
	return false
}

func (p *parser) sign(s string) bool {
	if t := p.peek(); t.kind == tokenSign && t.text == s {
		p.at++
		return true
	}
	return false
}

func (p *parser) expect(s string) error {
	if p.sign(s) {
		return nil
	}
	t := p.peek()
	if t.kind == tokenEnd {
		return model.Invalid("rule.unfinished", "column", t.column, "expected", s)
	}
	return model.Invalid("rule.expected", "column", t.column, "word", t.raw, "expected", s)
}

func unexpected(t token) error {
	if t.kind == tokenEnd {
		return model.Invalid("rule.ends_early", "column", t.column)
	}
	return model.Invalid("rule.unexpected", "column", t.column, "word", t.raw)
}

func (p *parser) or() (model.Rule, error) {
	rules, err := p.list(p.and, "or", "ou")
	if err != nil || len(rules) == 1 {
		return first(rules), err
	}
	return model.RuleOr{Rules: rules}, nil
}

func (p *parser) and() (model.Rule, error) {
	rules, err := p.list(p.not, "and", "et")
	if err != nil || len(rules) == 1 {
		return first(rules), err
	}
	return model.RuleAnd{Rules: rules}, nil
}

func first(rules []model.Rule) model.Rule {
	if len(rules) == 0 {
		return nil
	}
	return rules[0]
}

// list reads one or more operands between which one of the words stands.
func (p *parser) list(operand func() (model.Rule, error), words ...string) ([]model.Rule, error) {
	var rules []model.Rule
	for {
		r, err := operand()
		if err != nil {
			return nil, err
		}
		rules = append(rules, r)
		if !p.accept(words...) {
			return rules, nil
		}
	}
}

func (p *parser) not() (model.Rule, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxRuleDepth {
		return nil, model.Invalid("rule.too_deep", "column", p.peek().column, "max", maxRuleDepth)
	}
	if p.accept("not", "non", "pas") {
		r, err := p.not()
		if err != nil {
			return nil, err
		}
		return model.RuleNot{Rule: r}, nil
	}
	if p.sign("(") {
		r, err := p.or()
		if err != nil {
			return nil, err
		}
		return r, p.expect(")")
	}
	return p.test()
}

// test reads one comparison, a flag, or the membership of a campaign.
func (p *parser) test() (model.Rule, error) {
	t := p.peek()
	_, columnOfFile := p.types[naming.Column(t.text)]
	columnOfFile = columnOfFile && p.file
	switch {
	case t.kind == tokenText && p.types != nil:
	case t.kind != tokenWord || reserved[t.folded]:
		return nil, unexpected(t)
	case columnOfFile:
	case p.accept("all", "everyone", "tous", "toutes"):
		return model.RuleAll{}, nil
	case p.accept("exists", "existe"):
		return p.existsBefore()
	}
	for _, read := range []func() (model.Rule, bool, error){p.event, p.birthday} {
		if r, is, err := read(); is {
			return r, err
		}
	}
	f, err := p.field()
	if err != nil {
		return nil, err
	}
	scope, err := p.scope(&f)
	if err != nil {
		return nil, err
	}
	return p.comparison(f, scope)
}

// reserved words are neither a field nor a value without quotation marks.
var reserved = map[string]bool{
	"and": true, "et": true, "or": true, "ou": true, "not": true, "pas": true, "in": true, "dans": true,
	"starts": true, "commence": true, "contains": true, "contient": true, "ago": true,
}

func (p *parser) followedBy(sign string) bool {
	t := p.tokens[min(p.at+1, len(p.tokens)-1)]
	return t.kind == tokenSign && t.text == sign
}

// existsBefore reads "exists(birth)" and "exists birth".
func (p *parser) existsBefore() (model.Rule, error) {
	open := p.sign("(")
	f, err := p.field()
	if err != nil {
		return nil, err
	}
	scope, err := p.scope(&f)
	if err == nil && open {
		err = p.expect(")")
	}
	return model.RuleExists{Field: f.name, Scope: scope}, err
}

var comparisons = map[string]model.RuleOp{
	"=": model.OpEqual, "!=": model.OpNotEqual, "<": model.OpLess, "<=": model.OpLessEqual, ">": model.OpMore, ">=": model.OpMoreEqual,
}

func (p *parser) comparison(f field, scope model.RuleScope) (model.Rule, error) {
	t := p.peek()
	switch {
	case p.accept("exists", "existe"):
		return model.RuleExists{Field: f.name, Scope: scope}, nil
	case p.accept("in", "dans"):
		return p.in(f, scope)
	case p.accept("starts", "commence"):
		p.accept("with", "par")
		return p.compare(f, scope, model.OpStarts, t)
	case p.accept("contains", "contient"):
		return p.compare(f, scope, model.OpContains, t)
	}
	if op, ok := comparisons[t.text]; ok && t.kind == tokenSign {
		p.take()
		return p.compare(f, scope, op, t)
	}
	if f.typ == TypeBool || f.typ == TypeAny || (f.typ == TypeNumber && strings.HasPrefix(f.name, attrPrefix)) {
		return model.RuleFlag{Field: f.name}, nil
	}
	return nil, p.noComparison(f, t)
}

func (p *parser) compare(f field, scope model.RuleScope, op model.RuleOp, at token) (model.Rule, error) {
	typ := f.typ
	switch {
	case op == model.OpStarts || op == model.OpContains:
		if !typ.texts() && !strings.HasPrefix(f.name, attrPrefix) {
			return nil, model.Invalid("rule.wrong_comparison", "column", at.column, "word", at.raw, "field", f.at.raw)
		}
		typ = TypeText
	case op != model.OpEqual && op != model.OpNotEqual && typ == TypeBool:
		return nil, model.Invalid("rule.wrong_comparison", "column", at.column, "word", at.raw, "field", f.at.raw)
	}
	if err := p.orderOfTexts(f, op); err != nil {
		return nil, err
	}
	v, err := p.value(f, typ, op == model.OpEqual || op == model.OpNotEqual)
	return model.RuleCompare{Field: f.name, Scope: scope, Op: op, Value: v}, err
}

func (p *parser) in(f field, scope model.RuleScope) (model.Rule, error) {
	if f.name == "birth" && p.peek().text != "[" {
		example, _ := concept("birthday")
		return nil, model.Invalid("rule.birth_in", "column", f.at.column, "word", f.at.raw).Hint("rule.nearest_hint", "example", model.RuleText{Rule: example})
	}
	if err := p.expect("["); err != nil {
		return nil, err
	}
	var values []model.RuleValue
	for {
		v, err := p.value(f, f.typ, true)
		if err != nil {
			return nil, err
		}
		values = append(values, v)
		if !p.sign(",") {
			return model.RuleIn{Field: f.name, Scope: scope, Values: values}, p.expect("]")
		}
	}
}
