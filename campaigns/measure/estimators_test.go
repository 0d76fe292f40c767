package measure_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"blanche/campaigns/measure"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// crowd is the customers of one arm: a result, two covariates, whether reached.
type crowd struct{ y, x, z, reached []float64 }

// anyCrowd draws an arm of at least five customers who are not all alike.
func anyCrowd(t *rapid.T, name string) (c crowd) {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, name), 11))
	for range 5 + r.IntN(60) {
		x := math.Floor(r.Float64()*400) / 4
		y := math.Max(0, x/4+10*r.NormFloat64()-5)
		c.y, c.x, c.z = append(c.y, y), append(c.x, x), append(c.z, float64(r.IntN(5)))
		c.reached = append(c.reached, float64(r.IntN(2)))
	}
	c.y, c.x, c.reached = append(c.y, 3, 90), append(c.x, 7, 9), append(c.reached, 0, 1)
	c.z = append(c.z, 0, 4)
	return c
}

// result is one difference with its error, under the name of its estimator.
type result struct {
	Name     string
	Diff, SE measure.Num
}

// compared runs every estimator that compares means.
func compared(a, b crowd) []result {
	s1, s0 := measure.NewSample(a.y), measure.NewSample(b.y)
	w := measure.CompareWinsorised(s1, s0, 0.9, 0.05)
	j1, j0 := measure.NewJoint(a.y, a.x), measure.NewJoint(b.y, b.x)
	usual, least := measure.AdjustUsual(j1, j0, 0.05), measure.AdjustLeastVariance(j1, j0, 0.05)
	lin := measure.AdjustByRegression(measure.Covariates{Y: a.y, X: [][]float64{a.x, a.z}}, measure.Covariates{Y: b.y, X: [][]float64{b.x, b.z}}, 0.05)
	p := measure.PostStratify(groupsOf(a, b), 0.05)
	return []result{
		{"winsor", w.Diff, w.SE},
		{"cuped", usual.Diff, usual.SE},
		{"cuped least", least.Diff, least.SE},
		{"lin", lin.Diff, lin.SE},
		{"strata", p.Diff, p.SE},
	}
}

// groupsOf puts the customers of two arms into halves by their second covariate.
func groupsOf(a, b crowd) []measure.Group {
	half := func(c crowd) []int32 {
		rows := make([]int32, len(c.z))
		for i, z := range c.z {
			if z >= 3 {
				rows[i] = 1
			}
		}
		return rows
	}
	m1, m0 := measure.GroupMoments(a.y, half(a), 2), measure.GroupMoments(b.y, half(b), 2)
	return []measure.Group{
		{Label: measure.Label{{Text: "low"}}, Arm1: m1[0], Arm0: m0[0]},
		{Label: measure.Label{{Text: "high"}}, Arm1: m1[1], Arm0: m0[1]},
	}
}

func TestSwappingTheArmsChangesTheSignOfEveryEstimate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyCrowd(t, "a"), anyCrowd(t, "b")
		there, back := compared(a, b), compared(b, a)
		for i := range there {
			back[i].Diff = -back[i].Diff
		}
		alike(t, there, back)
	})
}

func TestOrderOfTheCustomersChangesNoEstimate(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyCrowd(t, "a"), anyCrowd(t, "b")
		before := compared(a, b)
		rand.New(rand.NewPCG(2, 3)).Shuffle(len(a.y), func(i, j int) {
			for _, c := range [][]float64{a.y, a.x, a.z} {
				c[i], c[j] = c[j], c[i]
			}
		})
		alike(t, before, compared(a, b))
	})
}

func TestAddingTheSameToAllLeavesEveryDifference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyCrowd(t, "a"), anyCrowd(t, "b")
		before := compared(a, b)
		by := rapid.Float64Range(-50, 50).Draw(t, "by")
		for _, y := range [][]float64{a.y, b.y} {
			for i := range y {
				y[i] += by
			}
		}
		alike(t, before, compared(a, b))
	})
}

// alike compares two runs at 1e-9, relative or absolute. An error of nothing
// and an unknown one are the same.
func alike(t *rapid.T, want, got []result) {
	t.Helper()
	same := cmp.Comparer(func(a, b measure.Num) bool {
		if !a.Known() || !b.Known() {
			return a.Known() == b.Known()
		}
		return math.Abs(float64(a-b)) <= 1e-9*math.Max(1, math.Abs(float64(a)))
	})
	if d := cmp.Diff(want, got, same); d != "" {
		t.Error(d)
	}
}

func TestScalingTheMoneyLeavesTheROIOfAFile(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyCrowd(t, "a"), anyCrowd(t, "b")
		by := rapid.SampledFrom([]float64{0.01, 3, 655.957}).Draw(t, "by")
		roi := func(scale float64) measure.ROI {
			s1, s0 := scaled(a.y, scale), scaled(b.y, scale)
			return measure.ReturnOn(measure.CompareMeans(s1.Moments(), s0.Moments(), 0.05), nil, measure.Costs{Margin: 0.3, Fixed: 12 * scale, PerContact: scale})
		}
		one, many := roi(1), roi(by)
		opt := cmpopts.EquateApprox(1e-9, 1e-9)
		if d := cmp.Diff([]float64{float64(one.Point.ROI), float64(one.Low.ROI), float64(one.ProbPositive)}, []float64{float64(many.Point.ROI), float64(many.Low.ROI), float64(many.ProbPositive)}, opt); d != "" {
			t.Error(d)
		}
	})
}

func scaled(y []float64, by float64) measure.Sample {
	out := make([]float64, len(y))
	for i, v := range y {
		out[i] = v * by
	}
	return measure.NewSample(out)
}

func TestCUPEDOfLeastVarianceNeverWidens(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyCrowd(t, "a"), anyCrowd(t, "b")
		j1, j0 := measure.NewJoint(a.y, a.x), measure.NewJoint(b.y, b.x)
		least, usual := measure.AdjustLeastVariance(j1, j0, 0.05), measure.AdjustUsual(j1, j0, 0.05)
		if least.Gain < -1e-12 || usual.Gain > least.Gain+1e-12 {
			t.Errorf("gain %v, the usual one %v", least.Gain, usual.Gain)
		}
	})
}

// Without covariates the regression is the comparison of means, HC2 included;
// one stratum and a cap above all change nothing either.
func TestAdjustingForNothingIsWelch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyCrowd(t, "a"), anyCrowd(t, "b")
		s1, s0 := measure.NewSample(a.y), measure.NewSample(b.y)
		w := measure.CompareMeans(s1.Moments(), s0.Moments(), 0.05)
		want := result{Diff: w.Diff, SE: w.SE}
		lin := measure.AdjustByRegression(measure.Covariates{Y: a.y}, measure.Covariates{Y: b.y}, 0.05)
		flat := measure.AdjustByRegression(measure.Covariates{Y: a.y, X: [][]float64{ones(a.y)}}, measure.Covariates{Y: b.y, X: [][]float64{ones(b.y)}}, 0.05)
		strata := measure.PostStratify([]measure.Group{{Arm1: s1.Moments(), Arm0: s0.Moments()}}, 0.05)
		cut := measure.CompareWinsorised(s1, s0, 1, 0.05)
		for _, got := range []result{{"", lin.Diff, lin.SE}, {"", flat.Diff, flat.SE}, {"", strata.Diff, strata.SE}, {"", cut.Diff, cut.SE}} {
			alike(t, []result{want}, []result{got})
		}
	})
}

func ones(y []float64) []float64 { return slices.Repeat([]float64{1}, len(y)) }

// The same covariate twice, or in another unit, says nothing more; one that an
// arm does not vary in says nothing at the common mean.
func TestRepeatedCovariatesChangeNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := anyCrowd(t, "a"), anyCrowd(t, "b")
		with := func(more func(crowd) []float64) measure.Lin {
			return measure.AdjustByRegression(
				measure.Covariates{Y: a.y, X: [][]float64{a.x, more(a), a.z}}, measure.Covariates{Y: b.y, X: [][]float64{b.x, more(b), b.z}}, 0.05)
		}
		want := compared(a, b)[3]
		twice := with(func(c crowd) []float64 { return c.x })
		unit := with(func(c crowd) []float64 {
			other := slices.Clone(c.x)
			for i := range other {
				other[i] = 1000*other[i] - 7
			}
			return other
		})
		for _, got := range []measure.Lin{twice, unit} {
			alike(t, []result{want}, []result{{want.Name, got.Diff, got.SE}})
		}
		stuck := measure.AdjustByRegression(measure.Covariates{Y: a.y, X: [][]float64{ones(a.y)}}, measure.Covariates{Y: b.y, X: [][]float64{b.x}}, 0.05)
		if stuck.Diff.Known() {
			t.Errorf("an arm without news of the covariate gives %v", stuck.Diff)
		}
	})
}

func TestResamplingWithTheSameSeedGivesTheSameDigits(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	s1, s0 := measure.Sample{N: 3000}, measure.Sample{N: 2000}
	for range 90 {
		s1.Values = append(s1.Values, 40*math.Exp(r.NormFloat64()))
	}
	for range 50 {
		s0.Values = append(s0.Values, 40*math.Exp(r.NormFloat64()))
	}
	one, again, other := measure.Resample(s1, s0, 0.05, 7), measure.Resample(s1, s0, 0.05, 7), measure.Resample(s1, s0, 0.05, 70)
	if d := cmp.Diff(one, again); d != "" {
		t.Error(d)
	}
	if one.CIBCa == other.CIBCa {
		t.Error("another seed gives the same bounds")
	}
	for side := range one.CIBCa {
		if gap := math.Abs(float64(one.CIBCa[side] - other.CIBCa[side])); gap > float64(one.TolBCa) {
			t.Errorf("bounds %v and %v are farther apart than %v", one.CIBCa, other.CIBCa, one.TolBCa)
		}
	}
	w := measure.CompareMeans(s1.Moments(), s0.Moments(), 0.05)
	if math.Abs(float64(one.SE/w.SE)-1) > 0.02 {
		t.Errorf("error %v, by the formula %v", one.SE, w.SE)
	}
}

// Many customers and few values are drawn by value, few customers one by one:
// the law is the same.
func TestDrawingByValueIsDrawingByCustomer(t *testing.T) {
	t.Parallel()
	same, apart := measure.Sample{N: 20_000}, measure.Sample{N: 20_000}
	for i := range 1500 {
		v := float64(10 * (1 + i%3))
		same.Values = append(same.Values, v)
		apart.Values = append(apart.Values, v+float64(i)*1e-9)
	}
	none := measure.Sample{N: 1000, Values: []float64{30, 10}}
	a, b := measure.Resample(same, none, 0.1, 3), measure.Resample(apart, none, 0.1, 4)
	if math.Abs(float64(a.SE/b.SE)-1) > 0.02 {
		t.Errorf("errors %v and %v", a.SE, b.SE)
	}
	for side := range a.CIPercentile {
		if math.Abs(float64(a.CIPercentile[side]-b.CIPercentile[side])) > float64(a.TolPercentile+b.TolPercentile) {
			t.Errorf("bounds %v and %v", a.CIPercentile, b.CIPercentile)
		}
	}
}

func TestLabelsHaveTheTypeOfTheirColumn(t *testing.T) {
	t.Parallel()
	const file = "arm,spend,age,member,zip,vague\n" +
		"a,1,10,True,01000,1\na,2,9,False,75001,x\na,4,9.0,true,75001,\nb,1,10,True,01000,1\nb,3,9,False,75001,x\nb,2,9,FALSE,01000,x\na,9,10,TRUE,01000,1\nb,7,10,True,75001,1\nb,2,9,False,01000,\n"
	for segment, want := range map[string]string{
		"age":        `[10,9]`,
		"member":     `[false,true]`,
		"zip":        `["01000","75001"]`,
		"vague":      `["1","x"]`,
		"age,member": `[[10,true],[9,false],[9,true]]`,
	} {
		doc, err := measure.MeasureFile(strings.NewReader(file), measure.FileSpec{Arm: "arm", Treatment: []string{"a"}, Control: "b", Outcome: "spend", Segments: strings.Split(segment, ",")})
		if err != nil {
			t.Fatal(err)
		}
		h := doc.Get("heterogeneity").(measure.Heterogeneity)
		var labels []measure.Label
		for _, row := range h.Ranked {
			labels = append(labels, row.Segment)
		}
		slices.SortStableFunc(labels, func(a, b measure.Label) int { return strings.Compare(a.String(), b.String()) })
		raw, err := json.Marshal(labels)
		if err != nil {
			t.Fatal(err)
		}
		if string(raw) != want {
			t.Errorf("%s: %s, want %s", segment, raw, want)
		}
		if left := map[string]int{"vague": 2}[segment]; h.LeftOut != left {
			t.Errorf("%s: %d customers left out, want %d", segment, h.LeftOut, left)
		}
	}
}

// A segment of which an arm has nobody, or one customer, or nobody bought, is
// listed last, without what it cannot know, and spoils nothing for the others.
func TestASegmentThatCannotTellIsListedLast(t *testing.T) {
	t.Parallel()
	of := func(name string, y1, y0 []float64) measure.Group {
		return measure.Group{Label: measure.Label{{Text: name}}, Arm1: measure.NewSample(y1).Moments(), Arm0: measure.NewSample(y0).Moments()}
	}
	tell := []measure.Group{of("b", []float64{5, 9, 1}, []float64{1, 2, 2}), of("c", []float64{4, 9, 2}, []float64{3, 4, 0})}
	mute := []measure.Group{of("a", []float64{5}, []float64{1, 2}), of("d", nil, []float64{1, 2}), of("e", []float64{0, 0}, []float64{0, 0, 0})}
	want := measure.CompareSegments(tell, 0.05)
	got := measure.CompareSegments(append(slices.Clone(mute), tell...), 0.05)
	if d := cmp.Diff(want.Ranked, got.Ranked[:2]); d != "" {
		t.Error(d)
	}
	if got.Q != want.Q || got.DF != 1 || got.Tau2 != want.Tau2 {
		t.Errorf("common figures %+v, want %+v", got, want)
	}
	for i, name := range []string{"a", "d", "e"} {
		row := got.Ranked[2+i]
		if row.Segment.String() != name || row.P.Known() || row.PHolm.Known() || row.Shrunk.Known() {
			t.Errorf("row %+v", row)
		}
	}
	if raw, err := json.Marshal(got); err != nil || strings.Contains(string(raw), "NaN") {
		t.Errorf("%s: %v", raw, err)
	}
	if p := measure.PostStratify(append(mute[2:], tell...), 0.05); !p.SE.Known() {
		t.Error("a stratum where nobody bought makes the error unknown")
	}
	if p := measure.PostStratify(append(mute[:1], tell...), 0.05); !p.Diff.Known() || p.SE.Known() {
		t.Errorf("a stratum with one customer: %+v", p)
	}
}

// bigShop writes a file of n customers.
func bigShop(n int) string {
	var b strings.Builder
	r := rand.New(rand.NewPCG(1, 1))
	b.WriteString("arm,spend,bought,reached,history,age,stratum,segment\n")
	for i := range n {
		arm, spend, bought := "mail", 0.0, 0
		if i%5 == 0 {
			arm = "none"
		}
		if r.Float64() < 0.05 {
			spend, bought = math.Round(4000*math.Exp(r.NormFloat64()))/100, 1
		}
		fmt.Fprintf(&b, "%s,%.2f,%d,%d,%.2f,%d,s%d,g%d\n", arm, spend, bought, min(1, r.IntN(30)), 100*r.Float64(), 18+r.IntN(70), r.IntN(12), r.IntN(6))
	}
	return b.String()
}

// BenchmarkMillionCustomers reads a file of a million customers and computes
// every estimator but the bootstrap.
func BenchmarkMillionCustomers(b *testing.B) {
	file := bigShop(1_000_000)
	margin := 0.4
	spec := measure.FileSpec{
		Arm: "arm", Treatment: []string{"mail"}, Control: "none", Outcome: "spend", Binary: "bought", Exposure: "reached", Margin: &margin, CostPerContact: 0.02,
		Covariates: []string{"history", "age"}, Strata: []string{"stratum"}, Segments: []string{"segment"},
	}
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		doc, err := measure.MeasureFile(strings.NewReader(file), spec)
		if err != nil {
			b.Fatal(err)
		}
		if doc.Get("bootstrap") != nil {
			b.Fatal("a bootstrap of a million customers, unasked")
		}
	}
}
