package campaigns

import (
	"errors"
	"regexp"
	"slices"

	"blanche/model"
)

// anAddress finds what may be an address, in whatever a server said.
var anAddress = regexp.MustCompile(`[^\s<>"'(),;:]+@([\pL\pN.-]+)`)

// veil hides whose address stands in a text, and leaves the domain: whoever
// looks after the relay needs it.
func veil(s string) string { return anAddress.ReplaceAllString(s, "…@$1") }

// veiledEvent is an event without the addresses in it.
func veiledEvent(e model.Event) model.Event {
	e.Args = veiledArgs(e.Args)
	return e
}

func veiledArgs(args []any) []any {
	args = slices.Clone(args)
	for i, v := range args {
		switch v := v.(type) {
		case string:
			args[i] = veil(v)
		case error:
			args[i] = veiledError(v)
		}
	}
	return args
}

func veiledError(err error) error {
	var e *model.Error
	if !errors.As(err, &e) {
		return errors.New(veil(err.Error()))
	}
	hidden := *e
	hidden.Args, hidden.HintArgs = veiledArgs(e.Args), veiledArgs(e.HintArgs)
	if e.Cause != nil {
		hidden.Cause = errors.New(veil(e.Cause.Error()))
	}
	return &hidden
}

// veiled is the live picture for somebody who may not see people.
func (l *Live) veiled() *Live {
	hidden := *l
	hidden.Events = make([]model.Event, len(l.Events))
	for i, e := range l.Events {
		hidden.Events[i] = veiledEvent(e)
	}
	if l.Public.Why != nil {
		hidden.Public.Why = veiledError(l.Public.Why)
	}
	return &hidden
}
