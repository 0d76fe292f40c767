package contacts

import (
	"context"
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/form"
	"blanche/ui/tui/widget/frame"
)

// edit is a correction under way: the contact as the person saw it, and what
// they typed since.
type edit struct {
	seen   model.Contact
	values map[string]string // of the fields as they were shown
	form   *form.Form
	busy   bool // a save is on its way
}

// saved is the answer to a save.
type saved struct{ c model.Contact }

// fieldNames are the fields that a person corrects, in order: those of `contact
// set`. Those that tell who it is are left out while people are hidden.
var fieldNames = []string{"first_name", "last_name", "company", "kind", "email", "phone", "postcode", "city", "birth", "card", "tags", "basis", "tracking"}

func (x *Screen) newEdit(c model.Contact) *edit {
	e := &edit{seen: c}
	e.fill(x, func(name string) string { return x.fieldValue(&c, name) })
	return e
}

// personal are the fields that tell who somebody is.
var personal = []string{"first_name", "last_name", "company", "email", "phone", "birth", "card", "postcode"}

// fill makes the form with what value gives; what differs from the contact as
// it was seen counts as typed.
func (e *edit) fill(x *Screen, value func(name string) string) {
	e.values = map[string]string{}
	var fields []form.Field
	for _, name := range fieldNames {
		if x.s.Mask.Active() && slices.Contains(personal, name) {
			continue
		}
		e.values[name] = x.fieldValue(&e.seen, name)
		f := form.Field{Name: name, Label: x.fieldLabel(name), Value: value(name)}
		switch name {
		case "email":
			f.Check = func(v string) string {
				if !model.ValidEmail(v) {
					return x.s.P.T("contact.edit.bad_email")
				}
				return ""
			}
		case "birth":
			f.Kind = form.Date
		case "tags":
			f.Help = x.s.P.T("contact.edit.tags_help")
		case "kind":
			f.Kind, f.Options = form.Choice, x.options(name)
		case "basis", "tracking":
			f.Kind, f.Options = form.Choice, x.lesser(name, e.values[name])
			f.Help = x.s.P.T("contact.edit.yes_help")
		}
		fields = append(fields, f)
	}
	e.form = form.New(x.s.Th, x.s.P, fields...)
}

func (x *Screen) fieldLabel(name string) string { return x.s.P.T("contact.field." + name) } //i18n:keys contact.field.*

func (x *Screen) options(name string) []form.Option {
	p := x.s.P
	switch name {
	case "kind":
		return []form.Option{{Value: "b2c", Label: p.T("contact.kind.b2c")}, {Value: "b2b", Label: p.T("contact.kind.b2b")}}
	case "basis":
		return x.basisOptions()
	}
	var out []form.Option
	for t := model.TrackingUnknown; t <= model.TrackingRefused; t++ {
		out = append(out, form.Option{Value: t.String(), Label: p.T("contact.tracking." + t.String())})
	}
	return out
}

// lesser are the options that take nothing more than what was said: a yes is
// written with its proof, elsewhere.
func (x *Screen) lesser(name, now string) []form.Option {
	no := map[string]string{"basis": model.BasisNone.String(), "tracking": model.TrackingRefused.String()}[name]
	return slices.DeleteFunc(x.options(name), func(o form.Option) bool { return o.Value != now && o.Value != no })
}

func (x *Screen) basisOptions() []form.Option {
	var out []form.Option
	for _, b := range []model.Basis{model.BasisNone, model.BasisConsent, model.BasisCustomer, model.BasisB2B} {
		out = append(out, form.Option{Value: b.String(), Label: say.Basis(x.s.P, b)})
	}
	return out
}

// fieldValue is a field of a contact as it is typed in the form.
func (x *Screen) fieldValue(c *model.Contact, name string) string {
	switch name {
	case "birth":
		if c.Birth.IsZero() {
			return ""
		}
		return x.s.P.Day(c.Birth)
	case "tags":
		return strings.Join(c.Tags, ", ")
	case "kind":
		return c.Kind.String()
	case "basis":
		return c.Basis.String()
	case "tracking":
		return c.Tracking.String()
	}
	return strings.TrimSpace(safe.Text(map[string]string{
		"first_name": c.FirstName, "last_name": c.LastName, "company": c.Company, "email": c.Email, "phone": c.Phone,
		"postcode": c.Postcode, "city": c.City, "card": c.Card,
	}[name]))
}

// typed is whether a field holds something else than what was shown.
func (e *edit) typed(name string) bool { return e.form.Value(name) != e.values[name] }

// changes are the fields that were typed over, as the desk wants them.
func (e *edit) changes() []campaigns.FieldChange {
	var set []campaigns.FieldChange
	for _, name := range fieldNames {
		if _, shown := e.values[name]; !shown || !e.typed(name) {
			continue
		}
		value := e.form.Value(name)
		if name == "birth" {
			day, _ := e.form.Date("birth")
			value = day.String()
		}
		set = append(set, campaigns.FieldChange{Field: name, Value: value})
	}
	return set
}

// editKey gives a key to the form, and saves or leaves when it says so.
func (x *Screen) editKey(k tea.KeyPressMsg) tea.Cmd {
	if x.edit.busy {
		return nil
	}
	cmd := x.edit.form.Update(k)
	switch x.edit.form.State() {
	case form.Cancelled:
		return screen.LeaveForm(x.s, x.edit.form.Dirty(), x.edit.form.Resume, func() tea.Cmd {
			x.edit = nil
			return nil
		})
	case form.Submitted:
		return x.save()
	}
	return cmd
}

// save gives the changes to the desk, on the version that was seen.
func (x *Screen) save() tea.Cmd {
	e := x.edit
	set := e.changes()
	if len(set) == 0 {
		x.edit = nil
		return screen.Say(x.s.P.T("contact.edit.nothing"))
	}
	e.busy = true
	id, version := e.seen.ID, e.seen.Version
	return screen.Ask(x.s, screen.Contacts, x.s.Number(), func(ctx context.Context) (saved, error) {
		c, err := x.s.Desk.EditContact(ctx, id, version, set)
		return saved{c}, err
	})
}

// saved closes the form, or shows beside the field what was wrong, or what
// somebody else wrote meanwhile.
func (x *Screen) saved(msg screen.Reply[saved]) tea.Cmd {
	e := x.edit
	if msg.Err == nil {
		if e != nil {
			x.undoable(e, msg.Value.c)
		}
		x.edit = nil
		x.rows.epoch++
		return tea.Batch(screen.Say(x.s.P.T("contact.edit.saved", "name", x.learnt(&msg.Value.c))), x.Init())
	}
	if e == nil {
		return screen.Fail(msg.Err)
	}
	e.busy = false
	e.form.Resume()
	var worded *model.Error
	var faster *campaigns.ConflictError
	switch {
	case errors.As(msg.Err, &faster):
		return screen.Front(newConflict(x, faster))
	case errors.As(msg.Err, &worded):
		if name := fieldOf(worded); e.values[name] != "" || slices.Contains(fieldNames, name) {
			message, _ := say.Err(x.s.P, msg.Err)
			e.form.SetError(name, message)
			return nil
		}
	}
	return screen.Fail(msg.Err)
}

// fieldOf is the field that an error of the desk is about.
func fieldOf(e *model.Error) string {
	if e.Key == "contact.email_taken" {
		return "email"
	}
	for i := 0; i+1 < len(e.Args); i += 2 {
		if name, ok := e.Args[i+1].(string); ok && e.Args[i] == "field" {
			return name
		}
	}
	return ""
}

// restyle makes the form again in another language or theme, as typed.
func (e *edit) restyle(x *Screen) {
	values := map[string]string{}
	for name := range e.values {
		values[name] = e.form.Value(name)
	}
	e.fill(x, func(name string) string { return values[name] })
}

func (x *Screen) editLines(w, h int) []string {
	p, e := x.s.P, x.edit
	title := frame.Title(x.s.Th, w, p.T("contact.edit.title"), x.called(&e.seen))
	if e.busy {
		title = frame.Title(x.s.Th, w, p.T("contact.edit.saving"))
	}
	return frame.Stack(w, h, []string{title}, e.form.Lines(w, max(h-1, 0)))
}

func orNone(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
