package measure_test

import (
	"math/rand/v2"
	"testing"

	"blanche/campaigns/measure"
	"blanche/model"
)

// Real customers to whom nothing was sent, of whom 5 % are called a zone
// blanche 2,000 times over: whoever announces a gain is wrong.
func TestRealCustomersLeftAloneSeldomShowAGain(t *testing.T) {
	t.Parallel()
	_, all := armsOf(readRows(t, "hillstrom/hillstrom.csv.gz", "segment", "spend"), "segment", "Mens E-Mail", "No E-Mail", "spend", 100)
	const draws = 2000
	window := closed
	window.Days = 1
	held := all.Customers / 20
	r := rand.New(rand.NewPCG(2008, 3))
	pays, welch := 0, 0
	for range draws {
		var target, holdout measure.Arm
		target.Customers, holdout.Customers = all.Customers-held, held
		left := held // buyers come in any order, so each is held out with the share still to fill
		for i, p := range all.Purchases {
			p.Day, p.Customer = 1, uint64(i)
			if r.IntN(all.Customers-i) < left {
				left--
				holdout.Purchases = append(holdout.Purchases, p)
			} else {
				target.Purchases = append(target.Purchases, p)
			}
		}
		s := measure.Evaluate(measure.Terms{Window: window, Margin: 1}, target, holdout)
		if s.Verdict == model.VerdictPays {
			pays++
		}
		if w := measure.CompareMeans(moments(s.Arms[0]), moments(s.Arms[1]), 0.05); w.CIt[0] > 0 {
			welch++
		}
	}
	t.Logf("of %d draws without effect, %d announce a gain; Welch alone, %d", draws, pays, welch)
	if pays*1000 > draws*25 {
		t.Errorf("%d of %d draws pay", pays, draws)
	}
	if welch*1000 <= draws*100 {
		t.Errorf("Welch is wrong in %d only: the control does not show the trap", welch)
	}
}

// moments are those of an arm of a statement.
func moments(a model.StatementArm) measure.Moments {
	return measure.Moments{N: a.Customers, Mean: measure.Num(*a.Mean), Var: measure.Num(*a.Variance)}
}
