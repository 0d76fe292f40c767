package measure

import (
	"io"
	"math"
	"slices"
	"strings"
	"time"

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

	// Where keeps the rows where it holds, a rule over the columns of the file:
	// `zip_code = Rural and recency <= 6`. Rules reads it.
	Where string
	Rules Rules
	Now   time.Time // "30d ago" in a rule is before it

	Margin         *float64 // share of revenue; nil: no ROI
	CostFixed      float64  // in the unit of the outcome
	CostPerContact float64
	Alpha          *float64  // nil: 0.05
	Weights        []float64 // sizes designed, treatment values then control; nil: equal
}

// Rules reads a rule over the columns of a file; number reads a number as the
// file writes them.
type Rules func(rule string, header []string, number func(string) (float64, bool), now time.Time) (Filter, error)

// Filter keeps the rows of a file for which a rule holds. It answers once it
// saw them all: only then is the type of a column known.
type Filter interface {
	// Add takes the next row, by the position of its cells.
	Add(cell func(column int) string)
	// Match tells of each row, in the order they were added, whether it stays.
	Match() (func(row int) bool, error)
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
	for flag, columns := range map[string][]string{"--covariate": s.Covariates, "--strata": s.Strata, "--segment": s.Segments} {
		if len(columns) > 0 {
			return model.Invalid("roi.not_yet", "flag", flag).Hint("roi.not_yet_hint", "flag", flag)
		}
	}
	if s.Alpha == nil {
		usual := 0.05
		s.Alpha = &usual
	}
	if !(*s.Alpha > 0 && *s.Alpha < 1) {
		return model.Invalid("roi.bad_alpha", "value", *s.Alpha).Hint("roi.alpha_hint")
	}
	if s.Arm == "" || len(s.Treatment) == 0 {
		return model.Invalid("roi.no_arms").Hint("roi.arms_hint")
	}
	for i, v := range s.Treatment {
		if v == s.Control || slices.Contains(s.Treatment[:i], v) {
			return model.Invalid("roi.same_arm", "arm", v).Hint("roi.arms_hint")
		}
	}
	if err := s.completeMoney(); err != nil {
		return err
	}
	return s.completeWeights()
}

func (s *FileSpec) completeMoney() error {
	switch {
	case s.Margin != nil && s.Outcome == "":
		return model.Invalid("roi.margin_without_outcome").Hint("roi.outcome_hint")
	case s.Margin != nil && !(*s.Margin >= 0 && *s.Margin <= 1):
		return model.Invalid("roi.bad_margin", "value", *s.Margin).Hint("roi.margin_hint")
	}
	for flag, cost := range map[string]float64{"--cost-fixed": s.CostFixed, "--cost-per-message": s.CostPerContact} {
		if !(cost >= 0 && cost <= math.MaxFloat64) {
			return model.Invalid("roi.bad_cost", "flag", flag, "value", cost).Hint("roi.cost_hint", "flag", flag)
		}
	}
	return nil
}

func (s *FileSpec) completeWeights() error {
	if s.Weights == nil {
		s.Weights = slices.Repeat([]float64{1}, len(s.Treatment)+1)
	}
	for _, w := range s.Weights {
		if len(s.Weights) != len(s.Treatment)+1 || !(w > 0 && w <= math.MaxFloat64) {
			return model.Invalid("roi.bad_weights", "arms", len(s.Treatment)+1).Hint("roi.weights_hint")
		}
	}
	return nil
}

// dataset is the part of a file that was asked for. Index 1 is the target and
// index 0 the zone blanche everywhere.
type dataset struct {
	spec   FileSpec
	alpha  float64
	where  Filter // nil: every row stays
	arm    int    // columns by position, -1 when not asked for
	value  int
	binary int

	counts []int     // customers of each treatment value, then of the control
	y      [2]Sample // outcomes
	bought [2]int    // customers with the binary column set

	waiting []customer    // rows that the filter has not decided on
	faults  map[int]error // of those that cannot be read
}

// customer is one row of the arms compared.
type customer struct {
	arm    int // of the treatment values, then of the control
	value  float64
	bought bool
}

// newDataset finds the columns of the question in a table.
func newDataset(t *table, spec FileSpec) (*dataset, error) {
	d := &dataset{spec: spec, alpha: *spec.Alpha, value: -1, binary: -1, counts: make([]int, len(spec.Treatment)+1)}
	var err error
	if strings.TrimSpace(spec.Where) != "" {
		if d.where, err = spec.Rules(spec.Where, t.names, t.parse, spec.Now); err != nil {
			return nil, err
		}
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
	if err := d.settle(); err != nil {
		return err
	}
	for i, name := range append(slices.Clone(d.spec.Treatment), d.spec.Control) {
		if d.counts[i] == 0 {
			return model.Invalid("roi.empty_arm", "arm", name, "column", d.spec.Arm).Hint("roi.empty_arm_hint")
		}
	}
	return nil
}

// take adds the current row of the table, or has it wait for the filter.
func (d *dataset) take(t *table) error {
	name := t.text(d.arm)
	arm := slices.Index(d.spec.Treatment, name)
	if arm < 0 {
		if name != d.spec.Control {
			return nil
		}
		arm = len(d.spec.Treatment)
	}
	c, err := d.customer(t, arm)
	if d.where == nil {
		if err == nil {
			d.add(c)
		}
		return err
	}
	if err != nil { // it matters only if the row stays
		if d.faults == nil {
			d.faults = map[int]error{}
		}
		d.faults[len(d.waiting)] = err
	}
	d.where.Add(t.text)
	d.waiting = append(d.waiting, c)
	return nil
}

func (d *dataset) customer(t *table, arm int) (c customer, err error) {
	c.arm = arm
	if d.value >= 0 {
		if c.value, err = t.number(d.value); err != nil {
			return c, err
		}
	}
	if d.binary >= 0 {
		c.bought, err = t.yes(d.binary)
	}
	return c, err
}

// settle adds the rows that the filter keeps.
func (d *dataset) settle() error {
	if d.where == nil {
		return nil
	}
	keeps, err := d.where.Match()
	if err != nil {
		return err
	}
	for i, c := range d.waiting {
		if !keeps(i) {
			continue
		}
		if err := d.faults[i]; err != nil {
			return err
		}
		d.add(c)
	}
	d.waiting, d.faults = nil, nil
	return nil
}

func (d *dataset) add(c customer) {
	side := 1
	if c.arm == len(d.spec.Treatment) {
		side = 0
	}
	d.counts[c.arm]++
	if d.value >= 0 {
		d.y[side].N++
		if c.value != 0 {
			d.y[side].Values = append(d.y[side].Values, c.value)
		}
	}
	if c.bought {
		d.bought[side]++
	}
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
	return CompareShares(d.bought[1], n1, d.bought[0], n0, d.alpha)
}

func (d *dataset) welch() Welch {
	return CompareMeans(d.y[1].Moments(), d.y[0].Moments(), d.alpha)
}
