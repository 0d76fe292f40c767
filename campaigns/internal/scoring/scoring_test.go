package scoring_test

import (
	"testing"

	"pgregory.net/rapid"

	"blanche/campaigns/internal/scoring"
)

func TestAScoreIsTheShareOfTheValuesBelow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.IntRange(-4, 4)).Draw(t, "values")
		k := rapid.IntRange(1, 12).Draw(t, "k")
		seen := 0
		scoring.Quantiles(values, k, func(i, score int) {
			below := 0
			for _, x := range values {
				if x < values[i] {
					below++
				}
			}
			if want := 1 + k*below/len(values); score != want || i != seen {
				t.Fatalf("%d of %v in %d: %d, want %d", values[i], values, k, score, want)
			}
			seen++
		})
		if seen != len(values) {
			t.Fatalf("%d scores of %d", seen, len(values))
		}
	})
}
