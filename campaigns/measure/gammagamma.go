package measure

import (
	"io"
	"math"

	"blanche/model"
)

// GammaGamma is the gamma-gamma model of what customers spend a purchase (Fader,
// Hardie 2013): each purchase is gamma of shape P, its scale gamma (Q, V) over
// customers.
type GammaGamma struct {
	Customers     int     `json:"customers"` // with a repeat purchase of some value
	P             float64 `json:"p"`
	Q             float64 `json:"q"`
	V             float64 `json:"v"`
	LogLikelihood float64 `json:"log_likelihood"`
}

// Basket is the repeat purchases of a customer and their mean value.
type Basket struct{ X, Mean float64 }

// FitGammaGamma finds the parameters of greatest likelihood, over the customers
// with a repeat purchase of some value. False where they are not pinned down.
func FitGammaGamma(all []Basket) (GammaGamma, bool) {
	var repeat []Basket
	for _, b := range all {
		if b.X > 0 && b.Mean > 0 {
			repeat = append(repeat, b)
		}
	}
	if len(repeat) < 3 {
		return GammaGamma{}, false
	}
	likelihood := func(p []float64) float64 {
		var total sum
		for _, b := range repeat {
			total.add(gammaGammaTerm(b, p[0], p[1], p[2]))
		}
		return total.value() - float64(len(repeat))*(logGamma(p[1])-p[1]*math.Log(p[2]))
	}
	p, at, ok := mostLikely(likelihood, []float64{math.Log(5), math.Log(3), math.Log(10)})
	if !ok {
		return GammaGamma{}, false
	}
	return GammaGamma{Customers: len(repeat), P: p[0], Q: p[1], V: p[2], LogLikelihood: at}, true
}

// gammaGammaTerm is the part of eq. (1a) of the note that depends on the customer.
func gammaGammaTerm(b Basket, p, q, v float64) float64 {
	shape := p * b.X
	return logGamma(shape+q) - logGamma(shape) + (shape-1)*math.Log(b.Mean) + shape*math.Log(b.X) - (shape+q)*math.Log(b.X*b.Mean+v)
}

// MeanValue is what a purchase of a customer is worth on average, the customer's
// own mean drawn towards everybody's; unknown when Q ≤ 1 leaves no mean.
func (m GammaGamma) MeanValue(b Basket) Num {
	shape := m.P * b.X
	if shape+m.Q <= 1 {
		return unknown
	}
	return Num(m.P * (m.V + b.X*b.Mean) / (shape + m.Q - 1))
}

// SpendFile fits the gamma-gamma model to a file, one customer a row, from the
// columns of the repeat purchases and of their mean value. Errors are those of
// ScoreFile.
func SpendFile(r io.Reader, frequency, value string) (GammaGamma, error) {
	if frequency == "" || value == "" {
		return GammaGamma{}, model.Invalid("roi.spend_columns").Hint("roi.spend_columns_hint")
	}
	var all []Basket
	err := eachNumbers(r, []string{frequency, value}, func(_ int, v []float64) error {
		all = append(all, Basket{v[0], v[1]})
		return nil
	})
	if err != nil {
		return GammaGamma{}, err
	}
	m, ok := FitGammaGamma(all)
	if !ok {
		return GammaGamma{}, model.Invalid("roi.no_fit", "customers", len(all)).Hint("roi.no_fit_hint")
	}
	return m, nil
}
