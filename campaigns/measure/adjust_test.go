package measure_test

import (
	"errors"
	"math"
	"testing"

	"blanche/campaigns/measure"
	"blanche/model"
)

func TestManyTestsGiveTheReferenceAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range cases(t, "hillstrom", "p_adjust") {
		var names []string
		var p []float64
		for i, name := range c.Expected["names"].([]any) {
			names = append(names, name.(string))
			p = append(p, c.Expected["p"].([]any)[i].(float64))
		}
		got, err := measure.Adjust(names, p)
		if err != nil {
			t.Fatal(err)
		}
		sameFigures(t, got, c.Expected)
	}
}

// Ties share their answer, nothing passes 1, and the order of the tests is
// theirs.
func TestManyTestsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	got, err := measure.Adjust([]string{"a", "b", "c", "d"}, []float64{0.9, 0.02, 0.02, 0})
	if err != nil {
		t.Fatal(err)
	}
	sameFigures(t, got, map[string]any{
		"names": []any{"a", "b", "c", "d"}, "p": []any{0.9, 0.02, 0.02, 0.0},
		"bonferroni": []any{1.0, 0.08, 0.08, 0.0}, "holm": []any{0.9, 0.06, 0.06, 0.0}, "bh": []any{0.9, 0.08 / 3, 0.08 / 3, 0.0},
	})
}

func TestWhatIsNoFamilyOfTestsIsRefused(t *testing.T) {
	t.Parallel()
	for key, c := range map[string]struct {
		names []string
		p     []float64
	}{
		"roi.no_p":        {nil, nil},
		"roi.names_and_p": {[]string{"a"}, []float64{0.1, 0.2}},
		"roi.bad_p":       {[]string{"a", "b"}, []float64{0.1, math.NaN()}},
	} {
		if _, err := measure.Adjust(c.names, c.p); !errors.Is(err, model.Invalid(key)) {
			t.Errorf("%v, want %s", err, key)
		}
	}
}
