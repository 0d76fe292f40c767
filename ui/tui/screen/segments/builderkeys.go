package segments

import (
	tea "charm.land/bubbletea/v2"

	"blanche/model"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
)

// actions are what can be done with the rule.
func (b *builder) actions() []action.Action {
	switch {
	case b.cond != nil:
		return []action.Action{action.New("segment.next", "enter"), action.New("segment.close", "esc")}
	case b.typing:
		return []action.Action{
			action.New("segment.to_tree", "tab", "enter"),
			action.New("segment.save", "ctrl+s").Need(model.SaveSegments),
			action.New("segment.close", "esc"),
		}
	case b.why != nil:
		return []action.Action{
			action.New("segment.why_next", "right", "l"), action.New("segment.why_previous", "left", "h").Hidden(),
			action.New("segment.why_of", "e").Need(model.ReadContacts),
			action.New("segment.close", "w", "esc"),
		}
	}
	return []action.Action{
		action.New("segment.add", "a").Off(b.unread),
		action.New("segment.change", "enter").Off(b.unread),
		action.New("segment.why", "w").Need(model.ReadContacts).Off(b.nobody),
		action.New("segment.to_text", "t").Alias("texte"),
		action.New("segment.save", "ctrl+s", "s").Need(model.SaveSegments).Off(b.unread),
		action.New("segment.add_other", "A").Off(b.unread),
		action.New("segment.turn", "o").Off(b.ungrouped),
		action.New("segment.negate", "n").Off(b.unread),
		action.New("segment.drop", "x").Off(b.unread),
		action.New("segment.undo", "z").Off(b.unchanged).Hidden(),
		action.New("segment.close", "esc").Hidden(),
	}
}

// unread is why the form is off: the line of text is not a rule.
func (b *builder) unread() string {
	switch {
	case b.err != nil:
		return b.x.s.P.T("segment.unread")
	case b.asking && b.read == "":
		return b.x.s.P.T("segment.counting")
	}
	return ""
}

func (b *builder) ungrouped() string {
	if why := b.unread(); why != "" {
		return why
	}
	n := b.node()
	switch n.rule.(type) {
	case model.RuleAnd, model.RuleOr:
		return ""
	}
	if _, _, ok := parent(b.tree, n.path); !ok {
		return b.x.s.P.T("segment.no_group")
	}
	return ""
}

func (b *builder) nobody() string {
	if why := b.unread(); why != "" {
		return why
	}
	if len(b.some) == 0 {
		return b.x.s.P.T("segment.nobody")
	}
	return ""
}

func (b *builder) unchanged() string {
	if len(b.past) == 0 {
		return b.x.s.P.T("segment.nothing_to_undo")
	}
	return ""
}

// node is the one under the cursor.
func (b *builder) node() node {
	all := flatten(b.tree)
	return all[max(min(b.at, len(all)-1), 0)]
}

// do does one of the actions.
func (b *builder) do(id string) tea.Cmd {
	n := b.node()
	switch id {
	case "segment.to_text", "segment.to_tree":
		b.typing = id == "segment.to_text"
		b.focus()
	case "segment.save":
		return b.save()
	case "segment.undo":
		return b.undo()
	case "segment.close":
		return b.close()
	case "segment.add", "segment.add_other":
		b.cond = newCond(b, n, id == "segment.add_other")
	case "segment.change":
		return b.change(n)
	case "segment.turn":
		return b.become(turned(b.tree, n.path), n.path)
	case "segment.negate":
		return b.become(model.ReplaceRule(b.tree, n.path, model.Negated(n.rule)), n.path)
	case "segment.drop":
		return b.become(model.ReplaceRule(b.tree, n.path, nil), n.path)
	case "segment.why":
		b.why = newWhy(b)
		return b.why.ask()
	case "segment.why_next", "segment.why_previous":
		return b.why.step(id == "segment.why_next")
	case "segment.why_of":
		return b.why.somebody()
	}
	return nil
}

// change opens a leaf, and turns a group.
func (b *builder) change(n node) tea.Cmd {
	switch n.rule.(type) {
	case model.RuleAnd, model.RuleOr:
		return b.become(turned(b.tree, n.path), n.path)
	case model.RuleNot:
		return b.become(model.ReplaceRule(b.tree, n.path, model.Negated(n.rule)), n.path)
	}
	b.cond = editCond(b, n)
	return nil
}

// close leaves what is open, then the page, after a question when what was
// written would be lost.
func (b *builder) close() tea.Cmd {
	switch {
	case b.why != nil:
		b.why = nil
		return nil
	case b.typing && b.text.Value() != "":
		b.typing = false
		b.focus()
		return nil
	}
	return screen.LeaveForm(b.x.s, b.dirty(), func() {}, func() tea.Cmd {
		b.x.page = nil
		return nil
	})
}

// key types in the line or the condition, or moves in the tree.
func (b *builder) key(k tea.KeyPressMsg) (tea.Cmd, bool) {
	name := k.String()
	switch {
	case b.cond != nil:
		return b.cond.key(k), true
	case b.typing:
		return b.typed(k), true
	}
	step, ok := map[string]int{"j": 1, "down": 1, "k": -1, "up": -1, "pgdown": 10, "pgup": -10, "home": -1 << 20, "end": 1 << 20, "G": 1 << 20}[name]
	b.at = max(min(b.at+step, len(flatten(b.tree))-1), 0)
	return nil, ok
}

// typed is a key in the line of text.
func (b *builder) typed(k tea.KeyPressMsg) tea.Cmd {
	switch k.String() {
	case "tab", "enter", "down":
		return b.do("segment.to_tree")
	case "ctrl+s":
		if why := b.x.s.Forbidden(model.SaveSegments); why != "" {
			return screen.Say(why)
		}
		return b.save()
	case "esc":
		return b.close()
	}
	var cmd tea.Cmd
	b.text, cmd = b.text.Update(k)
	return tea.Batch(cmd, b.ask())
}

// paste goes where typing goes.
func (b *builder) paste(text string) tea.Cmd {
	msg := tea.PasteMsg{Content: oneLine(text)}
	switch {
	case b.cond != nil:
		return b.cond.paste(msg)
	case b.typing:
		var cmd tea.Cmd
		b.text, cmd = b.text.Update(msg)
		return tea.Batch(cmd, b.ask())
	}
	return nil
}

func (b *builder) captures() bool { return b.typing || b.cond != nil }

// back is esc where no text field has the keys.
func (b *builder) back() bool {
	switch {
	case b.cond != nil:
		b.cond = nil
	case b.why != nil:
		b.why = nil
	default:
		return false
	}
	return true
}

func (b *builder) restyle() {
	b.make(b.text.Value())
	b.focus()
	if b.cond != nil {
		b.cond.make(b.cond.input.Value())
	}
}
