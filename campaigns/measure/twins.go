package measure

import (
	"cmp"
	"math"
	"slices"
)

// Person is one customer to find a twin for, or to be one. Before is known
// before the send; nothing that came after it may choose a twin.
type Person struct {
	ID     uint64
	Group  uint64  // twins are of one group: class, recency, channel
	Before float64 // spend before the send, brought to the length of the window
	After  float64 // spend in the window
	Season float64 // spend in the same weeks of last year
}

// Pair is one of the targeted and the twin, by position in the lists given.
type Pair struct{ Target, Twin int }

// widestTwin is how far apart twins may be, in standard deviations of the
// logarithm of what they spent before (Austin 2011).
const widestTwin = 0.2

// PairTwins gives each of the targeted one twin of the same group, the nearest
// in spend before the send, nobody twice; who has none near enough stays alone.
// Who chooses first and who is taken among equals follow from the ids, mixed so
// that neither is who came first.
func PairTwins(target, others []Person) []Pair {
	limit := widestTwin * spreadOfLogs(target, others)
	mine, theirs := inGroups(target), inGroups(others)
	var pairs []Pair
	for start := 0; start < len(mine); {
		end := start
		group := target[mine[start]].Group
		for end < len(mine) && target[mine[end]].Group == group {
			end++
		}
		pool := groupOf(others, theirs, group)
		pairs = append(pairs, pairGroup(target, others, mine[start:end], pool, limit)...)
		start = end
	}
	slices.SortFunc(pairs, func(a, b Pair) int { return cmp.Compare(a.Target, b.Target) })
	return pairs
}

// inGroups are the positions of people by group, spend before, mixed id.
func inGroups(all []Person) []int {
	at := make([]int, len(all))
	for i := range at {
		at[i] = i
	}
	slices.SortFunc(at, func(i, j int) int {
		a, b := &all[i], &all[j]
		return cmp.Or(cmp.Compare(a.Group, b.Group), cmp.Compare(a.Before, b.Before), cmp.Compare(mixed(a.ID), mixed(b.ID)))
	})
	return at
}

// groupOf is the part of the positions that one group has.
func groupOf(all []Person, at []int, group uint64) []int {
	low, _ := slices.BinarySearchFunc(at, group, func(i int, g uint64) int { return cmp.Compare(all[i].Group, g) })
	high := low
	for high < len(at) && all[at[high]].Group == group {
		high++
	}
	return at[low:high]
}

// pairGroup pairs within one group: the pool is sorted by spend, and left and
// right lead past those who are taken, so that nobody is looked at twice.
func pairGroup(target, others []Person, mine, pool []int, limit float64) []Pair {
	choosers := slices.Clone(mine)
	slices.SortFunc(choosers, func(i, j int) int { return cmp.Compare(mixed(target[i].ID), mixed(target[j].ID)) })
	n := len(pool)
	left, right := make([]int, n+2), make([]int, n+2) // of free places, 1 to n; 0 and n+1 are the ends
	for i := range left {
		left[i], right[i] = i, i
	}
	var pairs []Pair
	for _, i := range choosers {
		want := logSpend(target[i].Before)
		at, _ := slices.BinarySearchFunc(pool, target[i].Before, func(j int, x float64) int { return cmp.Compare(others[j].Before, x) })
		below, above := free(left, at), free(right, at+1)
		best, gap := 0, math.Inf(1)
		if below >= 1 {
			best, gap = below, want-logSpend(others[pool[below-1]].Before)
		}
		if above <= n {
			if d := logSpend(others[pool[above-1]].Before) - want; d < gap {
				best, gap = above, d
			}
		}
		if best == 0 || !(gap <= limit) {
			continue
		}
		left[best], right[best] = best-1, best+1
		pairs = append(pairs, Pair{Target: i, Twin: pool[best-1]})
	}
	return pairs
}

// free is the nearest free place on the way of a list of links, which it
// shortens.
func free(links []int, at int) int {
	for links[at] != at {
		links[at] = links[links[at]]
		at = links[at]
	}
	return at
}

// mixed spreads ids over all numbers (the finalizer of splitmix64, Steele, Lea,
// Flood 2014).
func mixed(id uint64) uint64 {
	id += 0x9e3779b97f4a7c15
	id = (id ^ id>>30) * 0xbf58476d1ce4e5b9
	id = (id ^ id>>27) * 0x94d049bb133111eb
	return id ^ id>>31
}

func logSpend(x float64) float64 { return math.Log1p(math.Max(0, x)) }

// spreadOfLogs is the standard deviation of the logarithm of the spend before.
func spreadOfLogs(lists ...[]Person) float64 {
	var logs []float64
	for _, all := range lists {
		for i := range all {
			logs = append(logs, logSpend(all[i].Before))
		}
	}
	sd := math.Sqrt(float64(NewSample(logs).Moments().Var))
	if math.IsNaN(sd) {
		return 0
	}
	return sd
}

// Twins is what the pairs say: the mean difference in differences of the spend
// per customer, and how much could be hidden behind it.
type Twins struct {
	Pairs    int
	Diff, SE Num
	CI       Range
	P        Num
	Balance  Num   // standardised difference of the spend before, between twins
	Gamma    Num   // see HiddenBias; unknown where the pairs prove nothing
	Season   Num   // the difference in the same weeks of last year: nothing was sent then
	SeasonCI Range //
}

// CompareTwins compares pairs: (after − before) of each less that of the twin,
// Student over pairs.
func CompareTwins(target, others []Person, pairs []Pair, alpha float64) Twins {
	change, after, season := make([]float64, len(pairs)), make([]float64, len(pairs)), make([]float64, len(pairs))
	before := [2][]float64{make([]float64, len(pairs)), make([]float64, len(pairs))}
	for i, p := range pairs {
		a, b := target[p.Target], others[p.Twin]
		after[i], season[i] = a.After-b.After, a.Season-b.Season
		change[i] = after[i] - (a.Before - b.Before)
		before[1][i], before[0][i] = a.Before, b.Before
	}
	o := Twins{Pairs: len(pairs)}
	o.Diff, o.SE, o.CI, o.P = meanOf(change, alpha)
	o.Season, _, o.SeasonCI, _ = meanOf(season, alpha)
	m1, m0 := NewSample(before[1]).Moments(), NewSample(before[0]).Moments()
	o.Balance = (m1.Mean - m0.Mean) / Num(math.Sqrt(float64(m1.Var+m0.Var)/2))
	if gamma, up, ok := HiddenBias(after, alpha); ok && up == (o.Diff > 0) {
		o.Gamma = Num(gamma)
	} else {
		o.Gamma = unknown
	}
	return o
}

// meanOf is the mean of differences with Student's interval and p.
func meanOf(d []float64, alpha float64) (mean, se Num, ci Range, p Num) {
	m := NewSample(d).Moments()
	if m.N < 2 {
		return m.Mean, unknown, unknownRange, unknown
	}
	df := float64(m.N - 1)
	e := math.Sqrt(m.errorSquared())
	return m.Mean, Num(e), around(float64(m.Mean), studentUpper(alpha/2, df)*e), Num(studentBoth(float64(m.Mean)/e, df))
}
