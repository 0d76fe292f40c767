package empty_test

import (
	"strings"
	"testing"

	"blanche/ui/i18n"
	"blanche/ui/tui/action"
	"blanche/ui/tui/widget/empty"
	"blanche/ui/tui/widget/internal/cells"
)

func TestAnEmptyPageNamesTheKeyThatFillsIt(t *testing.T) {
	t.Parallel()
	p := i18n.New("fr")
	for _, th := range cells.Themes() {
		for _, size := range cells.Sizes {
			for _, name := range cells.Names {
				lines := empty.Lines(th, p, size.W, size.H, name, action.New("action.open", "enter"))
				cells.Exact(t, lines, size.W, size.H)
				cells.Exact(t, empty.Lines(th, p, size.W, size.H, name), size.W, size.H)
			}
		}
	}
	text := cells.Text(empty.Lines(cells.Plain(), p, 40, 6, "Aucun contact.", action.New("action.open", "enter")))
	if !strings.Contains(text, "Aucun contact.") || !strings.Contains(text, "Entrée ouvrir") {
		t.Errorf("%q", text)
	}
}
