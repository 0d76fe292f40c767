package measure

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"blanche/model"
)

// PoolSpec names the columns of a file of effects, one a row. A column left
// empty is found by its usual names.
type PoolSpec struct {
	Name   string   // name, campaign, segment; else the number of the row
	Effect string   // diff, effect, estimate
	Error  string   // se, error, std_error
	Alpha  *float64 // nil: 0.05
}

// The usual names of the columns of PoolSpec.
var (
	poolNames   = []string{"name", "campaign", "segment", "study"}
	poolEffects = []string{"diff", "effect", "estimate"}
	poolErrors  = []string{"se", "error", "std_error", "stderr"}
)

// PoolFile reads a CSV, plain or gzip, of effects with their standard errors,
// and pools them, the greatest effect first. Errors are model.Error: fewer than
// two effects, a column that is not there, an error that is not above zero,
// with line and column.
func PoolFile(r io.Reader, spec PoolSpec) (Pooled, error) {
	alpha := 0.05
	if spec.Alpha != nil {
		alpha = *spec.Alpha
	}
	if !(alpha > 0 && alpha < 1) {
		return Pooled{}, model.Invalid("roi.bad_alpha", "value", alpha).Hint("roi.alpha_hint")
	}
	t, err := openTable(r)
	if err != nil {
		return Pooled{}, err
	}
	all, err := readEstimates(t, spec)
	if err != nil {
		return Pooled{}, err
	}
	if len(all) < 2 {
		return Pooled{}, model.Invalid("roi.pool_of_one", "n", len(all)).Hint("roi.pool_hint")
	}
	ranked(all)
	return Pool(all, alpha), nil
}

// ranked sorts estimates, the greatest effect first.
func ranked(all []Estimate) {
	slices.SortStableFunc(all, func(a, b Estimate) int { return cmp.Compare(b.Diff, a.Diff) })
}

func readEstimates(t *table, spec PoolSpec) ([]Estimate, error) {
	name := t.oneOf(poolNames)
	if spec.Name != "" {
		at, err := t.column(spec.Name)
		if err != nil {
			return nil, err
		}
		name = at
	}
	effect, err := t.column(cmp.Or(spec.Effect, t.usual(poolEffects)))
	if err != nil {
		return nil, err
	}
	se, err := t.column(cmp.Or(spec.Error, t.usual(poolErrors)))
	if err != nil {
		return nil, err
	}
	var all []Estimate
	for {
		ok, err := t.next()
		if err != nil || !ok {
			return all, err
		}
		e := Estimate{Name: strconv.Itoa(len(all) + 1)}
		if name >= 0 {
			e.Name = strings.Clone(t.text(name))
		}
		if e.Diff, err = t.figure(effect); err != nil {
			return nil, err
		}
		if e.SE, err = t.figure(se); err != nil {
			return nil, err
		}
		if !(e.SE > 0) {
			return nil, model.Invalid("roi.bad_error", "line", t.line(), "column", t.names[se], "value", t.text(se)).Hint("roi.bad_error_hint")
		}
		all = append(all, e)
	}
}

// oneOf is the position of the first column that bears one of the names, -1
// without any.
func (t *table) oneOf(names []string) int {
	for _, name := range names {
		if i, err := t.column(name); err == nil {
			return i
		}
	}
	return -1
}

// usual is the name of that column, the first of the names without any: the
// error then says what was looked for.
func (t *table) usual(names []string) string {
	if i := t.oneOf(names); i >= 0 {
		return t.names[i]
	}
	return names[0]
}
