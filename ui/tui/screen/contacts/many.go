package contacts

import (
	"context"
	"strings"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/dialog"
	"blanche/ui/tui/widget/form"
	"blanche/ui/tui/widget/frame"
)

// freely is up to how many people are tagged without a question.
const freely = 10

// many is something that is done to many people, one after the other.
type many struct {
	n    int
	done atomic.Int64
	stop context.CancelFunc
}

// far says how far it is.
func (m *many) far(x *Screen) string {
	return x.s.P.T("contact.many.far", "done", int(m.done.Load()), "n", m.n)
}

// manyDone is what was done: said, and how it is taken back.
type manyDone struct {
	say  string
	back *campaigns.Tagging
	err  error
}

// chosen are the people marked, else the one that actions are about.
func (x *Screen) chosen() []model.ContactID {
	if x.rows.marks.n > 0 && x.card.mode != full {
		return x.rows.marks.ids()
	}
	if row, ok := x.under(); ok {
		return []model.ContactID{row.ID}
	}
	return nil
}

func (x *Screen) noChosen() string {
	if x.many != nil {
		return x.s.P.T("contact.many.busy")
	}
	if x.rows.marks.n > 0 {
		return ""
	}
	return x.noPerson()
}

// box asks for one line in front of the list.
type box struct {
	x     *Screen
	title string
	form  *form.Form
	then  func(text string) tea.Cmd
}

func (x *Screen) askLine(title, label, help, value string, then func(string) tea.Cmd) tea.Cmd {
	f := form.New(x.s.Th, x.s.P, form.Field{Name: "line", Label: label, Value: value, Help: help})
	return screen.Front(&box{x: x, title: title, form: f, then: then})
}

// Key gives a key to the field.
func (b *box) Key(k tea.KeyPressMsg) (bool, tea.Cmd) {
	if k.String() == "enter" {
		text := strings.TrimSpace(b.form.Value("line"))
		if text == "" {
			return false, nil
		}
		return true, b.then(text)
	}
	cmd := b.form.Update(k)
	switch b.form.State() {
	case form.Cancelled:
		return true, nil
	case form.Submitted:
		return true, b.then(strings.TrimSpace(b.form.Value("line")))
	}
	return false, cmd
}

// Paste gives what is pasted to the field.
func (b *box) Paste(text string) { _ = b.form.Update(tea.PasteMsg{Content: text}) }

// Lines draws the box.
func (b *box) Lines(w, h int) []string {
	bw := min(w, 72)
	lines := append([]string{frame.Title(b.x.s.Th, bw, b.title)}, b.form.Lines(bw, min(h-2, 4))...)
	return append(lines, frame.Rule(b.x.s.Th, bw))
}

// tagMany asks for a tag, and before it is given to many people.
func (x *Screen) tagMany() tea.Cmd {
	p, ids := x.s.P, x.chosen()
	return x.askLine(p.N("contact.many.tag_title", len(ids)), p.T("contact.many.tag"), p.T("contact.many.tag_help"), "", func(text string) tea.Cmd {
		t := campaigns.Tagging{Tag: strings.TrimSpace(strings.TrimLeft(text, "+-")), Add: ids, Found: x.query.shown.Find}
		act := p.T("contact.many.add", "tag", x.s.Text(t.Tag))
		if strings.HasPrefix(text, "-") {
			t.Add, t.Remove = nil, ids
			act = p.T("contact.many.remove", "tag", x.s.Text(t.Tag))
		}
		if len(ids) <= freely {
			return x.tag(t, false)
		}
		return screen.Front(screen.Confirm(x.s, dialog.Question{
			Title: act, Body: []string{p.N("contact.many.tag_body", len(ids))}, Act: act,
		}, func() tea.Cmd { return x.tag(t, false) }))
	})
}

// tag gives a tag, or takes one back.
func (x *Screen) tag(t campaigns.Tagging, undoing bool) tea.Cmd {
	ctx, stop := context.WithCancel(x.s.Ctx)
	m := &many{n: len(t.Add) + len(t.Remove), stop: stop}
	x.many = m
	return screen.Ask(x.s, screen.Contacts, x.s.Number(), func(context.Context) (manyDone, error) {
		defer stop()
		did, err := x.s.Desk.TagContacts(ctx, t, func(n int) { m.done.Store(int64(n)) })
		n := len(did.Add) + len(did.Remove)
		out := manyDone{say: x.s.P.N("contact.many.tagged", n), err: err}
		if back := did.Undo(); n > 0 && !undoing {
			out.back = &back
		}
		if ctx.Err() != nil { // stopped by the person: what was done is done
			out.err = nil
			out.say = x.s.P.N("contact.many.stopped", n)
		}
		return out, nil
	})
}

// didMany says what was done, and shows it.
func (x *Screen) didMany(msg screen.Reply[manyDone]) tea.Cmd {
	x.many = nil
	d := msg.Value
	if d.back != nil {
		back := *d.back
		x.undo = append(x.undo, undo{what: d.say, do: func() tea.Cmd { return x.tag(back, true) }})
	}
	x.rows.epoch++
	after := tea.Batch(x.want(), x.askTotals(), x.reloadCard())
	if d.err != nil {
		return tea.Batch(screen.Fail(d.err), after)
	}
	return tea.Batch(screen.Say(d.say), after)
}

// exportMany asks for a file, and writes the people marked, or all those shown.
func (x *Screen) exportMany() tea.Cmd {
	p := x.s.P
	var ids []model.ContactID
	if x.rows.marks.n > 0 {
		ids = x.rows.marks.ids()
	} else {
		for i := range x.rows.list.Len() {
			ids = append(ids, x.rows.list.ID(i))
		}
	}
	return x.askLine(p.N("contact.many.export_title", len(ids)), p.T("contact.many.file"), p.T("contact.many.file_help"), "", func(path string) tea.Cmd {
		ctx, stop := context.WithCancel(x.s.Ctx)
		m := &many{n: len(ids), stop: stop}
		x.many = m
		return screen.Ask(x.s, screen.Contacts, x.s.Number(), func(context.Context) (manyDone, error) {
			defer stop()
			err := x.s.ExportContacts(ctx, path, ids, func(n int) { m.done.Store(int64(n)) })
			out := manyDone{say: x.s.P.N("contact.many.exported", len(ids)), err: err}
			if ctx.Err() != nil {
				out.err, out.say = nil, x.s.P.T("contact.many.export_stopped")
			}
			return out, nil
		})
	})
}

func (x *Screen) noExport() string {
	switch {
	case x.s.ExportContacts == nil:
		return x.s.P.T("import.not_here")
	case x.many != nil:
		return x.s.P.T("contact.many.busy")
	case x.s.Mask.Active(): // a file would show what the screen hides
		return x.s.P.T("contact.screen.masked")
	case x.rows.list.Len() == 0:
		return x.s.P.T("contact.screen.nobody")
	}
	return ""
}

// undo is a change of this session that can be taken back.
type undo struct {
	what string
	do   func() tea.Cmd
}

func (x *Screen) noUndo() string {
	switch {
	case x.many != nil:
		return x.s.P.T("contact.many.busy")
	case len(x.undo) == 0:
		return x.s.P.T("contact.undo.nothing")
	}
	return ""
}

// takeBack undoes the last change of this session.
func (x *Screen) takeBack() tea.Cmd {
	last := x.undo[len(x.undo)-1]
	x.undo = x.undo[:len(x.undo)-1]
	return last.do()
}

// undoable keeps how a correction is taken back: the fields as they were, on the
// version that it made. Somebody else's later change of the same fields wins.
func (x *Screen) undoable(e *edit, now model.Contact) {
	var set []campaigns.FieldChange
	for _, f := range e.changes() {
		if f.Field == "basis" || f.Field == "tracking" { // what was taken away comes back with a proof alone
			continue
		}
		set = append(set, campaigns.FieldChange{Field: f.Field, Value: asTyped(&e.seen, f.Field)})
	}
	if len(set) == 0 {
		return
	}
	name := x.learnt(&now)
	x.undo = append(x.undo, undo{what: name, do: func() tea.Cmd {
		return screen.Act(x.s, screen.Contacts, x.s.P.T("contact.undo.done", "name", name), func(ctx context.Context) error {
			_, err := x.s.Desk.EditContact(ctx, now.ID, now.Version, set)
			return err
		})
	}})
}

// asTyped is a field as the desk takes it.
func asTyped(c *model.Contact, name string) string {
	switch name {
	case "birth":
		return c.Birth.String()
	case "tags":
		return strings.Join(c.Tags, ",")
	case "kind":
		return c.Kind.String()
	case "basis":
		return c.Basis.String()
	case "tracking":
		return c.Tracking.String()
	}
	return map[string]string{
		"first_name": c.FirstName, "last_name": c.LastName, "company": c.Company, "email": c.Email, "phone": c.Phone,
		"postcode": c.Postcode, "city": c.City, "card": c.Card,
	}[name]
}

// manyActions are what is done to the people marked, and what is taken back.
func (x *Screen) manyActions() []action.Action {
	return []action.Action{
		action.New("contact.tag", "t").Danger(action.Reversible).Need(model.EditContacts).Off(x.noChosen).Alias("étiquette", "etiquette").Hidden(),
		action.New("contact.export", "o").Need(model.ExportData).Off(x.noExport).Alias("exporter").Hidden(),
		action.New("contact.columns", "C").Need(model.ReadContacts).Alias("colonnes").Hidden(),
		action.New("contact.undo", "z").Danger(action.Reversible).Need(model.EditContacts).Off(x.noUndo).Alias("annuler").Hidden(),
	}
}
