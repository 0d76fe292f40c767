package action

import "strings"

// State is what a key press came to.
type State uint8

// The states of a press.
const (
	Unknown  State = iota // no action: the key (or sequence) belongs to the widget
	Pending               // the beginning of a sequence: wait for the next key
	Matched               // an action, and it is on
	Disabled              // an action that is off: say Why
)

// Press is a key press resolved against the actions of the moment.
type Press struct {
	Action Action
	Why    string // for Disabled
	Typed  string // the keys since the last resolution: "gg", "p"
}

// Keys resolves key presses, and remembers the beginning of a sequence. One
// for each session; the zero value is ready.
type Keys struct{ pending string }

// Press resolves a key (as tea.KeyPressMsg.String gives it) against layers of
// actions; the first layer that has it wins. When a sequence comes to nothing
// its last key is tried alone, so that "g" then "p" is p.
func (k *Keys) Press(key string, layers ...[]Action) (Press, State) {
	typed := k.pending + key
	k.pending = ""
	if p, st := lookup(typed, layers); st != Unknown {
		if st == Pending {
			k.pending = typed
		}
		return p, st
	}
	if typed == key {
		return Press{Typed: typed}, Unknown
	}
	return k.Press(key, layers...)
}

// Reset forgets the beginning of a sequence: when a dialog opens, on esc.
func (k *Keys) Reset() { k.pending = "" }

// PendingKeys is the beginning of a sequence, to show in the status bar.
func (k *Keys) PendingKeys() string { return k.pending }

func lookup(typed string, layers [][]Action) (Press, State) {
	prefix := false
	for _, layer := range layers {
		for _, a := range layer {
			for _, key := range a.Keys {
				if key == typed {
					if why := a.Why(); why != "" {
						return Press{Action: a, Why: why, Typed: typed}, Disabled
					}
					return Press{Action: a, Typed: typed}, Matched
				}
				prefix = prefix || isSequence(key) && strings.HasPrefix(key, typed)
			}
		}
	}
	if prefix {
		return Press{Typed: typed}, Pending
	}
	return Press{Typed: typed}, Unknown
}

// isSequence tells "gg" from the names of single keys ("up", "f1", "ctrl+p"):
// sequences start with g, which no name does.
func isSequence(key string) bool { return len(key) > 1 && key[0] == 'g' }

// Conflict is one key that two actions of one context claim.
type Conflict struct {
	Key           string
	First, Second string // ids
}

// Conflicts lists the keys claimed twice among the layers of one context, and
// the keys that hide the beginning of a sequence.
func Conflicts(layers ...[]Action) []Conflict {
	var out []Conflict
	owner := map[string]string{}
	var order []string
	for _, layer := range layers {
		for _, a := range layer {
			for _, key := range a.Keys {
				if first, taken := owner[key]; taken {
					out = append(out, Conflict{key, first, a.ID})
					continue
				}
				owner[key] = a.ID
				order = append(order, key)
			}
		}
	}
	for _, long := range order {
		for _, short := range order {
			if isSequence(long) && short != long && strings.HasPrefix(long, short) {
				out = append(out, Conflict{short, owner[short], owner[long]})
			}
		}
	}
	return out
}
