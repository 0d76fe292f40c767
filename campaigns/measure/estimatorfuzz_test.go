package measure_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"blanche/campaigns/measure"
)

// FuzzAnyArmsAreJSON gives every estimator arms of any shape: empty, of one
// customer, all alike, huge. Whatever it finds must be a document.
func FuzzAnyArmsAreJSON(f *testing.F) {
	f.Add([]byte{}, []byte{}, 1.0, 0.05)
	f.Add([]byte{7}, []byte{}, 1.0, 0.05)
	f.Add([]byte{7}, []byte{9}, 0.0, 0.5)
	f.Add([]byte{0, 0, 0}, []byte{0, 0}, 1.0, 0.01)
	f.Add([]byte{5, 5, 5, 5}, []byte{5, 5, 5}, 1.0, 0.05)
	f.Add([]byte{200, 0, 3, 255}, []byte{1, 0, 130}, 1e306, 0.05)
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8}, []byte{8, 7, 6, 5, 4}, -1.0, 0.001)
	f.Fuzz(func(t *testing.T, a, b []byte, unit, alpha float64) {
		if !(alpha > 0 && alpha < 1) || math.IsNaN(unit) || math.IsInf(unit, 0) || len(a)+len(b) > 400 {
			return
		}
		one, zero := crowdOf(a, unit), crowdOf(b, unit)
		s1, s0 := measure.NewSample(one.y), measure.NewSample(zero.y)
		j1, j0 := measure.NewJoint(one.y, one.x), measure.NewJoint(zero.y, zero.x)
		for name, v := range map[string]any{
			"welch":    measure.CompareMeans(s1.Moments(), s0.Moments(), alpha),
			"prudent":  measure.ComparePrudently(s1.Moments(), s0.Moments(), s0.Buyers(), alpha),
			"two part": measure.SplitDifference(s1, s0),
			"winsor":   measure.CompareWinsorised(s1, s0, 1-alpha, alpha),
			"cuped":    measure.AdjustUsual(j1, j0, alpha),
			"least":    measure.AdjustLeastVariance(j1, j0, alpha),
			"lin":      measure.AdjustByRegression(measure.Covariates{Y: one.y, X: [][]float64{one.x, one.z}}, measure.Covariates{Y: zero.y, X: [][]float64{zero.x, zero.z}}, alpha),
			"cace":     measure.EffectOnReached(measure.NewJoint(one.y, one.reached), measure.NewJoint(zero.y, zero.reached), alpha),
			"strata":   measure.PostStratify(groupsOf(one, zero), alpha),
			"segments": measure.CompareSegments(groupsOf(one, zero), alpha),
		} {
			if _, err := json.Marshal(v); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

// crowdOf makes customers of bytes.
func crowdOf(b []byte, unit float64) (c crowd) {
	for i, v := range b {
		c.y = append(c.y, float64(int8(v))*unit)
		c.x, c.z = append(c.x, float64(v/3)*unit), append(c.z, float64(i%5))
		c.reached = append(c.reached, float64(v%2))
	}
	return c
}

// FuzzAnyResampleIsJSON does the same for the bootstrap, which takes longer.
func FuzzAnyResampleIsJSON(f *testing.F) {
	f.Add(uint8(0), uint8(0), 0.0, 0.0)
	f.Add(uint8(1), uint8(1), 3.0, 0.0)
	f.Add(uint8(9), uint8(3), 3.0, -2.0)
	f.Add(uint8(200), uint8(30), 1e308, 1e308)
	f.Fuzz(func(t *testing.T, n1, n0 uint8, y1, y0 float64) {
		if math.IsNaN(y1+y0) || math.IsInf(y1, 0) || math.IsInf(y0, 0) {
			return
		}
		of := func(n uint8, y float64) measure.Sample {
			s := measure.Sample{N: int(n)}
			for i := range int(n) / 2 {
				s.Values = append(s.Values, y/float64(1+i))
			}
			return s
		}
		if _, err := json.Marshal(measure.Resample(of(n1, y1), of(n0, y0), 0.05, 1)); err != nil {
			t.Error(err)
		}
	})
}

// FuzzAnyQuestionOfAnyFile asks everything of any file.
func FuzzAnyQuestionOfAnyFile(f *testing.F) {
	f.Add("arm,y,b,e,x,g\nm,1,1,1,4,u\nm,0,0,1,5,v\nn,2,1,0,6,u\nn,0,0,0,7,v\n")
	f.Add("arm,y,b,e,x,g\nm,1,1,1,4,u\nn,2,1,0,6,\n")
	f.Add("arm;y;b;e;x;g\nm;1,5;oui;1;4;1\nm;0;non;0;4;1,0\nn;2;1;0;4;2\nn;-2;1;0;4;2\n")
	f.Add("arm\ty\tb\te\tx\tg\nm\t1e308\t1\t1\t-1e308\ttrue\nm\t-1e308\t1\t1\t1e308\tFalse\nn\t1e-308\t0\t0\t0\ttrue\n")
	f.Add("\x1f\x8b\x08\x00")
	f.Fuzz(func(t *testing.T, file string) {
		margin := 0.5
		doc, err := measure.MeasureFile(strings.NewReader(file), measure.FileSpec{
			Arm: "arm", Treatment: []string{"m"}, Control: "n", Outcome: "y", Binary: "b", Exposure: "e", Margin: &margin,
			Covariates: []string{"x", "b"}, Strata: []string{"g"}, Segments: []string{"g", "b"},
		})
		if err != nil {
			return
		}
		if _, err := json.Marshal(doc); err != nil {
			t.Fatal(err)
		}
	})
}
