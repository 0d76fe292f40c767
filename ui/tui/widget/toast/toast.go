package toast

import (
	"time"

	"blanche/ui/i18n"
	"blanche/ui/say"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/frame"
)

// infoStays is how long news stay; journalKeeps how many lines the journal has.
const (
	infoStays    = 4 * time.Second
	journalKeeps = 200
)

// Level is how loud an entry is.
type Level uint8

// The levels: Info passes, Warn and Error stay until dismissed.
const (
	Info Level = iota // something was done
	Note              // something cannot be done now, and why
	Warn
	Error
)

// Entry is one thing that was said.
type Entry struct {
	At        time.Time
	Level     Level
	Message   string
	Hint      string
	dismissed bool
}

// Toasts is the widget. It is not safe for several goroutines.
type Toasts struct {
	th      *theme.Theme
	p       *i18n.Printer
	entries []Entry // oldest first
	filter  func(string) string
}

// New holds nothing yet.
func New(th *theme.Theme, p *i18n.Printer) *Toasts { return &Toasts{th: th, p: p} }

// Restyle changes theme and language; what was said stays as it was worded.
func (t *Toasts) Restyle(th *theme.Theme, p *i18n.Printer) { t.th, t.p = th, p }

// Filter changes what is said where it is drawn: it hides people while the
// screen is shown to others.
func (t *Toasts) Filter(f func(string) string) { t.filter = f }

func (t *Toasts) shown(text string) string {
	if t.filter == nil {
		return text
	}
	return t.filter(text)
}

// Note says why something cannot be done now; it passes as Info does.
func (t *Toasts) Note(message string, now time.Time) { t.add(Entry{now, Note, message, "", false}) }

// Info says a piece of news that passes.
func (t *Toasts) Info(message string, now time.Time) { t.add(Entry{now, Info, message, "", false}) }

// Warn says something that stays until it is dismissed.
func (t *Toasts) Warn(message, hint string, now time.Time) {
	t.add(Entry{now, Warn, message, hint, false})
}

// Error words an error; it stays until it is dismissed. The same error again
// replaces itself, so that a retry does not fill the journal.
func (t *Toasts) Error(err error, now time.Time) {
	if err == nil {
		return
	}
	message, hint := say.Err(t.p, err)
	if n := len(t.entries); n > 0 && t.entries[n-1].Message == message && t.entries[n-1].Level == Error {
		t.entries = t.entries[:n-1]
	}
	t.add(Entry{now, Error, message, hint, false})
}

func (t *Toasts) add(e Entry) {
	t.entries = append(t.entries, e)
	if extra := len(t.entries) - journalKeeps; extra > 0 {
		t.entries = append(t.entries[:0:0], t.entries[extra:]...)
	}
}

// Current is what shows at an instant: the newest error or warning that was
// not dismissed, else the newest news still fresh.
func (t *Toasts) Current(now time.Time) (Entry, bool) {
	for i := len(t.entries) - 1; i >= 0; i-- {
		if e := t.entries[i]; e.Level >= Warn && !e.dismissed {
			return e, true
		}
	}
	if n := len(t.entries); n > 0 {
		if e := t.entries[n-1]; e.Level < Warn && now.Sub(e.At) < infoStays {
			return e, true
		}
	}
	return Entry{}, false
}

// Next is when what shows now will go by itself; false when nothing will.
func (t *Toasts) Next(now time.Time) (time.Time, bool) {
	e, ok := t.Current(now)
	if !ok || e.Level >= Warn {
		return time.Time{}, false
	}
	return e.At.Add(infoStays), true
}

// Unread is how many errors and warnings were not dismissed.
func (t *Toasts) Unread() int {
	n := 0
	for _, e := range t.entries {
		if e.Level >= Warn && !e.dismissed {
			n++
		}
	}
	return n
}

// Dismiss takes the error that shows away (it stays in the journal); false
// when none shows.
func (t *Toasts) Dismiss() bool {
	for i := len(t.entries) - 1; i >= 0; i-- {
		if e := &t.entries[i]; e.Level >= Warn && !e.dismissed {
			e.dismissed = true
			return true
		}
	}
	return false
}

// Line is what shows, in exactly w cells; "" when nothing does.
func (t *Toasts) Line(w int, now time.Time) string {
	e, ok := t.Current(now)
	if !ok {
		return ""
	}
	text := t.shown(e.Message)
	if e.Hint != "" {
		text += " · " + t.shown(e.Hint)
	}
	if e.Level < Warn {
		return frame.Fit(" "+t.sign(e.Level)+" "+text, w)
	}
	esc := " " + t.p.T("widget.dismiss") + " "
	return t.style(e.Level).Render(frame.Spread(" "+t.sign(e.Level)+" "+text, esc, w))
}

// Journal is everything that was said, newest first, in exactly h lines of w
// cells.
func (t *Toasts) Journal(w, h int) []string {
	if len(t.entries) == 0 {
		return frame.Block([]string{" " + t.p.T("widget.journal_empty")}, w, h)
	}
	var out []string
	for i := len(t.entries) - 1; i >= 0 && len(out) < h; i-- {
		e := t.entries[i]
		line := frame.Fit(" "+t.p.Time(e.At)+"  "+t.sign(e.Level)+" "+t.shown(e.Message), w)
		out = append(out, t.style(e.Level).Render(line))
		if e.Hint != "" {
			out = append(out, t.th.Muted.Render(frame.Fit("             "+t.shown(e.Hint), w)))
		}
	}
	return frame.Block(out, w, h)
}

// Entries are what was said, oldest first.
func (t *Toasts) Entries() []Entry { return t.entries }

func (t *Toasts) sign(l Level) string {
	switch l {
	case Error:
		return t.th.G.Fail
	case Warn:
		return t.th.G.Alert
	case Note:
		return t.th.G.Dot
	}
	return t.th.G.Check
}

func (t *Toasts) style(l Level) theme.Style {
	switch l {
	case Error:
		return t.th.Danger
	case Warn:
		return t.th.Warn
	}
	return t.th.Text
}
