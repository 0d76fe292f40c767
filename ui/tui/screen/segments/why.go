package segments

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/ui/say"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/form"
	"blanche/ui/tui/widget/frame"
)

// why is the tree with what it holds of one person: one of the sample, or one
// that was named.
type why struct {
	b     *builder
	at    int    // in the sample
	named string // somebody else, by e-mail
	req   uint64
	ready bool
	err   error
	told  campaigns.Explanation
}

// explained is the answer about one person.
type explained struct{ campaigns.Explanation }

func newWhy(b *builder) *why { return &why{b: b} }

// who is the person asked about, as a reference.
func (y *why) who() string {
	if y.named != "" {
		return y.named
	}
	if some := y.b.some; y.at < len(some) {
		return some[y.at].ID.String()
	}
	return ""
}

func (y *why) ask() tea.Cmd {
	s, text, ref := y.b.x.s, y.b.read, y.who()
	if ref == "" {
		return nil
	}
	y.req, y.ready = s.Number(), false
	return screen.Ask(s, screen.Segments, y.req, func(ctx context.Context) (explained, error) {
		e, err := s.Desk.Explain(ctx, text, ref)
		return explained{e}, err
	})
}

func (y *why) answered(msg screen.Reply[explained]) {
	if msg.Req == y.req {
		y.ready, y.err, y.told = true, msg.Err, msg.Value.Explanation
	}
}

// step goes to the next person of the sample, or the one before.
func (y *why) step(on bool) tea.Cmd {
	n := len(y.b.some)
	if n == 0 {
		return nil
	}
	y.named = ""
	if on {
		y.at = (y.at + 1) % n
	} else {
		y.at = (y.at + n - 1) % n
	}
	return y.ask()
}

// somebody asks for an e-mail address.
func (y *why) somebody() tea.Cmd {
	s := y.b.x.s
	field := form.Field{Name: "ref", Label: s.P.T("segment.why.who"), Required: true, Limit: 320}
	return screen.Front(screen.Fill(s, s.P.T("segment.why.title"), func(f *form.Form) tea.Cmd {
		if y.b.why != y {
			return nil
		}
		y.named = strings.TrimSpace(f.Value("ref"))
		return y.ask()
	}, field))
}

// title says whom it is about, and whether the rule matches.
func (y *why) title(w int) []string {
	s := y.b.x.s
	th, p := s.Th, s.P
	who := s.Address(y.named)
	if y.named == "" && y.at < len(y.b.some) {
		row := &y.b.some[y.at]
		who = s.Name(fullName(&row.Contact)) + " " + s.Address(row.Email)
	}
	head := frame.Title(th, w, p.T("segment.why.title"), who)
	switch {
	case y.err != nil:
		return append([]string{head}, problem(s, y.err, w)...)
	case !y.ready:
		return []string{head, th.Muted.Render(frame.Fit("  "+p.T("segment.counting"), w))}
	}
	verdict := th.Danger.Render(th.G.Fail + " " + p.T("segment.why.out"))
	if y.told.Matches {
		verdict = th.Good.Render(th.G.Check + " " + p.T("segment.why.in"))
	}
	reason := th.Good.Render(p.T("segment.why.sendable"))
	if y.told.Reason != "" {
		reason = th.Warn.Render(p.T("segment.why.held", "reason", say.Reason(p, y.told.Reason)))
	}
	return []string{head, frame.Fit("  "+verdict+"  "+reason, w)}
}
