package measure

import (
	"math"
	"math/big"

	"blanche/model"
)

// fact is what one customer counts for: cents spent over the year before the
// send, and in the window.
type fact struct{ before, window int64 }

// sums are the exact sums of some customers, in cents: what every estimate of
// a statement is computed from. They are whole numbers, so the order in which
// orders came, went and came again leaves no trace.
type sums struct {
	customers int
	buyers    int   // net revenue above zero
	y         int64 // in the window
	baskets   int64 // of the buyers alone
	x         int64 // before the send
	yy, xx    wide
	xy        wide
}

// move counts that a customer of these is no longer worth one fact but another.
func (s *sums) move(from, to fact) {
	if from.window != to.window {
		s.y += to.window - from.window
		s.yy = s.yy.plus(square(to.window)).minus(square(from.window))
		s.buyers += one(to.window > 0) - one(from.window > 0)
		s.baskets += max(to.window, 0) - max(from.window, 0)
	}
	if from.before != to.before {
		s.x += to.before - from.before
		s.xx = s.xx.plus(square(to.before)).minus(square(from.before))
	}
	s.xy = s.xy.plus(product(to.before, to.window)).minus(product(from.before, from.window))
}

// plus is the sums of two groups that share nobody.
func (s sums) plus(o sums) sums {
	return sums{
		customers: s.customers + o.customers, buyers: s.buyers + o.buyers, y: s.y + o.y, baskets: s.baskets + o.baskets, x: s.x + o.x,
		yy: s.yy.plus(o.yy), xx: s.xx.plus(o.xx), xy: s.xy.plus(o.xy),
	}
}

// summary is what a verdict needs of these customers, but the best of them.
func (s sums) summary() Summary {
	return Summary{Customers: s.customers, Buyers: s.buyers, Revenue: model.Cents(s.y), Variance: Num(s.variance())}
}

// moments are those of the revenue of the window, in euros per customer.
func (s sums) moments() Moments { return s.summary().Moments() }

// variance is that of the revenue of the window, in euros².
func (s sums) variance() float64 { return covariance(s.customers, s.y, s.y, s.yy) }

// before are the moments of the spend before the send, in euros.
func (s sums) before() Moments {
	total := model.Cents(s.x).Euros()
	v := covariance(s.customers, s.x, s.x, s.xx)
	return Moments{N: s.customers, Mean: Num(total / float64(s.customers)), Var: Num(v), Sum: Num(total)}
}

// both is the covariance of the two spends, in euros².
func (s sums) both() float64 { return covariance(s.customers, s.x, s.y, s.xy) }

// covariance is (n·Σab − Σa·Σb)/(n(n−1)) of amounts in cents, in euros²,
// computed in whole numbers and rounded once; NaN below two customers.
func covariance(n int, a, b int64, ab wide) float64 {
	if n < 2 {
		return math.NaN()
	}
	count := big.NewInt(int64(n))
	top := ab.big()
	top.Mul(top, count)
	top.Sub(top, new(big.Int).Mul(big.NewInt(a), big.NewInt(b)))
	bottom := count.Mul(count, big.NewInt(int64(n-1)))
	bottom.Mul(bottom, big.NewInt(10_000))
	v, _ := new(big.Rat).SetFrac(top, bottom).Float64()
	return v
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
