package screen

import (
	tea "charm.land/bubbletea/v2"

	"blanche/ui/tui/widget/dialog"
)

// confirm is a question in front of a screen.
type confirm struct {
	s    *Session
	d    *dialog.Dialog
	then func() tea.Cmd
}

// Confirm asks before something is done; Cancel is the default.
func Confirm(s *Session, q dialog.Question, then func() tea.Cmd) Modal {
	return &confirm{s: s, d: dialog.Confirm(s.Th, s.P, q, s.Clock()), then: then}
}

// LeaveForm closes a form, after a question when what was typed would be lost.
func LeaveForm(s *Session, dirty bool, resume func(), leave func() tea.Cmd) tea.Cmd {
	if !dirty {
		return leave()
	}
	resume()
	return Front(Confirm(s, dialog.Question{
		Title: s.P.T("app.lose.title"), Body: []string{s.P.T("app.lose.body")}, Act: s.P.T("app.lose.act"), Danger: true,
	}, leave))
}

func (c *confirm) Key(k tea.KeyPressMsg) (bool, tea.Cmd) {
	switch c.d.Key(k.String(), k.Text, c.s.Clock()) {
	case dialog.Confirmed:
		return true, c.then()
	case dialog.Cancelled:
		return true, nil
	}
	return false, nil
}

func (c *confirm) Paste(string) {}

func (c *confirm) Lines(w, h int) []string { return c.d.Lines(w, h) }

// chooser is a menu in front of a screen.
type chooser struct {
	s    *Session
	c    *dialog.Chooser
	then func(choice int) tea.Cmd
}

// Choose asks which of several things to do; Esc does none.
func Choose(s *Session, m dialog.Menu, then func(choice int) tea.Cmd) Modal {
	return &chooser{s: s, c: dialog.Choose(s.Th, s.P, m, s.Clock()), then: then}
}

func (c *chooser) Key(k tea.KeyPressMsg) (bool, tea.Cmd) {
	choice, verdict := c.c.Key(k.String(), c.s.Clock())
	switch verdict {
	case dialog.Confirmed:
		return true, c.then(choice)
	case dialog.Cancelled:
		return true, nil
	}
	return false, nil
}

func (c *chooser) Paste(string) {}

func (c *chooser) Lines(w, h int) []string { return c.c.Lines(w, h) }
