package audience

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"blanche/model"
	"blanche/store"
)

// Each rule also translates to SQL, here alone: PostgreSQL is a second opinion
// about what a rule means. A comparison with a missing value is false, and not
// simply inverts it: coalesce says so; what SQL does by itself is the control.

// sqlSizes are the people and the rules: BLANCHE_LONG takes 100,000 and 500.
func sqlSizes() (people, rules int) {
	if os.Getenv("BLANCHE_LONG") != "" {
		return 100_000, 500
	}
	return 5_000, 200
}

// sqlEvents are what happened to the people of the village.
var sqlEvents = []model.RuleEvent{model.EventReceived, model.EventClicked, model.EventBounced, model.EventHeldOut, model.EventFrozen}

// village is the people of the oracle, with their orders and their messages.
type village struct {
	folder
	orders []model.Order
	news   news
	recent map[model.ContactID]int       // messages of late
	got    map[model.ContactID]time.Time // the last one of those who chose how often
}

func (v *village) Each(_ context.Context, f func(*model.Order) error) error {
	for i := range v.orders {
		if err := f(&v.orders[i]); err != nil {
			return err
		}
	}
	return nil
}

type villageOrders struct{ *village }

func (v villageOrders) Scan(_ context.Context, f func(store.Sale) error) error {
	for i := range v.orders {
		o := &v.orders[i]
		if err := f(store.Sale{Contact: o.Contact, Day: o.Day, Cents: o.Total, Channel: o.Channel}); err != nil {
			return err
		}
	}
	return nil
}

var (
	sqlCities     = []string{"", "", "Évry", "EVRY", "evry-sud", "Nantes", "Saint-Étienne", "Sœur", "nan", "É"}
	sqlChannels   = []string{"", "Web", "magasin"}
	sqlCategories = []string{"", "Jardin", "Été|jardin", "cuisine", "Cuisine|ÉTÉ"}
	sqlCodes      = []string{"", "", "", "NOEL15", "Été"}
)

func newVillage(r *rand.Rand, people int) *village {
	v := &village{news: news{}, recent: map[model.ContactID]int{}, got: map[model.ContactID]time.Time{}, folder: folder{why: map[string]model.SuppressReason{}}}
	for _, e := range sqlEvents {
		v.news[e] = map[string]map[model.ContactID]model.Date{"noel": {}, "ete": {}}
	}
	pick := func(from []string) string { return from[r.IntN(len(from))] }
	for id := model.ContactID(1); id <= model.ContactID(people); id++ {
		c := model.Contact{
			ID: id, City: pick(sqlCities), LastName: pick(sqlCities), Country: pick([]string{"FR", "BE", ""}), Kind: model.Kind(r.IntN(2)),
			Basis: model.Basis(r.IntN(4)), Points: int64(r.IntN(20)), Tier: pick([]string{"", "or", "Argent"}),
			Email: fmt.Sprintf("p%d@%s.example", id, pick([]string{"mail", "orange", "free"})), Phone: pick([]string{"", "+33612345678", "+33298765432"}),
			Postcode: pick([]string{"", "44000", "01000", "2A004"}), Company: pick(sqlCities), Tracking: model.Tracking(r.IntN(3)),
			Created: now.AddDate(0, 0, -r.IntN(900)),
		}
		if r.IntN(20) == 0 {
			c.Email = fmt.Sprintf("p%d@mail", id) // no address that anything reaches
		}
		if r.IntN(4) == 0 {
			v.why[c.Email] = model.SuppressReason(1 + r.IntN(4))
		}
		v.wish(&c, r)
		if r.IntN(3) > 0 {
			c.Birth = model.NewDate(1940, 1, 1) + model.Date(r.IntN(25000))
		}
		if r.IntN(2) > 0 {
			c.BasisAt = now.AddDate(0, 0, -r.IntN(900))
		}
		for _, tag := range []string{"VIP", "été"} {
			if r.IntN(3) == 0 {
				c.Tags = append(c.Tags, tag)
			}
		}
		if r.IntN(2) > 0 {
			c.SetAttr("note", pick([]string{"3", "12", "7,5", "100"}))
			c.SetAttr("taille", pick([]string{"S", "M", "été", "L'XL"}))
		}
		if r.IntN(3) > 0 {
			c.SetAttr("depuis", (today - model.Date(r.IntN(900))).String())
			c.SetAttr("membre", pick([]string{"oui", "non"}))
		}
		v.sell(&c, r)
		for _, e := range sqlEvents {
			for _, name := range []string{"noel", "ete"} {
				if r.IntN(4) == 0 {
					v.news[e][name][id] = today - model.Date(r.IntN(400))
				}
			}
		}
		v.contacts = append(v.contacts, c)
	}
	return v
}

// sell gives a contact orders, oldest first, and keeps the sums.
func (v *village) sell(c *model.Contact, r *rand.Rand) {
	pick := func(from []string) string { return from[r.IntN(len(from))] }
	day := today - 800
	for range r.IntN(4) {
		day += model.Date(r.IntN(250))
		o := model.Order{Contact: c.ID, Day: day, Total: model.Cents(r.IntN(20000)), Channel: pick(sqlChannels), Category: pick(sqlCategories), Code: pick(sqlCodes)}
		if r.IntN(8) == 0 {
			o.Total = -o.Total - 1
		}
		v.orders = append(v.orders, o)
		c.Spend += o.Total
		if o.Total >= 0 {
			c.Orders++
			c.LastOrder = max(c.LastOrder, o.Day)
			if c.FirstOrder == 0 {
				c.FirstOrder = o.Day
			}
		}
	}
}

// ruleMaker draws rules that the village can answer.
type ruleMaker struct{ *rand.Rand }

func (m ruleMaker) text(from []string) model.RuleValue {
	return model.TextValue(from[m.IntN(len(from))])
}

func (m ruleMaker) op(n int) model.RuleOp { return model.RuleOp(m.IntN(n)) }

func (m ruleMaker) period() (p model.RulePeriod) {
	switch m.IntN(4) {
	case 0:
		p.Last = 1 + m.IntN(400)
	case 1:
		p.From = model.AgoValue(m.IntN(500))
	case 2:
		p.From, p.To = model.AgoValue(300+m.IntN(500)), model.DateValue(today-model.Date(m.IntN(400)))
	}
	return p
}

func (m ruleMaker) scope() model.RuleScope {
	pick := func(from ...string) string { return from[m.IntN(len(from))] }
	return model.RuleScope{Period: m.period(), Channel: pick("", "", "web", "MAGASIN"), Category: pick("", "", "jardin", "ete"), Code: pick("", "", "", "noel15", "rien")}
}

func (m ruleMaker) leaf() model.Rule {
	day := model.AgoValue(m.IntN(900))
	switch m.IntN(14) {
	case 13:
		return m.class()
	case 11:
		return model.RuleFlag{Field: []string{"suppressed", "attr.membre"}[m.IntN(2)]}
	case 12:
		return m.more(day)
	case 0:
		return model.RuleCompare{Field: []string{"city", "last_name", "tier", "tags"}[m.IntN(4)], Op: m.op(8), Value: m.text([]string{"evry", "Nantes", "n", "É", "vip", "or", "soeur"})}
	case 1:
		return model.RuleCompare{Field: []string{"points", "attr.note", "orders"}[m.IntN(3)], Op: m.op(6), Value: model.NumberValue(float64(m.IntN(20)))}
	case 2:
		return model.RuleCompare{Field: []string{"spend", "average_basket"}[m.IntN(2)], Op: m.op(6), Value: model.NumberValue(float64(m.IntN(30000)) / 100)}
	case 3:
		return model.RuleCompare{Field: []string{"last_order", "first_order", "birth", "basis_at", "created", "attr.depuis"}[m.IntN(6)], Op: m.op(6), Value: day}
	case 4:
		return model.RuleExists{Field: []string{"city", "birth", "last_order", "tags", "attr.note", "average_basket", "basis_at", "phone", "attr.depuis", "attr.taille"}[m.IntN(10)]}
	case 5:
		return model.RuleIn{Field: "city", Values: []model.RuleValue{m.text(sqlCities[2:]), m.text(sqlCities[2:])}}
	case 6:
		return model.RuleFlag{Field: []string{"customer", "prospect", "b2b"}[m.IntN(3)]}
	case 7:
		e := append([]model.RuleEvent{model.EventUsedCode}, sqlEvents...)[m.IntN(1+len(sqlEvents))]
		names := []string{"noel", "ete", ""}
		if e == model.EventUsedCode {
			names = []string{"NOEL15", "été", ""}
		}
		r := model.RuleMember{Event: e, Name: names[m.IntN(3)]}
		if e.Dated() {
			r.Period = m.period()
		}
		return r
	case 8:
		return model.RuleAnniversary{Field: []string{"birth", "created", "attr.depuis"}[m.IntN(3)], Days: 1 + m.IntN(60)}
	case 9:
		return model.RuleCompare{Field: "basis", Op: m.op(2), Value: m.text([]string{"consent", "none", "b2b"})}
	}
	s := m.scope()
	if m.IntN(3) == 0 {
		return model.RuleCompare{Field: []string{"first_order", "last_order"}[m.IntN(2)], Scope: s, Op: m.op(6), Value: day}
	}
	return model.RuleCompare{Field: []string{"orders", "spend", "average_basket"}[m.IntN(3)], Scope: s, Op: m.op(6), Value: model.NumberValue(float64(m.IntN(3) * m.IntN(50)))}
}

// more are the fields that no other leaf looks at.
func (m ruleMaker) more(day model.RuleValue) model.Rule {
	switch m.IntN(6) {
	case 0:
		f := m.IntN(5)
		return model.RuleCompare{
			Field: []string{"email", "domain", "phone", "postcode", "company"}[f], Op: m.op(8),
			Value: m.text([]string{"p1", "mail.example", "+336", "44000", "Évry"}[f : f+1]),
		}
	case 1:
		return model.RuleIn{Field: "tracking", Values: []model.RuleValue{m.text([]string{"granted", "refused", "unknown"}), m.text([]string{"granted", "refused"})}}
	case 2:
		return model.RuleCompare{Field: "attr.taille", Op: m.op(8), Value: m.text([]string{"s", "ETE", "l'x", "m"})}
	case 3:
		return model.RuleCompare{Field: []string{"orders_90d", "orders_400d"}[m.IntN(2)], Op: m.op(6), Value: model.NumberValue(float64(m.IntN(3)))}
	case 4:
		return model.RuleCompare{Field: []string{"spend_30d", "spend_365d"}[m.IntN(2)], Op: m.op(6), Value: model.NumberValue(float64(m.IntN(30000)) / 100)}
	}
	return model.RuleExists{Field: []string{"first_order", "last_order", "average_basket"}[m.IntN(3)], Scope: m.scope()}
}

func (m ruleMaker) rule(depth int) model.Rule {
	if depth == 0 {
		return m.leaf()
	}
	switch m.IntN(4) {
	case 0:
		return model.RuleNot{Rule: m.rule(depth - 1)}
	case 1:
		return model.RuleAnd{Rules: []model.Rule{m.rule(depth - 1), m.rule(depth - 1)}}
	case 2:
		return model.RuleOr{Rules: []model.Rule{m.rule(depth - 1), m.rule(depth - 1)}}
	}
	return m.leaf()
}

// toSQL is a rule as a condition on the row p of people. Whole says that a
// missing value makes a comparison false; without it, it is null, as SQL has it.
// Scopes of orders are joined to it.
type toSQL struct {
	whole bool
	joins *[]string
}

func (t toSQL) leaf(s string) string {
	if t.whole {
		return "coalesce(" + s + ", false)"
	}
	return "(" + s + ")"
}

func sqlText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func (t toSQL) rule(r model.Rule) string {
	join := func(rules []model.Rule, word string) string {
		parts := make([]string, len(rules))
		for i, x := range rules {
			parts[i] = t.rule(x)
		}
		return "(" + strings.Join(parts, word) + ")"
	}
	switch r := r.(type) {
	case model.RuleAnd:
		return join(r.Rules, " and ")
	case model.RuleOr:
		return join(r.Rules, " or ")
	case model.RuleNot:
		return "not " + t.rule(r.Rule)
	case model.RuleFlag:
		return map[string]string{"customer": "p.orders > 0", "prospect": "p.orders <= 0", "b2b": "p.kind = 1", "suppressed": "p.why is not null", "sendable": "(" + sqlMaySend(Terms{}, false) + ") is null", "attr.membre": "coalesce(p.membre, false)"}[r.Field]
	case model.RuleExists:
		if r.Field == "tags" {
			return "cardinality(p.tags) > 0"
		}
		if !r.Scope.IsZero() {
			return "(" + t.inScope(r.Field, r.Scope) + ") is not null"
		}
		return "(" + sqlField(r.Field) + ") is not null"
	case model.RuleIn:
		parts := make([]string, len(r.Values))
		for i, v := range r.Values {
			parts[i] = sqlText(Fold(v.Text))
		}
		return t.leaf("p." + r.Field + " in (" + strings.Join(parts, ", ") + ")")
	case model.RuleMember:
		return t.member(r)
	case model.RuleAnniversary:
		on := map[string]string{"birth": "p.born_on", "created": yearDay("p.created"), "attr.depuis": yearDay("p.depuis")}[r.Field]
		return t.leaf(fmt.Sprintf(on+` in (
			select to_char(d, 'MMDD')::int from generate_series(date '%[1]s', date '%[1]s' + %[2]d, '1 day') d union all
			select 229 from generate_series(date '%[1]s', date '%[1]s' + %[2]d, '1 day') d
			where to_char(d, 'MMDD') = '0228' and to_char(d + interval '1 day', 'MMDD') = '0301')`, model.DateValue(today), r.Days-1))
	case model.RuleCompare:
		if base, days, ok := periodField(r.Field); ok {
			r.Field, r.Scope.Period.Last = base, days
		}
		if !r.Scope.IsZero() {
			return t.compare(t.inScope(r.Field, r.Scope), r)
		}
		return t.compare(sqlField(r.Field), r)
	}
	return "true"
}

// yearDay is the day of the year of a column of days, as month and day.
func yearDay(column string) string {
	return "to_char(date '1970-01-01' + " + column + ", 'MMDD')::int"
}

func sqlField(field string) string {
	switch field {
	case "attr.note", "attr.taille", "attr.depuis":
		return "p." + strings.TrimPrefix(field, "attr.")
	case "average_basket":
		return "case when p.orders > 0 then p.spend::float8 / p.orders end"
	}
	return "p." + field
}

func (t toSQL) compare(field string, r model.RuleCompare) string {
	value, text := "", Fold(r.Value.Text)
	switch r.Field {
	case "spend", "average_basket":
		value = fmt.Sprint(cents(r.Value.Number()))
	case "last_order", "first_order", "birth", "basis_at", "created", "attr.depuis":
		value = fmt.Sprint(int(r.Value.Day(today)))
	case "points", "attr.note", "orders", "rfm_r", "rfm_f", "rfm_m":
		value = r.Value.Text
	case "tags":
		return t.tags(r.Op, text)
	default:
		value = sqlText(text)
	}
	switch r.Op {
	case model.OpStarts:
		return t.leaf("starts_with(" + field + ", " + value + ")")
	case model.OpContains:
		return t.leaf("strpos(" + field + ", " + value + ") > 0")
	case model.OpNotEqual:
		return t.leaf("(" + field + ") <> " + value)
	}
	return t.leaf("(" + field + ") " + r.Op.String() + " " + value)
}

func (t toSQL) tags(op model.RuleOp, text string) string {
	if op == model.OpNotEqual {
		return "(cardinality(p.tags) > 0 and not " + sqlText(text) + " = any(p.tags))"
	}
	test := "x " + op.String() + " " + sqlText(text)
	switch op {
	case model.OpStarts:
		test = "starts_with(x, " + sqlText(text) + ")"
	case model.OpContains:
		test = "strpos(x, " + sqlText(text) + ") > 0"
	}
	return "exists (select from unnest(p.tags) x where " + test + ")"
}

func sqlDays(p model.RulePeriod) string {
	from, to := p.Days(today)
	return fmt.Sprintf("day between %d and %d", from, to)
}

func (t toSQL) member(r model.RuleMember) string {
	if r.Event == model.EventUsedCode {
		which := "code <> ''"
		if r.Name != "" {
			which = "code = " + sqlText(Fold(r.Name))
		}
		return "p.id in (select contact from sold where " + which + " and " + sqlDays(r.Period) + ")"
	}
	which := "event = " + sqlText(r.Event.String()) + " and " + sqlDays(r.Period)
	if r.Name != "" {
		which += " and campaign = " + sqlText(r.Name)
	}
	return "p.id in (select contact from news where " + which + ")"
}

// inScope is what the orders in a scope come to.
func (t toSQL) inScope(field string, scope model.RuleScope) string {
	where := []string{sqlDays(scope.Period)}
	if s := scope.Channel; s != "" {
		where = append(where, "channel = "+sqlText(Fold(s)))
	}
	if s := scope.Category; s != "" {
		where = append(where, sqlText(Fold(s))+" = any(category)")
	}
	if s := scope.Code; s != "" {
		where = append(where, "code = "+sqlText(Fold(s)))
	}
	x := fmt.Sprintf("x%d", len(*t.joins))
	*t.joins = append(*t.joins, " left join (select contact, sum(cents) spend, count(*) filter (where cents >= 0) orders, "+
		"min(day) filter (where cents >= 0) first, max(day) filter (where cents >= 0) last from sold where "+strings.Join(where, " and ")+
		" group by contact) "+x+" on "+x+".contact = p.id")
	return map[string]string{
		"orders": "coalesce(" + x + ".orders, 0)", "spend": "coalesce(" + x + ".spend, 0)", "first_order": x + ".first", "last_order": x + ".last",
		"average_basket": "case when " + x + ".orders > 0 then " + x + ".spend::float8 / " + x + ".orders end",
	}[field]
}
