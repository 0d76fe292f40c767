package tui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"blanche/ui/i18n"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
)

// do does a global action, or hands it to the screen.
func (a *App) do(id, arg string) tea.Cmd {
	if i := action.TabIndex(id); i >= 0 {
		return a.show(screen.Order()[i], "")
	}
	switch id {
	case "departure.hold":
		return a.hold()
	case "action.help":
		return screen.Front(newHelp(a.s, a.actions(), action.Moves(), a.global()))
	case "action.manual":
		return screen.Front(newManual(a.s, a.active))
	case "action.palette":
		return screen.Front(newPalette(a, a.actions(), a.global()))
	case "action.next_tab":
		return a.turn(1)
	case "action.prev_tab":
		return a.turn(-1)
	case "action.back":
		return a.back()
	case "action.express":
		return screen.Show(screen.Campaigns, screen.OpenExpress)
	case "action.journal":
		return screen.Front(newJournal(a.s, a.toasts))
	case "action.public":
		return screen.Show(screen.Public, "")
	case "action.refresh":
		if a.barred(a.active) {
			return tea.ClearScreen
		}
		return tea.Batch(a.screens[a.active].Init(), tea.ClearScreen)
	case "action.mouse":
		a.mouse = !a.mouse
		return nil
	case "action.mask":
		return a.hide(!a.s.Mask.On)
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
	i := slices.Index(order, a.tab())
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
	a.s.P = i18n.New(lang)
	a.restyle(a.s.Th.Options)
	return nil
}
