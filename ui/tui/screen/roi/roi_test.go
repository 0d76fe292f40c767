package roi_test

import (
	"math"
	"strings"
	"testing"

	"blanche/ui/tui/screen"
	"blanche/ui/tui/screen/roi"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/tuitest"
)

func shown(t *testing.T, lang string) *tuitest.Driver {
	t.Helper()
	shop := tuitest.NewShop()
	shop.AddIndicative()
	d := tuitest.New(t, shop, lang)
	d.Show(screen.ROI, roi.New(d.Session))
	return d
}

func both(t *testing.T, test func(*testing.T, *tuitest.Driver)) {
	t.Helper()
	for _, lang := range []string{"fr", "en"} {
		test(t, shown(t, lang))
	}
}

func TestTheListPutsEveryRangeOnOneAxis(t *testing.T) {
	t.Parallel()
	both(t, func(_ *testing.T, d *tuitest.Driver) {
		d.Golden("list", 80, 24)
		d.Golden("list", 120, 36)
		d.Sizes()
	})
}

func TestWhatNoDrawStandsBehindIsATableOfItsOwn(t *testing.T) {
	t.Parallel()
	d := shown(t, "fr")
	lines := strings.Split(d.Text(120, 36), "\n")
	at := func(part string) int {
		for i, l := range lines {
			if strings.Contains(l, part) {
				return i
			}
		}
		t.Fatalf("%q is not on the screen", part)
		return 0
	}
	title := at("Sans zone blanche ──")
	for _, causal := range []string{"Mens E-Mail", "Parrainage", "Ventes privées"} {
		if at(causal) > title {
			t.Errorf("%s stands below what no draw stands behind", causal)
		}
	}
	if at("INDICATIF") < title {
		t.Error("a campaign without a zone blanche stands among the causal ones")
	}
	for range 3 {
		d.Press("s")
		lines = strings.Split(d.Text(120, 36), "\n")
		if at("INDICATIF") < at("Sans zone blanche ──") {
			t.Error("sorting mixes them")
		}
	}
}

func TestTheListIsSortedAndFiltered(t *testing.T) {
	t.Parallel()
	d := shown(t, "fr")
	d.Has(80, 24, "le plus sûr d’abord")
	d.Press("s")
	d.Has(80, 24, "la dernière d’abord")
	d.Press("s")
	d.Has(80, 24, "par nom")
	d.Press("/")
	d.Type("perd")
	d.Press("enter")
	d.Has(80, 24, "1 campagne", "Parrainage")
	if strings.Contains(d.Text(80, 24), "Mens E-Mail") {
		t.Error("the filter keeps a campaign that does not match")
	}
	d.Press("esc")
	d.Has(80, 24, "Mens E-Mail")
}

func TestAStatementSaysTheSentenceFirst(t *testing.T) {
	t.Parallel()
	both(t, func(_ *testing.T, d *tuitest.Driver) {
		d.Press("enter")
		d.Golden("answer", 80, 24)
		d.Golden("answer", 120, 36)
		d.Sizes()
	})
}

func TestEachPartIsReadAtTheSmallestSize(t *testing.T) {
	t.Parallel()
	both(t, func(_ *testing.T, d *tuitest.Driver) {
		d.Press("enter")
		for _, part := range []string{"curve", "segments", "lines", "guards"} {
			d.Press("v")
			d.Golden(part, 80, 24)
			d.Golden(part, 120, 36)
			d.Sizes()
		}
		d.Press("]", "[", "V")
		d.Golden("lines", 80, 24)
		d.Press("G")
		d.Sizes()
	})
}

func TestTheFormulasOfAPartCarryItsOwnNumbers(t *testing.T) {
	t.Parallel()
	both(t, func(_ *testing.T, d *tuitest.Driver) {
		d.Press("enter", "i")
		d.Golden("formulas", 80, 24)
		d.Golden("formulas", 120, 36)
		for _, part := range []string{"curve", "segments", "lines", "guards"} {
			d.Press("v")
			d.Golden("formulas-"+part, 120, 36)
			d.Sizes()
		}
	})
	d := shown(t, "fr")
	d.Press("enter", "i")
	d.Has(120, 60, "1,4226 − 0,6528 = 0,7698", "Neyman 1923", "Newcombe 1998")
	z := (1.0818 - 0.4578) / 2 / 0.159
	if math.Abs(z-1.9623) > 1e-4 {
		t.Fatal("the figures of the shop changed")
	}
	d.Has(120, 60, "0,7698 ± 1,9623 · 0,159 = [0,4578")
}

func TestTheYearPoolsItsCampaignsAndComparesEverybody(t *testing.T) {
	t.Parallel()
	both(t, func(t *testing.T, d *tuitest.Driver) {
		d.Press("p")
		d.Golden("year", 80, 24)
		d.Golden("year", 120, 36)
		d.Golden("year", 120, 80)
		d.Sizes()
		d.Press("i")
		d.Golden("year-formulas", 120, 36)
		d.Press("i", "right")
		d.Has(80, 24, "2026") // no year after this one
		d.Press("left")
		d.Has(80, 24, "2025")
		d.Press("esc", "esc")
		if !strings.Contains(d.Text(120, 36), "Mens E-Mail") {
			t.Error("esc does not lead back to the list")
		}
	})
}

func TestWithoutColourNothingIsLost(t *testing.T) {
	t.Parallel()
	d := shown(t, "fr")
	d.Session.Th = theme.New(theme.Options{NoColor: true})
	d.Screen.Restyle()
	d.Golden("plain-list", 80, 24)
	d.Press("enter", "v")
	d.Golden("plain-curve", 80, 24)
	d.Session.Th = theme.New(theme.Options{NoColor: true, ASCII: true})
	d.Screen.Restyle()
	d.Golden("ascii-curve", 80, 24)
	d.Press("v")
	d.Golden("ascii-segments", 80, 24)
	d.Sizes()
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
	d.Storm(400)
}

func TestNothingSentSaysWhenTheROIAppears(t *testing.T) {
	t.Parallel()
	d := tuitest.New(t, &tuitest.Shop{}, "en")
	d.Show(screen.ROI, roi.New(d.Session))
	d.Golden("empty", 80, 24)
}
