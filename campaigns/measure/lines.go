package measure

import (
	"math"

	"blanche/model"
)

// lines fills what stands beside the comparison: none of it changes the
// verdict. While the window is open, every range holds however often one looks,
// and no p value is given.
func (b *Book) lines(t Terms, e effect, s *model.Statement) {
	s.Split = b.split()
	s.Winsor, _ = b.winsor(t)
	s.Stratified = b.stratified(t, e)
	s.Cuped = b.cuped(t, e, cupedGain)
	s.Reached = b.reached(t)
	s.Second = b.second(t)
	s.Segments = b.segments(t)
	s.Variants = b.variants(t)
	s.Overlaps = b.overlaps(t)
	s.Naive = naive(s)
}

// quantile is what an error is multiplied by for its range: that of a single
// look once the window is closed, else that of a sequence of looks.
func (t Terms) quantile(customers int) float64 {
	if t.Window.Closed {
		return zTwoSided(t.Alpha)
	}
	planned := t.DrawnTarget + t.DrawnHoldout
	if planned == 0 {
		planned = customers
	}
	return sequenceQuantile(customers, Rho(t.Alpha, planned), t.Alpha)
}

// line is another estimate, carried into money like the first.
func (b *Book) line(t Terms, method string, diff, se Num, ci Range) *model.StatementLine {
	l := &model.StatementLine{Method: method, Diff: diff.Ptr(), SE: se.Ptr(), CI: ci.Ptr()}
	l.ROI, l.ROICI = t.returns(b.arms[1].customers, t.cost(b.arms[1].summary()), diff, ci)
	return l
}

// returns are the ROI of a difference for so many customers, and its range; nil
// without a cost.
func (t Terms) returns(customers int, cost model.Cents, diff Num, ci Range) (*float64, *model.Interval) {
	if cost <= 0 {
		return nil, nil
	}
	per := 100 * t.Margin * float64(customers) / float64(cost)
	return Num(per*float64(diff) - 1).Ptr(), ci.affine(-1, per).Ptr()
}

// split parts the difference into more buyers, (p₁−p₀)·b₀, and bigger baskets,
// p₁·(b₁−b₀); customers who sent back more than they bought are in neither.
func (b *Book) split() *model.StatementSplit {
	a1, a0 := &b.arms[1], &b.arms[0]
	p1, p0 := float64(a1.buyers)/float64(a1.customers), float64(a0.buyers)/float64(a0.customers)
	b1 := model.Cents(a1.baskets).Euros() / float64(a1.buyers)
	b0 := model.Cents(a0.baskets).Euros() / float64(a0.buyers)
	s := &model.StatementSplit{Buyers: Num((p1 - p0) * b0).Ptr(), Baskets: Num(p1 * (b1 - b0)).Ptr()}
	if s.Buyers == nil && s.Baskets == nil {
		return nil
	}
	return s
}

// winsor is the comparison with the greatest baskets cut, by the same rule as
// the first one; nil when nobody would be left.
func (b *Book) winsor(t Terms) (*model.StatementLine, effect) {
	limit, m, ok := b.cutTop()
	if !ok {
		return nil, effect{}
	}
	e := t.effectOf(m[1], m[0], b.arms[0].carriers())
	l := b.line(t, e.method, e.diff, e.se, e.ci)
	l.Cap = Num(limit / 100).Ptr()
	return l, e
}

// cupedGain is the share of the variance that an adjustment must take away to
// be worth a line.
const cupedGain = 0.05

// cuped takes the spend of the year before out of the result, with the θ of
// least variance, and compares what is left by the same rule as the first
// comparison; nil when that gains less than it should.
func (b *Book) cuped(t Terms, raw effect, least float64) *model.StatementLine {
	j1, j0 := b.arms[1].joint(), b.arms[0].joint()
	found := AdjustLeastVariance(j1, j0, t.Alpha)
	_, _, _, mean := spread(j1, j0)
	theta := float64(found.Theta)
	e := t.effectOf(j1.less(theta, mean), j0.less(theta, mean), b.arms[0].carriers())
	l := b.line(t, e.method, e.diff, e.se, e.ci)
	if l.Gain = gain(e.se, raw.se); l.Gain == nil || *l.Gain < least {
		return nil
	}
	return l
}

// joint are the moments of what an arm spent in the window and in the year
// before.
func (s sums) joint() Joint { return Joint{Y: s.moments(), X: s.before(), Cov: Num(s.both())} }

// gain is the share of the variance that one estimate takes from another.
func gain(se, raw Num) *float64 { return Num(1 - float64(se/raw)*float64(se/raw)).Ptr() }

// stratified weighs the difference of each stratum of the draw by its share
// (Miratrix, Sekhon, Yu 2013). The variance of the zone blanche of a stratum is
// as prudent as that of the whole; strata in which an arm has fewer than two
// customers are taken together.
func (b *Book) stratified(t Terms, raw effect) *model.StatementLine {
	c := b.cut(CutStratum)
	if c == nil {
		return nil
	}
	diff, se, groups := c.weighted(raw.method != model.SpendWelch)
	if groups < 2 || !se.Known() {
		return nil
	}
	l := b.line(t, "post_stratified", diff, se, around(float64(diff), t.quantile(b.Len())*float64(se)))
	l.Gain = gain(se, raw.se)
	return l
}

// weighted is Σ W·Δ over the groups of a cut and its error √(Σ W²·v), W being
// the share of the group in both arms, and how many groups there were.
func (c *cut) weighted(prudent bool) (diff, se Num, groups int) {
	var rest [2]sums
	var all [][2]Moments
	total := 0
	for i := range c.names {
		s1, s0 := c.sums[1][i], c.sums[0][i]
		total += s1.customers + s0.customers
		if s1.customers < 2 || s0.customers < 2 {
			rest[1], rest[0] = rest[1].plus(s1), rest[0].plus(s0)
			continue
		}
		all = append(all, [2]Moments{s0.moments(), s1.moments()})
	}
	if rest[0].customers+rest[1].customers > 0 {
		all = append(all, [2]Moments{rest[0].moments(), rest[1].moments()})
	}
	var d, v sum
	for _, m := range all {
		w := float64(m[0].N+m[1].N) / float64(total)
		d.add(w * float64(m[1].Mean-m[0].Mean))
		v.add(w * w * errorSquared(m[1], m[0], prudent))
	}
	return Num(d.value()), Num(positive(math.Sqrt(v.value()))), len(all)
}

// errorSquared is that of a difference of means, prudent or plain.
func errorSquared(m1, m0 Moments, prudent bool) float64 {
	if !prudent {
		return m1.errorSquared() + m0.errorSquared()
	}
	pooled := (float64(m1.N-1)*float64(m1.Var) + float64(m0.N-1)*float64(m0.Var)) / float64(m1.N+m0.N-2)
	return m1.errorSquared() + math.Max(float64(m0.Var), pooled)/float64(m0.N)
}

// reached is the effect on a customer reached (see CACE), with the error of the
// rule of the first comparison; nil when the whole target was reached, and
// nobody of the zone blanche.
func (b *Book) reached(t Terms) *model.StatementReached {
	c := b.cut(CutReached)
	if c == nil || b.arms[0].customers == 0 || b.arms[1].customers == 0 {
		return nil
	}
	j1, j0 := c.exposed(1), c.exposed(0)
	share1, share0 := float64(j1.X.Mean), float64(j0.X.Mean)
	if share1 == 1 && share0 == 0 {
		return nil
	}
	r := &model.StatementReached{TargetShare: share1, HoldoutShare: share0}
	if !(share1 > share0) {
		return r
	}
	tau := float64(j1.Y.Mean-j0.Y.Mean) / (share1 - share0)
	e := t.effectOf(j1.less(tau, 0), j0.less(tau, 0), b.arms[0].carriers())
	if b.grouped() { // of whom each unit reached is not kept: their share is taken as known
		e = t.effect(b.arms[1].summary(), b.arms[0].summary())
	}
	half := float64(e.ci[1]-e.ci[0]) / 2 / (share1 - share0)
	r.Diff, r.CI = Num(tau).Ptr(), around(tau, half).Ptr()
	return r
}

// exposed are the moments of the result and of having been reached.
func (c *cut) exposed(arm int) Joint {
	got := c.sums[arm][1]
	all := c.sums[arm][0].plus(got)
	n, k := float64(all.customers), float64(got.customers)
	j := Joint{Y: all.moments(), X: Moments{N: all.customers, Mean: Num(k / n), Sum: Num(k), Var: unknown}, Cov: unknown}
	if all.customers > 1 {
		j.X.Var = Num(k * (n - k) / (n * (n - 1)))
		j.Cov = Num((model.Cents(got.y).Euros() - k/n*model.Cents(all.y).Euros()) / (n - 1))
	}
	return j
}

// second compares the second window, and both together; nil before it begins.
func (b *Book) second(t Terms) *model.StatementSecond {
	if !t.Window.Closed || b.until <= b.days {
		return nil
	}
	after := t
	after.Window.Closed = t.SecondClosed
	second1, both1 := b.windows(1)
	second0, both0 := b.windows(0)
	e, both := after.effectOf(second1, second0, 0), after.effectOf(both1, both0, 0)
	s := &model.StatementSecond{
		Day: b.until - b.days, Days: b.days, Closed: t.SecondClosed,
		Diff: e.diff.Ptr(), CI: e.ci.Ptr(), Both: both.diff.Ptr(), BothCI: both.ci.Ptr(),
	}
	s.ROI, s.ROICI = t.returns(b.arms[1].customers, t.cost(b.arms[1].summary()), both.diff, both.ci)
	return s
}

// overlaps are the other campaigns in the window; of those whose customers the
// book knows, the effect of this one beside them: the regression on both
// campaigns and their product, centred, which for two times two groups is the
// difference within each, weighed by its share, with its HC2 error.
func (b *Book) overlaps(t Terms) []model.StatementOverlap {
	var all []model.StatementOverlap
	n1, n0 := b.arms[1].customers, b.arms[0].customers
	for _, o := range t.Overlaps {
		line := model.StatementOverlap{Campaign: o.Campaign, TargetShare: float64(o.Target) / float64(n1), HoldoutShare: float64(o.Holdout) / float64(n0)}
		if k := o.Target + o.Holdout; k > 0 && k < n1+n0 {
			chi, p := chi2Table(o.Target, n1, o.Holdout, n0, false)
			if b.grouped() { // as if the other campaign took whole units
				p = Num(chi2Tail(float64(chi)/b.meanSize(), 1))
			}
			line.P = p.Ptr()
		}
		if c := b.cut(CutOther(o.Campaign)); c != nil {
			if diff, se, groups := c.weighted(false); groups == 2 && se.Known() {
				line.Adjusted, line.AdjustedCI = diff.Ptr(), around(float64(diff), t.quantile(b.Len())*float64(se)).Ptr()
			}
		}
		all = append(all, line)
	}
	return all
}

// naive is what attribution by window credits to the campaign, what the same
// rule finds in the zone blanche, and the share of the first that is due to the
// campaign: 1 − ȳ₀/ȳ₁, with the range of the lift carried through. The share is
// known once the window is closed, of a zone blanche that bought enough for a
// verdict: of fewer, it is a ratio of accidents.
func naive(s *model.Statement) *model.StatementNaive {
	n := &model.StatementNaive{Target: s.Arms[0].Revenue, Holdout: s.Arms[1].Revenue, ROI: s.Money.NaiveROI}
	if s.Lift == nil || s.Lift.Value == nil || !(*s.Lift.Value > -1) || !s.Window.Closed || s.Arms[1].Buyers < fewBuyers {
		return n
	}
	due := func(lift float64) float64 { return lift / (1 + lift) }
	n.TrueShare = Num(due(*s.Lift.Value)).Ptr()
	if ci := s.Lift.CI; ci != nil && ci.Low() > -1 {
		n.TrueShareCI = newRange(due(ci.Low()), due(ci.High())).Ptr()
	}
	return n
}
