package measure_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"blanche/campaigns/measure"
	"blanche/model"
)

func FuzzScoresOfAnyFileCountEverybodyOnce(f *testing.F) {
	for _, s := range []string{
		"id,day,spent\n1,2025-01-01,3\n2,2025-01-02,4.5\n", " id day spent\n 1 20250101 3\n", "id;day;spent\na;01/02/2025;1 234,50\n;x;y\n",
		"id\tday\tspent\n", "id,day,spent\n1,2025-01-01,NaN\n", "id,day,spent\n\"1,2025\n", "\x1f\x8b\x08", "id day\r\n\r\n",
	} {
		f.Add([]byte(s), 5)
	}
	f.Fuzz(func(t *testing.T, file []byte, k int) {
		spec := measure.RFMSpec{ID: "id", Date: "day", Value: "spent", Reference: model.NewDate(2026, 1, 1), Quantiles: k}
		o, err := measure.ScoreFile(bytes.NewReader(file), spec)
		if err != nil {
			return
		}
		for name, counts := range map[string]map[int]int{"R": o.R, "F": o.F, "M": o.M} {
			n := 0
			for score, customers := range counts {
				if n += customers; score < 1 || score > k {
					t.Errorf("%s has the score %d of %d", name, score, k)
				}
			}
			if n != o.Customers || len(o.All) != n {
				t.Errorf("%s counts %d of %d customers", name, n, o.Customers)
			}
		}
		if _, err := json.Marshal(o); err != nil {
			t.Error(err)
		}
	})
}

// Who buys more, more often or later never has a worse score.
func TestScoresRiseWithWhatTheyScore(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 1994))
	for k := 2; k < 12; k++ {
		var all []measure.Bought
		for range 400 {
			all = append(all, measure.Bought{ID: strconv.Itoa(r.IntN(90)), Day: model.NewDate(2025, 1, 1+r.IntN(300)), Value: float64(r.IntN(20))})
		}
		o := measure.ScoreRFM(all, model.NewDate(2025, 9, 1), k)
		for _, a := range o.All {
			for _, b := range o.All {
				if a.Recency < b.Recency && a.R < b.R || a.Days > b.Days && a.F < b.F || a.Value > b.Value && a.M < b.M {
					t.Fatalf("%d classes: %v against %v", k, a, b)
				}
				if a.Recency == b.Recency && a.R != b.R || a.Days == b.Days && a.F != b.F || a.Value == b.Value && a.M != b.M {
					t.Fatalf("%d classes: equals apart: %v against %v", k, a, b)
				}
			}
		}
	}
}

// The same table, however its columns are set apart and whether packed or not.
func TestAFileOfPurchasesReadsTheSameInEveryForm(t *testing.T) {
	t.Parallel()
	spaced := "  id   day      spent\n  007 20250101  11.50\n\n  007 20250301   3.00\n  12  20250102  40.00\n"
	spec := measure.RFMSpec{ID: "id", Date: "day", Value: "spent", Reference: model.NewDate(2025, 4, 1), Quantiles: 5}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write([]byte(spaced))
	_ = w.Close()
	var first []byte
	for _, file := range []string{
		spaced, packed.String(), strings.ReplaceAll(spaced, "\n", "\r\n"), "id,day,spent\n007,2025-01-01 23:59,11.50\n007,2025-03-01T00:00:00Z,3\n12,2025-01-02,40\n,x,y\n",
		"\xef\xbb\xbfID;DAY;SPENT\n007;01/01/2025;11,50\n007;01/03/2025;3\n12;02/01/2025;40\n",
	} {
		o, err := measure.ScoreFile(strings.NewReader(file), spec)
		if err != nil {
			t.Fatalf("%q: %v", file, err)
		}
		got, _ := json.Marshal(o)
		if first == nil {
			first = got
		}
		if !bytes.Equal(got, first) {
			t.Errorf("%q: %s, want %s", file, got, first)
		}
	}
}

// Customers drawn from the model itself give its parameters back; who never
// comes back gives none.
func TestTheModelsFindTheParametersOfWhomTheySimulate(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2005, 7))
	gamma := func(shape float64) float64 { // Marsaglia, Tsang 2000, boosted below one
		boost := 1.0
		if shape < 1 {
			boost, shape = math.Pow(r.Float64(), 1/shape), shape+1
		}
		d := shape - 1.0/3
		for {
			x := r.NormFloat64()
			v := math.Pow(1+x/math.Sqrt(9*d), 3)
			if v > 0 && math.Log(r.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
				return boost * d * v
			}
		}
	}
	var histories []measure.History
	var baskets []measure.Basket
	for range 8000 {
		rate, a, b := gamma(0.8)/6, gamma(0.9), gamma(2.5)
		leave, scale := a/(a+b), gamma(4)/15
		h := measure.History{T: 30 + 20*r.Float64()}
		for at := 0.0; ; h.X++ {
			if at += r.ExpFloat64() / rate; at > h.T || h.X > 0 && r.Float64() < leave {
				break
			}
			h.TX = at
		}
		histories = append(histories, h)
		if h.X > 0 {
			baskets = append(baskets, measure.Basket{X: h.X, Mean: gamma(6*h.X) / (scale * h.X)})
		}
	}
	m, ok := measure.FitBGNBD(histories)
	if !ok || math.Abs(m.R/0.8-1) > 0.15 || math.Abs(m.Alpha/6-1) > 0.15 || math.Abs(m.A/(m.A+m.B)-0.9/3.4) > 0.05 {
		t.Errorf("%+v, want r 0.8, alpha 6, a/(a+b) %.3f", m, 0.9/3.4)
	}
	g, ok := measure.FitGammaGamma(baskets)
	if !ok || math.Abs(g.P/6-1) > 0.2 || math.Abs(g.Q/4-1) > 0.2 || math.Abs(g.V*g.P/(g.Q-1)/30-1) > 0.05 {
		t.Errorf("%+v, want p 6, q 4, a mean of 30", g)
	}
	if m, ok := measure.FitBGNBD([]measure.History{{T: 3}, {T: 4}}); ok {
		t.Errorf("nobody came back, yet %+v", m)
	}
	if g, ok := measure.FitGammaGamma([]measure.Basket{{X: 2, Mean: 5}, {X: 3, Mean: 5}, {X: 1, Mean: 5}}); ok {
		t.Errorf("all alike, yet %+v", g)
	}
}

func FuzzModelsOfAnyFileAreFiniteOrRefused(f *testing.F) {
	for _, s := range []string{
		"x,t,T\n2,30.43,38.86\n1,1.71,38.86\n0,0,38.86\n", "x t T\n1 1 1\n1 1 1\n", "x;t;T\n1e8;1;2\n3;0;0\n", "x,t,T\n5,1e-300,1e300\n0,0,0\n2,3,9\n", "x,t,T\n-1,2,3\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, file string) {
		if len(file) > 300 { // a fit of many rows is slow, and says no more
			return
		}
		spec := measure.BGNBDSpec{Frequency: "x", Recency: "t", Age: "T", Horizon: 39, Predict: []measure.History{{X: 2, TX: 30.43, T: 38.86}, {}, {X: 400, TX: 1, T: 1e6}}}
		if o, err := measure.ModelFile(strings.NewReader(file), spec); err == nil {
			if _, err := json.Marshal(o); err != nil {
				t.Errorf("%+v: %v", o, err)
			}
		}
		if o, err := measure.SpendFile(strings.NewReader(file), "x", "T"); err == nil {
			if _, err := json.Marshal(o); err != nil {
				t.Errorf("%+v: %v", o, err)
			}
		}
	})
}
