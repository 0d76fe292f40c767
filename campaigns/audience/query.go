package audience

import (
	"context"
	"math"
	"math/bits"
	"slices"
	"strings"
	"time"

	"blanche/model"
)

var negativeInfinity = math.Inf(-1)

// Facts is what a question needs beside its rule.
type Facts struct {
	// Now gives today, in the zone of the shop: that of its location.
	Now time.Time
	// Terms of the campaign; zero for a count outside any.
	Terms Terms
	// Recent is how many messages a person got over the days of the pressure
	// rule; nil when nobody got any. It is asked only when Terms limit them.
	Recent func(model.ContactID) int
	// Got tells when a person got a message last, or whether one is on its way to
	// them: for those who chose how often. Nil when nobody got any.
	Got func() (func(model.ContactID) time.Time, error)
	// Events says to whom messages happened; nil when there is no campaign.
	Events Events
	// Apart is the universal zone blanche; the zero value is nobody.
	Apart Apart
}

func (f *Facts) today() model.Date { return model.DateOf(f.Now, f.Now.Location()) }

// query is one rule being turned into blocks; b.mu is held for reading.
type query struct {
	b       *Base
	today   model.Date
	members map[model.RuleMember]rowset
	events  Events // to explain
}

// ask compiles a rule and runs f on its block, under one reading lock.
func (b *Base) ask(r model.Rule, facts Facts, f func(block) error) error {
	members, err := happened(r, facts)
	if err != nil {
		return err
	}
	if err := b.load(context.Background(), columnsFor(r, facts)); err != nil {
		return err
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	q := query{b: b, today: facts.today(), members: members}
	match, err := q.compile(r)
	if err != nil {
		return hinted(err, known{})
	}
	return f(match)
}

func (q *query) compile(r model.Rule) (block, error) {
	switch r := r.(type) {
	case model.RuleAll:
		return everyone, nil
	case model.RuleAnd:
		parts, err := q.each(q.soonest(r.Rules))
		return all(parts), err
	case model.RuleOr:
		parts, err := q.each(r.Rules)
		return some(parts), err
	case model.RuleNot:
		inner, err := q.compile(r.Rule)
		return func(w int, mask uint64) uint64 { return ^inner(w, mask) }, err
	case model.RuleFlag:
		return q.compare(r.Field, model.RuleScope{}, model.OpEqual, model.BoolValue(true))
	case model.RuleExists:
		if isAddressed(r) && q.b.core {
			return q.b.addressed.word, nil
		}
		c, err := q.scoped(r.Field, r.Scope)
		if err != nil {
			return nil, err
		}
		return c.exists(), nil
	case model.RuleCompare:
		return q.compare(r.Field, r.Scope, r.Op, r.Value)
	case model.RuleIn:
		return q.in(r)
	case model.RuleMember:
		if r.Event == model.EventUsedCode {
			return q.usedCode(r)
		}
		return q.members[r].word, nil
	case model.RuleAnniversary:
		return q.anniversary(r)
	}
	return nil, model.Invalid("rule.empty")
}

// isAddressed reports whether a node asks who has an e-mail, whatever it is.
func isAddressed(r model.RuleExists) bool { return r.Field == "email" && r.Scope.IsZero() }

// soonest puts first what is known as a set of rows: the others then look at few
// people.
func (q *query) soonest(rules []model.Rule) []model.Rule {
	sorted := slices.Clone(rules)
	slices.SortStableFunc(sorted, func(a, b model.Rule) int { return q.cost(a) - q.cost(b) })
	return sorted
}

func (q *query) cost(r model.Rule) int {
	switch r := r.(type) {
	case model.RuleMember:
		return 0
	case model.RuleCompare:
		if c, ok := q.b.stored(r.Field); ok && r.Op == model.OpEqual && r.Scope.IsZero() {
			switch c.(type) {
			case *dictColumn, *tagColumn, *codeColumn, *textColumn:
				return 0
			}
		}
	}
	return 1
}

func (q *query) each(rules []model.Rule) ([]block, error) {
	parts := make([]block, len(rules))
	for i, r := range rules {
		var err error
		if parts[i], err = q.compile(r); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

func all(parts []block) block {
	return func(w int, mask uint64) uint64 {
		for _, p := range parts {
			if mask &= p(w, mask); mask == 0 {
				break
			}
		}
		return mask
	}
}

func some(parts []block) block {
	return func(w int, mask uint64) uint64 {
		var m uint64
		for _, p := range parts {
			m |= p(w, mask&^m) & mask
			if m == mask {
				break
			}
		}
		return m
	}
}

func (q *query) compare(field string, scope model.RuleScope, op model.RuleOp, v model.RuleValue) (block, error) {
	c, err := q.scoped(field, scope)
	if err != nil {
		return nil, err
	}
	d, ok := c.(*dictColumn)
	if ok && d.typ == TypeText && v.Kind != model.ValueText && orders(op) && strings.HasPrefix(field, attrPrefix) {
		typ := TypeNumber
		if v.Kind == model.ValueDate || v.Kind == model.ValueAgo {
			typ = TypeDate
		}
		return nil, wrongType(model.TextValue(field), typ)
	}
	return c.compare(op, v, q.today)
}

func (q *query) in(r model.RuleIn) (block, error) {
	c, err := q.scoped(r.Field, r.Scope)
	if err != nil {
		return nil, err
	}
	if d, ok := c.(*dictColumn); ok && d.typ == TypeText {
		return d.in(r.Values), nil
	}
	parts := make([]block, len(r.Values))
	for i, v := range r.Values {
		if parts[i], err = c.compare(model.OpEqual, v, q.today); err != nil {
			return nil, err
		}
	}
	return some(parts), nil
}

// column is the column of a canonical field.
func (q *query) column(field string) (column, error) {
	b := q.b
	if c, ok := b.stored(field); ok {
		return c, nil
	}
	switch field {
	case "customer":
		return flagColumn{b.orders.over(0)}, nil
	case "prospect":
		return flagColumn{without(b.orders.exists(), b.orders.over(0))}, nil
	case "b2b":
		return flagColumn{b.kind.where(func(k uint8) bool { return model.Kind(k) == model.B2B })}, nil
	case "suppressed":
		return flagColumn{b.suppressed.word}, nil
	case "sendable":
		return flagColumn{b.verdicts[0][0].word}, nil
	case "average_basket":
		return cached(b, &b.cache.columns, field, b.basket), nil
	case "rfm":
		return b.classes(q.today).code, nil
	case "rfm_r", "rfm_f", "rfm_m":
		return b.score(field, q.today), nil
	}
	if name, ok := strings.CutPrefix(field, attrPrefix); ok {
		if c, ok := b.attrs[name]; ok {
			return c, nil
		}
		return noColumn{}, nil
	}
	if base, n, ok := periodField(field); ok {
		return q.scoped(base, model.RuleScope{Period: model.RulePeriod{Last: n}})
	}
	return nil, model.Invalid("rule.no_field", "word", field, "nearest", nearest(field, Fields()))
}

// storedFields are the fields that are columns as they are.
var storedFields = map[string]func(*Base) column{
	"phone":       func(b *Base) column { return b.phone },
	"basis_at":    func(b *Base) column { return b.basisAt },
	"email":       func(b *Base) column { return b.email },
	"domain":      func(b *Base) column { return b.domain },
	"first_name":  func(b *Base) column { return b.first },
	"last_name":   func(b *Base) column { return b.last },
	"company":     func(b *Base) column { return b.company },
	"kind":        func(b *Base) column { return b.kind },
	"postcode":    func(b *Base) column { return b.postcode },
	"city":        func(b *Base) column { return b.city },
	"country":     func(b *Base) column { return b.country },
	"lang":        func(b *Base) column { return b.lang },
	"birth":       func(b *Base) column { return b.birth },
	"card":        func(b *Base) column { return b.card },
	"points":      func(b *Base) column { return b.points },
	"tier":        func(b *Base) column { return b.tier },
	"external_id": func(b *Base) column { return b.external },
	"tags":        func(b *Base) column { return b.tags },
	"basis":       func(b *Base) column { return b.basis },
	"tracking":    func(b *Base) column { return b.tracking },
	"origin":      func(b *Base) column { return b.origin },
	"created":     func(b *Base) column { return b.created },
	"orders":      func(b *Base) column { return b.orders },
	"spend":       func(b *Base) column { return b.spend },
	"first_order": func(b *Base) column { return b.firstOrder },
	"last_order":  func(b *Base) column { return b.lastOrder },
}

func (b *Base) stored(field string) (column, bool) {
	of, ok := storedFields[field]
	if !ok {
		return nil, false
	}
	return of(b), true
}

// count is how many people a block matches.
func (b *Base) count(match block) int {
	n := 0
	for w, alive := range b.alive {
		n += bits.OnesCount64(match(w, alive) & alive)
	}
	return n
}

// visit calls f with the row of everybody a block matches, in order, until it
// answers false.
func (b *Base) visit(match block, f func(row int) bool) {
	for w, alive := range b.alive {
		for m := match(w, alive) & alive; m != 0; m &= m - 1 {
			if !f(w<<6 + bits.TrailingZeros64(m)) {
				return
			}
		}
	}
}
