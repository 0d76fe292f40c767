package measure

import (
	"io"
	"math"
	"slices"
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
	Exposure   string   // column of 0/1: reached or not
	Covariates []string // numeric columns known before the send; the first alone is the x of CUPED
	Strata     []string // columns of the strata of the draw, crossed
	Segments   []string // columns to compare by, crossed

	// Where keeps the rows where it holds, a rule over the columns of the file:
	// `zip_code = Rural and recency <= 6`. Rules reads it.
	Where string
	Rules Rules
	Now   time.Time // "30d ago" in a rule is before it

	Margin         *float64 // share of revenue; nil: no ROI
	CostFixed      float64  // in the unit of the outcome
	CostPerContact float64
	Alpha          *float64  // nil: 0.05
	Winsor         *float64  // quantile of the cap; nil: 0.999
	Seed           *uint64   // of the bootstrap; nil: 1, and none where it would take long
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
	if s.Alpha == nil {
		usual := 0.05
		s.Alpha = &usual
	}
	if !(*s.Alpha > 0 && *s.Alpha < 1) {
		return model.Invalid("roi.bad_alpha", "value", *s.Alpha).Hint("roi.alpha_hint")
	}
	if s.Winsor == nil {
		usual := 0.999
		s.Winsor = &usual
	}
	if !(*s.Winsor > 0 && *s.Winsor <= 1) {
		return model.Invalid("roi.bad_winsor", "value", *s.Winsor).Hint("roi.winsor_hint")
	}
	if flag := s.idle(); flag != "" {
		return model.Invalid("roi.flag_without_outcome", "flag", flag).Hint("roi.outcome_hint")
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

// idle is a flag that asks about a result when none is given.
func (s *FileSpec) idle() string {
	switch {
	case s.Outcome != "" || s.Binary != "":
		return ""
	case len(s.Covariates) > 0:
		return "--covariate"
	case len(s.Strata) > 0:
		return "--strata"
	case len(s.Segments) > 0:
		return "--segment"
	case s.Exposure != "":
		return "--exposure"
	}
	return ""
}
