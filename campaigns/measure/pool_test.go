package measure_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"blanche/campaigns/measure"
	"blanche/model"

	"pgregory.net/rapid"
)

// The segments of a campaign are pooled by the same formulas as campaigns.
func TestPoolGivesTheReferenceAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range cases(t, "hillstrom", "heterogeneity") {
		var all []measure.Estimate
		for _, row := range c.Expected["ranked"].([]any) {
			r := row.(map[string]any)
			all = append(all, measure.Estimate{Name: r["segment"].(string), Diff: r["diff"].(float64), SE: r["se"].(float64)})
		}
		got := measure.Pool(all, 0.05)
		for i, row := range c.Expected["ranked"].([]any) {
			sameValue(t, c.ID+" shrunk", float64(got.Ranked[i].Shrunk), row.(map[string]any)["shrunk_diff"])
		}
		for name, x := range map[string]measure.Num{
			"cochran_Q": got.Q, "p_heterogeneity": got.P, "I2": got.I2, "tau2_dersimonian_laird": got.Tau2, "mean_random_effects": got.Random,
		} {
			sameValue(t, c.ID+" "+name, float64(x), c.Expected[name])
		}
	}
}

// Raudenbush 1984, nineteen experiments on what teachers expect: the figures
// published by the metafor package (Viechtbauer 2010) for the method of
// moments, and what is shrunk lies between what was seen and the mean.
func TestPoolGivesAPublishedAnswer(t *testing.T) {
	t.Parallel()
	effects := []float64{0.03, 0.12, -0.14, 1.18, 0.26, -0.06, -0.02, -0.32, 0.27, 0.80, 0.54, 0.18, -0.02, 0.23, -0.18, -0.06, 0.30, 0.07, -0.07}
	variances := []float64{0.0156, 0.0216, 0.0279, 0.1391, 0.1362, 0.0106, 0.0106, 0.0484, 0.0269, 0.0630, 0.0912, 0.0497, 0.0835, 0.0841, 0.0253, 0.0279, 0.0193, 0.0088, 0.0303}
	var file strings.Builder
	file.WriteString("effect;error\n")
	for i, d := range effects {
		fmt.Fprintf(&file, "%v;%v\n", d, math.Sqrt(variances[i]))
	}
	got, err := measure.PoolFile(strings.NewReader(strings.ReplaceAll(file.String(), ".", ",")), measure.PoolSpec{})
	if err != nil {
		t.Fatal(err)
	}
	if q := fmt.Sprintf("%.2f %.4f %.4f %.4f", float64(got.Q), float64(got.Fixed), float64(got.Random), float64(got.Tau2)); q != "35.83 0.0604 0.0893 0.0259" {
		t.Error(q)
	}
	for _, row := range got.Ranked {
		if low, high := min(row.Diff, got.Random), max(row.Diff, got.Random); row.Shrunk < low || row.Shrunk > high {
			t.Errorf("%s: %v is not between %v and %v", row.Name, row.Shrunk, low, high)
		}
	}
	if got.Ranked[0].Name != "4" || got.Next[0] >= got.RandomCI[0] || got.Next[1] <= got.RandomCI[1] {
		t.Errorf("ranked %s first, next %v, mean %v", got.Ranked[0].Name, got.Next, got.RandomCI)
	}
}

// Scaling the money scales the answer; nothing is ever NaN in the JSON.
func TestPoolFollowsTheUnit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var a, b []measure.Estimate
		for range rapid.IntRange(1, 12).Draw(t, "k") {
			e := measure.Estimate{Diff: rapid.Float64Range(-50, 50).Draw(t, "d"), SE: rapid.Float64Range(0.01, 20).Draw(t, "se")}
			a, b = append(a, e), append(b, measure.Estimate{Diff: 100 * e.Diff, SE: 100 * e.SE})
		}
		x, y := measure.Pool(a, 0.05), measure.Pool(b, 0.05)
		if !closeTo(100*float64(x.Random), float64(y.Random)) || !closeTo(float64(x.Q), float64(y.Q)) || !closeTo(100*float64(x.RandomCI[1]), float64(y.RandomCI[1])) {
			t.Fatal(x, y)
		}
		if !x.Random.Known() || !x.RandomCI.Known() || x.Tau2 < 0 || x.I2 < 0 || x.I2 > 1 || x.RandomSE < x.FixedSE*(1-1e-12) {
			t.Fatal(x)
		}
	})
}

func closeTo(a, b float64) bool { return math.Abs(a-b) <= 1e-7*math.Max(1, math.Abs(a)+math.Abs(b)) }

func TestAFileThatCannotBePooledIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file, key string
	}{
		{"diff,se\n1,2\n", "roi.pool_of_one"},
		{"diff,se\n1,2\n1,0\n", "roi.bad_error"},
		{"diff,se\n1,2\n1,-3\n", "roi.bad_error"},
		{"diff,se\n1,2\n1,x\n", "roi.not_number"},
		{"a,b\n1,2\n", "roi.no_column"},
		{"diff,se\n1,2\n1\n", "roi.row_cells"},
		{"", "roi.empty_file"},
	} {
		if _, err := measure.PoolFile(strings.NewReader(c.file), measure.PoolSpec{}); !errors.Is(err, model.Invalid(c.key)) {
			t.Errorf("%q: %v, want %s", c.file, err, c.key)
		}
	}
}

// Two like campaigns weigh as one twice as great; what is open, blocked or
// without a zone blanche says nothing.
func TestCampaignsAddUpTheirMoney(t *testing.T) {
	t.Parallel()
	st := func(name string, change func(*model.Statement)) model.Statement {
		d, se := 0.5, 0.1
		s := model.Statement{
			Campaign: name, Method: model.MethodHoldout, Verdict: model.VerdictPays, Window: model.StatementWindow{Closed: true},
			Arms:  []model.StatementArm{{Arm: model.ArmTarget, Customers: 1000}, {Arm: model.ArmHoldout, Customers: 1000}},
			Spend: model.StatementSpend{Diff: &d, SE: &se}, Money: model.StatementMoney{Margin: 0.4, Cost: 10_000},
		}
		change(&s)
		return s
	}
	same := func(*model.Statement) {}
	all := []model.Statement{
		st("a", same), st("b", same),
		st("open", func(s *model.Statement) { s.Window.Closed = false }),
		st("blocked", func(s *model.Statement) { s.Verdict = model.VerdictBlocked }),
		st("none", func(s *model.Statement) { s.Method = model.MethodNone }),
		st("nobody", func(s *model.Statement) { s.Spend.SE = nil }),
	}
	got, err := measure.PoolStatements(all, 0.05)
	if err != nil {
		t.Fatal(err)
	}
	half := 1.959963984540054 * 40_00 * math.Sqrt2 // cents: 0.4 × 1,000 × 0.1 each
	if *got.Money.Net != 2*200_00-200_00 || got.Money.NetCI[0] != model.Cents(math.Round(200_00-half)) || *got.Money.ROI != 1 {
		t.Errorf("money %+v", got.Money)
	}
	if !closeTo(float64(got.RandomSE), 0.1/math.Sqrt2) || len(got.LeftOut) != 4 {
		t.Errorf("error %v, left out %v", got.RandomSE, got.LeftOut)
	}
	if _, err := measure.PoolStatements(all[1:], 0.05); !errors.Is(err, model.Refused("roi.pool_of_one")) {
		t.Error(err)
	}
}
