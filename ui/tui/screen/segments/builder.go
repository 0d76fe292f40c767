package segments

import (
	"context"
	"errors"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/tui/screen"
)

// samples is how many people are shown of a rule.
const samples = 5

// builder is the page of one rule: the line of text and the form are the same
// tree. What is typed is read and counted, one question on its way at a time.
type builder struct {
	x    *Screen
	name string // of the saved segment; "" for a new one
	kept string // text as it was saved

	text   textinput.Model
	typing bool // the line of text has the keys
	form   model.RuleForm

	tree  model.Rule // of the text, while it can be read
	read  string     // text that tree, count and sample are of
	err   error      // why the text cannot be read; nil
	at    int        // node under the cursor
	past  []string   // texts before each change, for undo
	fresh bool       // nothing was typed since the page was opened
	count model.SegmentCount
	some  []campaigns.ContactRow

	asked  string
	asking bool
	req    uint64

	cond *cond // one condition being written
	why  *why  // the tree says what it holds of one person
}

// answer is what is known of a text.
type answer struct {
	rule  model.Rule
	count model.SegmentCount
	some  []campaigns.ContactRow
}

// ruleSaved is the answer to keeping a rule.
type ruleSaved struct {
	segment model.Segment
	text    string // as it stood on the line
}

func newBuilder(x *Screen, name, rule string) *builder {
	b := &builder{x: x, name: name, tree: model.RuleAll{}, fresh: rule != ""}
	b.make(campaigns.RuleText(rule, x.s.P.Lang()))
	b.kept = b.text.Value()
	b.typing = rule == "" && name == ""
	b.focus()
	return b
}

// make is the line of text with a value.
func (b *builder) make(value string) {
	m := textinput.New()
	m.Prompt = ""
	m.CharLimit = 4000
	m.Placeholder = b.x.s.P.T("segment.rule_example")
	th := b.x.s.Th
	styles := m.Styles()
	state := textinput.StyleState{Text: th.Text.Lipgloss(), Placeholder: th.Muted.Lipgloss(), Prompt: th.Muted.Lipgloss()}
	styles.Focused, styles.Blurred = state, state
	styles.Cursor.Blink = false
	m.SetStyles(styles)
	m.SetValue(safe.Text(value))
	b.text = m
}

func (b *builder) focus() {
	if b.typing {
		b.text.Focus()
		return
	}
	b.text.Blur()
}

// init asks what a rule may be made of, and about the one at hand.
func (b *builder) init() tea.Cmd {
	x := b.x
	return tea.Batch(screen.Ask(x.s, screen.Segments, x.s.Number(), func(ctx context.Context) (model.RuleForm, error) {
		return x.s.Desk.RuleForm(ctx)
	}), b.ask())
}

// ask asks about the text, unless a question is on its way: its answer asks
// again. Nobody is counted for an empty line.
func (b *builder) ask() tea.Cmd {
	text := strings.TrimSpace(b.text.Value())
	if b.asking || text == b.asked {
		return nil
	}
	b.asked = text
	if text == "" {
		b.tree, b.read, b.err, b.some = model.RuleAll{}, "", nil, nil
		b.at, b.why = 0, nil
		return nil
	}
	s := b.x.s
	b.asking, b.req = true, s.Number()
	people := s.Desk.May(model.ReadContacts) == nil
	return screen.Ask(s, screen.Segments, b.req, func(ctx context.Context) (answer, error) {
		rule, err := s.Desk.ReadRule(ctx, text)
		if err != nil {
			return answer{}, err
		}
		count, err := s.Desk.Count(ctx, text)
		if err != nil || !people {
			return answer{rule: rule, count: count}, err
		}
		some, err := s.Desk.Sample(ctx, text, samples)
		return answer{rule, count, some}, err
	})
}

// update takes the answers; what was typed meanwhile is asked then.
func (b *builder) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case screen.Reply[model.RuleForm]:
		if msg.Err == nil {
			b.form = msg.Value
		}
		return nil
	case screen.Reply[answer]:
		return b.answered(msg)
	case screen.Reply[leafRead]:
		return b.leaf(msg)
	case screen.Reply[explained]:
		if b.why != nil {
			b.why.answered(msg)
		}
	case screen.Reply[ruleSaved]:
		return b.saved(msg)
	}
	return nil
}

func (b *builder) answered(msg screen.Reply[answer]) tea.Cmd {
	if msg.Req != b.req {
		return nil
	}
	b.asking, b.err = false, msg.Err
	if msg.Err == nil {
		b.tree, b.read, b.count, b.some = msg.Value.rule, b.asked, msg.Value.count, msg.Value.some
		b.at = min(b.at, len(flatten(b.tree))-1)
		b.sayAnew()
		if b.why != nil {
			return tea.Batch(b.ask(), b.why.ask())
		}
	}
	return b.ask()
}

// sayAnew writes a rule that was just opened in the words of the session, once
// its free columns are known. What somebody types stays as it is.
func (b *builder) sayAnew() {
	if text := b.words().Rule(b.tree); b.fresh && !b.typing && b.current() && b.text.Value() != text {
		dirty := b.dirty()
		b.text.SetValue(text)
		b.asked, b.read = text, text
		if !dirty {
			b.kept = text
		}
	}
	b.fresh = false
}

// words are those of rules in the language of the session.
func (b *builder) words() *model.RuleWords { return model.RuleWordsOf(b.x.s.P.Lang()) }

// current reports that the tree is that of the text.
func (b *builder) current() bool {
	return b.err == nil && strings.TrimSpace(b.text.Value()) == b.read
}

// become is the form changed: the text is the canonical one of the tree, and
// is counted.
func (b *builder) become(tree model.Rule, path []int) tea.Cmd {
	b.past = append(b.past, b.text.Value())
	b.tree = tree
	for i, n := range flatten(tree) {
		if len(n.path) == len(path) && samePath(n.path, path) {
			b.at = i
		}
	}
	return b.write(b.words().Rule(tree))
}

// write puts a text on the line. A tree that is there already is its own.
func (b *builder) write(text string) tea.Cmd {
	b.text.SetValue(text)
	b.text.CursorEnd()
	b.why = nil
	return b.ask()
}

func samePath(a, b []int) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// undo takes back the last change of the form.
func (b *builder) undo() tea.Cmd {
	n := len(b.past)
	if n == 0 {
		return nil
	}
	text := b.past[n-1]
	b.past = b.past[:n-1]
	return b.write(text)
}

// dirty reports that what was written is not kept.
func (b *builder) dirty() bool {
	return strings.TrimSpace(b.text.Value()) != strings.TrimSpace(b.kept)
}

// save keeps the rule under its name, or asks for one.
func (b *builder) save() tea.Cmd {
	if b.name != "" {
		return b.saveAs(b.name)
	}
	return askName(b.x.s, b.x.s.P.T("segment.save_title"), "", b.saveAs)
}

func (b *builder) saveAs(name string) tea.Cmd {
	s, text := b.x.s, strings.TrimSpace(b.text.Value())
	rule := text
	if b.current() { // kept in the one canonical text, whatever the language of the session
		rule = b.tree.String()
	}
	return screen.Ask(s, screen.Segments, s.Number(), func(ctx context.Context) (ruleSaved, error) {
		seg, err := s.Desk.SaveSegment(ctx, name, rule)
		return ruleSaved{seg, text}, err
	})
}

func (b *builder) saved(msg screen.Reply[ruleSaved]) tea.Cmd {
	if msg.Err != nil {
		return screen.Fail(msg.Err)
	}
	b.name, b.kept = msg.Value.segment.Name, msg.Value.text
	return tea.Batch(screen.Say(b.x.s.P.T("segment.saved", "name", b.name)), b.x.Init())
}

// column is the place of the mistake in the text, from 1; 0 where none is told.
func column(err error) int {
	var e *model.Error
	if !errors.As(err, &e) {
		return 0
	}
	for i := 0; i+1 < len(e.Args); i += 2 {
		if n, ok := e.Args[i+1].(int); ok && e.Args[i] == "column" {
			return n
		}
	}
	return 0
}
