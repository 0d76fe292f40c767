package tuitest

import "testing"

func TestKeysAreNamedAsTheTerminalNamesThem(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"j", "G", "é", "/", "?", "enter", "esc", "space", "tab", "shift+tab", "ctrl+s", "pgdown", "f1", "5", "up"} {
		if got := keyOf(name).String(); got != name {
			t.Errorf("%q became %q", name, got)
		}
	}
	if k := keyOf(" "); k.Text != " " || k.String() != "space" {
		t.Errorf("a blank became %q %q", k.String(), k.Text)
	}
}
