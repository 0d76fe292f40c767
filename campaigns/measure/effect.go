package measure

import (
	"math"

	"blanche/model"
)

// effect is the difference of revenue per customer under the method that the
// data allow, in euros.
type effect struct {
	method   string
	diff, se Num
	ci       Range
	quantile float64 // what stands for z in the interval of the lift
}

// enoughBuyers is how many buyers a zone blanche needs before its own variance
// is believed, and what a statement asks for when it has too few.
const enoughBuyers = 100

// effect picks the method: the confidence sequence while the window is open;
// Welch when the zone blanche is at least 40 % of all and has 100 buyers, since
// the unequal split is what makes it lie; else the prudent interval.
func (t Terms) effect(target, holdout Summary) effect {
	return t.effectOf(target.drawn(), holdout.drawn(), holdout.carriers())
}

// effectOf is the same for other moments of the same customers.
func (t Terms) effectOf(m1, m0 Moments, buyersHoldout int) effect {
	switch {
	case !t.Window.Closed:
		return t.sequence(m1, m0)
	case welchHolds(m1.N, m0.N, buyersHoldout):
		w := CompareMeans(m1, m0, t.Alpha)
		return effect{model.SpendWelch, w.Diff, w.SE, w.CIt, zTwoSided(t.Alpha)}
	}
	d, se, z := float64(m1.Mean-m0.Mean), prudentError(m1, m0), zTwoSided(t.Alpha)
	return effect{model.SpendPrudent, Num(d), Num(se), around(d, z*se), z}
}

// welchHolds reports whether the zone blanche's own variance is believed: it is
// at least 40 % of all, since the unequal split is what makes it lie, and has
// enough buyers.
func welchHolds(target, holdout, buyers int) bool {
	return 5*holdout >= 2*(target+holdout) && buyers >= enoughBuyers
}

// prudentError is the error of ComparePrudently, without all else it says.
func prudentError(m1, m0 Moments) float64 {
	return positive(math.Sqrt(errorSquared(m1, m0, true)))
}

// sequence is the interval that holds however often one looks, with the
// prudent variance, tuned to the size drawn.
func (t Terms) sequence(m1, m0 Moments) effect {
	size := m1.N + m0.N
	planned := t.DrawnTarget + t.DrawnHoldout
	if planned == 0 {
		planned = size
	}
	d, se, q := float64(m1.Mean-m0.Mean), prudentError(m1, m0), sequenceQuantile(size, Rho(t.Alpha, planned), t.Alpha)
	return effect{model.SpendSequence, Num(d), Num(se), around(d, q*se), q}
}

// The intervals of the lift: by its logarithm, or test-based where the
// logarithm would contradict the difference.
const (
	liftLog       = "log"
	liftTestBased = "log_test_based"
)

// lift is the effect relative to the zone blanche; nil when the zone blanche
// spent nothing. Where its log interval and the interval of the difference
// disagree about "no effect at all" (the prudent error is not in the former),
// the test-based interval (Miettinen 1976) takes its place: it meets zero
// exactly when the difference does, so no screen says two things at once.
func (e effect) lift(target, holdout Summary) *model.StatementLift {
	m1, m0 := target.drawn(), holdout.drawn()
	a, b := float64(m1.Mean), float64(m0.Mean)
	if !(b > 0) || math.IsNaN(a) {
		return nil
	}
	l := &model.StatementLift{Value: Num(a/b - 1).Ptr(), Method: liftLog}
	if !e.se.Known() || !(a > 0) {
		return l
	}
	ci := logRatio(a, m1.errorSquared(), b, m0.errorSquared(), e.quantile)
	if holdsZero(ci) != holdsZero(e.ci) {
		l.Method, ci = liftTestBased, testBasedRatio(a, b, float64(e.ci[1]-e.ci[0])/2)
	}
	l.CI = ci.Ptr()
	return l
}

// holdsZero reports whether zero is within the bounds.
func holdsZero(r Range) bool { return r[0] <= 0 && 0 <= r[1] }

// buyers compares the shares of buyers, by Newcombe at all times. Where
// households were drawn, the Wilson intervals are those of as many customers as
// would tell as much, n over the design effect (Korn, Graubard 1998, Survey
// Methodology 24:193), that of the zone blanche being no less than that of the
// target, which sees more; Fisher's test counts customers, so there is no p.
func (t Terms) buyers(target, holdout Summary) model.StatementBuyers {
	b := model.StatementBuyers{Method: "newcombe", Provisional: !t.Window.Closed}
	if target.Customers < 1 || holdout.Customers < 1 {
		return b
	}
	z, design1, design0 := zTwoSided(t.Alpha), 1.0, 1.0
	if !target.alone() || !holdout.alone() {
		design1 = float64(target.Clusters.Design)
		design0 = math.Max(design1, float64(holdout.Clusters.Design))
		b.Design = Num(design0).Ptr()
	} else {
		b.P = Num(fisherExact(target.Buyers, target.Customers, holdout.Buyers, holdout.Customers)).Ptr()
	}
	n1, n0 := float64(target.Customers), float64(holdout.Customers)
	p1, p0 := float64(target.Buyers)/n1, float64(holdout.Buyers)/n0
	b.Diff = Num(p1 - p0).Ptr()
	b.CI = newcombe(p1, p0, score(p1, n1/design1, z), score(p0, n0/design0, z)).Ptr()
	return b
}
