package measure_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"blanche/campaigns/measure"
	"blanche/model"
)

// What the same campaigns look like to others, as the README tells it: to
// match-back or the counting of coupons, which credit every purchase after the
// send, to the fixed interval of Welch, and here.
func TestTheComparisonOfTheReadmeIsMeasured(t *testing.T) {
	t.Parallel()
	hillstrom := readRows(t, "hillstrom/hillstrom.csv.gz", "segment", "spend")
	mens, none := armsOf(hillstrom, "segment", "Mens E-Mail", "No E-Mail", "spend", 100)
	womens, _ := armsOf(hillstrom, "segment", "Womens E-Mail", "No E-Mail", "spend", 100)
	promotion, without := armsOf(readRows(t, "starbucks-promo/training.csv.gz", "Promotion", "purchase"), "Promotion", "Yes", "No", "purchase", 1000)
	_, thin := armsOf(thinned(hillstrom), "segment", "Mens E-Mail", "No E-Mail", "spend", 100)
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		terms           measure.Terms
		target, holdout measure.Arm
		verdict         string
	}{
		{measure.Terms{Window: closed, Margin: 0.3, PerMessage: 5}, mens, none, "PAYS"},
		{measure.Terms{Window: closed, Margin: 0.3, PerMessage: 5}, mens, thin, "NOT PROVEN"},
		{measure.Terms{Window: closed, Margin: 0.5, Fixed: 2000_00, PerMessage: 1}, womens, none, "WORKS, PROFIT NOT PROVEN"},
		{measure.Terms{Window: closed, Margin: 1, PerMessage: 15}, promotion, without, "LOSES"},
	} {
		s := measure.Evaluate(c.terms, c.target, c.holdout)
		welch := measure.CompareMeans(moments(s.Arms[0]), moments(s.Arms[1]), 0.05)
		cost, n := float64(s.Money.Cost), float64(s.Arms[0].Customers)
		roi := func(d measure.Num) float64 { return 100 * ((100*c.terms.Margin*n*float64(d) - cost) / cost) }
		row := fmt.Sprintf("| %+.0f %% | %+.0f %% [%+.0f, %+.0f] | %+.0f %% [%+.0f, %+.0f]: %s |", 100**s.Money.NaiveROI,
			roi(welch.Diff), roi(welch.CIt[0]), roi(welch.CIt[1]), 100**s.Money.ROI, 100*s.Money.ROICI.Low(), 100*s.Money.ROICI.High(), c.verdict)
		if !strings.Contains(string(readme), row) {
			t.Errorf("the README has no %s", row)
		}
		if got := strings.ToLower(strings.NewReplacer(", ", "_", " ", "_").Replace(c.verdict)); s.Verdict != model.Verdict(got) {
			t.Errorf("%s: verdict %s", c.verdict, s.Verdict)
		}
	}
}
