package segments_test

import (
	"context"
	"strings"
	"testing"

	"blanche/ui/tui/tuitest"
)

func lacks(t *testing.T, x *tuitest.Driver, text string) {
	t.Helper()
	if screen := x.Text(120, 36); strings.Contains(screen, text) {
		t.Errorf("%q is on the screen:\n%s", text, screen)
	}
}

func TestARuleIsReadAndWrittenInTheLanguageOfTheSession(t *testing.T) {
	t.Parallel()
	d := shop(t)
	_, err := d.SaveSegment(context.Background(), "web", `spend(from 2026-01-01 to 2026-11-22, channel = "web") >= 50.5 and basis = "consent" and received(any, 30d)`)
	must(t, err)
	x := show(t, d, "fr")
	x.Press("end")
	x.Has(120, 36, `ca(du 01/01/2026 au 22/11/2026, canal = "web") >= 50,5 et base_légale = "consentement" et a_reçu(une, 30j)`)
	x.Press("enter")
	x.Has(120, 36, `ca(du 01/01/2026 au 22/11/2026, canal = "web") >= 50,5`)
	lacks(t, x, "non gardée")
	x.Press("down", "enter") // the amount, to be changed
	x.Has(120, 36, "50,5")
	x.Press("ctrl+u")
	x.Type("20,25")
	x.Press("enter")
	x.Has(120, 36, `du 01/01/2026 au 22/11/2026, canal = "web"`)
	x.Press("ctrl+u")
	x.Type("90j, canal = web")
	x.Press("enter")
	x.Has(120, 36, `ca(90j, canal = "web") >= 20,25 et`, "non gardée")
	x.Press("j", "enter") // the ground
	x.Has(120, 36, "consentement")
	x.Press("ctrl+u")
	x.Type("clie")
	x.Press("enter")
	x.Has(120, 36, `base_légale = "client"`)
	x.Press("ctrl+s")
	lacks(t, x, "non gardée")
	seg, err := d.Segment(context.Background(), "web")
	must(t, err)
	if want := `spend(90d, channel = "web") >= 20.25 and basis = "customer" and received(any, 30d)`; seg.Rule != want {
		t.Errorf("kept as %s, want %s", seg.Rule, want)
	}
	en := show(t, d, "en")
	en.Press("end", "enter")
	en.Has(120, 36, seg.Rule)
	lacks(t, en, "not saved")
}

func TestWhatIsTypedStaysAsItIsTyped(t *testing.T) {
	t.Parallel()
	d := shop(t)
	x := show(t, d, "fr")
	x.Press("n")
	x.Type("customer and Orders>=2")
	x.Has(120, 36, "customer and Orders>=2", "Commandes au moins 2")
	x.Press("tab")
	x.Has(120, 36, "customer and Orders>=2")
	x.Press("j", "n") // the form writes the session's words
	x.Has(120, 36, "non client et commandes >= 2")
	x.Press("z")
	x.Has(120, 36, "customer and Orders>=2")
}
