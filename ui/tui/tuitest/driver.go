package tuitest

import (
	"reflect"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"blanche/campaigns"
	"blanche/ui/i18n"
	"blanche/ui/tui/action"
	"blanche/ui/tui/mask"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/theme"
)

// Driver is a shell around one screen.
type Driver struct {
	T       testing.TB
	Session *screen.Session
	Screen  screen.Screen
	ID      screen.ID

	Said   []string      // news, in order
	Errors []error       // errors shown
	Gone   []screen.Goto // other screens asked for

	modals []screen.Modal
	keys   action.Keys
	now    time.Time
	held   []tea.Cmd
	hold   bool
}

// New is a driver with a session over a desk: no colours, and a clock that
// goes on by one second with each key.
func New(t testing.TB, desk campaigns.Desk, lang string) *Driver {
	d := &Driver{T: t, now: time.Date(2026, 11, 22, 14, 5, 0, 0, time.UTC)}
	d.Session = &screen.Session{
		Ctx: t.Context(), Desk: desk, P: i18n.New(lang), Clock: func() time.Time { return d.now },
		Th: theme.New(theme.Options{Profile: colorprofile.NoTTY}), Mask: &mask.Mask{},
	}
	return d
}

// Show puts a screen under the driver and loads it.
func (d *Driver) Show(id screen.ID, on screen.Screen) {
	d.ID, d.Screen = id, on
	d.run(on.Init())
	d.Tick()
}

// Open opens one thing on the screen by name, as another screen asks for it.
func (d *Driver) Open(name string) { d.run(d.Screen.Open(name)) }

// Tick gives the screen the live picture, as the shell does four times a
// second.
func (d *Driver) Tick() { d.run(d.Screen.Refresh(d.Session.Desk.Live())) }

// Press gives keys by their bubbletea names: "j", "enter", "ctrl+s", "é".
func (d *Driver) Press(keys ...string) {
	for _, k := range keys {
		d.now = d.now.Add(time.Second)
		d.press(keyOf(k))
	}
}

// Type types a text, one key for each character.
func (d *Driver) Type(text string) {
	for _, r := range text {
		d.Press(string(r))
	}
}

// Paste gives pasted text to whoever takes text.
func (d *Driver) Paste(text string) {
	if n := len(d.modals); n > 0 {
		d.modals[n-1].Paste(text)
	} else if d.Screen.Captures() {
		d.run(d.Screen.Update(tea.PasteMsg{Content: text}))
	}
}

// Do does an action of the screen, as the palette does; an action that is off
// fails the test.
func (d *Driver) Do(id, arg string) {
	d.T.Helper()
	a, ok := action.Find(id, d.Session.Allowed(d.Screen.Actions()))
	if !ok || a.Why() != "" {
		d.T.Fatalf("action %s: there %v, off because %q", id, ok, a.Why())
	}
	d.run(d.Screen.Do(id, arg))
}

// Hold keeps commands back from now on; Release runs them.
func (d *Driver) Hold() { d.hold = true }

// Held is how many commands wait.
func (d *Driver) Held() int { return len(d.held) }

// Release runs the commands that were held, and holds no more.
func (d *Driver) Release() {
	d.hold = false
	for len(d.held) > 0 {
		cmd := d.held[0]
		d.held = d.held[1:]
		d.run(cmd)
	}
}

// Modal is the dialog in front, nil for none.
func (d *Driver) Modal() screen.Modal {
	if n := len(d.modals); n > 0 {
		return d.modals[n-1]
	}
	return nil
}

// press does what the shell does with a key.
func (d *Driver) press(k tea.KeyPressMsg) {
	if n := len(d.modals); n > 0 {
		done, cmd := d.modals[n-1].Key(k)
		if done {
			d.modals = d.modals[:n-1]
		}
		d.run(cmd)
		return
	}
	if d.Screen.Captures() && k.String() != "ctrl+c" {
		cmd, _ := d.Screen.Key(k)
		d.run(cmd)
		return
	}
	typed, state := d.keys.Press(k.String(), d.Session.Allowed(d.Screen.Actions()), action.Global())
	switch state {
	case action.Matched:
		d.do(typed.Action.ID)
	case action.Disabled:
		d.Said = append(d.Said, typed.Why)
	case action.Unknown:
		cmd, _ := d.Screen.Key(k)
		d.run(cmd)
	}
}

func (d *Driver) do(id string) {
	if _, global := action.Find(id, action.Global()); !global {
		d.run(d.Screen.Do(id, ""))
		return
	}
	switch id {
	case "action.back":
		d.keys.Reset()
		d.Screen.Back()
	case "action.refresh":
		d.run(d.Screen.Init())
	case "action.mask":
		d.Session.Mask.On = !d.Session.Mask.On
		d.Screen.Restyle()
	}
}

// run runs a command to its end and gives its message to whom it is for.
func (d *Driver) run(cmd tea.Cmd) {
	switch {
	case cmd == nil:
	case d.hold:
		d.held = append(d.held, cmd)
	default:
		d.Send(cmd())
	}
}

// Send gives a message to the shell.
func (d *Driver) Send(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil:
		return
	case tea.BatchMsg:
		for _, c := range msg {
			d.run(c)
		}
		return
	case screen.Goto:
		d.Gone = append(d.Gone, msg)
		return
	case screen.OpenModal:
		d.keys.Reset()
		d.modals = append(d.modals, msg.Modal)
		return
	case screen.Notice:
		d.say(msg.Text, msg.Err)
		return
	case screen.Done:
		d.say(msg.Say, msg.Err)
	}
	if cmds, ok := sequence(msg); ok {
		for _, c := range cmds {
			d.run(c)
		}
		return
	}
	d.run(d.Screen.Update(msg))
}

func (d *Driver) say(text string, err error) {
	if err != nil {
		d.Errors = append(d.Errors, err)
	} else if text != "" {
		d.Said = append(d.Said, text)
	}
}

// sequence reads the message of tea.Sequence, whose type has no name outside.
func sequence(msg tea.Msg) ([]tea.Cmd, bool) {
	v := reflect.ValueOf(msg)
	if v.Kind() != reflect.Slice || v.Type().Elem() != reflect.TypeFor[tea.Cmd]() {
		return nil, false
	}
	return v.Convert(reflect.TypeFor[[]tea.Cmd]()).Interface().([]tea.Cmd), true
}
