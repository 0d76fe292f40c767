package cli

import (
	"strings"
	"testing"
)

func TestOptionsAloneAskForTheScreens(t *testing.T) {
	t.Parallel()
	for line, screens := range map[string]bool{
		"":                       true,
		"--lang fr":              true,
		"--lang=fr --read-only":  true,
		"--no-color":             true,
		"--help":                 false,
		"status":                 false,
		"--lang fr campaign new": false,
		"--read-only status":     false,
	} {
		if got := asksScreens(strings.Fields(line)); got != screens {
			t.Errorf("%q asks for the screens: %v", line, got)
		}
	}
	if got := commandOf(strings.Fields("--lang fr campaign list --json")); got != "campaign list" {
		t.Errorf("the command is %q", got)
	}
}
