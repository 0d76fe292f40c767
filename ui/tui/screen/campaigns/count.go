package campaigns

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/screen"
)

// liveCount follows the rule while it is typed: one count at a time, the last
// text wins.
type liveCount struct {
	req    uint64
	asking bool
	rule   string // the text asked about, or answered
	known  bool
	answer model.SegmentCount
	err    error
}

// recount asks for the count of the rule in the form when it changed.
func (x *Screen) recount() tea.Cmd {
	e := x.edit
	if e == nil || e.raw || e.frozen {
		return nil
	}
	rule, c := e.form.Value("audience"), &e.count
	if rule == c.rule || c.asking {
		return nil
	}
	c.rule, c.known, c.err = rule, false, nil
	e.form.SetHelp("audience", x.s.P.T("campaign.screen.audience_help"))
	if rule == "" {
		return nil
	}
	c.asking, c.req = true, x.s.Number()
	return screen.Ask(x.s, screen.Campaigns, c.req, func(ctx context.Context) (model.SegmentCount, error) { return x.s.Desk.Count(ctx, rule) })
}

func (x *Screen) takeCount(msg screen.Reply[model.SegmentCount]) tea.Cmd {
	e := x.edit
	if e == nil || e.count.req != msg.Req {
		return nil
	}
	c := &e.count
	c.asking = false
	if e.form.Value("audience") != c.rule {
		return x.recount()
	}
	c.known, c.answer, c.err = msg.Err == nil, msg.Value, msg.Err
	if c.known {
		e.form.SetHelp("audience", x.countSentence(&c.answer))
		return x.readvise()
	}
	if e.form.Focused() == "audience" {
		e.form.SetError("audience", c.problem(x, c.rule))
	}
	return nil
}

// problem is what is wrong with a rule, "" when it is not known to be wrong.
func (c *liveCount) problem(x *Screen, rule string) string {
	if c.err == nil || rule != c.rule {
		return ""
	}
	message, _ := say.Err(x.s.P, c.err)
	return message
}

// title is the count for the title of the form.
func (c *liveCount) title(x *Screen, e *editor) string {
	p := x.s.P
	switch {
	case c.err != nil:
		return x.s.Th.Danger.Render(x.s.Th.G.Fail + " " + p.T("campaign.screen.bad_rule"))
	case !c.known:
		return ""
	}
	share, _, _ := parseShare(p, e.form.Value("share"))
	held := int(share*float64(c.answer.Sendable) + 0.5)
	return p.T("campaign.screen.would", "planned", c.answer.Sendable-held, "held_out", held)
}

// countSentence is who a rule finds, and who of them may not be written to.
func (x *Screen) countSentence(n *model.SegmentCount) string {
	p := x.s.P
	text := p.T("campaign.screen.found", "matched", n.Matched, "sendable", n.Sendable)
	if n.Excluded.Total() == 0 {
		return text
	}
	return text + p.T("campaign.screen.without", "reasons", x.excluded(n.Excluded))
}

// excluded is the people left out, by reason, the reasons that count.
func (x *Screen) excluded(n model.Exclusions) string {
	var parts []string
	for _, r := range []struct {
		code string
		n    int
	}{
		{model.ExclOpposed, n.Opposed},
		{model.ExclConsent, n.NoConsent},
		{model.ExclBounced, n.Bounced},
		{model.ExclInvalid, n.Invalid},
		{model.ExclTopic, n.Topic},
		{model.ExclOften, n.Frequency},
		{model.ExclPressure, n.Pressure},
		{model.ExclUniversal, n.Universal},
	} {
		if r.n > 0 {
			parts = append(parts, x.s.P.Int(r.n)+" "+safe.Text(say.Reason(x.s.P, r.code)))
		}
	}
	return strings.Join(parts, ", ")
}
