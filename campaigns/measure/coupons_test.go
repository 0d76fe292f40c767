package measure_test

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"blanche/campaigns/measure"
	"blanche/model"
)

func TestCouponsGiveTheReferenceAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range cases(t, "complete-journey", "coupon_leak") {
		redemptions, err := os.Open(dataFile(t, "complete-journey/coupon_redemptions.csv"))
		if err != nil {
			t.Fatal(err)
		}
		defer redemptions.Close()
		targets, err := os.Open(dataFile(t, "complete-journey/campaigns.csv"))
		if err != nil {
			t.Fatal(err)
		}
		defer targets.Close()
		got, err := measure.CheckCoupons(redemptions, targets, measure.CouponSpec{Campaign: "campaign_id", Customer: "household_id"})
		if err != nil {
			t.Fatal(err)
		}
		sameFigures(t, got, c.Expected)
	}
}

// A code passed on is a leak; a campaign that nobody was sent has no rate.
func TestACouponOffTheListIsALeak(t *testing.T) {
	t.Parallel()
	got, err := measure.CheckCoupons(
		strings.NewReader("c,h\n10,a\n10,z\n10,z\n9,a\nnoel,a\n"), strings.NewReader("c,h\n10,a\n10,b\n10,a\n9,a\n"),
		measure.CouponSpec{Campaign: "c", Customer: "h"})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if c := got.Campaigns; got.Leaked != 3 || got.LeakShare != 0.6 || got.Several != 1 || got.Targeted != 2 ||
		c[0].Campaign != "9" || c[1].Targeted != 2 || c[1].Redeeming != 1 || c[1].LeakedHouseholds != 1 || c[2].Campaign != "noel" ||
		!strings.Contains(string(raw), `"redemption_rate":null,"wilson95":[null,null]`) {
		t.Errorf("%s", raw)
	}
}

func TestCouponsThatNameNobodyAreRefused(t *testing.T) {
	t.Parallel()
	const good = "c,h\n1,a\n"
	for _, c := range []struct {
		redemptions, targets, campaign, customer, key string
	}{
		{good, good, "", "h", "roi.no_coupon_column"},
		{good, good, "c", "", "roi.no_coupon_column"},
		{good, "c,x\n1,a\n", "c", "h", "roi.no_column"},
		{"c,h\n1,\n", good, "c", "h", "roi.empty_cell"},
		{good, "", "c", "h", "roi.empty_file"},
	} {
		_, err := measure.CheckCoupons(strings.NewReader(c.redemptions), strings.NewReader(c.targets), measure.CouponSpec{Campaign: c.campaign, Customer: c.customer})
		if !errors.Is(err, model.Invalid(c.key)) {
			t.Errorf("%v, want %s", err, c.key)
		}
	}
}
