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
	v1, v0   float64 // squared errors of the two means, as the method takes them
}

// enoughBuyers is how many buyers a zone blanche needs before its own variance
// is believed, and what a statement asks for when it has too few.
const enoughBuyers = 100

// effect picks the method: the confidence sequence while the window is open;
// Welch when the zone blanche is at least 40 % of all and has 100 buyers, since
// the unequal split is what makes it lie; else the prudent interval.
func (t Terms) effect(target, holdout Summary) effect {
	m1, m0 := target.Moments(), holdout.Moments()
	switch {
	case !t.Window.Closed:
		return t.sequence(m1, m0)
	case 5*holdout.Customers >= 2*(target.Customers+holdout.Customers) && holdout.Buyers >= enoughBuyers:
		w := CompareMeans(m1, m0, t.Alpha)
		return effect{model.SpendWelch, w.Diff, w.SE, w.CIt, zTwoSided(t.Alpha), m1.errorSquared(), m0.errorSquared()}
	}
	p := ComparePrudently(m1, m0, holdout.Buyers, t.Alpha)
	return effect{model.SpendPrudent, p.Diff, p.SE, p.CIz, zTwoSided(t.Alpha), m1.errorSquared(), float64(p.HoldoutVar) / float64(m0.N)}
}

// sequence is the interval that holds however often one looks, with the
// prudent variance, tuned to the size drawn.
func (t Terms) sequence(m1, m0 Moments) effect {
	size := m1.N + m0.N
	planned := t.DrawnTarget + t.DrawnHoldout
	if planned == 0 {
		planned = size
	}
	p := ComparePrudently(m1, m0, 0, t.Alpha)
	q := sequenceQuantile(size, Rho(t.Alpha, planned), t.Alpha)
	return effect{model.SpendSequence, p.Diff, p.SE, around(float64(p.Diff), q*float64(p.SE)), q, m1.errorSquared(), float64(p.HoldoutVar) / float64(m0.N)}
}

// lift is the effect relative to the zone blanche, with the same errors and
// quantile as the difference so that the two do not contradict each other;
// nil when the zone blanche spent nothing.
func (e effect) lift(target, holdout Summary) *model.StatementLift {
	a, b := float64(target.Moments().Mean), float64(holdout.Moments().Mean)
	if !(b > 0) || math.IsNaN(a) {
		return nil
	}
	l := &model.StatementLift{Value: Num(a/b - 1).Ptr(), Method: "log"}
	if e.se.Known() {
		l.CI = logRatio(a, e.v1, b, e.v0, e.quantile).Ptr()
	}
	return l
}

// buyers compares the shares of buyers, by Newcombe at all times.
func (t Terms) buyers(target, holdout Summary) model.StatementBuyers {
	b := model.StatementBuyers{Method: "newcombe", Provisional: !t.Window.Closed}
	if target.Customers < 1 || holdout.Customers < 1 {
		return b
	}
	z := zTwoSided(t.Alpha)
	p1 := float64(target.Buyers) / float64(target.Customers)
	p0 := float64(holdout.Buyers) / float64(holdout.Customers)
	b.Diff = Num(p1 - p0).Ptr()
	b.CI = newcombe(p1, p0, wilson(target.Buyers, target.Customers, z), wilson(holdout.Buyers, holdout.Customers, z)).Ptr()
	b.P = Num(fisherExact(target.Buyers, target.Customers, holdout.Buyers, holdout.Customers)).Ptr()
	return b
}
