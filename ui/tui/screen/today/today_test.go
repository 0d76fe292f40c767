package today_test

import (
	"testing"

	"blanche/ui/tui/screen"
	"blanche/ui/tui/screen/today"
	"blanche/ui/tui/tuitest"
)

func TestTodaySaysWhatMovesAndWhatAwaits(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		d := tuitest.New(t, tuitest.NewShop(), lang)
		d.Show(screen.Today, today.New(d.Session))
		d.Golden("today", 80, 24)
		d.Golden("today", 120, 36)
		d.Sizes()
		d.Storm(200)
	}
}

func TestAnEmptyShopNamesTheKeyThatFillsIt(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		d := tuitest.New(t, &tuitest.Shop{}, lang)
		d.Show(screen.Today, today.New(d.Session))
		d.Golden("empty", 80, 24)
		d.Press("i")
		if len(d.Gone) != 1 || d.Gone[0].Screen != screen.Contacts {
			t.Errorf("i opened %v", d.Gone)
		}
	}
}

func TestEnterFollowsTheCampaignOnItsWay(t *testing.T) {
	t.Parallel()
	d := tuitest.New(t, tuitest.NewShop(), "fr")
	d.Show(screen.Today, today.New(d.Session))
	d.Press("enter")
	if len(d.Gone) != 1 || d.Gone[0] != (screen.Goto{Screen: screen.Live, Name: "noel-15"}) {
		t.Errorf("enter opened %v", d.Gone)
	}
}
