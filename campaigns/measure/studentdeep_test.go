package measure

import (
	"math"
	"testing"
)

// The quantile and the tail undo each other, however many degrees of freedom
// and however far out.
func TestStudentQuantileUndoesTheTail(t *testing.T) {
	t.Parallel()
	for _, df := range []float64{1, 2, 3.5, 10, 30, 100, 999, 1001, 5000, 20_000, 49_999, 50_001, 1e5, 1e6, 1e8} {
		for _, p := range []float64{0.4, 0.1, 0.025, 0.005, 5e-4, 1e-5, 1e-7, 1e-9, 1e-12, 1e-15} {
			if back := studentTail(studentUpper(p, df), df); !(math.Abs(back/p-1) < 1e-9) {
				t.Errorf("%g degrees: %g comes back as %g by %v", df, p, back, studentUpper(p, df))
			}
		}
	}
}
