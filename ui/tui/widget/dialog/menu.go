package dialog

import (
	"time"

	"blanche/ui/i18n"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/frame"
)

// Menu is a question with several answers, already in the session's language.
// The first is the default.
type Menu struct {
	Title   string
	Body    []string
	Choices []Choice
}

// Choice is one answer: what is done, and in smaller words what that means.
type Choice struct{ Label, Note string }

// Chooser is an open menu.
type Chooser struct {
	th    *theme.Theme
	p     *i18n.Printer
	m     Menu
	since time.Time
	at    int
}

// Choose opens a menu at an instant.
func Choose(th *theme.Theme, p *i18n.Printer, m Menu, now time.Time) *Chooser {
	return &Chooser{th: th, p: p, m: m, since: now}
}

// Key handles a key by its bubbletea name; Confirmed comes with the number of
// the answer.
func (c *Chooser) Key(name string, now time.Time) (int, Verdict) {
	if now.Sub(c.since) < Grace {
		return 0, Open
	}
	switch name {
	case "esc", "ctrl+c":
		return 0, Cancelled
	case "enter":
		return c.at, Confirmed
	case "down", "j", "tab", "right":
		c.at = (c.at + 1) % len(c.m.Choices)
	case "up", "k", "shift+tab", "left":
		c.at = (c.at + len(c.m.Choices) - 1) % len(c.m.Choices)
	}
	return 0, Open
}

// Lines is the box, as wide as fits in w (72 at most), no higher than h.
func (c *Chooser) Lines(w, h int) []string {
	bw := min(w, 72)
	var foot []string
	for i, choice := range c.m.Choices {
		line := frame.Fit("    "+choice.Label+" ", bw-4)
		if i == c.at {
			line = c.th.Selection.Render(frame.Fit("  "+c.th.G.Cursor+" "+choice.Label+" ", bw-4))
		}
		foot = append(foot, frame.Fit("  "+line, bw))
		if choice.Note != "" {
			for _, l := range frame.Wrap(choice.Note, bw-10) {
				foot = append(foot, c.th.Muted.Render(frame.Fit("      "+l, bw)))
			}
		}
	}
	foot = append(foot, frame.Rule(c.th, bw))
	body := []string{frame.Title(c.th, bw, c.m.Title), frame.Blank(bw)}
	for _, s := range c.m.Body {
		for _, l := range frame.Wrap(s, bw-4) {
			body = append(body, frame.Fit("  "+l, bw))
		}
	}
	body = append(body, frame.Blank(bw))
	if room := h - len(foot); len(body) > room {
		body = body[:max(room, 0)]
	}
	return frame.Block(append(body, foot...), bw, min(len(body)+len(foot), max(h, 0)))
}
