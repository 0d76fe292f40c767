package tui

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"blanche/model"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/tuitest"
)

// leaving is a dashboard in which a start is in its seconds of grace.
func leaving(t *testing.T, lang, by string, who model.Actor) (*App, *tuitest.Shop) {
	t.Helper()
	a, shop := shopAs(t, lang, who)
	shop.Leaving("noel-15", "Noël −15 %", by, 10800, 26500*time.Millisecond)
	a.live = shop.Live()
	return a, shop
}

var sophie = model.Actor{Name: "sophie", Role: model.Manager, From: "local"}

func TestAStartInItsGraceIsSaidOnEveryTabAndEscStopsIt(t *testing.T) {
	t.Parallel()
	for lang, want := range map[string]string{"fr": "l’envoi part dans 27 s — Échap l’arrête", "en": "sending starts in 27 s — esc to stop"} {
		a, shop := leaving(t, lang, "sophie", sophie)
		for _, size := range tuitest.AllSizes {
			a.Update(tea.WindowSizeMsg{Width: size.W, Height: size.H})
			for _, id := range screen.Order() {
				a.settle(a.show(id, ""))
				lines := a.lines()
				if text := a.text(); !strings.Contains(text, want) || len(lines) != size.H {
					t.Fatalf("%s at %v does not say it:\n%s", id, size, text)
				}
				for _, l := range lines {
					if ansi.StringWidth(l) != size.W {
						t.Fatalf("%s at %v: %q", id, size, l)
					}
				}
			}
		}
		for _, size := range []tuitest.Size{{W: 80, H: 24}, {W: 120, H: 36}} {
			a.Update(tea.WindowSizeMsg{Width: size.W, Height: size.H})
			a.settle(a.show(screen.Today, ""))
			golden(t, a, "leaving", size, lang)
		}
		a.pressAll("?", "esc")
		if !slices.Equal(shop.Done, []string{"hold noel-15"}) {
			t.Errorf("esc did %v", shop.Done)
		}
		a.settle(a.refresh())
		if text := a.text(); strings.Contains(text, want) {
			t.Errorf("it is still said:\n%s", text)
		}
	}
}

func TestEscOfSomebodyElseClosesWhatStandsInFrontFirst(t *testing.T) {
	t.Parallel()
	a, shop := leaving(t, "fr", "ines", sophie)
	a.pressAll("?", "esc")
	if len(shop.Done) > 0 || len(a.modals) > 0 {
		t.Errorf("closing the help did %v", shop.Done)
	}
	if text := a.text(); !strings.Contains(text, "Échap l’arrête") {
		t.Errorf("it does not say how to stop it:\n%s", text)
	}
	a.pressAll("esc")
	if !slices.Equal(shop.Done, []string{"hold noel-15"}) {
		t.Errorf("esc did %v", shop.Done)
	}
}

func TestWhoeverMayNotHoldBackSeesTheStartAndCannotStopIt(t *testing.T) {
	t.Parallel()
	a, shop := leaving(t, "fr", "sophie", model.Actor{Name: "paul", Role: model.Viewer})
	if text := a.text(); !strings.Contains(text, "dans 27 s") || strings.Contains(text, "Échap l’arrête") {
		t.Errorf("%s", text)
	}
	a.pressAll("esc")
	if len(shop.Done) > 0 {
		t.Errorf("esc did %v", shop.Done)
	}
}

func TestLeavingInTheGraceSaysThatItStopsTheStart(t *testing.T) {
	t.Parallel()
	a, _ := leaving(t, "fr", "sophie", sophie)
	a.pressAll("q")
	if text := a.text(); a.quit || !strings.Contains(text, "partira") {
		t.Errorf("%s", text)
	}
	a.later()
	a.pressAll("enter")
	if a.quit {
		t.Error("Enter alone left")
	}
}

func TestTheSecondsGoDownWithoutMovingTheFrame(t *testing.T) {
	t.Parallel()
	a, shop := leaving(t, "fr", "sophie", sophie)
	a.settle(a.show(screen.ROI, ""))
	before := a.lines()
	for left := 26 * time.Second; left >= 0; left -= time.Second {
		shop.Picture.Departures[0].Left = left
		a.settle(a.refresh())
		lines := a.lines()
		changed := 0
		for i := range lines {
			if ansi.Strip(lines[i]) != ansi.Strip(before[i]) {
				changed++
			}
		}
		if want := fmt.Sprintf("dans %d s", left/time.Second); !strings.Contains(ansi.Strip(lines[2]), want) || changed > 1 {
			t.Fatalf("%d lines changed at %s:\n%s", changed, want, a.text())
		}
	}
}
