package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"blanche/model"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/tuitest"
)

// shopAs is a dashboard of somebody.
func shopAs(t *testing.T, lang string, who model.Actor) (*App, *tuitest.Shop) {
	t.Helper()
	a := shellOf(t, lang)
	shop := a.s.Desk.(*tuitest.Shop)
	shop.Actor = who
	return a, shop
}

func (a *App) text() string {
	lines := a.lines()
	a.s.Mask.Frame(lines)
	return ansi.Strip(strings.Join(lines, "\n"))
}

func TestWhatARoleForbidsIsGreyedEverywhereWithTheReason(t *testing.T) {
	t.Parallel()
	a, shop := shopAs(t, "fr", model.Actor{Name: "paul", Role: model.Viewer})
	a.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
	a.settle(a.show(screen.Live, ""))
	if text := a.text(); !strings.Contains(text, "(p pause)") {
		t.Errorf("the foot does not grey the pause:\n%s", text)
	}
	a.pressAll("p")
	if text := a.text(); !strings.Contains(text, "réservé") || len(shop.Done) > 0 {
		t.Errorf("no reason is said, or it was done (%v):\n%s", shop.Done, text)
	}
	a.pressAll("?")
	if text := a.text(); !strings.Contains(text, "pause · réservé") {
		t.Errorf("the help does not say why:\n%s", text)
	}
	a.pressAll("esc", ":", "p", "a", "u", "s", "e")
	if text := a.text(); !strings.Contains(text, "pause · réservé") {
		t.Errorf("the palette does not say why:\n%s", text)
	}
	a.pressAll("enter")
	if len(shop.Done) > 0 {
		t.Errorf("the palette did %v", shop.Done)
	}
}

// The control: whoever may, does.
func TestWhoeverMayDoes(t *testing.T) {
	t.Parallel()
	a, shop := shopAs(t, "fr", model.Actor{Name: "sophie", Role: model.Manager})
	a.settle(a.show(screen.Live, ""))
	a.pressAll("p")
	if len(shop.Done) != 1 || shop.Done[0] != "pause noel-15" {
		t.Errorf("done %v", shop.Done)
	}
}

func TestASessionThatOnlyReadsSaysSo(t *testing.T) {
	t.Parallel()
	a, shop := shopAs(t, "fr", model.Actor{Name: "sophie", Role: model.Manager, ReadOnly: true})
	a.Update(tea.WindowSizeMsg{Width: 120, Height: 36})
	a.settle(a.show(screen.Live, ""))
	a.pressAll("p")
	if text := a.text(); strings.Count(text, "lecture seule") < 2 || len(shop.Done) > 0 {
		t.Errorf("done %v:\n%s", shop.Done, text)
	}
}

func TestAScreenThatIsNotForARoleSaysWhoseItIs(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		a, _ := shopAs(t, lang, model.Actor{Name: "karim", Role: model.Technical})
		for _, size := range tuitest.AllSizes {
			a.Update(tea.WindowSizeMsg{Width: size.W, Height: size.H})
			a.settle(a.show(screen.Audit, ""))
			if lines := a.lines(); len(lines) != size.H {
				t.Fatalf("%d lines", len(lines))
			}
		}
		a.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
		golden(t, a, "barred", tuitest.Size{W: 80, H: 24}, lang)
		a.pressAll("R", "v", "/")
		a.settle(a.show(screen.Contacts, "12"))
		a.pressAll("R", "enter", "/")
	}
}

// Every action that a screen offers and that changes something stands under a
// right: the list of those that need none is short, and written here.
func TestEveryActionThatChangesSomethingNeedsARight(t *testing.T) {
	t.Parallel()
	free := []string{
		"action.", "today.open", "live.roi", "roi.", "contact.rule", "contact.columns", "campaign.open", "campaign.follow", "campaign.repair", "campaign.turn", "campaign.roi",
		"segment.new", "segment.edit", "segment.rfm", "segment.overlap", "segment.frozen", "users.keys", "users.rights", "users.rules", "users.public", "users.close", "journal.",
	}
	a := shellOf(t, "fr")
	seen := 0
	for _, id := range screen.Order() {
		a.settle(a.show(id, ""))
		for _, act := range a.screens[id].Actions() {
			seen++
			named := false
			for _, f := range free {
				named = named || strings.HasPrefix(act.ID, f)
			}
			if act.Needs == "" && !named {
				t.Errorf("%s: %s needs no right", id, act.ID)
			}
			if act.Level >= action.Reversible && act.Needs == "" {
				t.Errorf("%s: %s harms, and needs no right", id, act.ID)
			}
		}
	}
	if seen < 30 {
		t.Errorf("only %d actions were seen", seen)
	}
}
