package demo

import (
	"math"
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
	const people = 1500
	var ours, small, welch, buyers coverage
	var off deviations
	var seeds sync.WaitGroup
	var next atomic.Uint64
	for range 4 {
		seeds.Go(func() {
			for seed := next.Add(1); seed <= shops; seed = next.Add(1) {
				s := shopOf(t, seed, people)
				for _, c := range s.Sent {
					m, truth := measured(s, c), c.TrueEffect(time.Time{})
					ours.add(m.Spend.CI, truth)
					off.add(c.Spec.Name, *m.Spend.Diff-truth, *m.Spend.SE)
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
	off.check(t)
	if small.share() < enoughCovered {
		t.Errorf("with a small zone blanche it holds it in %.1f %%", 100*small.share())
	}
	if welch.share() >= enoughCovered || buyers.share() >= enoughCovered {
		t.Errorf("Welch holds it in %.1f %%, buyers only in %.1f %%: the controls do not show that the test can fail",
			100*welch.share(), 100*buyers.share())
	}
}

// deviations sums, by campaign, how far what is measured is from the truth.
type deviations struct {
	mu sync.Mutex
	by map[string]*deviation
}

type deviation struct{ sum, squares float64 }

func (d *deviations) add(name string, by, se float64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.by == nil {
		d.by = map[string]*deviation{}
	}
	if d.by[name] == nil {
		d.by[name] = &deviation{}
	}
	d.by[name].sum += by
	d.by[name].squares += se * se
}

// check fails when the errors of a campaign do not cancel out: the truth, or
// the measure, would then be wrong on average.
func (d *deviations) check(t *testing.T) {
	t.Helper()
	for name, x := range d.by {
		if z := x.sum / math.Sqrt(x.squares); math.Abs(z) > 4 {
			t.Errorf("%s is off by %.1f standard errors on average", name, z)
		} else {
			t.Logf("%s: off by %.1f standard errors on average", name, z)
		}
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
