package measure

import (
	"errors"
	"io"
	"math"
	"slices"

	"blanche/model"
)

// AnytimeSpec is how a file is looked at while it fills: its rows in the order
// they came, the arms compared after the first so many of them.
type AnytimeSpec struct {
	Arm       string
	Treatment []string // several are taken together
	Control   string
	Outcome   string

	Alpha        *float64 // nil: 0.05
	Looks        []int    // rows read at each look, other arms counted; nil: one look, at the end
	OptimisedFor int      // customers of both arms at which the sequence is narrowest; 0: all there are
	Tau          *float64 // scale of the effects that the mSPRT expects, in the unit of the outcome; nil: no mSPRT
}

// Anytime is what each look says, all of them together at 1 − α.
type Anytime struct {
	Rho   Num    `json:"rho"`
	Rows  int    `json:"rows"` // of the file, as far as the last look reads
	Looks []Look `json:"looks"`
}

// Look is the comparison after the first Rows rows of the file, or after all of
// them where it has fewer.
type Look struct {
	Rows int `json:"rows"`
	Sequence
	*MSPRT
}

// MSPRT is the mixture sequential probability ratio test of no effect (Johari,
// Koomen, Pekelis, Walsh 2017, 2022) under a normal mixture of scale τ, with
// V = se²: Λ = √(V/(V+τ²))·exp(τ²Δ²/(2V(V+τ²))). P is always valid: the least
// 1/Λ of the looks so far, at most 1.
type MSPRT struct {
	Lambda  Num   `json:"msprt_lambda"`
	Mixture Range `json:"msprt_ci"` // Δ ± √(V(V+τ²)/τ²·(2·log(1/α) + log((V+τ²)/V)))
	P       Num   `json:"msprt_p_always_valid"`
}

// MixtureTest computes an MSPRT at one look; before is the p of the looks
// before it, 1 at the first.
func MixtureTest(diff, se, tau, alpha, before float64) MSPRT {
	v, t2 := se*se, tau*tau
	lambda := math.Sqrt(v/(v+t2)) * math.Exp(t2*diff*diff/(2*v*(v+t2)))
	half := math.Sqrt(v * (v + t2) / t2 * (2*math.Log(1/alpha) + math.Log((v+t2)/v)))
	p := before
	if now := 1 / lambda; now < p { // false while nothing is known
		p = now
	}
	return MSPRT{Lambda: Num(lambda), Mixture: around(diff, half), P: Num(p)}
}

// FollowFile reads a CSV, plain or gzip, and compares its arms at each look.
// Looks are taken in the order of time. A look at which an arm has nobody, or
// nobody has bought, knows nothing; at the last one both arms must be there.
//
// Errors are model.Error, with line and column.
func FollowFile(r io.Reader, spec AnytimeSpec) (Anytime, error) {
	if err := spec.complete(); err != nil {
		return Anytime{}, err
	}
	t, err := openTable(r)
	if err != nil {
		return Anytime{}, err
	}
	f := follower{spec: spec}
	if f.arm, err = t.column(spec.Arm); err != nil {
		return Anytime{}, err
	}
	if f.outcome, err = t.column(spec.Outcome); err != nil {
		return Anytime{}, err
	}
	if err := f.read(t); err != nil {
		return Anytime{}, err
	}
	return f.compare(), nil
}

// complete checks the question and fills its defaults.
func (s *AnytimeSpec) complete() error {
	if s.Alpha == nil {
		usual := 0.05
		s.Alpha = &usual
	}
	switch {
	case !(*s.Alpha > 0 && *s.Alpha < 1):
		return model.Invalid("roi.bad_alpha", "value", *s.Alpha).Hint("roi.alpha_hint")
	case s.Arm == "" || len(s.Treatment) == 0:
		return model.Invalid("roi.no_arms").Hint("roi.arms_hint")
	case s.Outcome == "":
		return model.Invalid("roi.no_outcome").Hint("roi.outcome_hint")
	case s.OptimisedFor < 0:
		return model.Invalid("roi.bad_planned", "value", s.OptimisedFor).Hint("roi.planned_hint")
	case s.Tau != nil && !(*s.Tau > 0 && *s.Tau <= math.MaxFloat64):
		return model.Invalid("roi.bad_tau", "value", *s.Tau).Hint("roi.tau_hint")
	}
	for i, v := range s.Treatment {
		if v == s.Control || slices.Contains(s.Treatment[:i], v) {
			return model.Invalid("roi.same_arm", "arm", v).Hint("roi.arms_hint")
		}
	}
	for _, rows := range s.Looks {
		if rows < 1 {
			return model.Invalid("roi.bad_look", "value", rows).Hint("roi.look_hint")
		}
	}
	s.Looks = slices.Compact(slices.Sorted(slices.Values(s.Looks)))
	return nil
}

// follower reads a file up to its last look. Index 1 is the target and index 0
// the zone blanche.
type follower struct {
	spec         AnytimeSpec
	arm, outcome int
	rows         int
	y            [2]Sample
	looks        []glance
}

// glance is how far each arm was at a look.
type glance struct {
	rows  int
	n     [2]int // customers
	spent [2]int // of whom these many with a value other than zero
}

func (f *follower) read(t *table) error {
	for len(f.spec.Looks) == 0 || len(f.looks) < len(f.spec.Looks) {
		ok, err := t.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if err := f.take(t); err != nil {
			return err
		}
		if next := len(f.looks); next < len(f.spec.Looks) && f.rows == f.spec.Looks[next] {
			f.look(f.rows)
		}
	}
	for _, rows := range f.spec.Looks[len(f.looks):] { // past the end
		f.look(rows)
	}
	if len(f.looks) == 0 {
		f.look(f.rows)
	}
	for _, name := range f.spec.Treatment {
		if f.y[1].N == 0 {
			return model.Invalid("roi.empty_arm", "arm", name, "column", t.names[f.arm]).Hint("roi.arm_value_hint")
		}
	}
	if f.y[0].N == 0 {
		return model.Invalid("roi.empty_arm", "arm", f.spec.Control, "column", t.names[f.arm]).Hint("roi.arm_value_hint")
	}
	return nil
}

// take adds the current row, when it is of an arm compared.
func (f *follower) take(t *table) error {
	f.rows++
	side := 0
	switch name := t.text(f.arm); {
	case slices.Contains(f.spec.Treatment, name):
		side = 1
	case name != f.spec.Control:
		return nil
	}
	value, err := t.figure(f.outcome)
	if err != nil {
		return err
	}
	f.y[side].N++
	if value != 0 {
		f.y[side].Values = append(f.y[side].Values, value)
	}
	return nil
}

func (f *follower) look(rows int) {
	f.looks = append(f.looks, glance{rows, [2]int{f.y[0].N, f.y[1].N}, [2]int{len(f.y[0].Values), len(f.y[1].Values)}})
}

// compare is the document of all the looks.
func (f *follower) compare() Anytime {
	alpha, planned := *f.spec.Alpha, f.spec.OptimisedFor
	if planned == 0 {
		planned = f.y[0].N + f.y[1].N
	}
	rho := Rho(alpha, planned)
	o := Anytime{Rho: Num(rho), Rows: f.rows}
	p := 1.0
	for _, g := range f.looks {
		m := [2]Moments{}
		for side := range m {
			m[side] = Sample{N: g.n[side], Values: f.y[side].Values[:g.spent[side]]}.Moments()
		}
		look := Look{Rows: g.rows, Sequence: Follow(m[1], m[0], rho, alpha)}
		if f.spec.Tau != nil {
			test := MixtureTest(float64(look.Diff), float64(look.SE), *f.spec.Tau, alpha, p)
			look.MSPRT, p = &test, float64(test.P)
		}
		o.Looks = append(o.Looks, look)
	}
	return o
}

// figure is a cell as a number, in a file of which no row can be left aside.
func (t *table) figure(i int) (float64, error) {
	v, err := t.number(i)
	var bad *model.Error
	if errors.As(err, &bad) {
		return 0, bad.Hint("roi.cell_hint")
	}
	return v, err
}
