package live

import (
	"strings"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/widget/chart"
	"blanche/ui/tui/widget/frame"
)

// tall is the height from which the pace has its own block.
const tall = 17

// body is what is left of the page: the pace beside the wordings where there is
// room, then the lanes, then what happened.
func (x *Screen) body(w, h int, c campaigns.LiveCampaign) []string {
	words := x.wordings(c)
	if w < 100 || h < tall {
		return x.narrow(w, h, c, words)
	}
	table := x.laneTable(w, h-tall+8, c.Lanes)
	top := min(max(h-len(table)-10, 7), 13)
	left := w * 9 / 20
	right := w - left - 2
	lines := []string{frame.Blank(w)}
	beside := words(right, top-1)
	if len(beside) == 0 {
		beside = x.facts(right, &c.Status)
	}
	lines = append(lines, frame.Beside(x.paceBlock(left, top-1, c), left, frame.Block(beside, right, top-1), right, "  ")...)
	if len(table) > 0 {
		lines = append(append(lines, frame.Blank(w)), table...)
	}
	lines = append(lines, frame.Blank(w))
	return append(lines, x.events(w, h-len(lines), c.Name)...)
}

// narrow puts one under the other what there is room for.
func (x *Screen) narrow(w, h int, c campaigns.LiveCampaign, words func(w, h int) []string) []string {
	var lines []string
	if text := words(w, 4); len(text) > 0 && h >= 8 {
		lines = append(lines, text...)
	}
	events := min(3, h/3)
	if h < 6 {
		events = 0
	}
	lines = append(lines, x.laneTable(w, h-len(lines)-events, c.Lanes)...)
	if h-len(lines) < 2 { // a title of nothing
		return lines
	}
	return append(lines, x.events(w, h-len(lines), c.Name)...)
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

// facts are when the campaign began and ends, how fast it may go, and who is
// left alone.
func (x *Screen) facts(w int, st *model.Status) []string {
	p, th, now := x.s.P, x.s.Th, x.s.Desk.Now()
	lines := []string{frame.Title(th, w, p.T("live.facts"))}
	add := func(label, value, note string) {
		lines = append(lines, frame.Fit("  "+th.Muted.Render(frame.Fit(label, 16))+frame.Fit(value, 14)+th.Muted.Render(note), w))
	}
	if st.StartedAt != nil {
		add(p.T("live.fact.began"), say.Moment(p, x.local(*st.StartedAt), now), p.T("live.fact.ago", "span", p.Duration(now.Sub(*st.StartedAt).Truncate(time.Minute))))
	}
	if st.ETA != nil {
		add(p.T("live.fact.ends"), say.Moment(p, x.local(*st.ETA), now), p.T("live.fact.in", "span", p.Duration(max(st.ETA.Sub(now), 0).Truncate(time.Minute))))
	}
	if st.RequestedAt != nil {
		add(p.T("live.fact.requested"), say.Moment(p, x.local(*st.RequestedAt), now), say.LaunchedIn(p, st))
	}
	add(p.T("live.fact.target"), p.Int(st.Planned), "")
	if st.HeldOut > 0 {
		add(p.T("live.fact.blanche"), th.Blanche.Render(p.Int(st.HeldOut)), p.T("live.fact.blanche_note"))
	}
	return lines
}

// wordings draws who got which wording: the variants of a test, or the
// versions; nothing while there is one wording.
func (x *Screen) wordings(c campaigns.LiveCampaign) func(w, h int) []string {
	switch {
	case c.AB != nil:
		return func(w, h int) []string { return x.variants(w, h, c.AB) }
	case len(c.Versions) > 1 || c.Version > 1:
		return func(w, h int) []string { return x.versions(w, h, &c.Status) }
	}
	return func(int, int) []string { return nil }
}

// variants is a test: what each wording brought, and the verdict.
//
//i18n:keys live.metric.*
func (x *Screen) variants(w, h int, ab *model.ABStatus) []string {
	p, th := x.s.P, x.s.Th
	lines := []string{frame.Title(th, w, p.T("live.test"), p.T("live.metric."+ab.Metric), x.verdict(ab))}
	for _, v := range ab.Variants {
		if len(lines) == h {
			break
		}
		sign := " "
		if v.Name == ab.Winner {
			sign = th.Good.Render(th.G.Check)
		}
		count := frame.FitRight(p.Int(v.Accepted)+"/"+p.Int(v.Planned), 13)
		worth := x.worth(ab, v)
		text := "  " + sign + " " + frame.Fit(safe.Text(v.Name), 3) + count + "  "
		if room := w - frame.Width(text) - frame.Width(worth) - 2; room > 8 {
			text += frame.Fit(safe.Text(v.Subject), room) + "  "
		}
		lines = append(lines, frame.Fit(text+worth, w))
	}
	return lines
}

// verdict is what a test found, in two words.
//
//i18n:keys live.verdict.*
func (x *Screen) verdict(ab *model.ABStatus) string {
	p, th := x.s.P, x.s.Th
	switch ab.Verdict {
	case "":
		return p.T("live.verdict.open")
	case model.ABNoDifference:
		return th.Warn.Render(p.T("live.verdict." + ab.Verdict))
	}
	return th.Good.Render(p.T("live.verdict."+ab.Verdict, "variant", ab.Winner))
}

// worth is what a message of a variant brought, with its range at 95 %; it is
// not known before the test is over.
func (x *Screen) worth(ab *model.ABStatus, v model.VariantStatus) string {
	p := x.s.P
	if v.Value == nil {
		return say.Unknown
	}
	if v.Range == nil {
		return figure(p, ab.Metric, *v.Value)
	}
	return figure(p, ab.Metric, *v.Value) + " " + p.Interval(figure(p, ab.Metric, v.Range[0]), figure(p, ab.Metric, v.Range[1]))
}

// figure is a value for each message: euros, or clicks in percent.
func figure(p *i18n.Printer, metric string, v float64) string {
	if metric == "revenue" {
		return p.Euros(v, 2)
	}
	return p.Percent(v, 1)
}

// versions says who has which wording, and what changed, the newest first.
func (x *Screen) versions(w, h int, st *model.Status) []string {
	p, th := x.s.P, x.s.Th
	lines := []string{frame.Title(th, w, p.T("live.versions"))}
	for n := st.Version; n >= 1 && len(lines) < h; n-- {
		served := 0
		for _, v := range st.Versions {
			if v.Version == n {
				served = v.Accepted
			}
		}
		text := "  " + p.T("live.version_short", "n", n) + " " + frame.FitRight(p.N("live.served", served), 15)
		if v, before := x.told.wording(n); x.told.name == st.Name && v != nil && before != nil {
			text += "   " + p.Clock(x.local(v.At)) + " " + p.T(whatChanged(changed(v, before)))
			if v.By != "" {
				text += " " + th.Muted.Render("("+x.s.Text(v.By)+")")
			}
		}
		lines = append(lines, frame.Fit(text, w))
	}
	return lines
}

// whatChanged is the key of the words for what an edit changed.
func whatChanged(subject, body bool) string {
	switch {
	case subject && body:
		return "live.changed.both"
	case subject:
		return "live.changed.subject"
	case body:
		return "live.changed.body"
	}
	return "live.changed.other"
}

// eventLines is how many lines one event may take: the reason stands at its end.
const eventLines = 3

// events is what happened, newest first; what a relay said is said in words.
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
		for _, text := range x.event(w, e) {
			if len(lines) < h {
				lines = append(lines, text)
			}
		}
	}
	if len(lines) == 1 {
		lines = append(lines, th.Muted.Render(frame.Fit("  "+p.T("live.no_events"), w)))
	}
	return lines
}

// event is one of them: its hour, to the second where there is room, then what
// happened over as many lines as it takes.
func (x *Screen) event(w int, e model.Event) []string {
	p, th, at := x.s.P, x.s.Th, x.local(e.At)
	front := "  " + p.Time(at) + "  "
	if w < roomy {
		front = "  " + p.Clock(at) + "  "
	}
	indent := frame.Width(front)
	out := frame.Wrap(x.s.Text(say.Event(p, e)), max(w-indent-1, 1))
	out = out[:min(len(out), eventLines)]
	for i := range out {
		if i > 0 {
			front = strings.Repeat(" ", indent)
		}
		out[i] = frame.Fit(front+out[i], w)
		switch e.Level {
		case model.LevelStop:
			out[i] = th.Danger.Render(out[i])
		case model.LevelWarn:
			out[i] = th.Warn.Render(out[i])
		}
	}
	return out
}
