package measure

import (
	"io"
	"slices"

	"blanche/model"
)

// FileSpec is what is asked about a file of customers, one a row, that another
// tool treated. Columns are named as in the header, upper or lower case.
type FileSpec struct {
	Arm       string   // column of the arm
	Treatment []string // its values for the target; several are taken together
	Control   string   // its value for the zone blanche

	Outcome    string   // column of the revenue per customer, in any unit
	Binary     string   // column of 0/1, yes/no: bought or not
	Covariates []string // numeric columns known before the send
	Strata     []string // columns of the strata of the draw
	Segments   []string // columns to compare by
	Where      string   // keeps the rows where it holds: `zip_code = Rural and recency <= 6`

	Margin         *float64 // share of revenue; nil: no ROI
	CostFixed      float64  // in the unit of the outcome
	CostPerContact float64
	Alpha          float64   // 0 means 0.05
	Weights        []float64 // sizes designed, treatment values then control; nil: equal
}

// MeasureFile reads a CSV, plain or gzip, and computes every estimator whose
// inputs were given. The delimiter (`,` `;` tab `|`) is found from the header;
// decimal commas are read. Rows of other arms are left aside.
//
// Errors are model.Error: a column that is not there, an arm without anybody,
// a cell that is not a number, always with line and column.
func MeasureFile(r io.Reader, spec FileSpec) (Document, error) {
	if err := spec.complete(); err != nil {
		return nil, err
	}
	t, err := openTable(r)
	if err != nil {
		return nil, err
	}
	d, err := newDataset(t, spec)
	if err != nil {
		return nil, err
	}
	if err := d.read(t); err != nil {
		return nil, err
	}
	return d.run(), nil
}

// complete checks the question and fills its defaults.
func (s *FileSpec) complete() error {
	if s.Alpha == 0 {
		s.Alpha = 0.05
	}
	if !(s.Alpha > 0 && s.Alpha < 1) {
		return model.Invalid("roi.bad_alpha", "value", s.Alpha)
	}
	if s.Arm == "" || len(s.Treatment) == 0 {
		return model.Invalid("roi.no_arms")
	}
	for i, v := range s.Treatment {
		if v == s.Control || slices.Contains(s.Treatment[:i], v) {
			return model.Invalid("roi.same_arm", "arm", v)
		}
	}
	if s.Margin != nil && s.Outcome == "" {
		return model.Invalid("roi.margin_without_outcome")
	}
	if s.Weights == nil {
		s.Weights = slices.Repeat([]float64{1}, len(s.Treatment)+1)
	}
	for _, w := range s.Weights {
		if len(s.Weights) != len(s.Treatment)+1 || !(w > 0) {
			return model.Invalid("roi.bad_weights", "arms", len(s.Treatment)+1)
		}
	}
	return nil
}

// dataset is the part of a file that was asked for. Index 1 is the target and
// index 0 the zone blanche everywhere.
type dataset struct {
	spec   FileSpec
	where  rule
	arm    int // columns by position, -1 when not asked for
	value  int
	binary int

	counts []int     // customers of each treatment value, then of the control
	y      [2]Sample // outcomes
	bought [2]int    // customers with the binary column set
}

// newDataset finds the columns of the question in a table.
func newDataset(t *table, spec FileSpec) (*dataset, error) {
	d := &dataset{spec: spec, value: -1, binary: -1, counts: make([]int, len(spec.Treatment)+1)}
	var err error
	if d.where, err = parseRule(spec.Where, t); err != nil {
		return nil, err
	}
	if d.arm, err = t.column(spec.Arm); err != nil {
		return nil, err
	}
	if spec.Outcome != "" {
		if d.value, err = t.column(spec.Outcome); err != nil {
			return nil, err
		}
	}
	if spec.Binary != "" {
		if d.binary, err = t.column(spec.Binary); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Concat(spec.Covariates, spec.Strata, spec.Segments) {
		if _, err = t.column(name); err != nil {
			return nil, err
		}
	}
	return d, nil
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
	for i, name := range append(slices.Clone(d.spec.Treatment), d.spec.Control) {
		if d.counts[i] == 0 {
			return model.Invalid("roi.empty_arm", "arm", name, "column", d.spec.Arm)
		}
	}
	return nil
}

// take adds the current row of the table.
func (d *dataset) take(t *table) error {
	name := t.text(d.arm)
	arm, side := slices.Index(d.spec.Treatment, name), 1
	if arm < 0 {
		if name != d.spec.Control {
			return nil
		}
		arm, side = len(d.spec.Treatment), 0
	}
	if !d.where.holds(t) {
		return nil
	}
	d.counts[arm]++
	if d.value >= 0 {
		v, err := t.number(d.value)
		if err != nil {
			return err
		}
		d.y[side].N++
		if v != 0 {
			d.y[side].Values = append(d.y[side].Values, v)
		}
	}
	if d.binary >= 0 {
		yes, err := t.yes(d.binary)
		if err != nil {
			return err
		}
		if yes {
			d.bought[side]++
		}
	}
	return nil
}

// outcomes are the two samples, target first.
func (d *dataset) outcomes() (Sample, Sample) { return d.y[1], d.y[0] }

// size is how many customers the target and the zone blanche have.
func (d *dataset) size() (target, holdout int) {
	last := len(d.counts) - 1
	for _, n := range d.counts[:last] {
		target += n
	}
	return target, d.counts[last]
}

func (d *dataset) buyers() Prop2 {
	n1, n0 := d.size()
	return CompareShares(d.bought[1], n1, d.bought[0], n0, d.spec.Alpha)
}

func (d *dataset) welch() Welch {
	return CompareMeans(d.y[1].Moments(), d.y[0].Moments(), d.spec.Alpha)
}
