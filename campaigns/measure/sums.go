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
	units     unitSums // none where each customer was drawn alone
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
		yy: s.yy.plus(o.yy), xx: s.xx.plus(o.xx), xy: s.xy.plus(o.xy), units: s.units.plus(o.units),
	}
}

// summary is what a verdict needs of these customers, but the best of them.
func (s sums) summary() Summary {
	out := Summary{Customers: s.customers, Buyers: s.buyers, Revenue: model.Cents(s.y), Variance: Num(covariance(s.customers, s.y, s.y, s.yy))}
	if u := &s.units; u.count > 0 {
		squares, _ := new(big.Float).SetInt(u.yy.big()).Float64()
		out.Clusters = Clusters{
			Units: u.count, Buying: u.buying, Squares: Num(squares / 10_000), Design: Num(s.design()),
			Variance: Num(u.covariance(s.customers, s.y, s.y, u.yy, u.yn, u.yn)),
		}
	}
	return out
}

// design is how many times the variance of the share of buyers is what it would
// be if customers had been drawn (Kish 1965), never less than once. Where nobody
// bought, or everybody, nothing can be seen of it: the most it can be, that of
// units whose customers all do the same.
func (s sums) design() float64 {
	u, k := &s.units, int64(s.buyers)
	if s.buyers == 0 || s.buyers == s.customers {
		worst, _ := new(big.Rat).SetFrac(u.nn.big(), big.NewInt(int64(s.customers))).Float64()
		return worst
	}
	return math.Max(1, u.covariance(s.customers, k, k, u.bb, u.bn, u.bn)/covariance(s.customers, k, k, product(k, 1)))
}

// carriers is how many drawn one by one have bought: units, or customers.
func (s sums) carriers() int {
	return Summary{Customers: s.customers, Buyers: s.buyers, Clusters: Clusters{Units: s.units.count, Buying: s.units.buying}}.carriers()
}

// moments are those of the revenue of the window, in euros per customer, with
// the variance of what was drawn.
func (s sums) moments() Moments { return s.summary().drawn() }

// before are the moments of the spend before the send, in euros, with the
// variance of what was drawn.
func (s sums) before() Moments {
	total := model.Cents(s.x).Euros()
	m := Moments{N: s.customers, Mean: Num(total / float64(s.customers)), Var: Num(s.varianceBefore()), Sum: Num(total)}
	if u := &s.units; u.count > 0 {
		m.Units, m.Var = u.count, Num(u.covariance(s.customers, s.x, s.x, u.xx, u.xn, u.xn))
	}
	return m
}

// varianceBefore is that of the spend before the send between customers.
func (s sums) varianceBefore() float64 { return covariance(s.customers, s.x, s.x, s.xx) }

// both is the covariance of the two spends, in euros², of what was drawn.
func (s sums) both() float64 {
	if u := &s.units; u.count > 0 {
		return u.covariance(s.customers, s.x, s.y, u.xy, u.xn, u.yn)
	}
	return covariance(s.customers, s.x, s.y, s.xy)
}

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
