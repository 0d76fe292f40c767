package measure_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"blanche/campaigns/measure"
	"blanche/model"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// closed is a window of 14 days that is over.
var closed = model.StatementWindow{
	Start: time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC), End: time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC), Days: 14, Closed: true,
}

// open is the same window, still running.
func open() model.StatementWindow {
	w := closed
	w.Closed = false
	return w
}

// workedExample is the case that the manual explains: 10,800 people mailed,
// 1,200 held out, a margin of 40 %, 640 euros spent.
func workedExample() (measure.Terms, measure.Summary, measure.Summary) {
	terms := measure.Terms{Campaign: "noel-15", Window: closed, Margin: 0.40, Fixed: 64000, DrawnTarget: 10800, DrawnHoldout: 1200, Share: 0.10}
	target := measure.Summary{Customers: 10800, Buyers: 367, Revenue: 2279070, Variance: 195.42396475}
	holdout := measure.Summary{Customers: 1200, Buyers: 25, Revenue: 151000, Variance: 116.70468446}
	return terms, target, holdout
}

func about(margin float64) cmp.Option { return cmpopts.EquateApprox(0, margin) }

func TestWorkedExampleWorksButItsProfitIsNotProven(t *testing.T) {
	t.Parallel()
	s := measure.Conclude(workedExample())
	if s.Verdict != model.VerdictWorksProfitUnknown || s.Spend.Method != model.SpendPrudent {
		t.Errorf("verdict %s by %s", s.Verdict, s.Spend.Method)
	}
	for _, c := range []struct {
		name      string
		got, want any
		margin    float64
	}{
		{"roi", *s.Money.ROI, 4.75, 0.001},
		{"roi_ci", *s.Money.ROICI, model.Interval{-0.774, 10.275}, 0.0005},
		{"buyers", *s.Buyers.Diff, 0.01314, 0.00001},
		{"buyers ci", *s.Buyers.CI, model.Interval{0.0029, 0.0207}, 0.00005},
		{"spend", *s.Spend.Diff, 0.8519, 0.00005},
		{"mean", *s.Arms[0].Mean, 2.1103, 0.0001},
		{"incremental revenue", *s.Money.IncrementalRevenue, model.Cents(920070), 0},
		{"incremental margin", *s.Money.IncrementalMargin, model.Cents(368028), 0},
		{"net", *s.Money.Net, model.Cents(304028), 0},
		{"cost", s.Money.Cost, model.Cents(64000), 0},
		{"naive revenue", s.Money.NaiveRevenue, model.Cents(2279070), 0},
		{"lift", *s.Lift.Value, 0.67702, 1e-5},
		{"lift ci", *s.Lift.CI, model.Interval{0.0157, 1.7691}, 0.0005},
		{"naive roi", *s.Money.NaiveROI, 13.244, 0.001},
		{"holdout cost", *s.Money.HoldoutCost, model.Cents(40892), 0},
		{"break even", *s.Money.BreakEvenDelta, 640.0 / 4320, 1e-12},
	} {
		if d := cmp.Diff(c.want, c.got, about(c.margin)); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
}

func TestWelchWouldHaveBeenTooSureOfTheWorkedExample(t *testing.T) {
	t.Parallel()
	_, target, holdout := workedExample()
	w := measure.CompareMeans(target.Moments(), holdout.Moments(), 0.05)
	const perEuro = 0.40 * 10800 / 640
	got := model.Interval{perEuro*float64(w.CIz[0]) - 1, perEuro*float64(w.CIz[1]) - 1}
	if d := cmp.Diff(model.Interval{0.26, 9.24}, got, about(0.005)); d != "" {
		t.Error(d)
	}
}

func TestStatementHasTheFieldsOfTheContract(t *testing.T) {
	t.Parallel()
	raw, err := json.Marshal(measure.Conclude(workedExample()))
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	for _, path := range [][]string{
		{"campaign"},
		{"method"},
		{"label"},
		{"verdict"},
		{"sentence"},
		{"guards"},
		{"curve"},
		{"day"},
		{"window", "start"},
		{"window", "end"},
		{"window", "days"},
		{"window", "closed"},
		{"buyers", "diff"},
		{"buyers", "ci"},
		{"buyers", "method"},
		{"buyers", "p"},
		{"buyers", "provisional"},
		{"spend", "diff"},
		{"spend", "ci"},
		{"spend", "method"},
		{"spend", "se"},
		{"lift", "value"},
		{"lift", "ci"},
		{"lift", "method"},
		{"money", "margin"},
		{"money", "cost_cents"},
		{"money", "incremental_revenue_cents"},
		{"money", "incremental_margin_cents"},
		{"money", "net_cents"},
		{"money", "roi"},
		{"money", "roi_ci"},
		{"money", "p_roi_positive"},
		{"money", "break_even_delta"},
		{"money", "holdout_cost_cents"},
		{"money", "naive_revenue_cents"},
	} {
		at := any(got)
		for _, key := range path {
			at = at.(map[string]any)[key]
		}
		if at == nil {
			t.Errorf("%v is null or absent", path)
		}
	}
	arm := got["arms"].([]any)[1].(map[string]any)
	want := map[string]any{"arm": "holdout", "customers": 1200.0, "buyers": 25.0, "revenue_cents": 151000.0}
	for key, v := range want {
		if arm[key] != v {
			t.Errorf("arms[1].%s = %v, want %v", key, arm[key], v)
		}
	}
}

// armsOf is the two arms of a reference file, with money in cents.
func armsOf(rows []map[string]string, column, target, holdout, value string, cents float64) (a, b measure.Arm) {
	for i, row := range rows {
		var arm *measure.Arm
		switch row[column] {
		case target:
			arm = &a
		case holdout:
			arm = &b
		default:
			continue
		}
		arm.Customers++
		var v float64
		_ = json.Unmarshal([]byte(row[value]), &v)
		if v != 0 {
			arm.Purchases = append(arm.Purchases, measure.Purchase{Customer: uint64(i), Day: 1 + i%14, Cents: model.Cents(math.Round(v * cents))})
		}
	}
	return a, b
}

func TestPromotionThatSellsAndLosesIsALoss(t *testing.T) {
	t.Parallel()
	a, b := armsOf(readRows(t, "starbucks-promo/training.csv.gz", "Promotion", "purchase"), "Promotion", "Yes", "No", "purchase", 1000)
	s := measure.Evaluate(measure.Terms{Window: closed, Margin: 1, PerMessage: 15}, a, b)
	if s.Verdict != model.VerdictLoses || s.Spend.Method != model.SpendWelch {
		t.Errorf("verdict %s by %s", s.Verdict, s.Spend.Method)
	}
	got := []float64{*s.Money.ROI, s.Money.ROICI.Low(), s.Money.ROICI.High(), *s.Money.NaiveROI, *s.Money.BreakEvenPerMessage}
	if d := cmp.Diff([]float64{-0.369696812015153, -0.468601853687344, -0.270791770342962, 0.134611147829919, 0.0945454781977}, got, about(1e-9)); d != "" {
		t.Error(d)
	}
}

func TestMailThatSellsMayNotBeProvenToPay(t *testing.T) {
	t.Parallel()
	a, b := armsOf(readRows(t, "hillstrom/hillstrom.csv.gz", "segment", "spend"), "segment", "Womens E-Mail", "No E-Mail", "spend", 100)
	terms := measure.Terms{Window: closed, Margin: 0.5, Fixed: 200000, PerMessage: 1}
	s := measure.Evaluate(terms, a, b)
	if s.Verdict != model.VerdictWorksProfitUnknown {
		t.Errorf("verdict %s", s.Verdict)
	}
	got := []float64{*s.Money.ROI, s.Money.ROICI.Low(), s.Money.ROICI.High(), *s.Money.PROIPositive}
	if d := cmp.Diff([]float64{1.05000837046349, -0.183899943256746, 2.28391668418372, 0.952332619403523}, got, about(1e-9)); d != "" {
		t.Error(d)
	}
	if n := len(s.Curve); n != 14 || s.Curve[13].Diff != *s.Spend.Diff || *s.Curve[13].Low > s.Spend.CI.Low() {
		t.Errorf("curve of %d days ends on %+v", n, s.Curve[n-1])
	}
}

func TestCustomersLostFromAnArmBlockTheComparison(t *testing.T) {
	t.Parallel()
	a, b := armsOf(readRows(t, "hillstrom/hillstrom.csv.gz", "segment", "spend"), "segment", "Mens E-Mail", "No E-Mail", "spend", 100)
	terms := measure.Terms{Window: closed, Margin: 0.3, PerMessage: 5, DrawnTarget: a.Customers, DrawnHoldout: b.Customers}
	if s := measure.Evaluate(terms, a, b); s.Verdict != model.VerdictPays {
		t.Errorf("verdict of the whole comparison: %s", s.Verdict)
	}
	a.Customers -= 1000
	s := measure.Evaluate(terms, a, b)
	if v := s.Guards[0].Values; s.Verdict != model.VerdictBlocked || v["expected_target"]-v["target"] != 1000 {
		t.Errorf("verdict %s, guard %+v", s.Verdict, s.Guards[0])
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*measure.Terms, *measure.Summary, *measure.Summary)
		want   model.Verdict
	}{
		"the window is open":                {func(w *measure.Terms, _, _ *measure.Summary) { w.Window, w.Day = open(), 4 }, model.VerdictTooEarly},
		"open, and customers were lost":     {func(w *measure.Terms, a, _ *measure.Summary) { w.Window, w.Day = open(), 4; a.Customers -= 2000 }, model.VerdictBlocked},
		"nine buyers in the zone blanche":   {func(_ *measure.Terms, _, b *measure.Summary) { b.Buyers = 9 }, model.VerdictNotProven},
		"a few leaks":                       {func(w *measure.Terms, _, _ *measure.Summary) { w.Reached = 59 }, model.VerdictWorksProfitUnknown},
		"too many leaks":                    {func(w *measure.Terms, _, _ *measure.Summary) { w.Reached = 61 }, model.VerdictBlocked},
		"nobody held out":                   {func(w *measure.Terms, _, b *measure.Summary) { w.DrawnHoldout, *b = 0, measure.Summary{} }, model.VerdictNotProven},
		"a free campaign that sells":        {func(w *measure.Terms, _, _ *measure.Summary) { w.Fixed = 0 }, model.VerdictPays},
		"a free campaign that drives away":  {func(w *measure.Terms, a, _ *measure.Summary) { w.Fixed, a.Revenue = 0, 0 }, model.VerdictLoses},
		"a costly one":                      {func(w *measure.Terms, _, _ *measure.Summary) { w.Fixed = 64000000 }, model.VerdictLoses},
		"as much as without it":             {func(_ *measure.Terms, a, _ *measure.Summary) { a.Revenue = 1359000 }, model.VerdictNotProven},
		"a better one, larger zone blanche": {func(w *measure.Terms, a, b *measure.Summary) { w.Fixed = 100 }, model.VerdictPays},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			terms, target, holdout := workedExample()
			c.change(&terms, &target, &holdout)
			if s := measure.Conclude(terms, target, holdout); s.Verdict != c.want {
				t.Errorf("verdict %s, want %s", s.Verdict, c.want)
			}
		})
	}
}
