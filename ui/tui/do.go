package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/dialog"
)

// quitMsg ends the session, after the question if there was one.
type quitMsg struct{}

// do does a global action, or hands it to the screen.
func (a *App) do(id, arg string) tea.Cmd {
	if i := action.TabIndex(id); i >= 0 {
		return a.show(screen.Order()[i], "")
	}
	switch id {
	case "action.help":
		return screen.Front(newHelp(a.s, a.screens[a.active].Actions(), action.Moves(), a.global()))
	case "action.manual":
		return screen.Front(newManual(a.s, a.active))
	case "action.palette":
		return screen.Front(newPalette(a, a.screens[a.active].Actions(), a.global()))
	case "action.next_tab":
		return a.turn(1)
	case "action.prev_tab":
		return a.turn(-1)
	case "action.back":
		return a.back()
	case "action.journal":
		return screen.Front(newJournal(a.s, a.toasts))
	case "action.refresh":
		return tea.Batch(a.screens[a.active].Init(), tea.ClearScreen)
	case "action.mouse":
		a.mouse = !a.mouse
		return nil
	case "action.language":
		return a.speak(arg)
	case "action.quit":
		return a.leave()
	}
	return a.screens[a.active].Do(id, arg)
}

// turn shows the next tab, or the one before.
func (a *App) turn(step int) tea.Cmd {
	order := screen.Order()
	i := slices.Index(order, a.active)
	return a.show(order[(i+step+len(order))%len(order)], "")
}

// back leaves what is innermost: an inner page, then a notice that stays.
func (a *App) back() tea.Cmd {
	a.keys.Reset()
	if !a.screens[a.active].Back() {
		a.toasts.Dismiss()
	}
	return nil
}

// speak changes the language of this session: the one named, else the other.
func (a *App) speak(lang string) tea.Cmd {
	if lang != "fr" && lang != "en" {
		lang = map[string]string{"fr": "en", "en": "fr"}[a.s.P.Lang()]
	}
	a.restyle(i18n.New(lang), a.s.Th.Options.Light)
	return nil
}

// leavingMsg says that leaving would stop a campaign.
type leavingMsg struct {
	name string
	left int
}

// leave quits, after a question when that would stop a campaign on its way. The
// live picture may be a quarter of a second old, so that where it shows none
// the desk is asked as well.
func (a *App) leave() tea.Cmd {
	for _, c := range a.live.Running {
		if c.Sending {
			return a.askToLeave(leavingMsg{c.Name, c.Waiting + c.Deferred})
		}
	}
	if !a.live.Sends {
		return func() tea.Msg { return quitMsg{} }
	}
	desk, ctx := a.s.Desk, a.s.Ctx
	return func() tea.Msg {
		lines, err := desk.Campaigns(ctx)
		for _, l := range lines {
			if err != nil || l.State != model.Running {
				continue
			}
			if st, err := desk.Status(ctx, l.Name); err == nil {
				return leavingMsg{l.Name, st.Waiting + st.Deferred}
			}
		}
		return quitMsg{}
	}
}

func (a *App) askToLeave(m leavingMsg) tea.Cmd {
	return screen.Front(screen.Confirm(a.s, dialog.Question{
		Title: a.s.P.T("app.quit.title"),
		Body:  []string{a.s.P.T("app.quit.body", "name", m.name, "left", m.left), a.s.P.T("app.quit.resume", "name", m.name)},
		Act:   a.s.P.T("app.quit.act"),
	}, func() tea.Cmd { return func() tea.Msg { return quitMsg{} } }))
}
