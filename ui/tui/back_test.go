package tui

import (
	"testing"

	"blanche/ui/tui/screen"
)

func TestTabOfAScreenWithoutATabGoesOnFromWhereThePersonCameFrom(t *testing.T) {
	t.Parallel()
	a := shellOf(t, "fr")
	for _, c := range []struct{ from, over, next, before screen.ID }{
		{screen.Team, screen.Public, screen.Audit, screen.ROI},
		{screen.Today, screen.Public, screen.Contacts, screen.Audit},
		{screen.Contacts, screen.Duplicates, screen.Segments, screen.Today},
		{screen.Live, screen.Live, screen.ROI, screen.Campaigns},
	} {
		for key, want := range map[string]screen.ID{"action.next_tab": c.next, "action.prev_tab": c.before} {
			a.show(c.from, "")
			a.show(c.over, "") // what it would load is of no interest
			a.do(key, "")
			if a.active != want {
				t.Errorf("%s over %s, %s: %s, want %s", c.over, c.from, key, a.active, want)
			}
		}
		a.show(c.from, "")
		a.show(c.over, "") // what it would load is of no interest
		a.show(screen.Behind, "")
		if a.active != c.from {
			t.Errorf("behind %s is %s, want %s", c.over, a.active, c.from)
		}
	}
}
