package manual_test

import (
	"regexp"
	"strings"
	"testing"

	"blanche/ui/manual"
)

func TestEveryPageExistsInBothLanguages(t *testing.T) {
	t.Parallel()
	for _, name := range manual.Names() {
		fr, okFR := manual.Page("fr", name)
		en, okEN := manual.Page("en", name)
		if !okFR || !okEN || !strings.HasPrefix(fr, "# ") || !strings.HasPrefix(en, "# ") {
			t.Errorf("%s: in French %v, in English %v", name, okFR, okEN)
		}
		if a, b := strings.Count(fr, "\n#"), strings.Count(en, "\n#"); a != b {
			t.Errorf("%s has %d parts in French, %d in English", name, a, b)
		}
	}
	if _, ok := manual.Page("fr", "../doc"); ok {
		t.Error("a page outside the manual was given")
	}
}

// What stands outside of commands follows the typography of the catalogue.
func TestTheFrenchManualIsSetAsFrenchIs(t *testing.T) {
	t.Parallel()
	typed := regexp.MustCompile("(?s)```.*?```|`[^`]*`")
	faults := regexp.MustCompile(`['"]| :( |$)|[ \x{a0}][;!?]|[ \x{202f}][€%»]|« |\p{L}[;:!?]( |$)`)
	for _, name := range manual.Names() {
		text, _ := manual.Page("fr", name)
		for _, bad := range faults.FindAllString(typed.ReplaceAllString(text, "x"), -1) {
			t.Errorf("%s: %q", name, bad)
		}
	}
}
