package measure

import (
	"math"
	"testing"
)

// Student tails and quantiles computed elsewhere, in the settings of files:
// degrees of freedom that are no whole number, few, many, and far tails.
func TestStudentIsRightFromOneToMillionsOfDegreesOfFreedom(t *testing.T) {
	t.Parallel()
	for _, c := range studentReference {
		if got := studentTail(c.x, c.df); math.Abs(got/c.tail-1) > 1e-11 {
			t.Errorf("P(T > %v) with %v degrees: %v, want %v", c.x, c.df, got, c.tail)
		}
	}
	for _, c := range studentQuantiles {
		if got := studentUpper(c.p, c.df); math.Abs(got/c.x-1) > 1e-11 {
			t.Errorf("quantile %v with %v degrees: %v, want %v", c.p, c.df, got, c.x)
		}
	}
}
