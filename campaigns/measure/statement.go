package measure

import (
	"math"
	"math/big"

	"blanche/model"
)

// Statement is what the campaign of a book brought, up to the day of the book
// (see Until), with all that stands beside it. The same orders give the same
// digits, in whatever order they came.
func (b *Book) Statement(t Terms) model.Statement {
	t = t.settled()
	if !b.ready {
		b.recount()
	}
	target, holdout := b.summary(1), b.summary(0)
	s, e := t.compare(target, holdout)
	s.Guards = t.guards(target, holdout)
	if s.Method == model.MethodHoldout {
		s.Curve = b.curve(t)
		b.lines(t, e, &s)
		s.Guards = b.guards(t, e, &s)
	}
	s.Changes = t.Changes
	s.Verdict = t.verdict(e, s)
	s.SinceClose = t.sinceClose(&s)
	return s
}

// Closing is what a later statement is to be told apart from: see Terms.AtClose.
func Closing(s *model.Statement) model.StatementClose {
	c := model.StatementClose{Net: s.Money.Net, ROI: s.Money.ROI, Verdict: s.Verdict}
	for _, a := range s.Arms {
		if a.Arm == model.ArmTarget {
			c.Target = a.Revenue
		} else {
			c.Holdout = a.Revenue
		}
	}
	return c
}

// sinceClose is what late orders have moved; nil when they moved nothing.
func (t Terms) sinceClose(s *model.Statement) *model.StatementSince {
	if t.AtClose == nil || !t.Window.Closed {
		return nil
	}
	now := Closing(s)
	since := model.StatementSince{Close: *t.AtClose, Target: now.Target - t.AtClose.Target, Holdout: now.Holdout - t.AtClose.Holdout}
	if since.Target == 0 && since.Holdout == 0 {
		return nil
	}
	if now.Net != nil && t.AtClose.Net != nil {
		moved := *now.Net - *t.AtClose.Net
		since.Net = &moved
	}
	return &since
}

// summary is that of one arm, with its best customer.
func (b *Book) summary(arm int) Summary {
	s := b.arms[arm].summary()
	s.Largest = model.Cents(b.top(arm, 1).greatest())
	return s
}

// top is the greatest amounts of an arm, n of them at least if there are.
func (b *Book) top(arm, n int) *tall {
	t := &b.arms[arm].tall
	need := max(n, (b.arms[0].customers+b.arms[1].customers)/1000)
	if t.serves(n) && len(t.steps) <= 16*need+1024 { // a list that grows with every buyer is cut back
		return t
	}
	var amounts []int64
	for r := range b.ids {
		if side(b.holdout[r]) == arm && b.first[r] != 0 {
			if f := b.fact(r); f.window > 0 {
				amounts = append(amounts, f.window)
			}
		}
	}
	t.fill(amounts, need)
	return t
}

// curve is the revenue per customer of both arms, cumulated by day.
func (b *Book) curve(t Terms) []model.CurvePoint {
	points := make([]model.CurvePoint, 0, t.Day)
	var m [2]Moments
	var total [2]dayBook
	for day := 1; day <= t.Day; day++ {
		for i := range m {
			a := &b.arms[i]
			if day <= len(a.by) {
				total[i].sum += a.by[day-1].sum
				total[i].squares = total[i].squares.plus(a.by[day-1].squares)
			}
			m[i] = momentsOf(a.customers, total[i].sum, total[i].squares)
		}
		points = append(points, t.point(day, m[1], m[0]))
	}
	return points
}

// momentsOf are the moments of n amounts in cents, in euros.
func momentsOf(n int, total int64, squares wide) Moments {
	return Summary{Customers: n, Revenue: model.Cents(total), Variance: Num(covariance(n, total, total, squares))}.Moments()
}

// windows are the moments of an arm in the second window, and in both.
func (b *Book) windows(arm int) (second, both Moments) {
	a := &b.arms[arm]
	var all dayBook
	first := int64(0)
	for i, d := range a.by {
		all.sum += d.sum
		all.squares = all.squares.plus(d.squares)
		if i < b.days {
			first += d.sum
		}
	}
	return momentsOf(a.customers, all.sum-first, a.second), momentsOf(a.customers, all.sum, all.squares)
}

// winsorised is the quantile at which baskets are cut.
const winsorised = 0.999

// cutTop finds the cap of the greatest baskets, in cents (type 7, both arms,
// those at zero included), and the moments of the arms with nothing above it;
// false when the cap would not be above zero, and cut everybody.
func (b *Book) cutTop() (limit float64, m [2]Moments, ok bool) {
	n := b.arms[0].customers + b.arms[1].customers
	need := n - int(float64(n-1)*winsorised) // the ranks around the quantile, and all above
	top := mergeTop(b.top(1, need), b.top(0, need), need)
	limit = quantileAt(n, winsorised, func(rank int) float64 {
		if k := n - 1 - rank; k < len(top) {
			return float64(top[k])
		}
		return 0
	})
	if !(limit > 0) {
		return 0, m, false
	}
	for arm := range m {
		m[arm] = b.arms[arm].below(limit)
	}
	return limit, m, true
}

// mergeTop is the n greatest amounts of two arms, the greatest first.
func mergeTop(t1, t0 *tall, n int) []int64 {
	out := make([]int64, 0, n)
	i, j := len(t1.steps)-1, len(t0.steps)-1
	for len(out) < n && (i >= 0 || j >= 0) {
		var s step
		if j < 0 || i >= 0 && t1.steps[i].amount >= t0.steps[j].amount {
			s, i = t1.steps[i], i-1
		} else {
			s, j = t0.steps[j], j-1
		}
		for range min(s.people, n-len(out)) {
			out = append(out, s.amount)
		}
	}
	return out
}

// below are the moments of an arm whose amounts above a limit count as the
// limit, computed exactly and rounded once.
func (a *armBook) below(limit float64) Moments {
	people, total, squares := 0, int64(0), wide{}
	for i := len(a.tall.steps) - 1; i >= 0 && float64(a.tall.steps[i].amount) > limit; i-- {
		s := a.tall.steps[i]
		people += s.people
		total += int64(s.people) * s.amount
		squares = squares.plus(product(int64(s.people)*s.amount, s.amount))
	}
	limited := new(big.Rat).SetFloat64(limit)
	whole := func(x int64) *big.Rat { return new(big.Rat).SetInt64(x) }
	cut := new(big.Rat).Mul(limited, whole(int64(people)))
	sum := new(big.Rat).Add(whole(a.y-total), cut)
	square := new(big.Rat).Add(new(big.Rat).SetInt(a.yy.minus(squares).big()), cut.Mul(cut, limited))
	n := whole(int64(a.customers))
	mean, _ := new(big.Rat).Quo(sum, new(big.Rat).Mul(n, whole(100))).Float64()
	m := Moments{N: a.customers, Mean: Num(mean), Var: unknown, Sum: Num(mean * float64(a.customers))}
	if a.customers > 1 {
		top := new(big.Rat).Sub(square.Mul(square, n), sum.Mul(sum, sum))
		v, _ := top.Quo(top, new(big.Rat).Mul(n, whole(int64(a.customers-1)*10_000))).Float64()
		m.Var = Num(math.Max(v, 0))
	}
	return m
}
