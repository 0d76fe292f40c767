package campaigns_test

import (
	"strings"
	"testing"
)

func TestHLeadsFromACampaignToTheSizeOfItsZoneBlanche(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	keep(t, w, letter("noel", "Noël", ""))
	x := show(t, w, "fr")
	x.Press("h")
	x.Has(120, 36, "▸ Blanche (%)", "La taille de la zone blanche", "point mort", "conseillée")
	x.Press("esc")
	if strings.Contains(x.Text(120, 36), "▸ Blanche (%)") {
		t.Error("esc does not leave the form")
	}
}

func TestADrawnZoneBlancheHasNoSizeToChoose(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	keep(t, w, letter("noel", "Noël", ""))
	if err := w.Cancel(t.Context(), "noel"); err != nil {
		t.Fatal(err)
	}
	x := show(t, w, "fr")
	x.Press("h")
	if len(x.Said) == 0 || !strings.Contains(x.Said[0], "tirée") || strings.Contains(x.Text(120, 36), "▸ Blanche") {
		t.Errorf("said %q", x.Said)
	}
}
