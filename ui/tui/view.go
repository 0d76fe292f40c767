package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"blanche/ui/safe"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/frame"
)

// View draws the frame: exactly the size of the terminal.
func (a *App) View() tea.View {
	v := tea.NewView(frame.Join(a.lines()))
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
	if a.lay.rules {
		lines = append(lines, frame.Rule(a.s.Th, w))
	}
	body := frame.Block(a.screens[a.active].View(w, a.lay.body), w, a.lay.body)
	for _, m := range a.modals {
		body = frame.Over(body, w, widened(m.Lines(w, a.lay.body), w))
	}
	lines = append(lines, body...)
	return append(lines, a.notice(), a.footer())
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
	on := a.screens[a.active]
	if on.Captures() { // a text field has the keys
		return action.Footer(a.s.Th, a.s.P, a.lay.w, on.Actions())
	}
	help, _ := action.Find("action.help", action.Global())
	command, _ := action.Find("action.palette", action.Global())
	return action.Footer(a.s.Th, a.s.P, a.lay.w, on.Actions(), []action.Action{command, help})
}

func (a *App) title(id screen.ID) string { return a.s.P.T("app.tab." + string(id)) } //i18n:keys app.tab.*

func (a *App) tabs() string {
	names := make([]string, 0, len(a.screens))
	at := 0
	for i, id := range screen.Order() {
		names = append(names, a.title(id))
		if id == a.active {
			at = i
		}
	}
	return frame.Tabs(a.s.Th, a.lay.w, names, at)
}

// header says whose shop it is, what runs, what is wrong, and when it is.
func (a *App) header() string {
	th, p := a.s.Th, a.s.P
	left := []string{th.Title.Render("blanche")}
	if a.opt.Demo {
		left = append(left, th.Warn.Render(p.T("app.demo")))
	}
	if shop := a.s.Desk.Settings().Shop; shop != "" {
		left = append(left, safe.Text(shop))
	}
	sending := 0
	for _, c := range a.live.Running {
		if c.Sending {
			sending++
		}
	}
	var right []string
	if sending > 0 {
		right = append(right, th.Accent.Render(th.G.Dot+" "+p.N("app.sending", sending)))
	}
	if n := a.toasts.Unread(); n > 0 {
		right = append(right, th.Warn.Render(th.G.Alert+" "+p.N("app.alerts", n)))
	}
	if keys := a.keys.PendingKeys(); keys != "" {
		right = append(right, keys)
	}
	right = append(right, p.HeaderTime(a.s.Desk.Now()), strings.ToUpper(p.Lang()))
	return frame.Bar(strings.Join(left, "   "), strings.Join(right, "   "), a.lay.w)
}
