package segments

import (
	"context"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/screen"
)

// The steps of a condition.
const (
	stepField = iota
	stepOp
	stepValue
	stepScope // which orders, or when
)

// cond is one condition being written: a field found by typing, a comparison, a
// value. It is read by the same reader as the line of text, so that nothing can
// be said here that cannot be said there.
type cond struct {
	b     *builder
	path  []int
	other bool // in a group of the other kind, with the node under the cursor
	edits bool // in the place of the node under the cursor

	step  int
	input textinput.Model
	list  []choice
	at    int

	field *model.RuleField
	event *model.RuleEvent
	op    string // as a rule writes it; exists, flag, in, birthday
	value string
	scope string

	req     uint64
	problem string
}

// choice is one line to choose from.
type choice struct{ value, label, note string }

// leafRead is the answer about the text of one condition.
type leafRead struct{ rule model.Rule }

func newCond(b *builder, n node, other bool) *cond {
	c := &cond{b: b, path: n.path, other: other}
	c.make("")
	return c
}

// editCond opens a condition that is there; everybody is none yet.
func editCond(b *builder, n node) *cond {
	c := &cond{b: b, path: n.path, edits: true}
	c.make("")
	if f, ok := b.fieldOf(n.rule); ok {
		c.field = f
	}
	w := b.words()
	switch r := n.rule.(type) {
	case model.RuleFlag:
		c.op = "flag"
	case model.RuleExists:
		c.op, c.scope = "exists", w.Scope(r.Scope)
	case model.RuleCompare:
		c.op, c.value, c.scope = r.Op.String(), w.Code(r.Field, r.Value.Text), w.Scope(r.Scope)
		if r.Value.Kind != model.ValueText {
			c.value = w.Value(r.Field, r.Value)
		}
	case model.RuleIn:
		c.op, c.scope = "in", w.Scope(r.Scope)
		for i, v := range r.Values {
			if i > 0 {
				c.value += ", "
			}
			c.value += w.Listed(r.Field, v)
		}
	case model.RuleAnniversary:
		c.op, c.value = "birthday", i18n.New("en").Int(r.Days)
	case model.RuleMember:
		c.event, c.value, c.scope = &r.Event, r.Name, w.Period(r.Period)
	}
	if c.field != nil || c.event != nil {
		c.to(stepValue)
		if c.op == "flag" || c.op == "exists" {
			c.to(stepOp)
		}
	}
	return c
}

// fieldOf is the field that a leaf looks at.
func (b *builder) fieldOf(r model.Rule) (*model.RuleField, bool) {
	name := model.LeafField(r)
	for i := range b.form.Fields {
		if b.form.Fields[i].Name == name {
			return &b.form.Fields[i], true
		}
	}
	return nil, false
}

func (c *cond) make(value string) {
	m := textinput.New()
	m.Prompt, m.CharLimit = "", 400
	th := c.b.x.s.Th
	styles := m.Styles()
	state := textinput.StyleState{Text: th.Text.Lipgloss(), Placeholder: th.Muted.Lipgloss(), Prompt: th.Muted.Lipgloss()}
	styles.Focused, styles.Blurred = state, state
	styles.Cursor.Blink = false
	m.SetStyles(styles)
	m.SetValue(safe.Text(value))
	m.Focus()
	c.input = m
	c.suggest()
}

// to goes to a step, with what was said there before.
func (c *cond) to(step int) {
	c.step, c.problem = step, ""
	c.make(map[int]string{stepValue: c.value, stepScope: c.scope}[step])
	c.input.CursorEnd()
	if step == stepOp {
		for i, o := range c.list {
			if o.value == c.op {
				c.at = i
			}
		}
	}
}

// key types, chooses, goes on or back a step.
func (c *cond) key(k tea.KeyPressMsg) tea.Cmd {
	c.problem = ""
	switch k.String() {
	case "esc", "ctrl+c":
		c.leave()
		return nil
	case "down", "ctrl+n":
		c.at = min(c.at+1, max(len(c.list)-1, 0))
		return nil
	case "up", "ctrl+p":
		c.at = max(c.at-1, 0)
		return nil
	case "shift+tab":
		c.to(max(c.step-1, 0))
		return nil
	case "tab":
		if c.step == stepValue || c.step == stepScope {
			c.complete()
			return nil
		}
		return c.next()
	case "enter":
		return c.next()
	}
	var cmd tea.Cmd
	before := c.input.Value()
	if c.input, cmd = c.input.Update(k); c.input.Value() != before {
		c.suggest()
	}
	return cmd
}

func (c *cond) paste(msg tea.PasteMsg) tea.Cmd {
	var cmd tea.Cmd
	c.input, cmd = c.input.Update(msg)
	c.suggest()
	return cmd
}

// leave goes back a step, and from the first one leaves the condition.
func (c *cond) leave() {
	if c.step > stepField && !c.edits {
		c.to(map[int]int{stepScope: stepValue, stepValue: c.beforeValue(), stepOp: stepField}[c.step])
		return
	}
	c.b.cond = nil
}

func (c *cond) beforeValue() int {
	if c.event != nil {
		return stepField
	}
	return stepOp
}

// complete takes the line chosen into the input.
func (c *cond) complete() {
	if c.at < len(c.list) {
		c.input.SetValue(safe.Text(c.list[c.at].value))
		c.input.CursorEnd()
		c.suggest()
	}
}

// next takes what the step says, and goes on to the next one, or reads the
// whole.
func (c *cond) next() tea.Cmd {
	if (c.step == stepField || c.step == stepOp) && c.at >= len(c.list) {
		return nil
	}
	switch c.step {
	case stepField:
		c.choose(c.list[c.at].value)
		c.to(map[bool]int{true: stepValue, false: stepOp}[c.event != nil])
		return nil
	case stepOp:
		if op := c.list[c.at].value; op != c.op {
			c.op = op
		}
		if c.op != "flag" && c.op != "notflag" && c.op != "exists" {
			c.to(stepValue)
			return nil
		}
		if c.field.Scoped {
			c.to(stepScope)
			return nil
		}
	case stepValue:
		c.value = c.valueTyped()
		if c.narrows() {
			c.to(stepScope)
			return nil
		}
	case stepScope:
		c.scope = strings.TrimSpace(c.input.Value())
	}
	return c.submit()
}

// valueTyped is the value: what was typed, or the line chosen where nothing was
// typed or where the values are codes.
func (c *cond) valueTyped() string {
	typed := strings.TrimSpace(c.input.Value())
	if c.at < len(c.list) && c.op != "in" && (typed == "" || c.field != nil && c.field.Coded) {
		return c.list[c.at].value
	}
	return typed
}

// narrows reports that there is more to say: which orders, or when.
func (c *cond) narrows() bool {
	if c.event != nil {
		return c.event.Dated()
	}
	return c.field.Scoped && c.op != "birthday"
}

// choose takes a field or an event by its name.
func (c *cond) choose(name string) {
	c.field, c.event = nil, nil
	for i := range c.b.form.Fields {
		if c.b.form.Fields[i].Name == name {
			c.field = &c.b.form.Fields[i]
		}
	}
	for i := range c.b.form.Events {
		if c.b.form.Events[i].String()+"()" == name {
			c.event = &c.b.form.Events[i]
		}
	}
	c.op, c.value, c.scope = "", "", ""
}

// text is the condition as a rule writes it.
func (c *cond) text() string {
	if c.event != nil {
		what := "any"
		if c.value != "" {
			what = model.QuoteRule(c.value)
		}
		if c.scope != "" {
			what += ", " + c.scope
		}
		return c.event.String() + "(" + what + ")"
	}
	name := c.field.Name
	if c.scope != "" {
		name += "(" + c.scope + ")"
	}
	switch c.op {
	case "flag":
		return name
	case "notflag":
		return "not " + name
	case "exists":
		return name + " exists"
	case "birthday":
		days, _ := strconv.Atoi(c.value) // the reader refuses 0
		return model.RuleAnniversary{Field: name, Days: days}.String()
	case "in":
		return name + " in [" + c.value + "]"
	}
	if c.field.Value == model.ValueText {
		return name + " " + c.op + " " + model.QuoteRule(c.value)
	}
	return name + " " + c.op + " " + c.value
}

// submit has the condition read.
func (c *cond) submit() tea.Cmd {
	s, text := c.b.x.s, c.text()
	c.req = s.Number()
	return screen.Ask(s, screen.Segments, c.req, func(ctx context.Context) (leafRead, error) {
		rule, err := s.Desk.ReadRule(ctx, text)
		return leafRead{rule}, err
	})
}

// leaf puts a condition that was read in its place, or says what is wrong with
// it.
func (b *builder) leaf(msg screen.Reply[leafRead]) tea.Cmd {
	c := b.cond
	if c == nil || msg.Req != c.req {
		return nil
	}
	if msg.Err != nil {
		c.problem, _ = say.Err(b.x.s.P, msg.Err)
		return nil
	}
	b.cond = nil
	leaf := msg.Value.rule
	if model.RuleAt(b.tree, c.path) == nil {
		return nil // the rule was read anew meanwhile, and is another one
	}
	switch {
	case c.edits:
		return b.become(model.ReplaceRule(b.tree, c.path, leaf), c.path)
	case c.other:
		return b.become(wrapped(b.tree, c.path, leaf))
	}
	return b.become(added(b.tree, c.path, leaf))
}
