package measure

import (
	"math"
	"testing"
)

func TestSatisfactionIsReadOnItsScale(t *testing.T) {
	t.Parallel()
	// 412 answers: 200 promoters, 72 detractors. NPS (200 − 72)/412, its variance
	// (272/412 − d²)/412.
	ten := Satisfied(map[int]int{10: 120, 9: 80, 8: 100, 7: 40, 6: 30, 3: 42}, 10)
	d := 128. / 412
	if want := 100 * 1.959963984540054 * math.Sqrt((272./412-d*d)/412); ten.Answers != 412 || math.Abs(ten.Score-100*d) > 1e-9 || math.Abs(ten.Margin-want) > 1e-9 {
		t.Errorf("%+v, want %.3f ± %.3f", ten, 100*d, want)
	}
	if five := Satisfied(map[int]int{5: 10, 4: 20, 3: 5, 1: 5}, 5); five.Satisfied != 30 || five.Answers != 40 || five.Mean != 3.75 || five.Score != 0 {
		t.Errorf("%+v", five)
	}
	if none := Satisfied(nil, 10); none != (Satisfaction{}) {
		t.Errorf("%+v", none)
	}
}

func TestAShareOfNothingMayBeAnything(t *testing.T) {
	t.Parallel()
	if low, high := ShareRange(0, 0); low != 0 || high != 1 {
		t.Errorf("[%v; %v]", low, high)
	}
	if low, high := ShareRange(0, 100); low != 0 || high < .036 || high > .038 {
		t.Errorf("[%v; %v]", low, high)
	}
}
