package segments

import (
	"strings"

	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/widget/frame"
)

// wide is the width from which the counts stand beside the tree.
const wide = 100

// view draws the rule: the line of text, the same as a tree, and what it
// counts.
func (b *builder) view(w, h int) []string {
	p, th := b.x.s.P, b.x.s.Th
	title := []string{p.T("segment.rule_title")}
	if b.name != "" {
		title = append(title, safe.Text(b.name))
	}
	if b.dirty() {
		title = append(title, p.T("segment.not_saved"))
	}
	head := append([]string{frame.Title(th, w, title...)}, b.line(w)...)
	room := max(h-len(head), 2)
	if w >= wide {
		left := w*11/20 - 1
		return frame.Stack(w, h, head, frame.Beside(b.treePane(left, room), left, b.countPane(w-left-1, room), w-left-1, " "))
	}
	counts := b.countPane(w, min(9, room/2))
	return frame.Stack(w, h, head, b.treePane(w, room-len(counts)), counts)
}

// line is the text, with what is wrong under the place where it is wrong.
func (b *builder) line(w int) []string {
	p, th := b.x.s.P, b.x.s.Th
	label := " " + p.T("segment.text") + " "
	sign := "  "
	if b.typing {
		sign = th.Key.Render(th.G.Cursor) + " "
	}
	lw := frame.Width(label) + 2
	var body string
	if b.typing {
		b.text.SetWidth(max(w-lw-2, 8))
		body = b.text.View()
	} else {
		body = b.x.s.Text(b.text.Value())
	}
	out := []string{frame.Fit(sign+th.Muted.Render(label)+body, w)}
	if b.err == nil {
		return out
	}
	if n := column(b.err); n > 0 {
		text := []rune(b.text.Value())
		before := lw + frame.Width(safe.Text(string(text[:min(n-1, len(text))])))
		if before < w-1 {
			out = append(out, frame.Fit(frame.Blank(before)+th.Danger.Render(th.G.Alert), w))
		}
	}
	return append(out, problem(b.x.s, b.err, w)...)
}

// treePane is the tree, or the condition that is being written, or what the tree
// holds of one person.
func (b *builder) treePane(w, h int) []string {
	th, p := b.x.s.Th, b.x.s.P
	if b.cond != nil {
		return frame.Block(b.cond.lines(w, h), w, h)
	}
	head := []string{frame.Title(th, w, p.T("segment.tree.title"))}
	if b.why != nil {
		head = b.why.title(w)
	}
	nodes := flatten(b.tree)
	room := max(h-len(head), 1)
	top := max(min(b.at-room/2, len(nodes)-room), 0)
	lines := head
	for i := top; i < min(top+room, len(nodes)); i++ {
		lines = append(lines, b.nodeLine(i, nodes[i], w))
	}
	return frame.Block(lines, w, h)
}

// nodeLine is one node: its words, of a person whether it holds and with what.
func (b *builder) nodeLine(i int, n node, w int) string {
	th := b.x.s.Th
	text := strings.Repeat("  ", n.depth)
	if b.why != nil && b.why.ready && b.why.err == nil && i < len(b.why.told.Parts) {
		part := &b.why.told.Parts[i]
		sign := th.Danger.Render(th.G.Fail)
		if part.Holds {
			sign = th.Good.Render(th.G.Check)
		}
		text += sign + " " + b.phrase(n.rule)
		if part.Value != "" {
			text += th.Muted.Render("  "+th.G.Bullet+" ") + th.Accent.Render(b.has(n.rule, part.Value))
		} else if !grouping(n.rule) {
			text += th.Muted.Render("  " + th.G.Bullet + " " + b.x.s.P.T("segment.why.nothing"))
		}
	} else {
		text += b.styled(n.rule)
	}
	cursor := "  "
	if i == b.at && !b.typing && b.why == nil {
		cursor = th.Key.Render(th.G.Cursor) + " "
		return th.Selection.Over(frame.Fit(" "+cursor+text, w))
	}
	line := frame.Fit(" "+cursor+text, w)
	if b.err != nil {
		return th.Muted.Render(line)
	}
	return line
}

func (b *builder) styled(r model.Rule) string {
	if grouping(r) {
		return b.x.s.Th.Title.Render(b.phrase(r))
	}
	return b.phrase(r)
}

// has is what a person has in the field of a node, masked where people are.
func (b *builder) has(r model.Rule, value string) string {
	f, ok := b.fieldOf(r)
	if ok && f.Coded {
		return b.coded(f, value)
	}
	if ok && (f.Name == "first_name" || f.Name == "last_name") {
		return b.x.s.Name(value)
	}
	if _, happened := r.(model.RuleMember); happened {
		return say.RuleHas(b.x.s.P, "", "date", value)
	}
	if !ok {
		return b.x.s.Text(value)
	}
	if f.Type == "text" || f.Type == "tags" {
		return b.x.s.Text(value)
	}
	return say.RuleHas(b.x.s.P, f.Name, f.Type, value)
}

// countPane is how many people, why some may not be written to, and five of
// them; short of room the reasons are one line.
func (b *builder) countPane(w, h int) []string {
	p, th, c := b.x.s.P, b.x.s.Th, &b.count
	switch {
	case b.read == "" && b.err == nil && strings.TrimSpace(b.text.Value()) == "":
		return frame.Block(append([]string{frame.Title(th, w, p.T("segment.people"))}, indent(frame.Wrap(p.T("segment.write_a_rule"), w-4))...), w, h)
	case b.read == "":
		return frame.Block([]string{frame.Title(th, w, p.T("segment.people"))}, w, h)
	}
	state := ""
	if !b.current() {
		state = p.T("segment.of_before")
	}
	title := []string{p.N("segment.matched", c.Matched)}
	if state != "" {
		title = append(title, state)
	}
	lines := []string{frame.Title(th, w, title...)}
	if h > 12 {
		lines = append(lines, b.reasons(w)...)
	} else {
		line := frame.Wrap(b.reasonLine(), w-4)
		lines = append(lines, indent(line[:min(len(line), 2)])...)
	}
	return frame.Block(append(lines, b.people(w)...), w, h)
}

func indent(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = "  " + l + "  "
	}
	return out
}

// reasons are the sendable and each exclusion, with a bar of its share.
func (b *builder) reasons(w int) []string {
	p, th, c := b.x.s.P, b.x.s.Th, &b.count
	lines := []string{b.share(p.T("segment.sendable"), c.Sendable, w, th.Accent.Render)}
	for _, e := range exclusions(c) {
		lines = append(lines, b.share(say.Reason(p, e.code), e.n, w, th.Muted.Render))
	}
	return append(lines, frame.Blank(w))
}

func (b *builder) share(label string, n, w int, style func(string) string) string {
	bar := bars(b.x.s.Th.G.Eighths, max(w-42, 0), n, b.count.Matched)
	return frame.Fit("  "+frame.Fit(label, 26)+frame.FitRight(b.x.s.P.Int(n), 11)+" "+style(bar), w)
}

// bars is n of all as a bar of at most w cells, in eighths; what is not nothing
// is seen.
func bars(eighths [9]string, w, n, all int) string {
	if all <= 0 || w <= 0 || n <= 0 {
		return ""
	}
	parts := max(n*w*8/all, 1)
	return strings.Repeat(eighths[8], parts/8) + eighths[parts%8]
}

// reasonLine is reasons on one line.
func (b *builder) reasonLine() string {
	p, c := b.x.s.P, &b.count
	parts := []string{p.T("segment.sendable") + " " + p.Int(c.Sendable)}
	for _, e := range exclusions(c) {
		parts = append(parts, say.Reason(p, e.code)+" "+p.Int(e.n))
	}
	return strings.Join(parts, " "+b.x.s.Th.G.Bullet+" ")
}

// people are five of them, with a sign for who may not be written to.
func (b *builder) people(w int) []string {
	p, th := b.x.s.P, b.x.s.Th
	if why := b.x.s.Forbidden(model.ReadContacts); why != "" {
		return indent(frame.Wrap(why, w-4))
	}
	var lines []string
	for i := range b.some {
		row := &b.some[i]
		sign := th.Good.Render(th.G.Check)
		if row.Reason != "" {
			sign = th.Warn.Render(th.G.Fail)
		}
		cursor := "  "
		if b.why != nil && b.why.named == "" && b.why.at == i {
			cursor = th.Key.Render(th.G.Cursor) + " "
		}
		name := frame.Fit(b.x.s.Name(fullName(&row.Contact)), min(w/3, 28))
		lines = append(lines, frame.Fit(cursor+sign+" "+name+" "+frame.Fit(b.x.s.Address(row.Email), min(w*2/5, 34))+" "+safe.Text(row.City), w))
	}
	if len(lines) == 0 && b.current() {
		lines = append(lines, th.Muted.Render(frame.Fit("  "+p.T("segment.nobody"), w)))
	}
	return lines
}

// fullName is how a person is called in a list.
func fullName(c *model.Contact) string {
	name := strings.TrimSpace(c.FirstName + " " + c.LastName)
	if name == "" {
		return c.Company
	}
	return name
}

// lines draws a condition being written: what was said, and what to choose.
func (c *cond) lines(w, h int) []string {
	p, th := c.b.x.s.P, c.b.x.s.Th
	lines := []string{frame.Title(th, w, p.T("segment.cond.title"), c.said())}
	//i18n:keys segment.cond.*
	label := p.T("segment.cond." + []string{"field", "op", "value", "scope"}[c.step])
	c.input.SetWidth(max(w-frame.Width(label)-6, 8))
	lines = append(lines, frame.Fit(" "+th.Key.Render(th.G.Cursor)+" "+th.Muted.Render(label)+" "+c.input.View(), w))
	if c.problem != "" {
		lines = append(lines, th.Danger.Render(frame.Fit("   "+th.G.Fail+" "+c.problem, w)))
	}
	lines = append(lines, th.Muted.Render(frame.Fit("   "+p.T("segment.cond.help_"+[]string{"field", "op", "value", "scope"}[c.step]), w)))
	room := max(h-len(lines), 1)
	top := max(min(c.at-room/2, len(c.list)-room), 0)
	for i := top; i < min(top+room, len(c.list)); i++ {
		o := c.list[i]
		label := safe.Text(o.label)
		text := frame.Fit(label, min(w/2, 32))
		if o.note != "" {
			text += " " + th.Muted.Render(o.note)
		}
		if i == c.at {
			lines = append(lines, th.Selection.Over(frame.Fit("   "+th.Key.Render(th.G.Cursor)+" "+text, w)))
		} else {
			lines = append(lines, frame.Fit("     "+text, w))
		}
	}
	return lines
}

// said is what the steps before have said.
func (c *cond) said() string {
	var parts []string
	switch {
	case c.event != nil:
		parts = append(parts, c.b.eventLabel(*c.event))
	case c.field != nil && c.step > stepField:
		parts = append(parts, c.b.label(c.field))
		if c.step > stepOp && c.op != "" {
			for _, o := range c.ops0() {
				if o.value == c.op {
					parts = append(parts, o.label)
				}
			}
		}
	}
	if c.step > stepValue && c.value != "" {
		parts = append(parts, c.b.coded(c.field, c.value))
	}
	return strings.Join(parts, " ")
}

// ops0 are the comparisons whatever is typed.
func (c *cond) ops0() []choice {
	free := *c
	free.input.SetValue("")
	return free.ops()
}
