package measure_test

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"blanche/campaigns/measure"
	"blanche/model"
)

// biasedShop simulates customers of whom the good ones are targeted more often, with
// the true effect on who is targeted.
func biasedShop(r *rand.Rand, customers int, effect float64) (target, others []measure.Person) {
	for i := range customers {
		group := r.IntN(6)
		p := measure.Person{ID: uint64(i + 1), Group: uint64(group)}
		habit := float64(group) + 3*r.ExpFloat64()
		p.Before = math.Round(100*habit*r.Float64()) / 100
		usual := func() float64 { // buys by group and spend before, which decide who is targeted too
			if r.Float64() > 0.1+0.05*float64(group) {
				return 0
			}
			return (2*p.Before + 4*float64(group)) * (0.5 + r.Float64())
		}
		p.After, p.Season = usual(), usual()
		if r.Float64() < 0.15+0.08*float64(group)+0.03*math.Min(p.Before, 8) {
			if r.Float64() < 0.2 {
				p.After += effect * 5
			}
			target = append(target, p)
		} else {
			others = append(others, p)
		}
	}
	return target, others
}

// The good customers are targeted: who compares them with the rest finds far too
// much, twins find what is there.
func TestTwinsFindTheEffectAmongThoseWhoAreTargetedForWhatIsKnown(t *testing.T) {
	t.Parallel()
	const shops, effect = 100, 1.5
	r := rand.New(rand.NewPCG(4, 2002))
	hit, control, season := 0, 0, 0
	var bias float64
	for range shops {
		target, others := biasedShop(r, 3000, effect)
		pairs := measure.PairTwins(target, others)
		if 2*len(pairs) < len(target) {
			t.Fatalf("%d of %d have a twin", len(pairs), len(target))
		}
		o := measure.CompareTwins(target, others, pairs, 0.05)
		bias += (float64(o.Diff) - effect) / shops
		hit += inside(o.CI, effect)
		season += inside(o.SeasonCI, 0)
		w := measure.CompareMeans(afterOf(target), afterOf(others), 0.05)
		control += inside(w.CIt, effect)
	}
	t.Logf("of %d shops, twins hold the effect in %d (mean error %+.3f) and no season in %d; without matching %d", shops, hit, bias, season, control)
	if hit < 88 || math.Abs(bias) > 0.15 || season < 88 {
		t.Errorf("twins hold the effect in %d of %d, mean error %+.3f; no season in %d", hit, shops, bias, season)
	}
	if control > 20 {
		t.Errorf("without matching %d of %d hold it: the control does not show the trap", control, shops)
	}
}

func inside(ci measure.Range, x float64) int {
	if float64(ci[0]) <= x && x <= float64(ci[1]) {
		return 1
	}
	return 0
}

func afterOf(all []measure.Person) measure.Moments {
	y := make([]float64, len(all))
	for i, p := range all {
		y[i] = p.After
	}
	return measure.NewSample(y).Moments()
}

func TestTwinsAreOfOneGroupNearAndNobodysTwice(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(9, 9))
	for range 20 {
		target, others := biasedShop(r, 400, 0)
		pairs := measure.PairTwins(target, others)
		mine, theirs := map[int]bool{}, map[int]bool{}
		byID := map[uint64]uint64{}
		for _, p := range pairs {
			a, b := target[p.Target], others[p.Twin]
			if a.Group != b.Group || math.Abs(math.Log1p(a.Before)-math.Log1p(b.Before)) > 0.2 || mine[p.Target] || theirs[p.Twin] {
				t.Fatalf("%v and %v are no twins", a, b)
			}
			mine[p.Target], theirs[p.Twin] = true, true
			byID[a.ID] = b.ID
		}
		r.Shuffle(len(target), func(i, j int) { target[i], target[j] = target[j], target[i] })
		r.Shuffle(len(others), func(i, j int) { others[i], others[j] = others[j], others[i] })
		again := map[uint64]uint64{}
		for _, p := range measure.PairTwins(target, others) {
			again[target[p.Target].ID] = others[p.Twin].ID
		}
		if !maps.Equal(byID, again) {
			t.Fatal("other pairs in another order of the same people")
		}
	}
	if n := len(measure.PairTwins(nil, nil)); n != 0 {
		t.Errorf("%d pairs of nobody", n)
	}
}

// The bound is where the worst case of the signed-rank test stops being
// significant: recomputed by hand at that point, and a little either side.
func TestHiddenBiasIsWhereTheSignedRankTestStopsBeingSignificant(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(2002, 4))
	d := make([]float64, 300)
	for i := range d {
		d[i] = math.Round(4*(r.NormFloat64()+0.3)) / 4 // ties and zeros
	}
	gamma, up, ok := measure.HiddenBias(d, 0.05)
	if !ok || !up || gamma < 1.1 {
		t.Fatalf("Γ %v, up %v, significant %v", gamma, up, ok)
	}
	for shift, significant := range map[float64]bool{0.999: true, 1.001: false} {
		if z := signedRank(d, gamma*shift); (z > 1.959963984540054) != significant {
			t.Errorf("at %.3f of Γ the deviate is %.4f", shift, z)
		}
	}
	for i := range d {
		d[i] = -d[i]
	}
	if g, up, ok := measure.HiddenBias(d, 0.05); g != gamma || up || !ok {
		t.Errorf("the other way round: Γ %v, up %v", g, up)
	}
	for _, none := range [][]float64{nil, {0, 0}, {1, -1, 2, -2}, {1}} {
		if g, _, ok := measure.HiddenBias(none, 0.05); ok {
			t.Errorf("%v prove something up to Γ %v", none, g)
		}
	}
}

// signedRank is the deviate of the worst case at Γ.
func signedRank(d []float64, gamma float64) float64 {
	d = slices.DeleteFunc(slices.Clone(d), func(x float64) bool { return x == 0 })
	var positive, total, squares float64
	for _, x := range d {
		below, equal := 0, 0
		for _, y := range d {
			switch {
			case math.Abs(y) < math.Abs(x):
				below++
			case math.Abs(y) == math.Abs(x):
				equal++
			}
		}
		rank := float64(below) + float64(equal+1)/2
		total, squares = total+rank, squares+rank*rank
		if x > 0 {
			positive += rank
		}
	}
	lambda := gamma / (1 + gamma)
	return (positive - lambda*total) / math.Sqrt(lambda*(1-lambda)*squares)
}

// Whoever buys in that season anyway is no effect: last year takes it away, and
// the untouched take away what is of this year alone.
func TestLastYearAndTheUntouchedTakeTheSeasonAway(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	hit, naive := 0, 0
	for range 100 {
		draw := func(n int, gain float64) (all []measure.Seasons) {
			for range n {
				buy := func(mean float64) float64 { return mean * r.ExpFloat64() }
				all = append(all, measure.Seasons{Before: buy(4), After: buy(10 + gain), LastBefore: buy(5), LastAfter: buy(9)})
			}
			return all
		}
		target, untouched := draw(1500, 1), draw(900, 0)
		o := measure.CompareSeasons(target, untouched, 0.05)
		hit += inside(o.CI, 1)
		if o.Naive.Change < 0.5 {
			naive++
		}
	}
	if hit < 88 || naive > 0 {
		t.Errorf("the effect is held in %d of 100; before and after alone is modest in %d", hit, naive)
	}
	alone := measure.CompareSeasons([]measure.Seasons{{1, 3, 0, 1}, {0, 2, 0, 0}, {1, 1, 0, 0}}, nil, 0.05)
	if alone.Untouched != 0 || math.Abs(float64(alone.Diff)-1) > 1e-12 || !alone.CI.Known() {
		t.Errorf("against last year alone: %+v", alone)
	}
}

func TestBeforeAndAfterGivesTheReferenceAnswer(t *testing.T) {
	t.Parallel()
	var before, after float64
	eachRow(t, "online-retail/or2_2009_2010.csv.gz", func(cell func(string) string) {
		day := cell("invoice_date")
		if cell("customer_id") == "" || day < "2010-08-02" || day >= "2010-10-01" || strings.HasPrefix(cell("invoice"), "C") {
			return
		}
		q, p := number(t, cell("quantity")), number(t, cell("unit_price"))
		switch {
		case q <= 0 || p <= 0:
		case day < "2010-09-01":
			before += q * p
		default:
			after += q * p
		}
	})
	for _, c := range cases(t, "online-retail", "before_after") {
		sameFigures(t, measure.CompareBeforeAfter(before, after), c.Expected)
	}
}

func TestBiasOfAttributionGivesTheReferenceAnswers(t *testing.T) {
	t.Parallel()
	rows := readRows(t, "hillstrom/hillstrom.csv.gz", "segment", "spend")
	spent := map[string][]float64{}
	for _, row := range rows {
		spent[row["segment"]] = append(spent[row["segment"]], number(t, row["spend"]))
	}
	tried := 0
	for _, c := range cases(t, "hillstrom", "attribution_bias") {
		tried++
		target, holdout := measure.NewSample(spent[c.Treatment]), measure.NewSample(spent[c.Control])
		sameFigures(t, measure.BiasOfAttribution(target.Moments(), holdout.Moments()), c.Expected)
	}
	if tried != 2 {
		t.Errorf("%d cases", tried)
	}
}

// What attribution is worth is learnt from campaigns that had a zone blanche, and
// from no other.
func TestTheShareThatIsDueIsLearntFromCausalStatementsAlone(t *testing.T) {
	t.Parallel()
	past := func(lift, low, high float64) model.Statement {
		return model.Statement{
			Label: model.LabelCausal, Alpha: 0.05, Window: model.StatementWindow{Closed: true}, Verdict: model.VerdictPays,
			Lift: &model.StatementLift{Value: &lift, CI: &model.Interval{low, high}},
		}
	}
	mens := past(1.18, 0.63, 1.92)
	one, ok := measure.LearnDueShare([]model.Statement{mens}, 0.05)
	if !ok || one.Campaigns != 1 || math.Abs(float64(one.Share)-1.18/2.18) > 1e-12 || math.Abs(float64(one.CI[0])-0.63/1.63) > 0.01 || math.Abs(float64(one.CI[1])-1.92/2.92) > 0.01 {
		t.Errorf("%+v, want 54 %% from 39 to 66", one)
	}
	open, trace, blocked := mens, mens, mens
	open.Window.Closed, trace.Label, blocked.Verdict = false, model.LabelIndicative, model.VerdictBlocked
	if d, ok := measure.LearnDueShare([]model.Statement{open, trace, blocked, {}}, 0.05); ok {
		t.Errorf("nothing to learn from, yet %+v", d)
	}
	three, ok := measure.LearnDueShare([]model.Statement{mens, past(0.65, 0.22, 1.24), past(0.9, 0.4, 1.6), open}, 0.05)
	if !ok || three.Campaigns != 3 || !(three.Share > 0.4 && three.Share < 0.54) || three.Next[0] >= three.CI[0] {
		t.Errorf("%+v", three)
	}
	n := measure.Calibrate(10_000, nil, three)
	if n.Target != 10_000 || n.TrueShare == nil || n.TrueShareCI == nil || !n.TrueShareCI.Holds(*n.TrueShare) {
		t.Errorf("%+v", n)
	}
}
