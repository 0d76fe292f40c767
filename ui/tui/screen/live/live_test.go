package live_test

import (
	"slices"
	"testing"

	"blanche/ui/tui/screen"
	"blanche/ui/tui/screen/live"
	"blanche/ui/tui/tuitest"
)

func shown(t *testing.T, lang string) (*tuitest.Driver, *tuitest.Shop) {
	t.Helper()
	shop := tuitest.NewShop()
	d := tuitest.New(t, shop, lang)
	d.Show(screen.Live, live.New(d.Session))
	return d, shop
}

func TestLiveShowsTheBalanceOfEachCampaign(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		d, _ := shown(t, lang)
		d.Golden("live", 80, 24)
		d.Golden("live", 120, 36)
		d.Sizes()
		d.Press("j")
		d.Golden("paused", 80, 24)
		d.Sizes()
		d.Press("m")
		d.Golden("missing", 80, 24)
		d.Sizes()
	}
}

func TestKeysAskTheDeskAtOnce(t *testing.T) {
	t.Parallel()
	d, shop := shown(t, "fr")
	d.Press("p", "right", "j", "r")
	if want := []string{"pause noel-15", "rate noel-15", "resume reveil"}; !slices.Equal(shop.Done, want) {
		t.Errorf("asked %v, want %v", shop.Done, want)
	}
}

func TestCancelWantsTheNumberOfPeopleTyped(t *testing.T) {
	t.Parallel()
	d, shop := shown(t, "fr")
	d.Press("x", "enter")
	if len(shop.Done) > 0 {
		t.Fatalf("a slip of the keys did %v", shop.Done)
	}
	d.Press("x")
	d.Type("3231")
	d.Press("enter")
	if !slices.Equal(shop.Done, []string{"cancel noel-15"}) {
		t.Errorf("asked %v", shop.Done)
	}
}

func TestNobodyIsSentToTwiceBySlip(t *testing.T) {
	t.Parallel()
	d, shop := shown(t, "en")
	d.Press("j", "u", "enter")
	if len(shop.Done) > 0 {
		t.Fatalf("a slip of the keys did %v", shop.Done)
	}
	d.Press("esc", "esc", "u")
	d.Type("12")
	d.Press("enter")
	if !slices.Equal(shop.Done, []string{"resend reveil"}) {
		t.Errorf("asked %v", shop.Done)
	}
}

func TestRandomKeysNeverBreakThePage(t *testing.T) {
	t.Parallel()
	d, _ := shown(t, "fr")
	d.Storm(300)
}

func TestNothingOnItsWaySaysSo(t *testing.T) {
	t.Parallel()
	d := tuitest.New(t, &tuitest.Shop{}, "fr")
	d.Show(screen.Live, live.New(d.Session))
	d.Golden("empty", 80, 24)
}
