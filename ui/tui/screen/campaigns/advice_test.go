package campaigns_test

import (
	"strings"
	"testing"
)

func TestTheFormSaysWhatEachSizeOfTheZoneBlancheCanSee(t *testing.T) {
	t.Parallel()
	w := shop(t, nil)
	for lang, words := range map[string][]string{
		"fr": {"La taille de la zone blanche", "écart vu", "gain vu", "conseillée"},
		"en": {"The size of the zone blanche", "gap seen", "profit seen", "advised"},
	} {
		x := show(t, w, lang)
		x.Press("n", "tab")
		x.Type("all")
		if strings.Contains(x.Text(80, 24), words[0]) {
			t.Errorf("%s: the advisor speaks beside the rule", lang)
		}
		for range 12 {
			x.Press("tab")
			if strings.Contains(x.Text(120, 36), words[0]) {
				break
			}
		}
		x.Has(120, 36, words...)
		x.Golden("advice", 120, 36)
		x.Golden("advice", 80, 24)
		if strings.Contains(x.Text(60, 16), words[0]) {
			t.Errorf("%s: no room is left for the form", lang)
		}
		x.Press("tab", "tab") // the margin: another one is another profit
		before := x.Text(120, 36)
		x.Press("backspace", "backspace")
		x.Type("80")
		if x.Text(120, 36) == before || !strings.Contains(x.Text(120, 36), words[0]) {
			t.Errorf("%s: the advisor does not follow the margin", lang)
		}
	}
}
