package tui

import (
	tea "charm.land/bubbletea/v2"

	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/empty"
	"blanche/ui/tui/widget/frame"
)

// View draws the frame: exactly the size of the terminal.
func (a *App) View() tea.View {
	lines := a.lines()
	a.s.Mask.Frame(lines)
	v := tea.NewView(frame.Join(lines))
	v.AltScreen = true
	v.WindowTitle = "blanche"
	if a.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	return v
}

func (a *App) lines() []string {
	w, h := a.lay.w, a.lay.h
	if a.quit {
		return nil
	}
	if a.lay.small {
		return frame.Block(frame.Wrap(a.s.P.T("app.too_small", "w", minWidth, "h", minHeight), w), w, h)
	}
	lines := make([]string, 0, h)
	if a.lay.header {
		lines = append(lines, a.header())
	}
	lines = append(lines, a.tabs())
	strip := a.strip()
	if a.lay.rules && strip == "" {
		lines = append(lines, frame.Rule(a.s.Th, w))
	} else if a.lay.rules {
		lines = append(lines, strip)
	}
	body := frame.Block(a.page(), w, a.lay.body)
	for _, m := range a.modals {
		body = frame.Over(body, w, widened(m.Lines(w, a.lay.body), w))
	}
	if !a.lay.rules && strip != "" {
		body[len(body)-1] = strip
	}
	lines = append(lines, body...)
	return append(lines, a.notice(), a.footer())
}

// page is what the screen shows, or calmly why this person sees nothing of it.
func (a *App) page() []string {
	w, h := a.lay.w, a.lay.body
	if a.barred(a.active) {
		p := a.s.P
		text := p.T("app.barred", "title", a.title(a.active), "role", a.s.Role(a.s.Desk.Me().Role), "holders", a.s.Holders(a.active.Needs()))
		return empty.Lines(a.s.Th, p, w, h, text)
	}
	return a.screens[a.active].View(w, h)
}

// widened centres a box between blanks, so that no half word of the page is
// left beside it.
func widened(box []string, w int) []string {
	out := make([]string, len(box))
	for i, l := range box {
		out[i] = frame.Center(l, w)
	}
	return out
}

// notice is the line for what is said; a rule when nothing is.
func (a *App) notice() string {
	if l := a.toasts.Line(a.lay.w, a.s.Clock()); l != "" {
		return l
	}
	return frame.Rule(a.s.Th, a.lay.w)
}

func (a *App) footer() string {
	if a.screens[a.active].Captures() { // a text field has the keys
		return action.Footer(a.s.Th, a.s.P, a.lay.w, a.actions())
	}
	help, _ := action.Find("action.help", action.Global())
	command, _ := action.Find("action.palette", action.Global())
	return action.Footer(a.s.Th, a.s.P, a.lay.w, a.actions(), []action.Action{command, help})
}

func (a *App) title(id screen.ID) string { return a.s.P.T("app.tab." + string(id)) } //i18n:keys app.tab.*

func (a *App) tabs() string {
	names := make([]string, 0, len(a.screens))
	at := 0
	for i, id := range screen.Order() {
		names = append(names, a.title(id))
		if id == a.tab() {
			at = i
		}
	}
	return frame.Tabs(a.s.Th, a.lay.w, names, at)
}
