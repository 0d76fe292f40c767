package measure

// BeforeAfter is the naive comparison of two periods: what a campaign would be
// credited with for the season alone.
type BeforeAfter struct {
	Before Num `json:"before"`
	After  Num `json:"after"`
	Change Num `json:"change"` // after/before − 1; unknown when nothing came before
}

// CompareBeforeAfter compares the sums of two periods of the same length.
func CompareBeforeAfter(before, after float64) BeforeAfter {
	o := BeforeAfter{Before: Num(before), After: Num(after), Change: unknown}
	if before != 0 {
		o.Change = Num(after/before - 1)
	}
	return o
}

// Seasons is what one customer spent in four periods of the same length: before
// and after the send, and the same weeks of last year.
type Seasons struct{ Before, After, LastBefore, LastAfter float64 }

// change is how the customer moved, beyond how last year moved in those weeks.
func (s Seasons) change() float64 { return (s.After - s.Before) - (s.LastAfter - s.LastBefore) }

// SeasonChange is the change around a send beyond that of last year, of those
// targeted against those left untouched. It is not caused by the campaign alone:
// whatever else moved the targeted is in it.
type SeasonChange struct {
	Target    int
	Untouched int // below two, the targeted are compared with last year alone
	Naive     BeforeAfter
	Diff, SE  Num // per customer
	CI        Range
}

// CompareSeasons is the difference in differences in differences: the change of
// the targeted less their change of last year, less the same of the untouched,
// by Welch over customers.
func CompareSeasons(target, untouched []Seasons, alpha float64) SeasonChange {
	var before, after sum
	changes := func(all []Seasons) Moments {
		d := make([]float64, len(all))
		for i, s := range all {
			d[i] = s.change()
		}
		return NewSample(d).Moments()
	}
	for _, s := range target {
		before.add(s.Before)
		after.add(s.After)
	}
	o := SeasonChange{Target: len(target), Untouched: len(untouched), Naive: CompareBeforeAfter(before.value(), after.value())}
	base := changes(untouched)
	if len(untouched) < 2 {
		base = Moments{N: 1 << 30, Mean: 0, Var: 0}
	}
	w := CompareMeans(changes(target), base, alpha)
	o.Diff, o.SE, o.CI = w.Diff, w.SE, w.CIt
	return o
}
