package roi_test

import (
	"testing"

	"blanche/ui/tui/screen"
	"blanche/ui/tui/screen/roi"
	"blanche/ui/tui/tuitest"
)

func shown(t *testing.T, lang string) *tuitest.Driver {
	t.Helper()
	d := tuitest.New(t, tuitest.NewShop(), lang)
	d.Show(screen.ROI, roi.New(d.Session))
	return d
}

func TestTheListPutsEveryRangeOnOneAxis(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		d := shown(t, lang)
		d.Golden("list", 80, 24)
		d.Golden("list", 120, 36)
		d.Sizes()
	}
}

func TestAStatementSaysTheSentenceFirst(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		d := shown(t, lang)
		d.Press("enter")
		d.Golden("statement", 80, 24)
		d.Golden("statement", 120, 36)
		d.Sizes()
		d.Press("i")
		d.Golden("formulas", 120, 36)
		d.Press("right", "i")
		d.Has(120, 36, "Noël")
		d.Sizes()
	}
}

func TestACampaignThatHasNotLeftSaysSo(t *testing.T) {
	t.Parallel()
	d := shown(t, "fr")
	d.Open("rentree")
	d.Golden("unsent", 80, 24)
}

func TestRandomKeysNeverBreakThePage(t *testing.T) {
	t.Parallel()
	d := shown(t, "fr")
	d.Storm(300)
}

func TestNothingSentSaysWhenTheROIAppears(t *testing.T) {
	t.Parallel()
	d := tuitest.New(t, &tuitest.Shop{}, "en")
	d.Show(screen.ROI, roi.New(d.Session))
	d.Golden("empty", 80, 24)
}
