package dialog_test

import (
	"testing"
	"time"

	"blanche/ui/i18n"
	"blanche/ui/tui/widget/dialog"
	"blanche/ui/tui/widget/internal/cells"
)

var leaving = dialog.Menu{
	Title: "Quitter", Body: []string{"« noel » est en cours : 3 231 personnes attendent."},
	Choices: []dialog.Choice{{Label: "Continuer", Note: "L’envoi ne s’arrête pas."}, {Label: "Arrêter ici", Note: cells.Names[0]}, {Label: "Rester"}},
}

func TestAMenuHasADefaultAndTurns(t *testing.T) {
	t.Parallel()
	now := time.Unix(0, 0)
	later := now.Add(dialog.Grace)
	for _, c := range []struct {
		keys    []string
		choice  int
		verdict dialog.Verdict
	}{
		{[]string{"enter"}, 0, dialog.Confirmed},
		{[]string{"down", "enter"}, 1, dialog.Confirmed},
		{[]string{"up", "enter"}, 2, dialog.Confirmed},
		{[]string{"tab", "tab", "tab", "enter"}, 0, dialog.Confirmed},
		{[]string{"j", "k", "x"}, 0, dialog.Open},
		{[]string{"down", "esc"}, 0, dialog.Cancelled},
	} {
		m := dialog.Choose(cells.Plain(), i18n.New("fr"), leaving, now)
		if _, v := m.Key("enter", now); v != dialog.Open {
			t.Error("a key in flight was an answer")
		}
		var choice int
		var v dialog.Verdict
		for _, k := range c.keys {
			choice, v = m.Key(k, later)
		}
		if choice != c.choice || v != c.verdict {
			t.Errorf("%v: %d, %v", c.keys, choice, v)
		}
	}
}

func TestAMenuIsNoLargerThanItsPlace(t *testing.T) {
	t.Parallel()
	for _, th := range cells.Themes() {
		for _, size := range cells.Sizes {
			lines := dialog.Choose(th, i18n.New("en"), leaving, time.Unix(0, 0)).Lines(size.W, size.H)
			if len(lines) > size.H {
				t.Errorf("%d lines in %v", len(lines), size)
			}
			for _, l := range lines {
				cells.Line(t, l, min(size.W, 72))
			}
		}
	}
}
