package measure_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"blanche/campaigns/measure"
	"blanche/model"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// anyArm draws an arm of any shape: empty, one customer, nobody buying,
// everybody spending the same, refunds.
func anyArm(t *rapid.T, name string) measure.Arm {
	a := measure.Arm{Customers: rapid.IntRange(0, 60).Draw(t, name+" customers")}
	same := rapid.Bool().Draw(t, name+" all alike")
	for i := range a.Customers {
		if same {
			a.Purchases = append(a.Purchases, measure.Purchase{Customer: uint64(i), Day: 1, Cents: 1250})
			continue
		}
		for range rapid.IntRange(0, 2).Draw(t, "purchases") {
			a.Purchases = append(a.Purchases, measure.Purchase{
				Customer: uint64(i), Day: rapid.IntRange(0, 15).Draw(t, "day"), Cents: model.Cents(rapid.Int64Range(-5000, 90000).Draw(t, "cents")),
			})
		}
	}
	return a
}

func anyTerms(t *rapid.T) measure.Terms {
	terms := measure.Terms{
		Window: closed, Day: rapid.IntRange(-1, 20).Draw(t, "day"), Margin: rapid.SampledFrom([]float64{0, 0.1, 0.4, 1}).Draw(t, "margin"),
		Fixed: model.Cents(rapid.Int64Range(0, 100000).Draw(t, "fixed")), PerMessage: model.Cents(rapid.Int64Range(0, 50).Draw(t, "per message")),
		Share: rapid.SampledFrom([]float64{0, 0.1, 0.5, 1}).Draw(t, "share"), Reached: rapid.IntRange(0, 3).Draw(t, "reached"),
	}
	terms.Window.Closed = rapid.Bool().Draw(t, "closed")
	return terms
}

func TestAnyArmsGiveAStatementWithoutNaN(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := measure.Evaluate(anyTerms(t), anyArm(t, "target"), anyArm(t, "holdout"))
		if _, err := json.Marshal(s); err != nil {
			t.Fatal(err)
		}
		if s.Verdict == "" {
			t.Fatal("no verdict")
		}
		if l := s.Lift; l != nil && l.CI != nil && s.Spend.CI != nil && l.CI.Holds(0) != s.Spend.CI.Holds(0) {
			t.Fatalf("lift %v by %s contradicts spend %v", *l.CI, l.Method, *s.Spend.CI)
		}
		for _, ci := range []*model.Interval{s.Buyers.CI, s.Spend.CI, s.Money.ROICI} {
			if ci != nil && !(ci.Low() <= ci.High()) {
				t.Fatalf("interval %v", ci)
			}
		}
	})
}

func TestEveryEstimatorOfAnyFileIsJSON(t *testing.T) {
	t.Parallel()
	margin := 0.4
	for name, rows := range map[string]string{
		"one customer in each arm": "A,5,1\nB,0,0\n",
		"nobody buys":              "A,0,0\nA,0,0\nB,0,0\nB,0,0\n",
		"everybody buys the same":  "A,5,1\nA,5,1\nB,5,1\nB,5,1\n",
		"only the target buys":     "A,5,1\nA,7,1\nB,0,0\nB,0,0\n",
		"only the holdout buys":    "A,0,0\nA,0,0\nB,5,1\nB,7,1\n",
		"only refunds":             "A,-5,0\nA,-1,0\nB,-2,0\nB,0,0\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec := measure.FileSpec{Arm: "arm", Treatment: []string{"A"}, Control: "B", Outcome: "y", Binary: "b", Margin: &margin}
			doc, err := measure.MeasureFile(strings.NewReader("arm,y,b\n"+rows), spec)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := json.Marshal(doc)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"prop2", "welch", "prudent", "two_part", "roi", "srm"} {
				if !strings.Contains(string(raw), `"`+name+`":{`) {
					t.Errorf("no %s in %s", name, raw)
				}
			}
		})
	}
}

// shop draws two arms from one heavy-tailed population.
func shop(seed uint64, n1, n0 int, rate float64) (measure.Arm, measure.Arm) {
	r := rand.New(rand.NewPCG(seed, 7))
	arm := func(n int) measure.Arm {
		a := measure.Arm{Customers: n}
		for i := range n {
			if r.Float64() < rate {
				a.Purchases = append(a.Purchases, measure.Purchase{Customer: uint64(i), Day: 1 + r.IntN(14), Cents: model.Cents(3000 * math.Exp(r.NormFloat64()))})
			}
		}
		return a
	}
	return arm(n1), arm(n0)
}

func TestSwappingTheArmsChangesTheSign(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		a, b := shop(seed, 3000, 3000, 0.05)
		s, r := measure.Evaluate(measure.Terms{Window: closed}, a, b), measure.Evaluate(measure.Terms{Window: closed}, b, a)
		if *s.Spend.Diff != -*r.Spend.Diff || *s.Buyers.Diff != -*r.Buyers.Diff {
			t.Errorf("seed %d: differences %v and %v", seed, *s.Spend.Diff, *r.Spend.Diff)
		}
		want := model.Interval{-r.Buyers.CI.High(), -r.Buyers.CI.Low()}
		if d := cmp.Diff(want, *s.Buyers.CI, cmpopts.EquateApprox(0, 1e-14)); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff(*r.Buyers.P, *s.Buyers.P, cmpopts.EquateApprox(1e-10, 0)); d != "" {
			t.Error(d)
		}
	}
}

func TestCountingInAnotherCurrencyLeavesTheROI(t *testing.T) {
	t.Parallel()
	a, b := shop(3, 9000, 1000, 0.05)
	terms := measure.Terms{Window: closed, Margin: 0.4, Fixed: 5000, PerMessage: 2}
	s := measure.Evaluate(terms, a, b)
	for _, arm := range []*measure.Arm{&a, &b} {
		for i := range arm.Purchases {
			arm.Purchases[i].Cents *= 100
		}
	}
	terms.Fixed, terms.PerMessage = terms.Fixed*100, terms.PerMessage*100
	r := measure.Evaluate(terms, a, b)
	opts := cmpopts.EquateApprox(1e-12, 0)
	if d := cmp.Diff([]any{s.Money.ROI, s.Money.ROICI, s.Money.PROIPositive, s.Lift, s.Verdict}, []any{r.Money.ROI, r.Money.ROICI, r.Money.PROIPositive, r.Lift, r.Verdict}, opts); d != "" {
		t.Error(d)
	}
}

func TestOrderOfThePurchasesChangesNothing(t *testing.T) {
	t.Parallel()
	a, b := shop(5, 4000, 1000, 0.2)
	want := measure.Evaluate(measure.Terms{Window: closed, Margin: 0.4}, a, b)
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(a.Purchases), func(i, j int) { a.Purchases[i], a.Purchases[j] = a.Purchases[j], a.Purchases[i] })
	if d := cmp.Diff(want, measure.Evaluate(measure.Terms{Window: closed, Margin: 0.4}, a, b)); d != "" {
		t.Error(d)
	}
}

func TestRefundsTakeABuyerBack(t *testing.T) {
	t.Parallel()
	a := measure.Arm{Customers: 10, Purchases: []measure.Purchase{{Customer: 1, Day: 1, Cents: 5000}, {Customer: 1, Day: 3, Cents: -5000}, {Customer: 2, Day: 2, Cents: 700}}}
	b := measure.Arm{Customers: 10}
	s := measure.Evaluate(measure.Terms{Window: closed}, a, b)
	if got := s.Arms[0]; got.Buyers != 1 || got.Revenue != 700 || math.Abs(*got.Variance-4.9) > 1e-12 {
		t.Errorf("arm %+v", got)
	}
	if s.Curve[0].Target != 5 || s.Curve[13].Target != 0.7 {
		t.Errorf("curve %+v", s.Curve)
	}
}

// Two arms of one population, looked at on each of 14 days: a fixed interval
// cries wolf, the sequence does not.
func TestLookingEveryDayDoesNotInventAnEffect(t *testing.T) {
	t.Parallel()
	const shops = 150
	sequence, fixed := 0, 0
	for seed := range uint64(shops) {
		a, b := shop(1000+seed, 9000, 1000, 0.02)
		s := measure.Evaluate(measure.Terms{Window: open(), Day: 14, DrawnTarget: 9000, DrawnHoldout: 1000}, a, b)
		wrong, cried := false, false
		for _, p := range s.Curve {
			if p.Low == nil {
				continue
			}
			wrong = wrong || *p.Low > 0 || *p.High < 0
			half := (*p.High - *p.Low) / 2 * 1.96 / 3.04 // same error, quantile of a single look
			cried = cried || math.Abs(p.Diff) > half
		}
		if wrong {
			sequence++
		}
		if cried {
			fixed++
		}
	}
	t.Logf("of %d shops without effect: %d by the sequence, %d by an interval of one look", shops, sequence, fixed)
	if sequence > shops*5/100 {
		t.Errorf("%d of %d wrong", sequence, shops)
	}
}

// A small zone blanche of a skewed population: the prudent interval may not
// announce gains that do not exist more than once in forty.
func TestSmallHoldoutSeldomInventsAGain(t *testing.T) {
	t.Parallel()
	const shops = 200
	gains, welch := 0, 0
	for seed := range uint64(shops) {
		a, b := shop(5000+seed, 9500, 500, 0.03)
		s := measure.Evaluate(measure.Terms{Window: closed, Margin: 1}, a, b)
		if s.Verdict == model.VerdictPays {
			gains++
		}
		if w := measure.CompareMeans(moments(s.Arms[0]), moments(s.Arms[1]), 0.05); w.CIt[0] > 0 {
			welch++
		}
	}
	t.Logf("of %d shops without effect, a gain is announced in %d; Welch alone would in %d", shops, gains, welch)
	if gains > shops*25/1000 || welch <= gains {
		t.Errorf("prudent %d, Welch %d of %d", gains, welch, shops)
	}
}
