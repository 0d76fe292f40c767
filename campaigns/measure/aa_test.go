package measure_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"blanche/campaigns/measure"
	"blanche/model"
)

// Real customers to whom nothing was sent, of whom a part is called a zone
// blanche 2,000 times over: whoever announces a gain is wrong. The rare buyers
// meet the floor of ten buyers too, the heavy tail has many buyers and a few
// baskets that decide.
func TestRealCustomersLeftAloneSeldomShowAGain(t *testing.T) {
	t.Parallel()
	rare, heavy := unmailed(t), wholesale(t)
	for i, c := range []struct {
		people population
		share  float64
		trap   float64 // plain Welch announces a gain more often than this; 0: it is not
	}{
		{rare, 0.05, 0.10},
		{rare, 0.10, 0.06},
		{rare, 0.20, 0.03},
		{heavy, 0.05, 0.10},
		{heavy, 0.20, 0.05},
		{heavy, 0.50, 0},
	} {
		t.Run(fmt.Sprintf("%s, %g held out", c.people.name, c.share), func(t *testing.T) {
			t.Parallel()
			rounds := draws(t, 2000)
			r := rand.New(rand.NewPCG(2008, uint64(3+i)))
			pays, welch := 0, 0
			for range rounds {
				target, holdout := c.people.split(r, int(c.share*float64(c.people.size)))
				s := measure.Conclude(measure.Terms{Window: closed, Margin: 1, Share: c.share}, target, holdout)
				pays += count(s.Verdict == model.VerdictPays)
				w := measure.CompareMeans(target.Moments(), holdout.Moments(), 0.05)
				welch += count(w.CIt[0] > 0)
			}
			limit := 0.025
			if c.trap == 0 { // Welch judges, and promises that
				limit = 0.033
			}
			below(t, "announces a gain", pays, rounds, limit)
			if c.trap > 0 {
				above(t, "Welch announces a gain", welch, rounds, c.trap)
			}
		})
	}
}

// split calls some of the people a zone blanche: those who spent come in any
// order, so each is held out with the share still to fill.
func (p population) split(r *rand.Rand, held int) (target, holdout measure.Summary) {
	var a, b purse
	left := held
	for i, cents := range p.spent {
		if r.IntN(p.size-i) < left {
			left--
			b.add(cents)
		} else {
			a.add(cents)
		}
	}
	return a.summary(p.size - held), b.summary(held)
}
