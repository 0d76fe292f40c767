package measure

import (
	"math"
	"math/rand/v2"
)

// Unit is a store, a region or a week, drawn as a whole: what its customers
// spent on average before and after.
type Unit struct {
	Treated       bool
	Before, After float64
}

// UnitEffect is the effect over units drawn at random: the mean change of those
// treated less that of the others, and how often another draw of the same units
// would have shown as much (Fisher 1935). The customers inside a unit say nothing
// about the error: there are as many observations as units.
type UnitEffect struct {
	Treated int   `json:"treated"`
	Control int   `json:"control"`
	Diff    Num   `json:"diff"`
	P       Num   `json:"p_permutation"`
	CI      Range `json:"ci_permutation"` // effects that the draw does not refute; unknown when it refutes none
	Draws   int   `json:"draws"`
	Exact   bool  `json:"exact"` // every draw was tried
}

// mostDraws is how many draws are tried one by one; beyond, as many are taken at
// random.
const mostDraws = 20_000

// CompareUnits tries every draw of as many units, or 20,000 from the seed, the
// draw that was made among them (Phipson, Smyth 2010). The interval is the set of
// constant effects that the same test does not refute.
func CompareUnits(units []Unit, alpha float64, seed uint64) UnitEffect {
	o := UnitEffect{Diff: unknown, P: unknown, CI: unknownRange}
	change, treated := make([]float64, len(units)), make([]bool, len(units))
	for i, u := range units {
		change[i], treated[i] = u.After-u.Before, u.Treated
		o.Treated += one(u.Treated)
	}
	o.Control = len(units) - o.Treated
	if o.Treated == 0 || o.Control == 0 {
		return o
	}
	draws, exact := otherDraws(treated, o.Treated, seed)
	redrawn := make([]redraw, len(draws))
	for i, d := range draws {
		redrawn[i] = redrawOf(change, treated, d, o.Treated)
	}
	made := redrawOf(change, treated, treated, o.Treated)
	p := func(effect float64) float64 { return refuted(redrawn, made, effect) }
	o.Diff, o.P, o.Draws, o.Exact = Num(made.diff), Num(p(0)), len(draws), exact
	o.CI = notRefuted(made.diff, alpha, p)
	return o
}

// redraw is what another draw would have shown: its difference of changes, and
// how much of a constant effect of the draw that was made would be in it.
type redraw struct{ diff, share float64 }

func redrawOf(change []float64, treated, draw []bool, k int) redraw {
	var in, out, mine, theirs float64
	for i, c := range change {
		if draw[i] {
			in += c
			mine += float64(one(treated[i]))
		} else {
			out += c
			theirs += float64(one(treated[i]))
		}
	}
	n, m := float64(k), float64(len(change)-k)
	return redraw{in/n - out/m, mine/n - theirs/m}
}

// refuted is the share of draws that show as much as the one that was made, once
// an effect is taken away.
func refuted(all []redraw, made redraw, effect float64) float64 {
	seen := math.Abs(made.diff - effect)
	as := 0
	for _, r := range all {
		as += one(math.Abs(r.diff-effect*r.share) >= seen-1e-9*(1+seen))
	}
	return float64(as) / float64(len(all))
}

// notRefuted is the range of effects around the estimate with p above alpha.
func notRefuted(estimate, alpha float64, p func(float64) float64) Range {
	bound := func(sign float64) float64 {
		inside, width := estimate, math.Max(1e-6, math.Abs(estimate))
		outside := estimate + sign*width
		for p(outside) > alpha {
			if width > 1e12 {
				return math.NaN()
			}
			inside, width = outside, 2*width
			outside = estimate + sign*width
		}
		for range 60 {
			if middle := (inside + outside) / 2; p(middle) > alpha {
				inside = middle
			} else {
				outside = middle
			}
		}
		return inside
	}
	return newRange(bound(-1), bound(1))
}

// otherDraws are all the draws of k units, or some at random with the one that
// was made.
func otherDraws(made []bool, k int, seed uint64) (draws [][]bool, exact bool) {
	n := len(made)
	if math.Exp(logChoose(n, k)) > mostDraws {
		r := rand.New(rand.NewPCG(seed, uint64(n)))
		draws = append(draws, made)
		for len(draws) < mostDraws {
			d := make([]bool, n)
			for _, i := range r.Perm(n)[:k] {
				d[i] = true
			}
			draws = append(draws, d)
		}
		return draws, false
	}
	at := make([]bool, n)
	var choose func(from, left int)
	choose = func(from, left int) {
		if left == 0 {
			draws = append(draws, append([]bool(nil), at...))
			return
		}
		for i := from; i <= n-left; i++ {
			at[i] = true
			choose(i+1, left-1)
			at[i] = false
		}
	}
	choose(0, k)
	return draws, true
}

// logChoose is log of n over k.
func logChoose(n, k int) float64 {
	return logGamma(float64(n+1)) - logGamma(float64(k+1)) - logGamma(float64(n-k+1))
}
