package live_test

import (
	"slices"
	"strings"
	"testing"

	"blanche/model"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/screen/live"
	"blanche/ui/tui/tuitest"
)

func shownOf(t *testing.T, shop *tuitest.Shop, lang string) *tuitest.Driver {
	t.Helper()
	d := tuitest.New(t, shop, lang)
	d.Show(screen.Live, live.New(d.Session))
	return d
}

func shown(t *testing.T, lang string) (*tuitest.Driver, *tuitest.Shop) {
	t.Helper()
	shop := tuitest.NewShop()
	return shownOf(t, shop, lang), shop
}

// both draws a screen at both sizes of the pictures.
func both(d *tuitest.Driver, name string) {
	d.T.Helper()
	d.Golden(name, 80, 24)
	d.Golden(name, 120, 36)
	d.Sizes()
}

func TestLiveShowsTheBalanceOfEachCampaign(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		d, _ := shown(t, lang)
		both(d, "live")
		d.Press("j")
		d.Golden("paused", 80, 24)
		d.Sizes()
		d.Press("m")
		d.Golden("missing", 80, 24)
		d.Sizes()
	}
}

func TestOneCampaignIsShownWithItsLanesAndVersions(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		both(shownOf(t, tuitest.NewLanesShop(), lang), "one")
	}
}

func TestTenCampaignsAtOnceAreALineEach(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		d := shownOf(t, tuitest.NewBusyShop(), lang)
		both(d, "ten")
		for _, size := range []tuitest.Size{{W: 80, H: 24}, {W: 120, H: 36}, {W: 60, H: 16}} {
			if text := d.Text(size.W, size.H); size.H > 16 && strings.Count(text, "Soldes") < 8 {
				t.Errorf("not all are there:\n%s", text)
			}
		}
		d.Press("G")
		d.Golden("last", 80, 24)
		d.Press("k", "k")
		both(d, "ten-test")
	}
}

func TestTheLanesOfTheHouseSayWhyOneIsSlowed(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		d := shownOf(t, tuitest.NewLanesShop(), lang)
		d.Press("v", "j", "j", "j", "j")
		both(d, "lanes")
	}
}

func TestTheMissingAreNamedWithTheReasonInWords(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		d := shownOf(t, tuitest.NewLanesShop(), lang)
		d.Press("m")
		both(d, "who")
	}
}

// A list of a hundred thousand people is counted once, not at every picture.
func BenchmarkMissingOfManyPeople(b *testing.B) {
	shop := tuitest.NewLanesShop()
	some := shop.People
	for len(shop.People) < 100_000 {
		shop.People = append(shop.People, some...)
	}
	d := tuitest.New(b, shop, "fr")
	d.Show(screen.Live, live.New(d.Session))
	d.Press("m")
	for b.Loop() {
		d.Screen.View(120, 31)
	}
}

func TestTheUncertainComeWithTheirEvidence(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		d := shownOf(t, tuitest.NewDoubtShop(), lang)
		d.Press("u", "j")
		both(d, "doubt")
		d.Press("s")
		d.Golden("as-sent", 80, 24)
	}
}

func TestATestThatFindsNoDifferenceAsksForAChoice(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		shop := tuitest.NewTestShop()
		d := shownOf(t, shop, lang)
		both(d, "no-difference")
		d.Press("c")
		d.Golden("choose", 80, 24)
		d.Press("enter", "c", "j", "j", "enter")
		if want := []string{"choose noel-15 b"}; !slices.Equal(shop.Done, want) {
			t.Errorf("asked %v, want %v", shop.Done, want)
		}
	}
}

func TestThePaceOfALaneIsChangedInAForm(t *testing.T) {
	t.Parallel()
	shop := tuitest.NewLanesShop()
	d := shownOf(t, shop, "fr")
	d.Press("v", "j", "e")
	d.Golden("pace", 80, 24)
	d.Type("3")
	d.Press("enter", "enter")
	d.Type("1000")
	d.Press("enter")
	d.Press("k", "e", "backspace", "backspace")
	d.Type("8")
	d.Press("enter")
	d.Press("w", "ctrl+s")
	want := []string{"lane gmail rate 0 connections 3 ceiling 1000", "lane all rate 8", "warm-up 200 0.5"}
	if !slices.Equal(shop.Done, want) {
		t.Errorf("asked %v, want %v", shop.Done, want)
	}
}

func TestKeysAskTheDeskAtOnce(t *testing.T) {
	t.Parallel()
	d, shop := shown(t, "fr")
	d.Press("p", "right", "j", "r", "e")
	if want := []string{"pause noel-15", "rate noel-15", "resume reveil"}; !slices.Equal(shop.Done, want) {
		t.Errorf("asked %v, want %v", shop.Done, want)
	}
	if len(d.Gone) != 1 || d.Gone[0].Screen != screen.Campaigns || !strings.HasSuffix(d.Gone[0].Name, "reveil") {
		t.Errorf("e went to %v", d.Gone)
	}
}

func TestCancelSaysWhatIsGoneAndWantsTheNumberOfPeopleTyped(t *testing.T) {
	t.Parallel()
	d, shop := shown(t, "fr")
	d.Press("x")
	d.Has(80, 24, "messages sont déjà partis")
	d.Press("enter")
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
	shop := tuitest.NewDoubtShop()
	d := shownOf(t, shop, "en")
	d.Press("u", "r", "enter")
	if len(shop.Done) > 0 {
		t.Fatalf("a slip of the keys did %v", shop.Done)
	}
	d.Press("r")
	d.Type("3")
	d.Press("enter")
	if !slices.Equal(shop.Done, []string{"resend noel-15"}) {
		t.Errorf("asked %v", shop.Done)
	}
}

func TestOnlyTheFailedThatMayPassAreSentToAgain(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		shop := tuitest.NewLanesShop()
		d := shownOf(t, shop, lang)
		d.Press("m", "r")
		d.Golden("again", 80, 24)
		d.Press("enter")
		if len(shop.Done) > 0 {
			t.Fatalf("a slip of the keys did %v", shop.Done)
		}
		d.Press("r")
		d.Type("1")
		d.Press("enter")
		if !slices.Equal(shop.Done, []string{"again noel-15"}) {
			t.Errorf("asked %v", shop.Done)
		}
	}
}

func TestWhereNoRefusalMayPassTheKeySaysSo(t *testing.T) {
	t.Parallel()
	shop := tuitest.NewLanesShop()
	for i := range shop.People {
		shop.People[i].MayPass = false
	}
	d := shownOf(t, shop, "fr")
	d.Press("m", "r")
	d.Type("1")
	d.Press("enter")
	if len(shop.Done) > 0 {
		t.Errorf("asked %v", shop.Done)
	}
	for _, a := range d.Screen.Actions() {
		if a.ID == "live.again" && a.Why() != "aucun refus de cette liste ne peut changer" {
			t.Errorf("it says %q", a.Why())
		}
	}
}

func TestRandomKeysNeverBreakThePage(t *testing.T) {
	t.Parallel()
	for _, shop := range []*tuitest.Shop{tuitest.NewShop(), tuitest.NewBusyShop(), tuitest.NewTestShop(), tuitest.NewDoubtShop()} {
		shownOf(t, shop, "fr").Storm(300)
	}
}

func TestNothingOnItsWaySaysSo(t *testing.T) {
	t.Parallel()
	d := tuitest.New(t, &tuitest.Shop{}, "fr")
	d.Show(screen.Live, live.New(d.Session))
	d.Golden("empty", 80, 24)
}

func TestTheReasonOfAnEventIsReadableAt80Columns(t *testing.T) {
	t.Parallel()
	shop := tuitest.NewLanesShop()
	l := shop.Live()
	l.Events = []model.Event{{
		At: l.At, Campaign: l.Running[0].Name, Level: model.LevelWarn, Key: "deliver.event.lane_slow",
		Args: []any{"lane", "orange", "seconds", 32, "said", "550 5.7.1 the policy of this house refuses what it has not been told of, and says so to the very end"},
	}}
	text := strings.Join(strings.Fields(shownOf(t, shop, "en").Text(80, 24)), " ")
	if !strings.Contains(text, "to the very end") {
		t.Error(text)
	}
}

func TestALaneThatFindsItsPaceAgainSaysSo(t *testing.T) {
	t.Parallel()
	shop := tuitest.NewLanesShop()
	l := shop.Live()
	for i := range l.Running[0].Lanes {
		if lane := &l.Running[0].Lanes[i]; lane.SlowUntil != nil {
			lane.SlowUntil = nil // the worker keeps the reason while the lane is narrowed
		}
	}
	for lang, want := range map[string]string{"fr": "allure réduite", "en": "slower for now"} {
		if text := shownOf(t, shop, lang).Text(80, 24); strings.Count(text, want) != 2 {
			t.Errorf("in the table and above it: %s", text)
		}
	}
}

func TestWhatComesBackIsSeenWhileItLeaves(t *testing.T) {
	t.Parallel()
	shop := tuitest.NewShop()
	st := &shop.Picture.Running[0].Status
	st.Responses = &model.ResponseCounts{ClickPersons: 12, Clicks: 14, Unsubscribes: 1, Shares: &model.ResponseShares{Of: st.Accepted, Bounces: model.Share{N: 3}}}
	for lang, want := range map[string]string{"fr": "12 personnes ont cliqué, 1 désinscription, 3 retours en erreur", "en": "12 people clicked, 1 unsubscribed, 3 bounces"} {
		d := shownOf(t, shop, lang)
		d.Has(80, 24, want)
		d.Exact(60, 16)
	}
}

func TestLiveSaysWhatKeepsEverythingFromLeaving(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		for by, why := range map[string]string{"": "", model.HeldPublic: "dial tcp: \x1b[31mconnection refused", model.HeldOppositions: "broken", model.HeldDisk: "", model.HeldStore: "", model.HeldRelay: ""} {
			shop := tuitest.NewShop()
			st := &shop.Picture.Running[0].Status
			st.HeldBy, st.HeldWhy = by, why
			d := tuitest.New(t, shop, lang)
			d.Show(screen.Live, live.New(d.Session))
			plain := func(s string) string { return strings.Join(strings.Fields(s), " ") } // whatever its blanks are
			text, begins, want := plain(d.Text(80, 24)), plain(strings.Split(d.Session.P.T("live.held.disk"), ":")[0]), ""
			if by != "" {
				want, _, _ = strings.Cut(plain(d.Session.P.T("live.held."+by, "why", "")), "(")
			}
			if held := strings.Contains(text, "▲ "+begins); held != (by != "") || !strings.Contains(text, want) || strings.Contains(text, "\x1b") {
				t.Errorf("%s, %q: want %q in\n%s", lang, by, want, d.Text(80, 24))
			}
		}
	}
}
