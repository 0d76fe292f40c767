package measure_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"blanche/campaigns/measure"
)

// Six stores, three drawn: twenty draws, of which two show as much.
func TestEveryDrawOfAFewUnitsIsTried(t *testing.T) {
	t.Parallel()
	units := []measure.Unit{{true, 0, 10}, {true, 0, 12}, {true, 1, 12}, {false, 0, 1}, {false, 0, 2}, {false, 2, 2}}
	o := measure.CompareUnits(units, 0.05, 1)
	if o.Draws != 20 || !o.Exact || math.Abs(float64(o.Diff)-10) > 1e-12 || math.Abs(float64(o.P)-0.1) > 1e-12 || o.CI.Known() {
		t.Errorf("%+v: want 10, p 2/20, and no range at 5 %%", o)
	}
	if o := measure.CompareUnits(units, 0.2, 1); !o.CI.Known() || o.CI[0] < 7 || o.CI[1] > 13 || inside(o.CI, 10) == 0 {
		t.Errorf("at 20 %%: %+v", o)
	}
	for i := range units {
		units[i].Treated = !units[i].Treated
	}
	if o := measure.CompareUnits(units, 0.05, 1); math.Abs(float64(o.Diff)+10) > 1e-12 || math.Abs(float64(o.P)-0.1) > 1e-12 {
		t.Errorf("the other way round: %+v", o)
	}
	for _, none := range [][]measure.Unit{nil, {{true, 0, 1}}, {{false, 0, 1}, {false, 1, 1}}} {
		raw, err := json.Marshal(measure.CompareUnits(none, 0.05, 1))
		if err != nil {
			t.Errorf("%v: %s %v", none, raw, err)
		}
	}
}

// Stores differ for good, and the draw is of stores: who counts customers as if
// each had been drawn is wrong far too often.
func TestUnitsHoldTheEffectWhereCustomersOneByOneDoNot(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2, 1935))
	const reps, effect = 200, 2.0
	hit, alarms, control := 0, 0, 0
	for range reps {
		var units []measure.Unit
		var y [2][]float64
		for i := range 12 {
			level, season := 20*r.Float64(), 3*r.NormFloat64()
			u := measure.Unit{Treated: i%2 == 0, Before: level, After: level + season}
			if u.Treated {
				u.After += effect
			}
			units = append(units, u)
			for range 200 {
				side := 0
				if u.Treated {
					side = 1
				}
				y[side] = append(y[side], u.After-u.Before+r.NormFloat64())
			}
		}
		o := measure.CompareUnits(units, 0.05, 7)
		hit += inside(o.CI, effect)
		for i := range units {
			if units[i].Treated {
				units[i].After -= effect
			}
		}
		if measure.CompareUnits(units, 0.05, 7).P <= 0.05 {
			alarms++
		}
		w := measure.CompareMeans(measure.NewSample(y[1]).Moments(), measure.NewSample(y[0]).Moments(), 0.05)
		control += inside(w.CIt, effect)
	}
	t.Logf("of %d, the range over units holds the effect in %d, false alarms %d; customers one by one %d", reps, hit, alarms, control)
	if hit < 182 || alarms > 20 {
		t.Errorf("held in %d of %d, false alarms %d", hit, reps, alarms)
	}
	if control > 100 {
		t.Errorf("customers one by one hold it in %d: the control does not show the trap", control)
	}
}

// Better scores buy more anyway: the jump at the threshold is the effect, the
// difference of means is not.
func TestTheJumpAtTheThresholdIsTheEffect(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 1960))
	const reps, effect = 100, 3.0
	hit, control := 0, 0
	var bias float64
	for range reps {
		var all []measure.Scored
		var y [2][]float64
		for range 4000 {
			p := measure.Scored{Score: 100 * r.Float64()}
			p.Outcome = 0.2*p.Score + 0.0005*p.Score*p.Score + 4*r.NormFloat64()*(1+p.Score/100)
			side := 0
			if p.Score >= 60 {
				side = 1
				p.Outcome += effect
			}
			all, y[side] = append(all, p), append(y[side], p.Outcome)
		}
		o := measure.CompareAtThreshold(all, 60, 0, 0.05)
		hit += inside(o.CI, effect)
		bias += (float64(o.Diff) - effect) / reps
		w := measure.CompareMeans(measure.NewSample(y[1]).Moments(), measure.NewSample(y[0]).Moments(), 0.05)
		control += inside(w.CIt, effect)
	}
	t.Logf("of %d, the jump holds the effect in %d, mean error %+.3f; the difference of means in %d", reps, hit, bias, control)
	if hit < 88 || math.Abs(bias) > 0.2 {
		t.Errorf("held in %d of %d, mean error %+.3f", hit, reps, bias)
	}
	if control > 0 {
		t.Errorf("the difference of means holds it in %d: the control does not show the trap", control)
	}
	line := []measure.Scored{{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 15}, {6, 16}, {7, 17}, {8, 18}}
	if o := measure.CompareAtThreshold(line, 4.5, 5, 0.05); math.Abs(float64(o.Diff)-10) > 1e-9 || !(o.SE < 1e-6) {
		t.Errorf("two exact lines ten apart: %+v", o)
	}
	for _, few := range [][]measure.Scored{nil, {{1, 1}}, {{5, 1}, {5, 2}, {5, 3}, {4, 1}, {4, 1}, {4, 1}}} {
		o := measure.CompareAtThreshold(few, 4.5, 0, 0.05)
		if _, err := json.Marshal(o); err != nil || o.Diff.Known() {
			t.Errorf("%v: %+v %v", few, o, err)
		}
	}
}
