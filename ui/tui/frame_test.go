package tui

import (
	"fmt"
	"testing"

	tea "charm.land/bubbletea/v2"

	"blanche/ui/tui/screen"
	"blanche/ui/tui/tuitest"
)

func TestWholeFramesAsGoldens(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"fr", "en"} {
		for _, size := range []tuitest.Size{{W: 80, H: 24}, {W: 120, H: 36}} {
			a := shellOf(t, lang)
			a.Update(tea.WindowSizeMsg{Width: size.W, Height: size.H})
			for _, id := range []screen.ID{screen.Today, screen.Live, screen.ROI} {
				a.settle(a.show(id, ""))
				golden(t, a, string(id), size, lang)
			}
			a.pressAll("?")
			golden(t, a, "help", size, lang)
			a.pressAll("esc", ":")
			golden(t, a, "palette", size, lang)
			a.pressAll("esc", "q")
			golden(t, a, "quit", size, lang)
		}
	}
}

func golden(t *testing.T, a *App, name string, size tuitest.Size, lang string) {
	t.Helper()
	tuitest.Golden(t, fmt.Sprintf("%s-%dx%d-%s", name, size.W, size.H, lang), tuitest.Plain(a.lines()))
}
