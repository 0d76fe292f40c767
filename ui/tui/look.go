package tui

import (
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"blanche/ui/tui/theme"
)

// What a session looks like is its own: colours, background, language, who is
// hidden. Nothing of it is kept outside the App.

// sizeMsg is a size that came from the door.
type sizeMsg tea.WindowSizeMsg

// sized waits for the next size that the door gives.
func (a *App) sized() tea.Cmd {
	if a.opt.Sizes == nil {
		return nil
	}
	ctx, sizes := a.s.Ctx, a.opt.Sizes
	return func() tea.Msg {
		select {
		case <-ctx.Done():
		case z, open := <-sizes:
			if open && z.Width > 0 && z.Height > 0 {
				return sizeMsg(z)
			}
			if open { // a size of nothing is no news, and not the end of them
				return sizeMsg{Width: a.lay.w, Height: a.lay.h}
			}
		}
		return nil
	}
}

// probe asks the terminal for its background, and whether it shows more
// colours than its name says: ssh does not pass COLORTERM on.
func (a *App) probe() tea.Cmd {
	if a.s.Th.Colorless() {
		return nil
	}
	ask := []tea.Cmd{tea.RequestBackgroundColor}
	if a.s.Th.Options.Profile == colorprofile.ANSI256 {
		ask = append(ask, tea.RequestCapability("RGB"), tea.RequestCapability("Tc"))
	}
	return tea.Batch(ask...)
}

func (a *App) light(is bool) {
	o := a.s.Th.Options
	o.Light = is && !a.opt.ForceDark
	a.restyle(o)
}

// raise takes a terminal at its word when it shows more than was thought.
func (a *App) raise(p colorprofile.Profile) {
	o := a.s.Th.Options
	if o.NoColor || p <= o.Profile {
		return
	}
	o.Profile = p
	a.restyle(o)
}

// hide puts the mask on, or takes it off.
func (a *App) hide(on bool) tea.Cmd {
	a.s.Mask.On = on
	a.restyle(a.s.Th.Options)
	return nil
}

// restyle rebuilds what depends on the language, the theme and the mask.
func (a *App) restyle(o theme.Options) {
	if a.s.Th.Options != o {
		a.s.Th = theme.New(o)
	}
	a.toasts.Restyle(a.s.Th, a.s.P)
	for _, on := range a.screens {
		on.Restyle()
	}
}
