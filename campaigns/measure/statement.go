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
		if side(b.holdout[r]) == arm && b.spent.first[r] != 0 {
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
	var total, drawn [2]dayBook
	for day := 1; day <= t.Day; day++ {
		for arm := range m {
			if by := b.arms[arm].by; day <= len(by) {
				total[arm].add(by[day-1])
				if b.units != nil {
					drawn[arm].add(b.units.arms[arm].by[day-1])
				}
			}
			m[arm] = b.momentsOf(arm, total[arm], drawn[arm])
		}
		points = append(points, t.point(day, m[1], m[0]))
	}
	return points
}

// momentsOf are the moments in euros of what the customers of an arm spent in
// some days: their sum and squares, and those of units where these were drawn.
func (b *Book) momentsOf(arm int, total, drawn dayBook) Moments {
	a := &b.arms[arm]
	m := Summary{Customers: a.customers, Revenue: model.Cents(total.sum), Variance: Num(covariance(a.customers, total.sum, total.sum, total.squares))}.Moments()
	if u := &a.units; u.count > 0 {
		m.Units, m.Var = u.count, Num(u.covariance(a.customers, total.sum, total.sum, drawn.squares, drawn.sized, drawn.sized))
	}
	return m
}

// windows are the moments of an arm in the second window, and in both.
func (b *Book) windows(arm int) (second, both Moments) {
	second0, both0 := b.arms[arm].flows.windows(b.days)
	var secondUnits, bothUnits dayBook
	if b.units != nil {
		secondUnits, bothUnits = b.units.arms[arm].windows(b.days)
	}
	return b.momentsOf(arm, second0, secondUnits), b.momentsOf(arm, both0, bothUnits)
}

// windows are the sums of the second window, and of both.
func (f *flows) windows(days int) (second, both dayBook) {
	for i, d := range f.by {
		both.add(d)
		if i >= days {
			second.add(d)
		}
	}
	second.squares = f.second
	return second, both
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
		if whole := b.arms[arm].summary(); whole.Clusters.Units > 0 { // with the design effect of the whole
			m[arm].Units = whole.Clusters.Units
			if whole.Variance > 0 {
				m[arm].Var *= whole.Clusters.Variance / whole.Variance
			}
		}
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
