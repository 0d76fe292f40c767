package audience

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"blanche/model"
)

// Scores, classes and who may be written to, in SQL: from their documented
// definitions, not from the code that counts them.

// sqlTerms are what campaigns bring to the decision who may be written to.
var sqlTerms = []Terms{{}, {B2BPurpose: true, MaxMessages: 3}, {Topic: "Soldes"}, {Topic: "ateliers", MaxMessages: 2}}

// sqlReasons are what that decision comes to.
var sqlReasons = []string{"sendable", model.ExclOpposed, model.ExclConsent, model.ExclBounced, model.ExclInvalid, model.ExclTopic, model.ExclOften, model.ExclPressure}

// sqlMaySend is the first reason, of the documented order, for which a person of
// people may not be written to; null of whoever may. Late says that the
// messages of late count too, which a record does not know.
func sqlMaySend(t Terms, late bool) string {
	when := []string{
		"p.why in ('opposed', 'complaint') then " + sqlText(model.ExclOpposed),
		fmt.Sprintf("not (p.basis = 'consent' or p.basis = 'customer' and p.orders > 0 or p.basis = 'b2b' and %v) then ", t.B2BPurpose) + sqlText(model.ExclConsent),
		"p.why = 'bounced' then " + sqlText(model.ExclBounced),
		`p.why = 'invalid' or p.email !~ '^[^@]+@[^@]+\.[^@]+$' then ` + sqlText(model.ExclInvalid),
	}
	wanted := "not lower(" + sqlText(t.Topic) + ") = any(string_to_array(lower(p.subjects), '|'))"
	when = append(when, fmt.Sprintf("p.subjects = '-' or p.subjects is not null and %v and %s then ", t.Topic != "", wanted)+sqlText(model.ExclTopic))
	if late {
		when = append(when,
			fmt.Sprintf("p.got > timestamp '%s' - p.every * interval '1 day' then ", now.Format(time.DateTime))+sqlText(model.ExclOften),
			fmt.Sprintf("%d > 0 and p.recent >= %[1]d then ", t.MaxMessages)+sqlText(model.ExclPressure))
	}
	return "case when " + strings.Join(when, " when ") + " end"
}

// sqlScores are the scores and the class of everybody, of the orders until today:
// 1 + floor(5 × values strictly below / values), which rank says (Hughes 1994).
var sqlScores = fmt.Sprintf(`create table scores as with bought as (
		select contact, max(day) filter (where cents >= 0) as last, count(distinct day) filter (where cents >= 0) as days, sum(cents) as spend
		from sold where day <= %d group by contact having count(*) filter (where cents >= 0) > 0),
	scored as (select contact, 1 + 5 * (rank() over (order by last) - 1) / count(*) over () as r,
		1 + 5 * (rank() over (order by days) - 1) / count(*) over () as f, 1 + 5 * (rank() over (order by spend) - 1) / count(*) over () as m from bought)
	select contact, r, f, m, case when r >= 4 and f >= 4 and m >= 4 then 'champions' when r >= 3 and f >= 4 then 'loyal' when r >= 4 then 'promising'
		when r <= 2 and (f >= 4 or m >= 4) then 'to_wake' when r >= 2 then 'asleep' else 'lost' end as class from scored;
	update people set rfm_r = r, rfm_f = f, rfm_m = m, rfm = class from scores where id = contact`, today)

// sqlSubjects are what people chose of the page of preferences.
var sqlSubjects = []string{"Soldes", "soldes|Ateliers", "Ateliers", model.NoSubject}

// wish lets some people choose what they get, and gives them messages.
func (v *village) wish(c *model.Contact, r *rand.Rand) {
	if r.IntN(5) == 0 {
		c.SetAttr(model.AttrSubjects, sqlSubjects[r.IntN(len(sqlSubjects))])
	}
	if r.IntN(5) == 0 {
		c.SetAttr(model.AttrFrequency, model.Frequencies()[r.IntN(3)])
	}
	v.recent[c.ID] = r.IntN(5)
	if r.IntN(2) == 0 {
		v.got[c.ID] = now.AddDate(0, 0, -r.IntN(60))
	}
}

// class is what the orders of everybody say of a person, or the law.
func (m ruleMaker) class() model.Rule {
	switch m.IntN(4) {
	case 0:
		return model.RuleFlag{Field: "sendable"}
	case 1:
		return model.RuleCompare{Field: "rfm", Op: m.op(2), Value: m.text(classNames)}
	case 2:
		return model.RuleIn{Field: "rfm", Values: []model.RuleValue{m.text(classNames), m.text(classNames)}}
	}
	return model.RuleCompare{Field: []string{"rfm_r", "rfm_f", "rfm_m"}[m.IntN(3)], Op: m.op(6), Value: model.NumberValue(float64(1 + m.IntN(5)))}
}
