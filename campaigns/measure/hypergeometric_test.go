package measure

import (
	"math"
	"testing"
)

// Values of closed form (Abramowitz, Stegun 1964, 15.1.3 to 15.1.9).
func TestTheHypergeometricSeriesHasItsClosedForms(t *testing.T) {
	t.Parallel()
	for _, z := range []float64{0, 1e-9, 0.1, 0.5, 0.9, 0.999} {
		for name, x := range map[string]struct{ got, want float64 }{
			"logarithm": {hypergeometric(1, 1, 2, z) * z, -math.Log1p(-z)},
			"power":     {hypergeometric(2.5, 7, 7, z), math.Pow(1-z, -2.5)},
			"arcsine":   {hypergeometric(0.5, 0.5, 1.5, z*z) * z, math.Asin(z)},
			"constant":  {hypergeometric(0, 3, 4, z), 1},
			"line":      {hypergeometric(-1, 3, 4, z), 1 - 0.75*z},
		} {
			if math.Abs(x.got-x.want) > 1e-12*math.Max(1e-300, math.Abs(x.want)) {
				t.Errorf("%s at %v: %v, want %v", name, z, x.got, x.want)
			}
		}
	}
	for _, bad := range [][4]float64{{1, 1, 0, 0.5}, {1, 1, -3, 0.5}, {1, 1, 2, 1}, {1, 1, 2, -0.1}, {1, 1, 2, math.NaN()}} {
		if v := hypergeometric(bad[0], bad[1], bad[2], bad[3]); !math.IsNaN(v) {
			t.Errorf("%v: %v", bad, v)
		}
	}
}

// Computed with sixty digits from the formulas as published.
func TestPredictionsKeepTheirDigitsFarOut(t *testing.T) {
	t.Parallel()
	m := BGNBD{R: 0.243, Alpha: 4.414, A: 0.793, B: 2.426}
	for _, c := range []struct {
		h               History
		horizon         float64
		alive, expected float64
	}{
		{History{2, 30.43, 38.86}, 39, 0.726578570080673, 1.2260281747671444},
		{History{0, 0, 38.86}, 39, 1, 0.19509805201126265},
		{History{1, 1.71, 38.86}, 0.5, 0.2121009853773791, 0.003038800895760045},
		{History{29, 38.86, 38.86}, 520, 0.9745988020115955, 99.9005259638991},
		{History{200, 300, 300}, 39, 0.9960785089432743, 24.357686371327333},
		{History{0, 0, 1}, 5000, 1, 11.172811305354461},
	} {
		alive, expected := float64(m.Alive(c.h)), float64(m.Expected(c.horizon, c.h))
		if math.Abs(alive/c.alive-1) > 1e-12 || math.Abs(expected/c.expected-1) > 1e-11 {
			t.Errorf("%v over %v: %v and %v, want %v and %v", c.h, c.horizon, alive, expected, c.alive, c.expected)
		}
	}
}
