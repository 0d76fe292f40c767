package screen

import (
	tea "charm.land/bubbletea/v2"

	"blanche/ui/tui/widget/form"
	"blanche/ui/tui/widget/frame"
)

// fill is a small form in front of a screen.
type fill struct {
	s     *Session
	title string
	rows  int
	form  *form.Form
	then  func(*form.Form) tea.Cmd
}

// Fill asks for a few values in front of a screen; Esc asks no more. then gets
// the form once all its fields are right.
func Fill(s *Session, title string, then func(*form.Form) tea.Cmd, fields ...form.Field) Modal {
	return &fill{s: s, title: title, rows: len(fields) + 2, form: form.New(s.Th, s.P, fields...), then: then}
}

func (f *fill) Key(k tea.KeyPressMsg) (bool, tea.Cmd) {
	if k.String() == "ctrl+c" {
		return true, nil
	}
	cmd := f.form.Update(k)
	switch f.form.State() {
	case form.Submitted:
		return true, f.then(f.form)
	case form.Cancelled:
		return true, nil
	}
	return false, cmd
}

func (f *fill) Paste(text string) { f.form.Update(tea.PasteMsg{Content: text}) }

func (f *fill) Lines(w, h int) []string {
	w = min(w, 76)
	box := []string{frame.Title(f.s.Th, w, f.title), frame.Blank(w)}
	box = append(box, f.form.Lines(w, max(min(h-4, f.rows), 1))...)
	return append(box, f.s.Th.Muted.Render(frame.Bar("", f.s.P.T("app.fill_keys"), w)), frame.Rule(f.s.Th, w))
}
