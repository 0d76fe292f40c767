package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/tuitest"
)

// walks are the keys that lead to every form, question, page and notice that can
// hold a person; # changes a field of the form of a contact.
var walks = []struct {
	on   screen.ID
	keys string
}{
	{screen.Today, "R"},
	{screen.Contacts, "down enter enter down esc esc"},
	{screen.Contacts, "e # ctrl+s esc"},
	{screen.Contacts, "e # ctrl+s e esc"},
	{screen.Contacts, "O tab enter ! esc"},
	{screen.Contacts, "w a l l"},
	{screen.Contacts, "i x ctrl+s ctrl+s enter"},
	{screen.Contacts, "/ a l l enter y"},
	{screen.Campaigns, "enter v v v"},
	{screen.Campaigns, "enter m m a r i e @ g enter v v t m @ g"},
	{screen.Live, "m down"},
	{screen.Live, "u j r tab esc s esc"},
	{screen.Live, "m G"},
	{screen.Live, "v j j enter esc w esc"},
	{screen.Today, "j j j enter"},
	{screen.ROI, "enter"},
	{screen.Team, "c"},
	{screen.Team, "m"},
	{screen.Audit, "enter esc down enter right right right right right"},
	{screen.Audit, "v / g m a i l enter"},
}

// walk goes through them all and gives each frame to see.
func walk(t *testing.T, masked bool, see func(id screen.ID, after, text string)) {
	t.Helper()
	for _, w := range walks {
		a := shellOf(t, "fr")
		shop := a.s.Desk.(*tuitest.Shop)
		shop.People = append(shop.People, campaigns.RecipientLine{Email: "marie.canary@gmail.example", State: "refused", Reason: "550 <marie.canary@gmail.example>"}, campaigns.RecipientLine{
			Email: "paul.canary@gmail.example", State: "deferred", Code: "499", Said: "come back, paul.canary@gmail.example", MessageID: "<paul.canary@gmail.example>", Evidence: []string{campaigns.EvidenceOrdered},
		})
		shop.Picture.Running[0].Lanes[0].SlowUntil, shop.Picture.Running[0].Lanes[0].SlowWhy = ptr(a.s.Desk.Now().Add(time.Hour)), "777 <marie.canary@gmail.example>"
		shop.Picture.Events = append(shop.Picture.Events, model.Event{At: a.s.Clock(), Level: model.LevelWarn, Key: "deliver.guard.unknown", Args: []any{"reply", "marie.canary@gmail.example"}})
		shop.Picture.Running[0].Uncertain = 3
		a.live = shop.Live()
		a.s.OpenImport = shop.OpenFile
		a.s.Mask.On = masked
		a.settle(a.show(w.on, ""))
		change := map[bool]string{true: "space", false: "X"}[masked] // the first field is a name, or the kind of person
		for _, k := range append([]string{"R"}, strings.Fields(strings.ReplaceAll(w.keys, "#", change))...) {
			a.later()
			a.pressAll(k)
			for _, size := range []tuitest.Size{{W: 80, H: 24}, {W: 120, H: 36}, {W: 200, H: 60}} {
				a.Update(tea.WindowSizeMsg{Width: size.W, Height: size.H})
				see(w.on, w.keys+" at "+k, a.text())
			}
		}
	}
}

func TestNoPersonIsSeenOnAnyFrameWhileTheyAreHidden(t *testing.T) {
	t.Parallel()
	walk(t, true, func(id screen.ID, after, text string) {
		for _, c := range tuitest.Canaries {
			if i := strings.Index(text, c); i >= 0 && !t.Failed() {
				t.Errorf("%s after %q shows %q:\n%s", id, after, c, text)
			}
		}
		if !strings.Contains(text, "masqué") {
			t.Errorf("%s does not say that people are hidden", id)
		}
	})
}

// The control: not hidden, they are seen on each of the screens of people, and
// in a notice.
func TestNotHiddenTheyAreSeen(t *testing.T) {
	t.Parallel()
	var seen []screen.ID
	notice, conflict, imported := false, false, false
	walk(t, false, func(id screen.ID, _, text string) {
		for _, c := range tuitest.Canaries {
			if strings.Contains(text, c) && !slices.Contains(seen, id) {
				seen = append(seen, id)
			}
		}
		notice = notice || strings.Contains(text, "aucun contact")
		conflict = conflict || strings.Contains(text, "Modifié entre-temps")
		imported = imported || strings.Contains(text, "paul.canary")
	})
	for _, id := range []screen.ID{screen.Contacts, screen.Campaigns, screen.Live, screen.Audit} {
		if !slices.Contains(seen, id) {
			t.Errorf("%s shows nobody", id)
		}
	}
	if !notice || !conflict || !imported {
		t.Errorf("the walk met an error that quotes an address: %v, a conflict: %v, a file: %v", notice, conflict, imported)
	}
}

func TestTheKeyHidesPeopleOnEveryScreenAndShowsThemAgain(t *testing.T) {
	t.Parallel()
	a := shellOf(t, "fr")
	a.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
	a.settle(a.show(screen.Contacts, ""))
	a.pressAll("R")
	for _, want := range []bool{true, false, true} {
		if got := strings.Contains(a.text(), "Canarisson"); got != want {
			t.Fatalf("seen %v, want %v:\n%s", got, want, a.text())
		}
		a.pressAll("M")
	}
}

func ptr[T any](x T) *T { return &x }
