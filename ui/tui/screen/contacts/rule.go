package contacts

import (
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/form"
	"blanche/ui/tui/widget/frame"
)

// rule is the page that tries a rule on everybody while it is typed: how many,
// who may be written to, why the others may not, and five of them. One count is
// on its way at a time.
type rule struct {
	x        *Screen
	form     *form.Form
	asked    string
	req      uint64
	asking   bool
	count    model.SegmentCount
	sample   []campaigns.ContactRow
	answered string // rule that count and sample answer
	err      error
}

// counted is the answer about a rule.
type counted struct {
	count  model.SegmentCount
	sample []campaigns.ContactRow
}

// kept is the answer to keeping a rule as a segment.
type kept struct{ segment model.Segment }

func newRule(x *Screen, text string) *rule {
	r := &rule{x: x}
	r.make(text, "")
	return r
}

func (r *rule) make(text, name string) {
	p := r.x.s.P
	r.form = form.New(r.x.s.Th, p,
		form.Field{Name: "rule", Label: p.T("contact.rule.label"), Value: text, Required: true, Help: p.T("contact.rule.help"), Limit: 4000},
		form.Field{Name: "name", Label: p.T("contact.rule.name"), Value: name, Required: true, Help: p.T("contact.rule.name_help"), Limit: 64},
	)
}

func (r *rule) captures() bool               { return true }
func (r *rule) enter() (action.Action, bool) { return action.New("contact.keep_rule", "enter"), true }
func (r *rule) leave() action.Action         { return action.New("contact.close", "esc") }
func (r *rule) do(string) tea.Cmd            { return nil }
func (r *rule) back() (bool, tea.Cmd)        { return true, nil }
func (r *rule) restyle()                     { r.make(r.form.Value("rule"), r.form.Value("name")) }

func (r *rule) key(k tea.KeyPressMsg) tea.Cmd { return r.typed(r.form.Update(k)) }

func (r *rule) paste(text string) tea.Cmd {
	return r.typed(r.form.Update(tea.PasteMsg{Content: text}))
}

// typed counts what is typed, keeps it as a segment, or leaves.
func (r *rule) typed(cmd tea.Cmd) tea.Cmd {
	switch r.form.State() {
	case form.Cancelled:
		r.x.page = nil
		return nil
	case form.Submitted:
		r.form.Resume()
		return r.keep()
	}
	return tea.Batch(cmd, r.ask())
}

func (r *rule) ask() tea.Cmd {
	text := strings.TrimSpace(r.form.Value("rule"))
	if r.asking || text == r.asked {
		return nil
	}
	r.asked = text
	if text == "" {
		r.answered, r.err = "", nil
		return nil
	}
	r.asking, r.req = true, r.x.s.Number()
	return screen.Ask(r.x.s, screen.Contacts, r.req, func(ctx context.Context) (counted, error) {
		count, err := r.x.s.Desk.Count(ctx, text)
		if err != nil {
			return counted{}, err
		}
		sample, err := r.x.s.Desk.Sample(ctx, text, 5)
		return counted{count, sample}, err
	})
}

func (r *rule) keep() tea.Cmd {
	name, text := r.form.Value("name"), r.form.Value("rule")
	return screen.Ask(r.x.s, screen.Contacts, r.x.s.Number(), func(ctx context.Context) (kept, error) {
		s, err := r.x.s.Desk.SaveSegment(ctx, name, text)
		return kept{s}, err
	})
}

// update takes the answers; what was typed meanwhile is asked then.
func (r *rule) update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case screen.Reply[counted]:
		if msg.Req != r.req {
			return nil
		}
		r.asking = false
		r.err = msg.Err
		if msg.Err == nil {
			r.answered, r.count, r.sample = r.asked, msg.Value.count, msg.Value.sample
		}
	case screen.Reply[kept]:
		return r.kept(msg)
	}
	return r.ask()
}

func (r *rule) kept(msg screen.Reply[kept]) tea.Cmd {
	if msg.Err == nil {
		r.x.page = nil
		return screen.Say(r.x.s.P.T("contact.rule.saved", "name", msg.Value.segment.Name))
	}
	message, _ := say.Err(r.x.s.P, msg.Err)
	field := "name"
	var worded *model.Error
	if errors.As(msg.Err, &worded) && strings.HasPrefix(worded.Key, "rule.") {
		field = "rule"
	}
	r.form.SetError(field, message)
	return nil
}

func (r *rule) view(w, h int) []string {
	p, th := r.x.s.P, r.x.s.Th
	head := []string{frame.Title(th, w, p.T("contact.rule.title"))}
	lines := append(head, r.form.Lines(w, 4)...)
	switch {
	case r.err != nil:
		message, hint := say.Err(p, r.err)
		lines = append(lines, r.caret(w)...)
		lines = append(lines, th.Danger.Render(frame.Fit("  "+th.G.Fail+" "+message, w)))
		if hint != "" {
			lines = append(lines, th.Muted.Render(frame.Fit("    "+hint, w)))
		}
	case r.answered == "":
		lines = append(lines, th.Muted.Render(frame.Fit("  "+p.T("contact.rule.example"), w)))
	default:
		lines = append(lines, r.counts(w)...)
	}
	return frame.Stack(w, h, lines)
}

// caret is the rule with a sign under the column that the error names, when
// both are on the line.
func (r *rule) caret(w int) []string {
	var e *model.Error
	if !errors.As(r.err, &e) {
		return nil
	}
	text := []rune(r.asked)
	for i := 0; i+1 < len(e.Args); i += 2 {
		column, ok := e.Args[i+1].(int)
		if e.Args[i] != "column" || !ok || column < 1 || column > len(text)+1 {
			continue
		}
		before := frame.Width(safe.Text(string(text[:column-1])))
		if before+5 > w {
			return nil
		}
		return []string{
			frame.Fit("    "+safe.Text(r.asked), w),
			frame.Fit("    "+frame.Blank(before)+r.x.s.Th.Danger.Render(r.x.s.Th.G.Alert), w),
		}
	}
	return nil
}

// counts is how many people the rule finds, why some may not be written to, and
// five of them.
func (r *rule) counts(w int) []string {
	p, th, c := r.x.s.P, r.x.s.Th, &r.count
	lines := []string{
		frame.Title(th, w, p.N("contact.rule.matched", c.Matched)),
		frame.Fit("  "+th.Accent.Render(frame.Fit(p.T("contact.rule.sendable"), 22))+frame.FitRight(p.Int(c.Sendable), 12), w),
	}
	for _, e := range []struct {
		code string
		n    int
	}{{"opposed", c.Excluded.Opposed}, {"no_consent", c.Excluded.NoConsent}, {"bounced", c.Excluded.Bounced}, {"invalid", c.Excluded.Invalid}, {model.ExclTopic, c.Excluded.Topic}, {model.ExclOften, c.Excluded.Frequency}, {"pressure", c.Excluded.Pressure}, {model.ExclUniversal, c.Excluded.Universal}} {
		if e.n > 0 {
			lines = append(lines, frame.Fit("  "+th.Muted.Render(frame.Fit(say.Reason(p, e.code), 22))+frame.FitRight(p.Int(e.n), 12), w))
		}
	}
	lines = append(lines, frame.Title(th, w, p.T("contact.rule.sample")))
	for i := range r.sample {
		row := &r.sample[i]
		sign := th.Good.Render(th.G.Check)
		if row.Reason != "" {
			sign = th.Warn.Render(th.G.Fail)
		}
		lines = append(lines, frame.Fit("  "+sign+" "+frame.Fit(r.x.s.Name(listName(&row.Contact)), 28)+" "+frame.Fit(r.x.s.Address(row.Email), 34)+" "+safe.Text(row.City), w))
	}
	return lines
}
