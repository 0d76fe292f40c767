package measure_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"blanche/campaigns/measure"
	"blanche/model"
)

// lookDays is how often a campaign of two weeks is looked at.
const lookDays = 14

// Of campaigns without effect that somebody looks at every day, at most 5 %
// ever show one: by the band of the open window, and by the verdict once it is
// closed. Two ways to fill: customers come in day after day, or all are there
// and their purchases come in.
func TestLookingEveryDayShowsNoEffectThatIsNotThere(t *testing.T) {
	t.Parallel()
	p := unmailed(t)
	for i, c := range []struct {
		target, holdout int
		fixed, usual    float64 // how often the controls are wrong at least; 0: the usual sequence is not
	}{
		{18000, 2000, 0.45, 0.12},
		{54000, 6000, 0.30, 0.07},
		{20000, 20000, 0.15, 0},
	} {
		for _, arrive := range []bool{true, false} {
			name := map[bool]string{true: "customers come in", false: "purchases come in"}[arrive]
			t.Run(fmt.Sprintf("%d against %d, %s", c.target, c.holdout, name), func(t *testing.T) {
				t.Parallel()
				rounds := draws(t, 2000)
				r := rand.New(rand.NewPCG(14, uint64(i)))
				var wrong looks
				for range rounds {
					wrong.add(lookAt(p.spread(r, c.target, arrive), p.spread(r, c.holdout, arrive), c.target+c.holdout))
				}
				below(t, "the band of the open window is wrong at some look", wrong.band, rounds, 0.05)
				below(t, "the verdict is wrong at some look", wrong.verdict, rounds, 0.05)
				above(t, "the fixed interval is wrong at some look", wrong.fixed, rounds, c.fixed)
				if c.usual > 0 && arrive {
					above(t, "the usual sequence is wrong at some look", wrong.usual, rounds, c.usual)
				}
			})
		}
	}
}

// spread is an arm as it stands on each day.
func (p population) spread(r *rand.Rand, n int, arrive bool) [lookDays]measure.Summary {
	type purchase struct {
		day   int
		cents int64
	}
	var all []purchase
	for range p.draw(r, n, 1).Buyers {
		all = append(all, purchase{r.IntN(lookDays), p.spent[r.IntN(len(p.spent))]})
	}
	slices.SortFunc(all, func(a, b purchase) int { return a.day - b.day })
	var days [lookDays]measure.Summary
	var so purse
	for day := range days {
		for len(all) > 0 && all[0].day == day {
			so.add(all[0].cents)
			all = all[1:]
		}
		there := n
		if arrive {
			there = n * (day + 1) / lookDays
		}
		days[day] = so.summary(there)
	}
	return days
}

// looks counts the campaigns for which something was wrong at some look.
type looks struct{ band, verdict, fixed, usual int }

func (l *looks) add(o looks) {
	l.band, l.verdict = l.band+min(1, o.band), l.verdict+min(1, o.verdict)
	l.fixed, l.usual = l.fixed+min(1, o.fixed), l.usual+min(1, o.usual)
}

// lookAt looks at a campaign every day, and counts what shows an effect.
func lookAt(target, holdout [lookDays]measure.Summary, planned int) (o looks) {
	rho := measure.Rho(0.05, planned)
	for day := range lookDays {
		a, b := target[day], holdout[day]
		terms := measure.Terms{Window: open(), Day: day + 1, Margin: 1, DrawnTarget: target[lookDays-1].Customers, DrawnHoldout: holdout[lookDays-1].Customers}
		s := measure.Conclude(terms, a, b)
		o.band += count(s.Spend.CI != nil && !s.Spend.CI.Holds(0))
		o.verdict += count(s.Verdict != model.VerdictTooEarly)
		f := measure.Follow(a.Moments(), b.Moments(), rho, 0.05)
		o.fixed, o.usual = o.fixed+count(beyond(f.CIFixed)), o.usual+count(beyond(f.CI))
	}
	last := lookDays - 1
	s := measure.Conclude(measure.Terms{Window: closed, Margin: 1}, target[last], holdout[last])
	o.verdict += count(s.Verdict != model.VerdictNotProven)
	return o
}

// beyond reports whether a known range leaves zero out.
func beyond(r measure.Range) bool {
	low, high := float64(r[0]), float64(r[1])
	return !math.IsNaN(low) && !math.IsNaN(high) && (low > 0 || high < 0)
}
