package dialog

import (
	"cmp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"blanche/ui/i18n"
	"blanche/ui/safe"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/frame"
)

// Grace is how long a dialog swallows keys after it appeared.
const Grace = 400 * time.Millisecond

// Verdict is what a key did.
type Verdict uint8

// The verdicts.
const (
	Open Verdict = iota // still asking
	Confirmed
	Cancelled
)

// Question is what is asked, already in the session's language.
type Question struct {
	Title  string
	Body   []string // sentences, wrapped by the dialog
	Act    string   // what the button does: a verb, never OK
	Type   string   // text to type back before Act works; "" for a plain question
	Danger bool     // the button is drawn as dangerous
	Stay   string   // what the other button does, where « Cancel » could be either; "" is Cancel
}

// Dialog is an open question.
type Dialog struct {
	th    *theme.Theme
	p     *i18n.Printer
	q     Question
	since time.Time
	act   bool // the button is under the cursor; false: Cancel
	typed string
}

// Confirm opens a question at an instant.
func Confirm(th *theme.Theme, p *i18n.Printer, q Question, now time.Time) *Dialog {
	return &Dialog{th: th, p: p, q: q, since: now}
}

// Key handles a key: its bubbletea name, and the text it types ("" for none).
func (d *Dialog) Key(name, text string, now time.Time) Verdict {
	if now.Sub(d.since) < Grace {
		return Open
	}
	switch name {
	case "esc", "ctrl+c":
		return Cancelled
	case "enter":
		return d.enter()
	case "tab", "shift+tab", "left", "right", "up", "down":
		d.act = !d.act
	case "backspace":
		_, n := utf8.DecodeLastRuneInString(d.typed)
		d.typed = d.typed[:len(d.typed)-n]
	case "ctrl+u":
		d.typed = ""
	default:
		if d.q.Type != "" && len(d.typed) < 200 {
			d.typed += safe.Text(text)
			d.act = d.complete()
		}
	}
	return Open
}

// enter confirms only on the button, and only with the text typed back.
func (d *Dialog) enter() Verdict {
	switch {
	case d.act && d.complete():
		return Confirmed
	case d.q.Type != "" && d.typed != "":
		return Open // typed, and not yet right: not the moment to lose it
	}
	return Cancelled
}

// complete compares without spaces and separators: 10 800, 10800 and 10,800
// are the same count.
func (d *Dialog) complete() bool {
	return d.q.Type == "" || normalize(d.typed) == normalize(d.q.Type)
}

func normalize(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\u00a0', '\u202f', ',', '.':
			return -1
		}
		return r
	}, i18n.Fold(s))
}

// Lines is the box, as wide as fits in w (72 at most), no higher than h.
func (d *Dialog) Lines(w, h int) []string {
	bw := min(w, 72)
	inner := bw - 4
	body := []string{frame.Title(d.th, bw, d.q.Title), frame.Blank(bw)}
	for _, s := range d.q.Body {
		for _, l := range frame.Wrap(s, inner) {
			body = append(body, frame.Fit("  "+l, bw))
		}
	}
	var foot []string
	if d.q.Type != "" {
		ask := d.p.T("widget.type_back", "text", d.q.Type)
		for _, l := range frame.Wrap(ask, inner) {
			foot = append(foot, frame.Fit("  "+l, bw))
		}
		foot = append(foot, frame.Fit("  "+d.th.G.Cursor+" "+d.typed+d.caret(), bw))
	}
	foot = append(foot, frame.Blank(bw), d.buttons(bw), frame.Rule(d.th, bw))
	if room := h - len(foot); len(body) > room {
		body = body[:max(room, 0)]
	}
	return frame.Block(append(body, foot...), bw, min(len(body)+len(foot), max(h, 0)))
}

func (d *Dialog) caret() string {
	if d.th.G.ASCII {
		return "_"
	}
	return "▏"
}

func (d *Dialog) buttons(w int) string {
	cancel, act := "  "+cmp.Or(capital(d.q.Stay), d.p.T("widget.cancel"))+"  ", "  "+capital(d.q.Act)+"  "
	switch {
	case d.act:
		act = d.th.Selection.Render(d.th.G.Cursor + act[1:])
	default:
		cancel = d.th.Selection.Render(d.th.G.Cursor + cancel[1:])
	}
	switch {
	case !d.complete():
		act = d.th.Muted.Render(act)
	case d.q.Danger && !d.act:
		act = d.th.Danger.Render(act)
	}
	return frame.Fit("  "+cancel+"   "+act, w)
}

// capital is a text that begins with a capital, as the other button does.
func capital(text string) string {
	first, n := utf8.DecodeRuneInString(text)
	if n == 0 {
		return text
	}
	return string(unicode.ToUpper(first)) + text[n:]
}
