package action

import (
	"strings"

	"blanche/model"
)

// Level is how much harm an action does when it was not meant.
type Level uint8

// The levels. From Outgoing on a screen asks, and Cancel is the default.
const (
	Harmless    Level = iota
	Reversible        // can be undone: pause, edit
	Outgoing          // leaves the house: send
	Destructive       // cannot be undone: cancel, erase
)

// Action is one thing a person can do in a context.
type Action struct {
	ID       string   // noun.verb, stable: "campaign.pause"
	Keys     []string // the first is the one shown
	Level    Level
	Aliases  []string // words that find it in the palette, in any language
	TakesArg bool     // ":debit 40": the palette passes the rest of the line
	Quiet    bool     // not in the footer
	// Needs is the right that the action stands under, none for what everybody
	// may do; Guarded turns off what a person has no right to.
	Needs     model.Action
	Forbidden bool // the person may never do it: greyed, where other actions that are off are hidden

	off   func() string
	label string // catalogue key, when it is not noun.do.verb
	group string // noun whose group it is listed in, when it is not its own
	args  []any
}

// New is an action with its keys; the first is the one shown.
func New(id string, keys ...string) Action { return Action{ID: id, Keys: keys} }

// Danger sets the level of harm.
func (a Action) Danger(l Level) Action { a.Level = l; return a }

// Off sets the function that says why the action is off, "" while it is on.
func (a Action) Off(why func() string) Action { a.off = why; return a }

// Need names the right that the action stands under.
func (a Action) Need(right model.Action) Action { a.Needs = right; return a }

// Guarded turns off the actions that a person has no right to: why words the
// reason, "" for a right that they have. It is the one place where rights meet
// keys: footer, help and palette follow from it.
func Guarded(actions []Action, why func(model.Action) string) []Action {
	out := make([]Action, len(actions))
	for i, a := range actions {
		out[i] = a
		if a.Needs == "" {
			continue
		}
		if reason := why(a.Needs); reason != "" {
			out[i].Forbidden = true
			out[i].off = func() string { return reason }
		}
	}
	return out
}

// Alias adds words that find the action in the palette.
func (a Action) Alias(words ...string) Action {
	a.Aliases = append(a.Aliases[:len(a.Aliases):len(a.Aliases)], words...)
	return a
}

// WithArg lets the palette pass the rest of the line: ":debit 40".
func (a Action) WithArg() Action { a.TakesArg = true; return a }

// Hidden keeps the action out of the footer; help and palette still have it.
func (a Action) Hidden() Action { a.Quiet = true; return a }

// In lists the action under the group of another noun.
func (a Action) In(noun string) Action { a.group = noun; return a }

// Labeled takes the label from a catalogue key of one's own, with its values.
func (a Action) Labeled(key string, kv ...any) Action { a.label, a.args = key, kv; return a }

// Why is the reason the action is off, "" while it is on.
func (a Action) Why() string {
	if a.off == nil {
		return ""
	}
	return a.off()
}

// Enabled reports whether the action is on, and if not why.
func (a Action) Enabled() (ok bool, why string) {
	why = a.Why()
	return why == "", why
}

// Words translates keys of the catalogue; an i18n.Printer is one.
type Words interface {
	T(key string, kv ...any) string
}

// LabelKey is the catalogue key of the label: noun.do.verb.
func (a Action) LabelKey() string {
	if a.label != "" {
		return a.label
	}
	noun, verb, _ := strings.Cut(a.ID, ".")
	return noun + ".do." + verb
}

// GroupKey is the catalogue key of the title of the group: noun.actions.
func (a Action) GroupKey() string {
	if a.group != "" {
		return a.group + ".actions"
	}
	noun, _, _ := strings.Cut(a.ID, ".")
	return noun + ".actions"
}

// Label is the label in the language of w.
func (a Action) Label(w Words) string { return w.T(a.LabelKey(), a.args...) }

// Find is the action of an id among several lists.
func Find(id string, layers ...[]Action) (Action, bool) {
	for _, layer := range layers {
		for _, a := range layer {
			if a.ID == id {
				return a, true
			}
		}
	}
	return Action{}, false
}
