package live

import (
	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/chart"
	"blanche/ui/tui/widget/empty"
	"blanche/ui/tui/widget/frame"
	"blanche/ui/tui/widget/meter"
)

// View draws the campaign shown, with the others in a line each above it.
func (x *Screen) View(w, h int) []string {
	if x.people != nil {
		return x.names(w, h)
	}
	c, at, ok := x.shown()
	if !ok {
		return empty.Lines(x.s.Th, x.s.P, w, h, x.s.P.T("live.empty"), x.Actions()...)
	}
	var lines []string
	if list := x.all(); len(list) > 1 {
		lines = append(lines, x.others(w, list, at, max(1, h/6))...)
	}
	lines = append(lines, x.head(w, c)...)
	rest := h - len(lines)
	if rest >= 5 && w >= 100 {
		lines = append(lines, x.wide(w, rest, c)...)
	} else if rest >= 2 {
		lines = append(lines, x.narrow(w, rest, c)...)
	}
	return frame.Block(lines, w, h)
}

// others is a line for each campaign, the one shown marked.
func (x *Screen) others(w int, list []campaigns.LiveCampaign, at, most int) []string {
	p, th := x.s.P, x.s.Th
	from := max(0, min(at-most+1, len(list)-most))
	var lines []string
	for i := from; i < len(list) && len(lines) < most; i++ {
		c := list[i]
		text := frame.Fit("  "+safe.Text(screen.Titled(c.Title, c.Name)), min(30, w/3)) + " " + frame.Fit(say.State(p, c.State), 12) + " " +
			meter.Bar(th, max(w-min(30, w/3)-40, 8), parts(&c.Status)) + "  " + p.Percent(c.Done(), 1)
		line := frame.Fit(text, w)
		if i == at {
			line = th.Selection.Over(line)
		}
		lines = append(lines, line)
	}
	return lines
}

func parts(st *model.Status) meter.Parts {
	return meter.Parts{Done: st.Planned - st.Waiting - st.Deferred, Planned: st.Planned, Holdout: st.HeldOut}
}

// head is the title, the bar and the balance: the essential lines.
func (x *Screen) head(w int, c campaigns.LiveCampaign) []string {
	p, th := x.s.P, x.s.Th
	_, tone := screen.StateSign(th, c.State)
	state := tone.Render(say.State(p, c.State))
	version := ""
	if c.Version > 1 {
		version = p.T("live.version", "n", c.Version)
	}
	lines := []string{frame.Title(th, w, p.T("app.tab.live"), safe.Text(screen.Titled(c.Title, c.Name)), state, version)}
	tail := "  " + p.Percent(c.Done(), 1)
	if c.Sending {
		tail += "   " + p.Rate(c.RatePerSecond)
		if c.ETA != nil {
			tail += "   " + p.T("today.eta", "at", p.Clock(*c.ETA))
		}
	}
	lines = append(lines, frame.Fit("  "+meter.Bar(th, max(w-frame.Width(tail)-3, 8), parts(&c.Status))+tail, w))
	lines = append(lines, "  "+meter.Balance(th, w-2, x.terms(&c.Status), p.Int(c.Planned), c.Balanced))
	switch {
	case c.PausedWhy != "":
		for i, l := range frame.Wrap(x.s.Text(say.Paused(p, c.PausedWhy)), w-4) {
			sign := " "
			if i == 0 {
				sign = th.G.Alert
			}
			lines = append(lines, th.Danger.Render(frame.Fit("  "+sign+" "+l, w)))
		}
	case c.State == model.Running && !c.Sending:
		lines = append(lines, th.Warn.Render(frame.Fit("  "+th.G.Alert+" "+p.T("live.nobody"), w)))
	}
	return lines
}

// terms are the states of the balance, in words long and short.
func (x *Screen) terms(st *model.Status) []meter.Term {
	p := x.s.P
	term := func(n int, long, short string) meter.Term {
		return meter.Term{Count: p.Int(n), Word: p.N(long, n), Short: p.T(short)}
	}
	return []meter.Term{
		term(st.Accepted, "live.term.accepted", "live.short.accepted"), term(st.Refused, "live.term.refused", "live.short.refused"),
		term(st.Excluded, "live.term.excluded", "live.short.excluded"), term(st.Uncertain, "live.term.uncertain", "live.short.uncertain"),
		term(st.Deferred, "live.term.deferred", "live.short.deferred"), term(st.Waiting, "live.term.waiting", "live.short.waiting"),
	}
}

// wide puts the pace beside the providers, and the events below.
func (x *Screen) wide(w, h int, c campaigns.LiveCampaign) []string {
	left := w / 2
	top := min(max(len(c.Lanes)+2, 6), h-3)
	lines := []string{frame.Blank(w)}
	lines = append(lines, frame.Beside(x.paceBlock(left, top-1, c), left, frame.Block(x.lanes(w-left-2, c), w-left-2, top-1), w-left-2, "  ")...)
	return append(lines, x.events(w, h-len(lines), c.Name)...)
}

// narrow folds the right pane under.
func (x *Screen) narrow(w, h int, c campaigns.LiveCampaign) []string {
	lanes := x.lanes(w, c)
	if most := max(h-4, 1); len(lanes) > most {
		lanes = lanes[:most]
	}
	return append(lanes, x.events(w, h-len(lanes), c.Name)...)
}

// paceBlock is the pace of the last minutes, one column for some seconds.
func (x *Screen) paceBlock(w, h int, c campaigns.LiveCampaign) []string {
	p, th := x.s.P, x.s.Th
	limit := p.T("live.no_limit")
	if c.RateLimit > 0 {
		limit = p.T("live.limit", "rate", p.Rate(c.RateLimit))
	}
	lines := []string{th.Header.Render(frame.Fit("  "+p.T("live.pace")+"   "+limit, w))}
	values := c.History
	if len(values) < 2 {
		return frame.Block(append(lines, th.Muted.Render(frame.Fit("  "+p.T("live.no_pace"), w))), w, h)
	}
	return frame.Block(append(lines, chart.Bars(th, th.Accent, w-2, h-1, values, func(v float64) string { return p.Decimal(v, 0) })...), w, h)
}

// lanes is the table of the providers.
func (x *Screen) lanes(w int, c campaigns.LiveCampaign) []string {
	p, th := x.s.P, x.s.Th
	column := min(max((w-13)/5, 6), 11)
	row := func(style theme.Style, cells ...string) string {
		line := "  " + frame.Fit(cells[0], 11)
		for _, s := range cells[1:] {
			line += frame.FitRight(s, column)
		}
		return style.Render(frame.Fit(line, w))
	}
	lines := []string{row(th.Header, p.T("live.lane"), p.T("live.pace_short"), p.T("live.short.accepted"), p.T("live.short.deferred"), p.T("live.short.refused"), p.T("live.short.waiting"))}
	for _, l := range c.Lanes {
		lines = append(lines, row(th.Text, p.T("live.lanes."+l.Lane), p.Rate(l.RatePerSecond), p.Int(l.Accepted), p.Int(l.Deferred), p.Int(l.Refused), p.Int(l.Waiting))) //i18n:keys live.lanes.*
	}
	return lines
}

// events is what happened, newest first, and the versions beside.
func (x *Screen) events(w, h int, name string) []string {
	p, th := x.s.P, x.s.Th
	if h < 1 {
		return nil
	}
	lines := []string{frame.Title(th, w, p.T("live.events"))}
	for _, e := range x.live.Events {
		if e.Campaign != "" && e.Campaign != name || len(lines) >= h {
			continue
		}
		text := frame.Fit("  "+p.Time(e.At)+"  "+x.s.Text(say.Event(p, e)), w)
		switch e.Level {
		case model.LevelStop:
			text = th.Danger.Render(text)
		case model.LevelWarn:
			text = th.Warn.Render(text)
		}
		lines = append(lines, text)
	}
	if len(lines) == 1 {
		lines = append(lines, th.Muted.Render(frame.Fit("  "+p.T("live.no_events"), w)))
	}
	return lines
}

// names is a list of recipients by name.
func (x *Screen) names(w, h int) []string {
	p, th, l := x.s.P, x.s.Th, x.people
	lines := []string{frame.Title(th, w, l.title, p.N("live.people", len(l.lines)))}
	lines = append(lines, th.Header.Render(frame.Fit("  "+frame.Fit(p.T("live.address"), 36)+" "+frame.Fit(p.T("live.state"), 12)+" "+p.T("live.reason"), w)))
	for i := l.from; i < len(l.lines) && len(lines) < h; i++ {
		r := l.lines[i]
		state := r.State
		if state == "" {
			state = model.StateUncertain.String()
		}
		lines = append(lines, frame.Fit("  "+frame.Fit(x.s.Address(r.Email), 36)+" "+frame.Fit(say.Recipient(p, state), 12)+" "+x.s.Text(r.Reason), w))
	}
	return frame.Block(lines, w, h)
}
