package measure_test

import (
	"fmt"
	"testing"

	"blanche/campaigns/measure"
)

func TestPowerGivesTheReferenceAnswers(t *testing.T) {
	t.Parallel()
	for _, c := range cases(t, "hillstrom", "power") {
		p0, sd := c.Expected["base_rate"].(float64), c.Expected["sd_control_spend"].(float64)
		for _, row := range c.Expected["rows"].([]any) {
			want := row.(map[string]any)
			n0, n1 := int(want["n0"].(float64)), int(want["n1"].(float64))
			gain, ok := measure.SmallestShareGain(p0, n0, n1, 0.05, 0.8)
			if !ok {
				t.Fatal("no gain is visible")
			}
			sameValue(t, "mde_conversion_abs", gain, want["mde_conversion_abs"])
			sameValue(t, "mde_spend_abs", measure.SmallestMeanGain(sd, sd, n1, n0, 0.05, 0.8), want["mde_spend_abs"])
			sameValue(t, "power_conversion", measure.PowerForShares(p0, p0+0.002, n0, n1, 0.05), want["power_conversion_plus_0.2pt"])
			sameValue(t, "power_spend", measure.PowerForMeans(0.30, sd, sd, n1, n0, 0.05), want["power_spend_plus_0.30"])
		}
	}
}

func TestSizeOfTheHoldoutGivesTheReferenceAnswers(t *testing.T) {
	t.Parallel()
	const p0, p1, sd = 0.00572608654839013, 0.00744391251290716, 11.5881996812715
	for _, c := range cases(t, "hillstrom", "n_control_prop") {
		for _, k := range []int{1, 4, 9, 19} {
			sameValue(t, fmt.Sprint("k", k), measure.HoldoutForShares(p0, p1, float64(k), 0.05, 0.8), c.Expected[fmt.Sprint("k", k)])
		}
	}
	for _, c := range cases(t, "hillstrom", "holdout_for_mean") {
		for text, delta := range map[string]float64{"0.2": 0.2, "0.3": 0.3, "0.5": 0.5, "0.8": 0.8} {
			want := c.Expected[text].(map[string]any)
			n, share, ok := measure.HoldoutForMeans(64000, sd, delta, 0.05, 0.8)
			if !ok {
				sameValue(t, text, nil, want["n_holdout"])
				sameValue(t, text, measure.SmallestMeanGain(sd, sd, 32000, 32000, 0.05, 0.8), want["mde_at_half"])
				continue
			}
			sameValue(t, text, float64(n), want["n_holdout"])
			sameValue(t, text, share, want["share"])
			sameValue(t, text, measure.SmallestMeanGain(sd, sd, 64000-n, n, 0.05, 0.8), want["mde_at_n_holdout"])
		}
	}
}

func TestVisibleGainOfTheWorkedExample(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		n0, n1 int
		want   string
	}{{1200, 10800, "1.2"}, {100, 900, "4.1"}} {
		gain, ok := measure.VisibleShareGain(0.02, c.n0, c.n1, 0.05, 0.8)
		if got := fmt.Sprintf("%.1f", 100*gain); !ok || got != c.want {
			t.Errorf("%d held out: %s points, want %s", c.n0, got, c.want)
		}
	}
	if _, ok := measure.VisibleShareGain(0.02, 0, 100, 0.05, 0.8); ok {
		t.Error("a gain is visible with nobody held out")
	}
}
