package today_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"blanche/campaigns"
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

func TestEnterOpensTheLineUnderTheCursor(t *testing.T) {
	t.Parallel()
	d := tuitest.New(t, tuitest.NewShop(), "fr")
	d.Show(screen.Today, today.New(d.Session))
	d.Text(80, 24)
	for range 6 {
		d.Press("enter", "j")
	}
	want := []screen.Goto{
		{Screen: screen.Campaigns, Name: "anniversaires"},
		{Screen: screen.Live, Name: "reveil"},
		{Screen: screen.Live, Name: "reveil"},
		{Screen: screen.Campaigns, Name: "rentree"},
		{Screen: screen.Live, Name: "noel-15"},
		{Screen: screen.Live, Name: "reveil"},
	}
	if diff := cmp.Diff(want, d.Gone); diff != "" {
		t.Error(diff)
	}
}

func TestTodaySaysWhatLeavesWhatIsSlowedAndWhatWaitsForAChoice(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		shop := tuitest.NewTestShop()
		shop.Leaving("soldes", "Soldes d’hiver", "ines", 4000, 21*time.Second)
		shop.Figures.Launch = campaigns.LaunchClock{Last: 18 * time.Minute, Median: 25 * time.Minute, N: 3}
		d := tuitest.New(t, shop, lang)
		d.Show(screen.Today, today.New(d.Session))
		d.Golden("pressing", 80, 24)
		d.Golden("pressing", 120, 36)
		d.Sizes()
		d.Storm(100)
	}
}

func TestTodayBeginsWithWhyNothingLeaves(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		for name, unread := range map[string]bool{"site-down": false, "list-unread": true} {
			shop := tuitest.NewShop()
			shop.Picture.Public = campaigns.PublicAlarm{Why: errors.New("dial tcp: connection refused"), Unread: unread, Since: shop.Now().Add(-3 * time.Minute)}
			d := tuitest.New(t, shop, lang)
			d.Show(screen.Today, today.New(d.Session))
			d.Golden(name, 80, 24)
			d.Golden(name, 120, 36)
			d.Sizes()
			d.Press("u")
			if len(d.Gone) != 1 || d.Gone[0].Screen != screen.Public {
				t.Errorf("u opened %v", d.Gone)
			}
		}
	}
	d := tuitest.New(t, tuitest.NewShop(), "fr") // the control: without it u is no key
	d.Show(screen.Today, today.New(d.Session))
	if d.Press("u"); len(d.Gone) != 0 {
		t.Errorf("u opened %v", d.Gone)
	}
}
