package contacts

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/frame"
)

// consents is the page of what one person said: whether they may be written to
// and followed today, why, and every act of the ledger with its proof.
type consents struct {
	x      *Screen
	person model.Contact
	req    uint64
	report *campaigns.ConsentReport
	from   int // first line of the acts shown
	page   int // lines of acts that there is room for
}

// showConsents opens the page for whom actions are about.
func (x *Screen) showConsents(row campaigns.ContactRow) tea.Cmd {
	c := &consents{x: x, person: row.Contact, req: x.s.Number()}
	x.page = c
	ref := row.ID.String()
	return screen.Ask(x.s, screen.Contacts, c.req, func(ctx context.Context) (campaigns.ConsentReport, error) {
		return x.s.Desk.Consents(ctx, ref, "")
	})
}

func (c *consents) captures() bool               { return false }
func (c *consents) enter() (action.Action, bool) { return action.Action{}, false }
func (c *consents) leave() action.Action         { return action.New("contact.close", "esc") }
func (c *consents) back() (bool, tea.Cmd)        { return true, nil }
func (c *consents) do(string) tea.Cmd            { return nil }
func (c *consents) paste(string) tea.Cmd         { return nil }
func (c *consents) restyle()                     {}

func (c *consents) update(msg tea.Msg) tea.Cmd {
	r, is := msg.(screen.Reply[campaigns.ConsentReport])
	if !is || r.Req != c.req {
		return nil
	}
	if r.Err != nil {
		c.x.page = nil
		return screen.Fail(r.Err)
	}
	c.report = &r.Value
	return nil
}

func (c *consents) key(k tea.KeyPressMsg) tea.Cmd {
	c.from = scrolled(c.from, c.page, k.String())
	return nil
}

// scrolled is the first line shown after a key; the drawing keeps it in range.
func scrolled(from, page int, key string) int {
	step := map[string]int{
		"j": 1, "down": 1, "k": -1, "up": -1, "pgdown": page, "space": page, "ctrl+f": page, "pgup": -page, "ctrl+b": -page,
		"ctrl+d": page / 2, "ctrl+u": -page / 2, "home": -1 << 20, "g": -1 << 20, "end": 1 << 20, "G": 1 << 20,
	}[key]
	return max(from+step, 0)
}

func (c *consents) view(w, h int) []string {
	x := c.x
	p, th := x.s.P, x.s.Th
	head := []string{frame.Title(th, w, p.T("contact.consents.title"), x.called(&c.person))}
	if c.report == nil {
		return append(head, th.Muted.Render(frame.Fit("  "+p.T("contact.consents.reading"), w)))
	}
	head = append(head, c.stance(w)...)
	acts := c.acts(w)
	head = append(head, frame.Title(th, w, p.T("contact.consents.acts"), p.Int(len(c.report.Acts))))
	foot := frame.Fit("  "+th.Muted.Render(p.T("privacy.help_only")), w)
	c.page = max(h-len(head)-1, 1)
	c.from = max(min(c.from, len(acts)-c.page), 0)
	return frame.Stack(w, h, frame.Block(append(head, acts[c.from:]...), w, h-1), []string{foot})
}

// stance is the two decisions, with their reasons and what follows.
func (c *consents) stance(w int) []string {
	x, r := c.x, c.report
	p, th := x.s.P, x.s.Th
	line := func(yes bool, text string) []string {
		style, sign := th.Warn, th.G.Fail
		if yes {
			style, sign = th.Good, th.G.Check
		}
		var out []string
		for i, l := range frame.Wrap(text, max(w-5, 1)) {
			if i > 0 {
				sign = " "
			}
			out = append(out, frame.Fit("  "+style.Render(sign+" "+l), w))
		}
		return out
	}
	lines := line(r.MaySend, p.T("consent.said.send", "reason", say.Reason(p, r.SendReason)))
	lines = append(lines, x.why(r.SendReason, w)...)
	if r.Suppressed != nil && r.Basis != model.BasisNone {
		lines = append(lines, frame.Fit("    "+th.Muted.Render(p.T("consent.said.still_opposed")), w))
	}
	lines = append(lines, line(r.MayTrack, p.T("consent.said.track", "reason", say.Track(p, r.TrackReason)))...)
	if r.Basis == model.BasisCustomer {
		offered := p.T("consent.said.unknown_date")
		if r.RefusalOffered != nil {
			offered = p.Date(*r.RefusalOffered)
		}
		lines = append(lines, frame.Fit("    "+p.T("consent.said.refusal_offered", "date", offered), w))
	}
	return lines
}

// acts are the lines of the ledger, newest first: when, what was said of which
// purpose, then by which channel, what proves it, what was read, and who wrote it.
func (c *consents) acts(w int) []string {
	x := c.x
	p, th := x.s.P, x.s.Th
	var lines []string
	for i := len(c.report.Acts) - 1; i >= 0; i-- {
		a := &c.report.Acts[i]
		when := say.Unknown
		switch {
		case a.At != nil:
			when = p.DateTime(*a.At)
		case a.Known:
			when = ""
		}
		said := say.Choice(p, a.Act.String(), a.Reason)
		if a.Purpose.IsWish() {
			said = x.s.Text(say.Wish(p, a.Purpose, a.Wording))
		}
		what := p.T("consent.purpose."+a.Purpose.String()) + dot(said) //i18n:keys consent.purpose.*
		if a.Purpose == model.Prospecting && a.Reason == nil && a.Basis != model.BasisNone {
			what += dot(say.Basis(p, a.Basis))
		}
		lines = append(lines, frame.Fit(th.Muted.Render(frame.Fit("  "+when, 20))+" "+what, w))
		for _, text := range c.proof(a) {
			for _, l := range frame.Wrap(x.s.Text(text), max(w-23, 10)) {
				lines = append(lines, frame.Fit(frame.Blank(21)+th.Muted.Render(l), w))
			}
		}
	}
	if len(lines) == 0 {
		return []string{frame.Fit("  "+p.T("contact.consents.none"), w)}
	}
	return lines
}

// proof is what proves an act, in paragraphs.
func (c *consents) proof(a *campaigns.ConsentLine) (out []string) {
	p := c.x.s.P
	from := p.T("consent.channel." + a.Channel.String()) //i18n:keys consent.channel.*
	if a.Known {
		from = p.T("consent.said.known")
	}
	from += dot(say.Source(p, a.Source))
	if a.Operator != "" {
		from += dot(p.T("contact.consents.by", "who", a.Operator))
	}
	if a.IP != "" {
		from += dot(c.x.s.Mask.Value(a.IP))
	}
	out = append(out, from)
	if a.Wording != "" && !a.Purpose.IsWish() {
		out = append(out, p.T("consent.said.read", "wording", a.Wording))
	}
	return out
}
