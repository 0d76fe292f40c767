package audience

import (
	"context"
	"strings"

	"blanche/model"
)

// Ask is the audience that a campaign wants.
type Ask struct {
	Rule   model.Rule
	Share  float64  // of the target held out, from 0 to 1
	Strata []string // fields, canonical or not; none: one stratum of all
	Unit   string   // field, canonical or not, that those drawn as one share; none: each person alone
	Salt   string   // of the draw
}

// DefaultStrata are the strata of a campaign that names none.
func DefaultStrata() []string { return []string{"rfm"} }

// Summary says what a plan did with the people whom the rule matches:
// Matched = Excluded + Target, and Target = HeldOut + Planned.
type Summary struct {
	Matched  int
	Excluded model.Exclusions
	Target   int
	HeldOut  int
	Planned  int
	Quotas   []model.StratumQuota
	Unit     string // canonical
}

// Plan freezes an audience: who may be written to first, then the draw of the
// zone blanche among them; after it nothing filters one arm only. The same
// question of the same base gives the same plan.
func (b *Base) Plan(a Ask, f Facts) (model.Plan, Summary, error) {
	var sum Summary
	if err := b.load(context.Background(), columnsFor(a.Rule, f)|columnsNamed(a.Strata...)|columnsNamed(a.Unit)|colDomain); err != nil {
		return model.Plan{}, Summary{}, err
	}
	people, apart, err := b.target(a, f, &sum)
	if err != nil {
		return model.Plan{}, Summary{}, err
	}
	out, quotas := people.draw(a.Salt, a.Share)
	b.mu.RLock()
	defer b.mu.RUnlock()
	lanes := make([]model.Lane, len(b.domain.text))
	for n, domain := range b.domain.label {
		lanes[n] = model.LaneOf("@" + domain)
	}
	plan := people.plan(out, quotas, func(id model.ContactID) model.Lane { return lanes[b.domain.at(int(id)-1)] })
	plan.Apart = apart
	sum.Target, sum.HeldOut, sum.Planned, sum.Quotas = len(people.ids), len(plan.HeldOut), len(plan.Planned), quotas
	if sum.Unit == "" { // the stratum of a unit is not that of its people
		people.nameStrata(&plan, out)
	}
	return plan, sum, nil
}

// target is everybody whom the rule matches and who may be written to, with
// their strata and units; apart are those of the universal zone blanche who
// would have been there.
func (b *Base) target(a Ask, f Facts, sum *Summary) (people *target, apart []model.ContactID, err error) {
	err = b.ask(a.Rule, f, func(match block) error {
		strata, err := b.strata(a.Strata, f)
		if err != nil {
			return err
		}
		unit, err := b.unit(a.Unit, f)
		if err != nil {
			return err
		}
		sum.Unit = unit.field
		later, err := b.latest(f)
		if err != nil {
			return err
		}
		people = newTarget(b.tallied(match, b.verdictsFor(f.Terms))[0])
		b.visit(match, func(row int) bool {
			sum.Matched++
			r := b.reason(row, f, &later)
			if r == 0 {
				people.add(model.ContactID(row+1), stratum(strata, row), unit.key(row))
				return true
			}
			exclude(&sum.Excluded, r, 1)
			if reasons[r] == model.ExclUniversal {
				apart = append(apart, model.ContactID(row+1))
			}
			return true
		})
		return nil
	})
	return people, apart, err
}

// strata are the columns of the fields of a draw.
func (b *Base) strata(names []string, f Facts) ([]column, error) {
	columns := make([]column, len(names))
	for i, name := range names {
		var err error
		if columns[i], _, err = b.field(name, f); err != nil {
			return nil, err
		}
	}
	return columns, nil
}

// field is the column of a field, and its canonical name.
func (b *Base) field(name string, f Facts) (column, string, error) {
	folded := Fold(name)
	canonical, _, ok := builtinField(folded)
	if !ok {
		folded = strings.TrimPrefix(folded, attrPrefix)
		if _, ok := b.attrs[folded]; !ok {
			return nil, "", model.Invalid("rule.no_field", "word", name, "nearest", nearest(folded, knownWords(nil)))
		}
		canonical = attrPrefix + folded
	}
	q := query{b: b, today: f.today()}
	c, err := q.column(canonical)
	return c, canonical, err
}

// StratumBar stands between the values of several fields in the name of a
// stratum.
const StratumBar = " | "

// stratum is the values of a row in the fields of a draw, with a bar between.
func stratum(columns []column, row int) string {
	if len(columns) == 1 {
		return columns[0].show(row)
	}
	values := make([]string, len(columns))
	for i, c := range columns {
		values[i] = c.show(row)
	}
	return strings.Join(values, StratumBar)
}
