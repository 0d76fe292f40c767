package contacts

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/ui/safe"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/dialog"
	"blanche/ui/tui/widget/frame"
)

// conflict stands in front of a form whose contact somebody else changed: it
// says who changed what, puts one's own fields on top of theirs, and where both
// wrote in the same field asks which to keep.
type conflict struct {
	x      *Screen
	e      *edit
	faster *campaigns.ConflictError
	since  time.Time
	fields []clash
	at     int // under the cursor
}

// clash is a field that differs: as it was seen, as it is now, as it was typed.
type clash struct {
	name, was, is, mine string
	typed, changed      bool
	keep                bool // mine, where both wrote
}

func (c *clash) both() bool { return c.typed && c.changed && c.mine != c.is }

func newConflict(x *Screen, faster *campaigns.ConflictError) *conflict {
	c := &conflict{x: x, e: x.edit, faster: faster, since: x.s.Clock(), at: -1}
	for _, name := range fieldNames {
		was, shown := c.e.values[name]
		if !shown {
			continue
		}
		f := clash{name: name, was: was, is: x.fieldValue(&faster.Current, name), mine: c.e.form.Value(name), typed: c.e.typed(name), keep: true}
		f.changed = f.is != f.was
		if f.typed || f.changed {
			c.fields = append(c.fields, f)
		}
	}
	c.move(1)
	return c
}

// move goes to the next field that both wrote in.
func (c *conflict) move(step int) {
	for i := c.at + step; i >= 0 && i < len(c.fields); i += step {
		if c.fields[i].both() {
			c.at = i
			return
		}
	}
}

// Key handles a key; what was typed while the box came up is swallowed.
func (c *conflict) Key(k tea.KeyPressMsg) (done bool, cmd tea.Cmd) {
	if c.x.s.Clock().Sub(c.since) < dialog.Grace {
		return false, nil
	}
	switch k.String() {
	case "enter":
		c.merge()
		return true, c.x.save()
	case "e":
		c.merge()
		return true, c.x.Init()
	case "x":
		c.x.edit = nil
		return true, tea.Batch(c.x.Init(), screen.Say(c.x.s.P.T("contact.edit.given_up")))
	case "esc", "ctrl+c":
		return true, nil
	case "down", "j", "tab":
		c.move(1)
	case "up", "k", "shift+tab":
		c.move(-1)
	case "left", "right", "space":
		if c.at >= 0 {
			c.fields[c.at].keep = !c.fields[c.at].keep
		}
	}
	return false, nil
}

// merge goes on from what somebody else wrote, with the fields typed here on
// top, but for those where theirs is kept.
func (c *conflict) merge() {
	typed := map[string]string{}
	for _, f := range c.fields {
		if f.typed && (f.keep || !f.changed) {
			typed[f.name] = f.mine
		}
	}
	c.e.seen = c.faster.Current
	c.e.fill(c.x, func(name string) string { return c.x.fieldValue(&c.faster.Current, name) })
	for name, v := range typed { // set, not given: it is still to be saved
		c.e.form.Set(name, v)
	}
}

// Paste has no use for text.
func (c *conflict) Paste(string) {}

// Lines draws who was faster, the fields side by side, and the keys.
func (c *conflict) Lines(w, h int) []string {
	p, th := c.x.s.P, c.x.s.Th
	bw := min(w, 96)
	lines := []string{frame.Title(th, bw, p.T("contact.edit.changed"), c.x.called(&c.e.seen)), frame.Blank(bw)}
	for _, l := range frame.Wrap(c.who(), bw-4) {
		lines = append(lines, frame.Fit("  "+l, bw))
	}
	lines = append(lines, frame.Blank(bw))
	label := min(16, bw/4)
	col := (bw - label - 10) / 3
	lines = append(lines, th.Header.Render(frame.Fit("  "+frame.Blank(label)+"  "+frame.Fit(p.T("contact.edit.seen"), col)+" "+frame.Fit("  "+p.T("contact.edit.theirs"), col+2)+" "+p.T("contact.edit.mine"), bw)))
	for i := range c.fields {
		lines = append(lines, c.line(i, bw, label, col))
	}
	foot := c.keys(bw)
	if room := max(h-len(foot), 0); len(lines) > room {
		lines = lines[:room]
	}
	return append(lines, foot...)
}

// who says who was faster and when, and whether anything must be chosen.
func (c *conflict) who() string {
	p := c.x.s.P
	at := c.faster.At.In(c.x.zone())
	text := p.T("contact.edit.somebody", "at", at)
	if c.faster.By != "" {
		text = p.T("contact.edit.by", "by", safe.Text(c.faster.By), "at", at)
	}
	if c.at < 0 {
		return text + " " + p.T("contact.edit.apart")
	}
	return text + " " + p.T("contact.edit.choose")
}

// line is one field: as it was seen, as it is, as it was typed; the one that
// will be kept is marked.
func (c *conflict) line(i, w, label, col int) string {
	th, f := c.x.s.Th, &c.fields[i]
	cell := func(value string, kept bool) string {
		text := c.x.worded(f.name, value)
		sign := "  "
		if kept {
			sign = th.Good.Render(th.G.Check) + " "
		}
		return sign + frame.Fit(orNone(text), col-2)
	}
	mine := ""
	if f.typed {
		mine = f.mine
	}
	keepMine := f.typed && (f.keep || !f.changed)
	was := frame.Fit(orNone(c.x.worded(f.name, f.was)), col)
	cursor := "  "
	if i == c.at {
		cursor = th.Key.Render(th.G.Cursor) + " "
	}
	line := frame.Fit(cursor+frame.Fit(c.x.fieldLabel(f.name), label)+"  "+th.Muted.Render(was)+" "+cell(f.is, !keepMine)+" "+cell(mine, keepMine), w)
	if i == c.at {
		return th.Selection.Over(line)
	}
	return line
}

// worded is the value of a field as a person reads it: the label of a choice.
func (x *Screen) worded(name, value string) string {
	if slices.Contains([]string{"kind", "basis", "tracking"}, name) {
		for _, o := range x.options(name) {
			if o.Value == value {
				return o.Label
			}
		}
	}
	return x.s.Text(value)
}

func (c *conflict) keys(w int) []string {
	p, th := c.x.s.P, c.x.s.Th
	key := func(name, what string) string { return th.Key.Render(name) + " " + th.Muted.Render(p.T(what)) }
	parts := key(p.T("action.key.enter"), "contact.edit.merge") + "   " + key("e", "contact.edit.resume") + "   " + key("x", "contact.edit.give_up") + "   " + key(p.T("action.key.esc"), "contact.edit.stay")
	lines := []string{frame.Blank(w)}
	if c.at >= 0 {
		lines = append(lines, frame.Fit("  "+key(p.T("action.key.space"), "contact.edit.toggle"), w))
	}
	for _, l := range frame.Wrap(parts, w-4) {
		lines = append(lines, frame.Fit("  "+l, w))
	}
	return append(lines, frame.Rule(th, w))
}
