package measure

import (
	"math"
	"math/big"
	"testing"
)

// Every table of up to ten customers an arm, against whole numbers.
func TestFisherIsExactOnEverySmallTable(t *testing.T) {
	t.Parallel()
	for n1 := 1; n1 <= 10; n1++ {
		for n0 := 1; n0 <= 10; n0++ {
			for x1 := 0; x1 <= n1; x1++ {
				for x0 := 0; x0 <= n0; x0++ {
					want := fisherCounted(x1, n1, x0, n0)
					if got := fisherExact(x1, n1, x0, n0); math.Abs(got-want) > 1e-13 {
						t.Fatalf("%d/%d against %d/%d: %v, want %v", x1, n1, x0, n0, got, want)
					}
				}
			}
		}
	}
}

// fisherCounted counts the tables as unlikely as the one seen, exactly.
func fisherCounted(x1, n1, x0, n0 int) float64 {
	ways := func(k int) *big.Int {
		a := new(big.Int).Binomial(int64(n1), int64(k))
		return a.Mul(a, new(big.Int).Binomial(int64(n0), int64(x1+x0-k)))
	}
	seen, tail, all := ways(x1), new(big.Int), new(big.Int)
	for k := max(0, x1+x0-n0); k <= min(n1, x1+x0); k++ {
		w := ways(k)
		all.Add(all, w)
		if w.Cmp(seen) <= 0 {
			tail.Add(tail, w)
		}
	}
	p, _ := new(big.Rat).SetFrac(tail, all).Float64()
	return p
}

// The tables of Student, to the digits they are printed with, and the tails
// that 1 − Φ loses.
func TestQuantilesAndTailsOfTheTables(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ got, want float64 }{
		{studentUpper(0.025, 1), 12.706204736432095},
		{studentUpper(0.025, 2), 4.302652729911275},
		{studentUpper(0.025, 10), 2.2281388519649385},
		{studentUpper(0.005, 30), 2.7499956535670305},
		{studentBoth(2, 5), 0.10193948},
		{normalUpper(0.025), 1.959963984540054},
		{normalUpper(0.2), 0.8416212335729143},
		{normalTail(22.6), 2.16685908760e-113},
		{chi2Tail(5.991464547107979, 2), 0.05},
	} {
		if math.Abs(c.got/c.want-1) > 1e-7 {
			t.Errorf("%v, want %v", c.got, c.want)
		}
	}
	if x := studentUpper(0.025, 1e6); math.Abs(x-1.959966357) > 1e-9 {
		t.Errorf("a million degrees of freedom: %v", x)
	}
}
