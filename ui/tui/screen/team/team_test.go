package team_test

import (
	"slices"
	"strings"
	"testing"

	"blanche/model"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/screen/team"
	"blanche/ui/tui/tuitest"
)

func show(t *testing.T, shop *tuitest.Shop, lang string) *tuitest.Driver {
	t.Helper()
	d := tuitest.New(t, shop, lang)
	d.Show(screen.Team, team.New(d.Session))
	return d
}

func TestTheTeamAsGoldens(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		for _, size := range []tuitest.Size{{W: 80, H: 24}, {W: 120, H: 36}} {
			d := show(t, tuitest.NewShop(), lang)
			d.Press("down")
			d.Golden("team", size.W, size.H)
			d.Press("c")
			d.Golden("keys", size.W, size.H)
			d.Press("esc", "m")
			d.Golden("rights", size.W, size.H)
			d.Press("esc", "l")
			d.Golden("rules", size.W, size.H)
			d.Press("esc", "n", "right")
			d.Type("Éve")
			d.Press("tab", "right")
			d.Golden("add", size.W, size.H)
			alone := tuitest.NewShop()
			alone.Team = nil
			show(t, alone, lang).Golden("alone", size.W, size.H)
		}
	}
}

func TestEverySizeAndEveryKeyKeepsTheTeamInItsPlace(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		shop := tuitest.NewShop()
		for _, name := range tuitest.Hostile {
			shop.Team = append(shop.Team, model.Operator{Name: name, Role: model.Role(name), Keys: []model.OperatorKey{{Line: name, Fingerprint: name, Comment: name}}})
		}
		d := show(t, shop, lang)
		d.Sizes()
		d.Storm(300)
		for _, page := range []string{"c", "m", "n", "l"} {
			d = show(t, shop, lang)
			d.Press("G", page)
			d.Sizes()
		}
	}
}

func TestSomebodyIsLetInWithARoleAndAKey(t *testing.T) {
	t.Parallel()
	shop := tuitest.NewShop()
	d := show(t, shop, "fr")
	d.Press("n")
	d.Type("Ève !")
	d.Press("tab", "right", "tab")
	d.Paste("ssh-ed25519 nothing")
	d.Press("ctrl+s")
	d.Has(120, 36, "Minuscules sans accent")
	d.Press("ctrl+u")
	d.Type("eve")
	d.Press("ctrl+s")
	if d.Has(120, 36, "est celle de"); len(shop.Done) > 0 {
		t.Errorf("done %v", shop.Done)
	}
	d.Press("ctrl+u")
	d.Paste("ssh-ed25519 AAAAC3Nza eve@laptop\n")
	d.Press("ctrl+s")
	if want := []string{"add eve manager"}; !slices.Equal(shop.Done, want) {
		t.Fatalf("done %v, want %v", shop.Done, want)
	}
	d.Has(120, 36, "eve", "6 personnes")
}

func TestEachRoleIsExplainedWhileItIsChosen(t *testing.T) {
	t.Parallel()
	d := show(t, tuitest.NewShop(), "fr")
	d.Press("down", "e")
	for _, says := range []string{"Prépare", "Lance", "Deuxième paire d’yeux", "debout", "droits des personnes", "décide qui peut quoi", "Ne change rien"} {
		d.Has(80, 24, says)
		d.Press("right")
	}
}

func TestAPersonIsRemovedOnlyByTheirNameTypedBack(t *testing.T) {
	t.Parallel()
	shop := tuitest.NewShop()
	d := show(t, shop, "fr")
	d.Press("down", "x")
	d.Type("paul")
	d.Press("enter")
	if len(shop.Done) > 0 || d.Modal() == nil {
		t.Fatalf("done %v", shop.Done)
	}
	d.Press("ctrl+u")
	d.Type("ines")
	d.Press("enter")
	if want := []string{"remove ines"}; !slices.Equal(shop.Done, want) {
		t.Errorf("done %v, want %v", shop.Done, want)
	}
}

func TestAKeyIsAddedAndRemoved(t *testing.T) {
	t.Parallel()
	shop := tuitest.NewShop()
	d := show(t, shop, "fr")
	d.Press("c", "n")
	d.Paste("ssh-ed25519 AAAA x")
	d.Press("enter", "x")
	d.Has(120, 36, "dernière clé")
	d.Press("tab", "enter")
	if want := []string{"keys claire-dpo +1 -0", "keys claire-dpo +0 -1"}; !slices.Equal(shop.Done, want) {
		t.Errorf("done %v, want %v", shop.Done, want)
	}
}

func TestWhoMayNotManageSeesTheTeamAndTheReason(t *testing.T) {
	t.Parallel()
	shop := tuitest.NewShop()
	shop.Actor = model.Actor{Name: "claire", Role: model.DPO}
	d := show(t, shop, "fr")
	d.Press("n", "x", "e")
	if d.Modal() != nil || d.Screen.Captures() || len(d.Said) != 3 || !strings.Contains(d.Said[0], "administrateur") {
		t.Errorf("said %v", d.Said)
	}
	d.Press("c", "x")
	if d.Modal() != nil {
		t.Error("a key can be removed")
	}
}

// The table of rights that is shown is the one that is asked, cell by cell.
func TestTheTableOfRightsIsTheOneThatIsAsked(t *testing.T) {
	t.Parallel()
	d := show(t, tuitest.NewShop(), "en")
	d.Press("m")
	text := d.Text(160, 48)
	want := 0
	for _, a := range model.Actions() {
		want += len(a.Holders())
	}
	if got := strings.Count(text, "✓"); got != want {
		t.Errorf("%d rights are shown, %d are given:\n%s", got, want, text)
	}
	if lines := strings.Count(text, "\n"); lines < len(model.Actions())+2 {
		t.Errorf("%d lines", lines)
	}
}
