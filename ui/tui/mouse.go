package tui

import (
	tea "charm.land/bubbletea/v2"

	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/frame"
)

// The mouse is off until it is asked for, so that the terminal keeps its own
// selection. On, a click opens a tab and the wheel moves as the arrows do.

// click opens the tab under the pointer.
func (a *App) click(m tea.MouseClickMsg) tea.Cmd {
	row := 0
	if a.lay.header {
		row = 1
	}
	if m.Y != row || m.Button != tea.MouseLeft || len(a.modals) > 0 {
		return nil
	}
	x := 0
	for _, id := range screen.Order() {
		if x += frame.Width(a.title(id)) + 2; m.X < x {
			return a.show(id, "")
		}
	}
	return nil
}

// wheel moves three lines up or down.
func (a *App) wheel(m tea.MouseWheelMsg) tea.Cmd {
	k := tea.KeyPressMsg{Code: tea.KeyDown}
	if m.Button == tea.MouseWheelUp {
		k = tea.KeyPressMsg{Code: tea.KeyUp}
	}
	return tea.Batch(a.press(k), a.press(k), a.press(k))
}
