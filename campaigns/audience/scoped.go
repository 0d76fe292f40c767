package audience

import (
	"strings"

	"blanche/model"
)

// scoped is the column of a field, over the orders of a scope.
func (q *query) scoped(field string, s model.RuleScope) (column, error) {
	if s.IsZero() {
		return q.column(field)
	}
	if !scopedFields[field] {
		return nil, model.Invalid("rule.no_field", "word", field+s.String(), "nearest", field)
	}
	b := q.b
	key := field + s.String() + "@" + q.today.String()
	return cached(b, &b.cache.columns, key, func() column { return b.within(field, s, q.today) }), nil
}

// usedCode matches who has an order with a code.
func (q *query) usedCode(m model.RuleMember) (block, error) {
	s := model.RuleScope{Code: m.Name, Period: m.Period}
	b := q.b
	key := m.String() + "@" + q.today.String()
	c := cached(b, &b.cache.columns, key, func() column { return b.within("coded", s, q.today) })
	return c.(derived).column.(*wholeColumn).over(0), nil
}

// anniversary matches whose day comes back.
func (q *query) anniversary(r model.RuleAnniversary) (block, error) {
	c, err := q.column(r.Field)
	if err != nil {
		return nil, err
	}
	match, ok := anniversary(c, coming(q.today, r.Days))
	if !ok {
		return nil, wrongType(model.TextValue(r.Field), TypeDate)
	}
	return match, nil
}

// tally is what the orders of one person in a scope come to. A refund, a line
// below zero, takes from the amount and is no order.
type tally struct {
	orders, coded int64
	cents         int64
	first, last   int32
}

// filter decides which orders are in a scope.
type filter struct {
	from, to int32
	channel  func(uint32) bool // by number in the table of the texts; nil: all
	category func(uint32) bool
	code     func(uint32) bool
	worded   bool // some of the texts matter
}

func (b *Base) filter(s model.RuleScope, today model.Date) filter {
	from, to := s.Period.Days(today)
	f := filter{from: int32(from), to: int32(to)}
	f.channel = b.sales.channels.named(s.Channel)
	f.code = b.sales.coupons.named(s.Code)
	if s.Category != "" {
		f.category = b.sales.categories.where(func(folded string) bool { return inCategory(folded, Fold(s.Category)) })
	}
	return f
}

// inCategory reports that a list of categories has one.
func inCategory(list, wanted string) bool {
	for one := range strings.SplitSeq(list, model.CategoryBar) {
		if strings.TrimSpace(one) == wanted {
			return true
		}
	}
	return false
}

func (f *filter) keeps(o *soldLine) bool {
	return o.day >= f.from && o.day <= f.to && (f.channel == nil || f.channel(o.channel)) &&
		(f.category == nil || f.category(o.category)) && (f.code == nil || f.code(o.code))
}

// tally adds the orders of one person up.
func (b *Base) tally(row int, f *filter) (t tally) {
	from, to, fresh := b.sales.of(row)
	for i := range fresh {
		t.take(&fresh[i], f)
	}
	for i := from; i < to; i++ {
		day := b.sales.day[i]
		switch {
		case day < f.from || day > f.to:
		case f.worded:
			line := b.sales.at(i)
			t.take(&line, f)
		default:
			t.add(day, b.sales.centsAt(i))
		}
	}
	return t
}

func (t *tally) take(o *soldLine, f *filter) {
	if !f.keeps(o) {
		return
	}
	if o.code != 0 {
		t.coded++
	}
	t.add(o.day, o.cents)
}

// add counts an order, oldest first.
func (t *tally) add(day int32, cents int64) {
	t.cents += cents
	if cents < 0 {
		return
	}
	if t.orders == 0 {
		t.first = day
	}
	t.orders++
	t.last = day
}

// within is a field over the orders of a scope, for everybody. Who has none in
// it has spent 0, and has no basket and no days.
func (b *Base) within(field string, s model.RuleScope, today model.Date) column {
	f := b.filter(s, today)
	f.worded = field == "coded" || f.channel != nil || f.category != nil || f.code != nil
	rows := 64 * words(b.rows)
	switch field {
	case "average_basket":
		c := &numColumn[float64]{none: negativeInfinity, typ: TypeMoney}
		reserve(true, &c.v, rows)
		return b.derive(c, func(row int) {
			if t := b.tally(row, &f); t.orders > 0 {
				c.put(row, float64(t.cents)/float64(t.orders))
			} else {
				c.put(row, negativeInfinity)
			}
		})
	case "first_order", "last_order":
		c := dayColumn()
		reserve(true, &c.v, rows)
		return b.derive(c, func(row int) {
			t := b.tally(row, &f)
			day := t.last
			if field == "first_order" {
				day = t.first
			}
			if t.orders == 0 {
				day = c.none
			}
			c.put(row, day)
		})
	}
	c := newWhole(fieldTypes[field])
	reserve(true, &c.small.v, rows)
	return b.derive(c, func(row int) {
		t := b.tally(row, &f)
		switch field {
		case "spend":
			c.put(row, t.cents)
		case "orders":
			c.put(row, t.orders)
		default:
			c.put(row, t.coded)
		}
	})
}

// derived is a column made from others, of which one row can be made again.
type derived struct {
	column
	again func(row int)
}

func (b *Base) derive(c column, row func(int)) column {
	for r := range b.rows {
		row(r)
	}
	return derived{c, row}
}

// basket is the spend of each buyer by order, in cents, exact.
func (b *Base) basket() column {
	c := &numColumn[float64]{none: negativeInfinity, typ: TypeMoney}
	reserve(true, &c.v, 64*words(b.rows))
	return b.derive(c, func(row int) {
		x := negativeInfinity
		if n, ok := b.orders.at(row); ok && n > 0 {
			spend, _ := b.spend.at(row)
			x = float64(spend) / float64(n)
		}
		c.put(row, x)
	})
}
