package measure_test

import (
	"maps"
	"slices"
	"testing"

	"blanche/campaigns/measure"
)

// The figures that the authors of the promotion published follow from ours: the
// incremental response rate is the difference of the shares, and their net
// revenue sets the sales of both arms side by side as they are, 10 a sale, the
// smaller arm not scaled up. The ROI does scale, and says the same: a loss.
func TestPublishedFiguresFollowFromOurs(t *testing.T) {
	t.Parallel()
	for _, c := range cases(t, "starbucks-promo", "irr_nir") {
		margin := 1.0
		doc, err := measure.MeasureFile(starbucksWithRevenue(t), measure.FileSpec{
			Arm: "Promotion", Treatment: []string{"Yes"}, Control: "No", Outcome: "revenue", Binary: "purchase", Margin: &margin, CostPerContact: 0.15,
		})
		if err != nil {
			t.Fatal(err)
		}
		shares, w, roi := doc.Get("prop2").(measure.Prop2), doc.Get("welch").(measure.Welch), doc.Get("roi").(measure.ROI)
		sameValue(t, "irr", float64(shares.Diff), c.Expected["irr"])
		sameValue(t, "nir", float64(w.Arm1.Sum-roi.Cost-w.Arm0.Sum), c.Expected["nir"])
		if !(roi.High.Net < 0) {
			t.Errorf("net %v at best", roi.High.Net)
		}
	}
}

// The customers of a shop who bought in the quarter before, drawn 80 to 20, and
// what each arm spent before and after.
func TestPanelGivesTheReferenceSizes(t *testing.T) {
	t.Parallel()
	for _, c := range cases(t, "online-retail", "panel") {
		pre, post := retailPanel(t)
		var before, after []float64
		held := 0
		for _, id := range slices.Sorted(maps.Keys(pre)) {
			before, after = append(before, pre[id]), append(after, post[id])
			held += count(bucket("aa-2010-09", id) < 0.20)
		}
		sameFigures(t, map[string]any{
			"customers": len(before), "holdout": held, "treated": len(before) - held,
			"pre_sum": measure.NewSample(before).Moments().Sum, "post_sum": measure.NewSample(after).Moments().Sum,
		}, c.Expected)
	}
}
