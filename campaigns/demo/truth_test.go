package demo

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"blanche/campaigns/measure"
	"blanche/model"
)

// The bar: the 95 % interval of the statement holds the true effect in at least
// that share of the campaigns.
const enoughCovered = 0.94

// coverage counts, over many shops, how often an interval holds the truth.
type coverage struct{ held, all atomic.Int64 }

func (c *coverage) add(ci *model.Interval, truth float64) {
	c.all.Add(1)
	if ci != nil && ci.Holds(truth) {
		c.held.Add(1)
	}
}

func (c *coverage) share() float64 { return float64(c.held.Load()) / float64(c.all.Load()) }

// The whole line, from people to statement, on campaigns whose true effect is
// known. Two controls show that the test can fail: Welch's interval, which
// everybody else uses, where the zone blanche is small; and the same prudent
// interval around the spend of buyers only, a different question.
func TestIntervalHoldsTheTrueEffect(t *testing.T) {
	t.Parallel()
	const shops, people = 200, 1500
	var ours, small, welch, buyers coverage
	var seeds sync.WaitGroup
	var next atomic.Uint64
	for range 4 {
		seeds.Go(func() {
			for seed := next.Add(1); seed <= shops; seed = next.Add(1) {
				s := shopOf(t, seed, people)
				for _, c := range s.Sent {
					m, truth := measured(s, c), c.TrueEffect(time.Time{})
					ours.add(m.Spend.CI, truth)
					buyers.add(buyersOnly(m), truth)
					if c.Spec.Share < 0.1 {
						small.add(m.Spend.CI, truth)
						welch.add(welchOf(m), truth)
					}
				}
			}
		})
	}
	seeds.Wait()
	t.Logf("of %d campaigns: prudent %.1f %%, buyers only %.1f %%; of the %d with a small zone blanche: prudent %.1f %%, Welch %.1f %%",
		ours.all.Load(), 100*ours.share(), 100*buyers.share(), small.all.Load(), 100*small.share(), 100*welch.share())
	if ours.share() < enoughCovered {
		t.Errorf("the interval holds the true effect in %.1f %% of the campaigns", 100*ours.share())
	}
	if small.share() < enoughCovered {
		t.Errorf("with a small zone blanche it holds it in %.1f %%", 100*small.share())
	}
	if welch.share() >= enoughCovered || buyers.share() >= enoughCovered {
		t.Errorf("Welch holds it in %.1f %%, buyers only in %.1f %%: the controls do not show that the test can fail",
			100*welch.share(), 100*buyers.share())
	}
}

// welchOf is Welch's interval, whatever the sizes.
func welchOf(m model.Statement) *model.Interval {
	arm := func(a model.StatementArm) measure.Moments {
		return measure.Moments{N: a.Customers, Mean: measure.Num(*a.Mean), Var: measure.Num(*a.Variance)}
	}
	w := measure.CompareMeans(arm(m.Arms[0]), arm(m.Arms[1]), 0.05)
	if !w.CIt[0].Known() {
		return nil
	}
	return &model.Interval{float64(w.CIt[0]), float64(w.CIt[1])}
}

// buyersOnly compares the baskets of those who bought, as a shop does that has
// the orders and not the people.
func buyersOnly(m model.Statement) *model.Interval {
	arm := func(a model.StatementArm) measure.Moments {
		n, sum := float64(a.Buyers), a.Revenue.Euros()
		all := float64(a.Customers)
		squares := *a.Variance*(all-1) + sum*sum/all
		return measure.Moments{N: a.Buyers, Mean: measure.Num(sum / n), Var: measure.Num((squares - sum*sum/n) / (n - 1))}
	}
	if m.Arms[0].Buyers < 2 || m.Arms[1].Buyers < 2 {
		return nil
	}
	w := measure.CompareMeans(arm(m.Arms[0]), arm(m.Arms[1]), 0.05)
	return &model.Interval{float64(w.CIt[0]), float64(w.CIt[1])}
}
