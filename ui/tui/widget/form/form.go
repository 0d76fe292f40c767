package form

import (
	"charm.land/bubbles/v2/textarea"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"blanche/ui/i18n"
	"blanche/ui/safe"
	"blanche/ui/tui/theme"
)

// Kind says how a field is typed and read.
type Kind uint8

// The kinds.
const (
	Text Kind = iota
	Number
	Money
	Date
	Choice // ← → or space between Options
	Body   // several lines
)

// State is where a form stands.
type State uint8

// The states.
const (
	Editing State = iota
	Submitted
	Cancelled
)

// Field describes one field; texts are already in the session's language.
type Field struct {
	Name        string
	Label       string
	Help        string // one line, under the field while it has the cursor
	Placeholder string
	Kind        Kind
	Value       string // as typed; for Choice the value of an option
	Options     []Option
	Required    bool
	Rows        int                       // of a Body; 0 is 6
	Limit       int                       // characters; 0 is 1 000 (100 000 for a Body)
	Check       func(value string) string // what is wrong, "" for nothing
}

// Option is one choice.
type Option struct{ Value, Label string }

// Form is the widget. It is not safe for several goroutines.
type Form struct {
	th     *theme.Theme
	p      *i18n.Printer
	fields []field
	focus  int
	state  State
}

type field struct {
	Field
	input   textinput.Model
	area    textarea.Model
	choice  int
	start   string // value at the beginning
	problem string
}

// New is a form with the cursor in its first field.
func New(th *theme.Theme, p *i18n.Printer, fields ...Field) *Form {
	f := &Form{th: th, p: p, fields: make([]field, len(fields))}
	for i, spec := range fields {
		f.fields[i] = newField(th, spec)
	}
	f.focusOn(0)
	return f
}

func newField(th *theme.Theme, spec Field) field {
	fd := field{Field: spec, start: spec.Value}
	switch spec.Kind {
	case Choice:
		for i, o := range spec.Options {
			if o.Value == spec.Value {
				fd.choice = i
			}
		}
		fd.start = fd.value()
	case Body:
		fd.area = newArea(th, spec)
	default:
		fd.input = newInput(th, spec)
	}
	return fd
}

func newInput(th *theme.Theme, spec Field) textinput.Model {
	m := textinput.New()
	m.Prompt = ""
	m.Placeholder = spec.Placeholder
	m.CharLimit = orDefault(spec.Limit, 1000)
	styles := m.Styles()
	state := textinput.StyleState{Text: th.Text.Lipgloss(), Placeholder: th.Muted.Lipgloss(), Prompt: th.Muted.Lipgloss()}
	styles.Focused, styles.Blurred = state, state
	styles.Cursor.Blink = false
	m.SetStyles(styles)
	m.SetValue(safe.Text(spec.Value))
	return m
}

func newArea(th *theme.Theme, spec Field) textarea.Model {
	m := textarea.New()
	m.Prompt = ""
	m.ShowLineNumbers = false
	m.EndOfBufferCharacter = ' '
	m.Placeholder = spec.Placeholder
	m.CharLimit = orDefault(spec.Limit, 100000)
	m.MaxHeight = 0
	styles := m.Styles()
	state := textarea.StyleState{
		Text: th.Text.Lipgloss(), Placeholder: th.Muted.Lipgloss(), CursorLine: th.Text.Lipgloss(),
		EndOfBuffer: th.Muted.Lipgloss(), Prompt: th.Muted.Lipgloss(), Selection: th.Selection.Lipgloss(),
	}
	styles.Focused, styles.Blurred = state, state
	styles.Cursor.Blink = false
	m.SetStyles(styles)
	m.SetHeight(orDefault(spec.Rows, 6))
	m.SetValue(safe.Multiline(spec.Value))
	m.MoveToBegin()
	return m
}

func orDefault(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}

// State is where the form stands.
func (f *Form) State() State { return f.state }

// Resume goes on editing after Submitted or Cancelled (a refused save).
func (f *Form) Resume() { f.state = Editing }

// SetError shows what is wrong with a field (an answer of the store), and puts
// the cursor on it.
func (f *Form) SetError(name, problem string) {
	for i := range f.fields {
		if f.fields[i].Name == name {
			f.fields[i].problem = problem
			f.focusOn(i)
			f.state = Editing
		}
	}
}

// Focused is the name of the field with the cursor.
func (f *Form) Focused() string {
	if len(f.fields) == 0 {
		return ""
	}
	return f.fields[f.focus].Name
}

// Update handles keys and pasted text; other messages go to the field with the
// cursor.
func (f *Form) Update(msg tea.Msg) tea.Cmd {
	if f.state != Editing || len(f.fields) == 0 {
		return nil
	}
	if key, ok := msg.(tea.KeyPressMsg); ok {
		if f.key(key.String()) {
			return nil
		}
	}
	fd := &f.fields[f.focus]
	var cmd tea.Cmd
	switch fd.Kind {
	case Choice:
	case Body:
		fd.area, cmd = fd.area.Update(msg)
	default:
		fd.input, cmd = fd.input.Update(msg)
	}
	fd.problem = ""
	return cmd
}

// key handles the keys of the form itself; false for those of the field.
func (f *Form) key(name string) bool {
	fd := &f.fields[f.focus]
	switch name {
	case "esc":
		f.state = Cancelled
	case "ctrl+s":
		f.submit()
	case "tab":
		f.move(1)
	case "shift+tab":
		f.move(-1)
	case "up", "down":
		if fd.Kind == Body {
			return false
		}
		f.move(map[string]int{"up": -1, "down": 1}[name])
	case "enter":
		if fd.Kind == Body {
			return false
		}
		if f.focus == len(f.fields)-1 {
			f.submit()
		} else {
			f.move(1)
		}
	case "left", "right", "space":
		if fd.Kind != Choice || len(fd.Options) == 0 {
			return false
		}
		step := 1
		if name == "left" {
			step = len(fd.Options) - 1
		}
		fd.choice = (fd.choice + step) % len(fd.Options)
	default:
		return false
	}
	return true
}

func (f *Form) move(step int) {
	f.fields[f.focus].problem = f.check(&f.fields[f.focus])
	f.focusOn((f.focus + step + len(f.fields)) % len(f.fields))
}

func (f *Form) submit() {
	bad := -1
	for i := range f.fields {
		f.fields[i].problem = f.check(&f.fields[i])
		if f.fields[i].problem != "" && bad < 0 {
			bad = i
		}
	}
	if bad >= 0 {
		f.focusOn(bad)
		return
	}
	f.state = Submitted
}

func (f *Form) focusOn(i int) {
	for j := range f.fields {
		switch fd := &f.fields[j]; {
		case fd.Kind == Body && j == i:
			fd.area.Focus()
		case fd.Kind == Body:
			fd.area.Blur()
		case fd.Kind == Choice:
		case j == i:
			fd.input.Focus()
		default:
			fd.input.Blur()
		}
	}
	f.focus = i
}
