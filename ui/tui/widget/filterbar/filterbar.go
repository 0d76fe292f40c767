package filterbar

import (
	"slices"
	"strings"
	"unicode/utf8"

	"blanche/ui/i18n"
	"blanche/ui/safe"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/frame"
)

// Bar is the widget. It is not safe for several goroutines.
type Bar struct {
	th      *theme.Theme
	p       *i18n.Printer
	text    string
	active  bool
	history []string // newest last
	at      int      // place in history while browsing; len for none
}

// New is a closed, empty filter.
func New(th *theme.Theme, p *i18n.Printer) *Bar { return &Bar{th: th, p: p} }

// Restyle changes theme and language.
func (b *Bar) Restyle(th *theme.Theme, p *i18n.Printer) { b.th, b.p = th, p }

// Open gives the bar the keyboard.
func (b *Bar) Open() { b.active, b.at = true, len(b.history) }

// Active reports whether keys go to the bar.
func (b *Bar) Active() bool { return b.active }

// Text is the filter in force, "" for none.
func (b *Bar) Text() string { return b.text }

// SetText replaces the filter.
func (b *Bar) SetText(s string) { b.text = safe.Text(s) }

// Clear takes the filter away and gives the keyboard back; false when there
// was neither.
func (b *Bar) Clear() bool {
	was := b.active || b.text != ""
	b.active, b.text = false, ""
	return was
}

// Key handles a key: its bubbletea name, and the text it types; true when the
// filter changed.
func (b *Bar) Key(name, text string) (changed bool) {
	before := b.text
	switch name {
	case "esc", "ctrl+c":
		b.Clear()
	case "enter", "tab":
		b.active = false
		b.remember()
	case "backspace":
		if b.text == "" {
			b.active = false
			break
		}
		_, n := utf8.DecodeLastRuneInString(b.text)
		b.text = b.text[:len(b.text)-n]
	case "ctrl+u":
		b.text = ""
	case "ctrl+w":
		i := strings.LastIndexByte(strings.TrimRight(b.text, " "), ' ')
		b.text = b.text[:i+1]
	case "up", "ctrl+p":
		b.browse(-1)
	case "down", "ctrl+n":
		b.browse(1)
	default:
		b.text += safe.Text(text)
	}
	return b.text != before
}

// Paste adds pasted text.
func (b *Bar) Paste(text string) { b.text += safe.Line(text) }

func (b *Bar) remember() {
	if b.text == "" {
		return
	}
	b.history = slices.DeleteFunc(b.history, func(s string) bool { return s == b.text })
	b.history = append(b.history, b.text)
}

func (b *Bar) browse(step int) {
	if i := b.at + step; i >= 0 && i < len(b.history) {
		b.at, b.text = i, b.history[i]
	}
}

// Line is the bar in exactly w cells: the text, and what was found at its end.
func (b *Bar) Line(w int, found string) string {
	left := " / " + b.text
	switch {
	case b.active && b.th.G.ASCII:
		left += "_"
	case b.active:
		left += "▏"
	}
	if b.active {
		left = b.th.Accent.Render(left)
	}
	return frame.Spread(left, b.th.Muted.Render(found+" "), w)
}
