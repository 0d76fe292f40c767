package measure

import (
	"math"
	"testing"
)

// The quantile and the tail undo each other, out to where doubles end.
func TestNormalQuantileUndoesTheTail(t *testing.T) {
	t.Parallel()
	for _, p := range []float64{0.999, 0.8, 0.5, 0.2, 0.025, 5e-4, 1e-9, 1e-15, 9e-16, 1e-17, 1e-18, 1e-40, 1e-113, 1e-300} {
		if back := normalTail(normalUpper(p)); math.Abs(back/p-1) > 1e-10 {
			t.Errorf("%g comes back as %g by %v", p, back, normalUpper(p))
		}
	}
	for p, want := range map[float64]float64{0.025: 1.959963984540054, 0.2: 0.8416212335729143, 0.005: 2.5758293035489004} {
		if got := normalUpper(p); math.Abs(got-want) > 4e-16*want {
			t.Errorf("%g: %v, want %v", p, got, want)
		}
	}
}
