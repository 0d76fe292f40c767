package team

import (
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"blanche/model"
	"blanche/ui/say"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/dialog"
	"blanche/ui/tui/widget/form"
	"blanche/ui/tui/widget/frame"
)

// edit is a form in front of the list: a new person, another role, one more
// key.
type edit struct {
	title  string
	fields func() []form.Field
	form   *form.Form
	send   func(ctx context.Context, f values) (string, error) // says what was done
	busy   bool
}

// values is what was typed.
type values struct{ name, role, key string }

// saved is the answer to a form.
type saved struct{ say string }

func (x *Screen) open(e *edit) *edit {
	e.form = form.New(x.s.Th, x.s.P, e.fields()...)
	x.explain(e)
	return e
}

// newPerson asks for a name, a role and a key.
func (x *Screen) newPerson() *edit {
	p, desk := x.s.P, x.s.Desk
	return x.open(&edit{
		title: p.T("users.form.add"),
		fields: func() []form.Field {
			name := form.Field{Name: "name", Label: x.s.P.T("users.column.name"), Required: true, Limit: 64, Help: x.s.P.T("users.form.name_help"), Check: x.badName}
			key := form.Field{Name: "key", Label: x.s.P.T("users.form.key"), Required: true, Limit: 4000, Help: x.s.P.T("users.form.key_help"), Placeholder: "ssh-ed25519 AAAA…"}
			return []form.Field{name, x.roleField(model.Maker), key}
		},
		send: func(ctx context.Context, v values) (string, error) {
			_, err := desk.AddOperator(ctx, v.name, model.Role(v.role), []string{v.key})
			return p.T("users.added", "name", v.name), err
		},
	})
}

// newRole asks for another role.
func (x *Screen) newRole(o model.Operator) *edit {
	p, desk := x.s.P, x.s.Desk
	return x.open(&edit{
		title:  p.T("users.form.role", "name", o.Name),
		fields: func() []form.Field { return []form.Field{x.roleField(o.Role)} },
		send: func(ctx context.Context, v values) (string, error) {
			_, err := desk.SetRole(ctx, o.Name, model.Role(v.role))
			return p.T("users.role_set", "name", o.Name, "role", x.s.Role(model.Role(v.role))), err
		},
	})
}

// newKey asks for one more key.
func (x *Screen) newKey(o model.Operator) *edit {
	p, desk := x.s.P, x.s.Desk
	return x.open(&edit{
		title: p.T("users.form.one_more", "name", o.Name),
		fields: func() []form.Field {
			return []form.Field{{Name: "key", Label: x.s.P.T("users.form.key"), Required: true, Limit: 4000, Help: x.s.P.T("users.form.key_help"), Placeholder: "ssh-ed25519 AAAA…"}}
		},
		send: func(ctx context.Context, v values) (string, error) {
			_, err := desk.SetKeys(ctx, o.Name, []string{v.key}, nil)
			return p.T("users.key_added", "name", o.Name), err
		},
	})
}

func (x *Screen) badName(name string) string {
	if !model.ValidCampaignName(name) {
		return x.s.P.T("users.form.bad_name")
	}
	return ""
}

func (x *Screen) roleField(now model.Role) form.Field {
	f := form.Field{Name: "role", Label: x.s.P.T("users.column.role"), Kind: form.Choice, Value: string(now)}
	for _, r := range model.Roles() {
		f.Options = append(f.Options, form.Option{Value: string(r), Label: x.s.Role(r)})
	}
	return f
}

// explain puts what the role chosen may do under its field.
//
//i18n:keys users.role.*
func (x *Screen) explain(e *edit) {
	if role := e.form.Value("role"); role != "" {
		e.form.SetHelp("role", x.s.P.T("users.role."+role))
	}
}

func (e *edit) restyle(x *Screen) {
	v := e.values()
	x.open(e)
	e.form.Set("name", v.name)
	e.form.Set("role", v.role)
	e.form.Set("key", v.key)
	x.explain(e)
}

func (e *edit) values() values {
	return values{name: e.form.Value("name"), role: e.form.Value("role"), key: e.form.Value("key")}
}

// typed gives a key to the form, and sends or leaves when it says so.
func (x *Screen) typed(k tea.KeyPressMsg) tea.Cmd {
	e := x.edit
	if e.busy {
		return nil
	}
	cmd := e.form.Update(k)
	x.explain(e)
	switch e.form.State() {
	case form.Cancelled:
		return screen.LeaveForm(x.s, e.form.Dirty(), e.form.Resume, func() tea.Cmd {
			x.edit = nil
			return nil
		})
	case form.Submitted:
		e.busy = true
		v := e.values()
		return screen.Ask(x.s, screen.Team, x.s.Number(), func(ctx context.Context) (saved, error) {
			said, err := e.send(ctx, v)
			return saved{said}, err
		})
	}
	return cmd
}

// saved closes the form, or says beside the field what was wrong.
func (x *Screen) saved(msg screen.Reply[saved]) tea.Cmd {
	e := x.edit
	if msg.Err == nil {
		x.edit = nil
		return tea.Batch(screen.Say(msg.Value.say), x.Init())
	}
	if e == nil {
		return screen.Fail(msg.Err)
	}
	e.busy = false
	e.form.Resume()
	var worded *model.Error
	if !errors.As(msg.Err, &worded) {
		return screen.Fail(msg.Err)
	}
	message, hint := say.Err(x.s.P, msg.Err)
	if hint != "" {
		message += " " + x.s.Th.G.Bullet + " " + hint
	}
	switch {
	case worded.Key == "team.bad_name" || worded.Key == "team.exists":
		e.form.SetError("name", message)
	case strings.Contains(worded.Key, "key"):
		e.form.SetError("key", message)
	default:
		return screen.Fail(msg.Err)
	}
	return nil
}

// remove asks for the name before a person is let in no more.
func (x *Screen) remove(o model.Operator) tea.Cmd {
	p, name := x.s.P, o.Name
	return screen.Front(screen.Confirm(x.s, dialog.Question{
		Title: p.T("users.remove.title", "name", name), Body: []string{p.T("users.remove.body", "name", name), p.T("users.remove.after")},
		Act: p.T("users.do.remove"), Type: name, Danger: true,
	}, func() tea.Cmd {
		return screen.Act(x.s, screen.Team, p.T("users.removed", "name", name), func(ctx context.Context) error { return x.s.Desk.RemoveOperator(ctx, name) })
	}))
}

// removeKey asks before a key opens nothing any more; the last one means that
// the person does not come in.
func (x *Screen) removeKey(o model.Operator) tea.Cmd {
	p, key := x.s.P, o.Keys[min(x.at, len(o.Keys)-1)]
	body := []string{key.Fingerprint}
	if len(o.Keys) == 1 {
		body = append(body, p.T("users.last_key", "name", o.Name))
	}
	return screen.Front(screen.Confirm(x.s, dialog.Question{
		Title: p.T("users.remove_key.title", "name", o.Name), Body: body, Act: p.T("users.do.key_remove"), Danger: true,
	}, func() tea.Cmd {
		return screen.Act(x.s, screen.Team, p.T("users.key_removed", "name", o.Name), func(ctx context.Context) error {
			_, err := x.s.Desk.SetKeys(ctx, o.Name, nil, []string{key.Fingerprint})
			return err
		})
	}))
}

// formLines draws the form over the list.
func (x *Screen) formLines(w int) []string {
	bw := min(w, 84)
	title := x.edit.title
	if x.edit.busy {
		title = x.s.P.T("users.form.sending")
	}
	lines := []string{frame.Title(x.s.Th, bw, title), frame.Blank(bw)}
	lines = append(lines, x.edit.form.Lines(bw, 2*len(x.edit.fields())+1)...)
	return append(lines, frame.Rule(x.s.Th, bw))
}
