package measure

import (
	"cmp"
	"slices"
	"strings"

	"blanche/model"
)

// dataset is the part of a file that was asked for, column by column, a row
// for each customer of the arms compared, in the order of the file.
type dataset struct {
	spec  FileSpec
	alpha float64
	where Filter // nil: every row stays

	arm      int // columns by position, -1 when not asked for
	value    int
	binary   int
	exposure int
	known    []int // covariates

	arms     []int32     // which of the treatment values, then the control
	y        []float64   // outcome
	bought   []float64   // 0 or 1
	reached  []float64   // 0 or 1
	x        [][]float64 // a column for each covariate
	strata   *grouping   // nil when not asked for
	segments *grouping

	counts []int         // customers of each treatment value, then of the control
	faults map[int]error // rows that cannot be read, which matters if they stay
	others []string      // values of the arm that are not compared, the first few
}

// newDataset finds the columns of the question in a table.
func newDataset(t *table, spec FileSpec) (*dataset, error) {
	d := &dataset{spec: spec, alpha: *spec.Alpha, counts: make([]int, len(spec.Treatment)+1), faults: map[int]error{}}
	var err error
	if strings.TrimSpace(spec.Where) != "" {
		if d.where, err = spec.Rules(spec.Where, t.names, t.parse, spec.Now); err != nil {
			return nil, err
		}
	}
	if d.arm, err = t.column(spec.Arm); err != nil {
		return nil, err
	}
	return d, d.findColumns(t)
}

// findColumns places the columns that a question may leave out.
func (d *dataset) findColumns(t *table) (err error) {
	optional := []struct {
		name string
		at   *int
	}{{d.spec.Outcome, &d.value}, {d.spec.Binary, &d.binary}, {d.spec.Exposure, &d.exposure}}
	for _, o := range optional {
		*o.at = -1
		if o.name == "" {
			continue
		}
		if *o.at, err = t.column(o.name); err != nil {
			return err
		}
	}
	for _, name := range d.spec.Covariates {
		at, err := t.column(name)
		if err != nil {
			return err
		}
		d.known, d.x = append(d.known, at), append(d.x, nil)
	}
	if d.strata, err = newGrouping(t, d.spec.Strata); err != nil {
		return err
	}
	d.segments, err = newGrouping(t, d.spec.Segments)
	return err
}

// read takes every row of the table, then checks that nobody is missing.
func (d *dataset) read(t *table) error {
	for {
		ok, err := t.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if err := d.take(t); err != nil {
			return err
		}
	}
	if err := d.settle(); err != nil {
		return err
	}
	for _, arm := range d.arms {
		d.counts[arm]++
	}
	for i, name := range append(slices.Clone(d.spec.Treatment), d.spec.Control) {
		if d.counts[i] == 0 {
			return d.emptyArm(name)
		}
	}
	return nil
}

// emptyArm says that nobody is in an arm, and what the file has instead.
func (d *dataset) emptyArm(name string) error {
	e := model.Invalid("roi.empty_arm", "arm", name, "column", d.spec.Arm)
	if d.where != nil || len(d.others) == 0 {
		return e.Hint("roi.empty_arm_hint")
	}
	return e.Hint("roi.empty_arm_values", "values", strings.Join(d.others, ", "))
}

// pass notes the name of an arm that is not compared.
func (d *dataset) pass(name string) {
	if len(d.others) < 8 && !slices.Contains(d.others, name) {
		d.others = append(d.others, strings.Clone(name))
	}
}

// take adds the current row of the table when it is of an arm compared.
func (d *dataset) take(t *table) error {
	d.strata.see(t)
	d.segments.see(t)
	arm := slices.Index(d.spec.Treatment, t.text(d.arm))
	if arm < 0 {
		if name := t.text(d.arm); name != d.spec.Control {
			d.pass(name)
			return nil
		}
		arm = len(d.spec.Treatment)
	}
	if err := d.figures(t); err != nil {
		if d.where == nil {
			return err
		}
		d.faults[len(d.arms)] = err
	}
	d.arms = append(d.arms, int32(arm))
	d.strata.add()
	d.segments.add()
	if d.where != nil {
		d.where.Add(t.text)
	}
	return nil
}

// figures adds the cells of the current row to their columns, all of them even
// after the first that cannot be read, so that the columns stay of one length.
func (d *dataset) figures(t *table) error {
	faults := [...]error{
		addCell(&d.y, d.value, t.number),
		addCell(&d.bought, d.binary, t.truth),
		addCell(&d.reached, d.exposure, t.truth),
	}
	fault := cmp.Or(faults[:]...)
	for i, at := range d.known {
		fault = cmp.Or(fault, addCell(&d.x[i], at, t.number))
	}
	return fault
}

// addCell adds a cell to its column, when it was asked for.
func addCell(column *[]float64, at int, read func(int) (float64, error)) error {
	if at < 0 {
		return nil
	}
	v, err := read(at)
	*column = append(*column, v)
	return err
}

// settle leaves the rows that the filter keeps.
func (d *dataset) settle() error {
	if d.where == nil {
		return nil
	}
	keeps, err := d.where.Match()
	if err != nil {
		return err
	}
	kept := make([]bool, len(d.arms))
	for i := range kept {
		kept[i] = keeps(i)
		if kept[i] && d.faults[i] != nil {
			return d.faults[i]
		}
	}
	d.arms = only(d.arms, kept)
	d.y, d.bought, d.reached = only(d.y, kept), only(d.bought, kept), only(d.reached, kept)
	for i := range d.x {
		d.x[i] = only(d.x[i], kept)
	}
	d.strata.only(kept)
	d.segments.only(kept)
	return nil
}

// only is a column with the rows kept, in place; one that was not asked for has
// none.
func only[T any](column []T, kept []bool) []T {
	if len(column) == 0 {
		return column
	}
	at := 0
	for i, keep := range kept {
		if keep {
			column[at] = column[i]
			at++
		}
	}
	return column[:at]
}

// sides splits a column into the target and the zone blanche.
func sides[T any](d *dataset, column []T) (target, holdout []T) {
	n1, n0 := d.size()
	target, holdout = make([]T, 0, n1), make([]T, 0, n0)
	for i, v := range column {
		if int(d.arms[i]) < len(d.spec.Treatment) {
			target = append(target, v)
		} else {
			holdout = append(holdout, v)
		}
	}
	return target, holdout
}

// size is how many customers the target and the zone blanche have.
func (d *dataset) size() (target, holdout int) {
	last := len(d.counts) - 1
	for _, n := range d.counts[:last] {
		target += n
	}
	return target, d.counts[last]
}
