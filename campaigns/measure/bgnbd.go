package measure

import (
	"cmp"
	"encoding/json"
	"io"
	"math"
	"slices"
	"strconv"

	"blanche/model"
)

// History is what the BG/NBD model knows of a customer, in any unit of time:
// repeat purchases x, the time of the last since the first tₓ, and the time
// watched since the first T.
type History struct{ X, TX, T float64 }

// valid reports whether a customer can have had this history.
func (h History) valid() bool {
	return h.X >= 0 && h.X == math.Trunc(h.X) && h.X < 1e9 && h.TX >= 0 && h.T >= h.TX && h.T < math.MaxFloat64
}

// BGNBD is the beta-geometric/NBD model of who still buys and how often (Fader,
// Hardie, Lee 2005): rates of purchase are gamma (R, Alpha), the chance to leave
// after a purchase is beta (A, B).
type BGNBD struct {
	Customers     int     `json:"customers"`
	R             float64 `json:"r"`
	Alpha         float64 `json:"alpha"`
	A             float64 `json:"a"`
	B             float64 `json:"b"`
	LogLikelihood float64 `json:"log_likelihood"`
}

// FitBGNBD finds the parameters of greatest likelihood. It answers false where
// the histories do not pin them down: nobody came back, for one.
func FitBGNBD(all []History) (BGNBD, bool) {
	l := newBGNBDLikelihood(all)
	if l.most == 0 {
		return BGNBD{}, false
	}
	p, at, ok := mostLikely(l.at, []float64{0, 1, 0, 0.5}, []float64{-1.4, 1.5, -0.2, 0.9})
	if !ok {
		return BGNBD{}, false
	}
	return BGNBD{Customers: len(all), R: p[0], Alpha: p[1], A: p[2], B: p[3], LogLikelihood: at}, true
}

// bgnbdLikelihood is the histories, equal ones together.
type bgnbdLikelihood struct {
	histories []History
	weights   []float64
	counts    []float64 // distinct x, rising
	weightOf  []float64 // of each x
	most      float64   // the greatest x
}

func newBGNBDLikelihood(all []History) bgnbdLikelihood {
	sorted := slices.Clone(all)
	slices.SortFunc(sorted, func(a, b History) int {
		return cmp.Or(cmp.Compare(a.X, b.X), cmp.Compare(a.TX, b.TX), cmp.Compare(a.T, b.T))
	})
	var l bgnbdLikelihood
	for i, h := range sorted {
		if i == 0 || sorted[i-1] != h {
			l.histories, l.weights = append(l.histories, h), append(l.weights, 0)
		}
		l.weights[len(l.weights)-1]++
		if i == 0 || sorted[i-1].X != h.X {
			l.counts, l.weightOf = append(l.counts, h.X), append(l.weightOf, 0)
		}
		l.weightOf[len(l.weightOf)-1]++
		l.most = h.X
	}
	return l
}

// at is the log-likelihood, eq. (6) of the paper in the form of its appendix:
// A₁ and A₂ depend on x alone.
func (l bgnbdLikelihood) at(p []float64) float64 {
	r, alpha, a, b := p[0], p[1], p[2], p[3]
	var total sum
	fixed := r*math.Log(alpha) - logGamma(r) + logGamma(a+b) - logGamma(b)
	for i, x := range l.counts {
		total.add(l.weightOf[i] * (fixed + logGamma(r+x) + logGamma(b+x) - logGamma(a+b+x)))
	}
	left := math.Log(a)
	for i, h := range l.histories {
		alive := -(r + h.X) * math.Log(alpha+h.T)
		if h.X > 0 {
			alive = logSum(alive, left-math.Log(b+h.X-1)-(r+h.X)*math.Log(alpha+h.TX))
		}
		total.add(l.weights[i] * alive)
	}
	return total.value()
}

// gone is the odds that a customer has left.
func (m BGNBD) gone(h History) float64 {
	if h.X == 0 {
		return 0
	}
	return m.A / (m.B + h.X - 1) * math.Pow((m.Alpha+h.T)/(m.Alpha+h.TX), m.R+h.X)
}

// Alive is the chance that a customer still buys; 1 before a repeat purchase.
func (m BGNBD) Alive(h History) Num { return Num(1 / (1 + m.gone(h))) }

// Expected is how many purchases to expect in the time t after T, eq. (10). Its
// (1−z)^(r+x)·₂F₁(r+x, b+x; a+b+x−1; z) is taken as (1−z)^(a−1)·₂F₁(a+b−1−r,
// a−1; a+b+x−1; z), which neither overflows nor slows down for large x and t.
func (m BGNBD) Expected(t float64, h History) Num {
	z := t / (m.Alpha + h.T + t)
	c := m.A + m.B + h.X - 1
	rest := math.Pow(1-z, m.A-1) * hypergeometric(c-m.R-h.X, m.A-1, c, z)
	return Num(c / (m.A - 1) * (1 - rest) / (1 + m.gone(h)))
}

// BGNBDSpec is what is asked about a file of histories, one customer a row.
type BGNBDSpec struct {
	Frequency, Recency, Age string // columns of x, tₓ and T
	Predict                 []History
	Horizon                 float64 // time after T to foresee, in the unit of the file
}

// BGNBDReport is the model of a file and what it foresees.
type BGNBDReport struct {
	BGNBD
	Predictions []Prediction `json:"predictions"`
}

// Prediction is what the model says of one history. Its last field is named by
// the horizon: expected_39w.
type Prediction struct {
	History
	Horizon  float64
	Alive    Num
	Expected Num
}

// MarshalJSON writes the fields in order.
func (p Prediction) MarshalJSON() ([]byte, error) {
	b := []byte("{")
	for i, f := range []struct {
		name  string
		value Num
	}{
		{"x", Num(p.X)},
		{"tx", Num(p.TX)},
		{"T", Num(p.T)},
		{"alive", p.Alive},
		{"expected_" + strconv.FormatFloat(p.Horizon, 'f', -1, 64) + "w", p.Expected},
	} {
		if i > 0 {
			b = append(b, ',')
		}
		value, err := json.Marshal(f.value)
		if err != nil {
			return nil, err
		}
		b = append(append(strconv.AppendQuote(b, f.name), ':'), value...)
	}
	return append(b, '}'), nil
}

// ModelFile fits the BG/NBD model to a file and foresees the histories asked
// for. Errors are those of ScoreFile.
func ModelFile(r io.Reader, spec BGNBDSpec) (BGNBDReport, error) {
	switch {
	case spec.Frequency == "" || spec.Recency == "" || spec.Age == "":
		return BGNBDReport{}, model.Invalid("roi.bgnbd_columns").Hint("roi.bgnbd_columns_hint")
	case len(spec.Predict) > 0 && !(spec.Horizon > 0 && spec.Horizon < 1e9):
		return BGNBDReport{}, model.Invalid("roi.bad_horizon", "value", spec.Horizon).Hint("roi.horizon_hint")
	}
	for _, h := range spec.Predict {
		if !h.valid() {
			return BGNBDReport{}, model.Invalid("roi.bad_history", "x", h.X, "tx", h.TX, "t", h.T).Hint("roi.history_hint")
		}
	}
	var all []History
	err := eachNumbers(r, []string{spec.Frequency, spec.Recency, spec.Age}, func(line int, v []float64) error {
		h := History{v[0], v[1], v[2]}
		if !h.valid() {
			return model.Invalid("roi.bad_history_line", "line", line, "x", h.X, "tx", h.TX, "t", h.T).Hint("roi.history_hint")
		}
		all = append(all, h)
		return nil
	})
	if err != nil {
		return BGNBDReport{}, err
	}
	m, ok := FitBGNBD(all)
	if !ok {
		return BGNBDReport{}, model.Invalid("roi.no_fit", "customers", len(all)).Hint("roi.no_fit_hint")
	}
	o := BGNBDReport{BGNBD: m, Predictions: []Prediction{}}
	for _, h := range spec.Predict {
		o.Predictions = append(o.Predictions, Prediction{h, spec.Horizon, m.Alive(h), m.Expected(spec.Horizon, h)})
	}
	return o, nil
}

// eachNumbers walks some numeric columns of a table.
func eachNumbers(r io.Reader, names []string, visit func(line int, v []float64) error) error {
	t, err := openAligned(r)
	if err != nil {
		return err
	}
	at, err := t.columns(names...)
	if err != nil {
		return err
	}
	v := make([]float64, len(at))
	for {
		ok, err := t.next()
		if err != nil || !ok {
			return err
		}
		for i, column := range at {
			if v[i], err = t.number(column); err != nil {
				return err
			}
		}
		if err := visit(t.line(), v); err != nil {
			return err
		}
	}
}
