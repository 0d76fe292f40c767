package measure

import (
	"math/big"
	"math/bits"
)

// wide is a whole number of 128 bits with a sign: the sum of the squares of
// any amounts, exact, whatever the order in which they come and go.
type wide struct {
	hi int64
	lo uint64
}

// product is a·b.
func product(a, b int64) wide {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	w := wide{int64(hi), lo}
	if (a < 0) != (b < 0) {
		return wide{}.minus(w)
	}
	return w
}

// square is a².
func square(a int64) wide { return product(a, a) }

func magnitude(a int64) uint64 {
	if a < 0 {
		return uint64(-a)
	}
	return uint64(a)
}

// plus is w + v.
func (w wide) plus(v wide) wide {
	lo, carry := bits.Add64(w.lo, v.lo, 0)
	hi, _ := bits.Add64(uint64(w.hi), uint64(v.hi), carry)
	return wide{int64(hi), lo}
}

// minus is w − v.
func (w wide) minus(v wide) wide {
	lo, borrow := bits.Sub64(w.lo, v.lo, 0)
	hi, _ := bits.Sub64(uint64(w.hi), uint64(v.hi), borrow)
	return wide{int64(hi), lo}
}

// big is w without a limit.
func (w wide) big() *big.Int {
	b := new(big.Int).Lsh(big.NewInt(w.hi), 64)
	return b.Add(b, new(big.Int).SetUint64(w.lo))
}
