package today

import (
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/frame"
)

// item is a line that somebody can open: what waits for them, or what is on its
// way.
type item struct {
	sign string
	tone theme.Style
	text string
	to   screen.Goto
}

// inboxShown is for how long a file that came in whole is told.
const inboxShown = 24 * time.Hour

// waiting is all that waits for somebody, the most pressing first.
func (x *Screen) waiting() []item {
	p, th, t := x.s.P, x.s.Th, &x.today
	var out []item
	add := func(sign string, tone theme.Style, to screen.ID, name, text string) {
		out = append(out, item{sign, tone, text, screen.Goto{Screen: to, Name: name}})
	}
	x.stopped(add)
	for _, d := range x.live.Departures {
		add(th.G.Alert, th.Warn, screen.Campaigns, d.Name,
			p.T("today.leaves", "name", named(d.Title, d.Name), "left", int((d.Left+time.Second-1)/time.Second)))
	}
	for _, l := range t.Late {
		add(th.G.Alert, th.Danger, screen.Campaigns, l.Name, p.T("today.late", "name", named(l.Title, l.Name)))
	}
	for _, name := range t.Choose {
		add(th.G.Alert, th.Warn, screen.Live, name, p.T("today.choose", "name", safe.Text(name)))
	}
	for _, u := range t.Uncertain {
		add(th.G.Alert, th.Warn, screen.Live, u.Name, p.N("today.uncertain", u.Count, "name", u.Name))
	}
	if in := &t.Inbox; in.Why != nil {
		why, _ := p.Err(in.Why)
		add(th.G.Alert, th.Warn, screen.Contacts, "", p.T("today.inbox_refused", "file", safe.Text(in.Last), "why", why))
	} else if in.Last != "" && x.live.At.Sub(in.At) < inboxShown {
		add(th.G.Dot, th.Accent, screen.Contacts, "", p.T("today.inbox_taken", "file", safe.Text(in.Last)))
	}
	for i := range t.Running {
		x.troubles(x.fresh(&t.Running[i]), add)
	}
	for _, l := range t.Waiting {
		add(th.G.Dot, th.Accent, screen.Campaigns, l.Name, p.T("today.waiting", "name", named(l.Title, l.Name), "state", say.State(p, l.State)))
	}
	return out
}

// stopped is why nothing at all leaves, for nobody's campaign.
//
//i18n:keys today.held.*
func (x *Screen) stopped(add func(string, theme.Style, screen.ID, string, string)) {
	p, th := x.s.P, x.s.Th
	if a := x.live.Public; a.Why != nil {
		key := "today.public_down"
		if a.Unread {
			key = "today.public_unread"
		}
		add(th.G.Alert, th.Danger, screen.Public, "", p.T(key, "since", say.Moment(p, a.Since.In(x.s.Desk.Now().Location()), x.s.Desk.Now())))
		return
	}
	for i := range x.live.Running {
		if st := &x.live.Running[i].Status; p.Has("today.held." + st.HeldBy) {
			add(th.G.Alert, th.Danger, screen.Live, st.Name, p.T("today.held."+st.HeldBy))
			return
		}
	}
}

// troubles are why a campaign on its way stands still or goes slowly.
func (x *Screen) troubles(st *model.Status, add func(string, theme.Style, screen.ID, string, string)) {
	p, th := x.s.P, x.s.Th
	name := named(st.Title, st.Name)
	switch {
	case st.State == model.Paused && st.PausedWhy != "":
		add(th.G.Alert, th.Danger, screen.Live, st.Name, p.T("today.guard", "name", name, "why", say.Paused(p, st.PausedWhy)))
	case st.State == model.Paused:
		add(th.G.Alert, th.Warn, screen.Live, st.Name, p.N("today.paused", st.Waiting+st.Deferred, "name", name))
	case st.State == model.Running && !st.Sending:
		add(th.G.Alert, th.Warn, screen.Live, st.Name, p.T("today.stopped", "name", st.Name))
	}
	for _, l := range st.Lanes {
		if l.SlowUntil != nil && l.SlowUntil.After(x.live.At) && l.Waiting+l.Deferred > 0 {
			at := p.Clock(l.SlowUntil.In(x.s.Desk.Now().Location()))
			add(th.G.Down, th.Warn, screen.Live, st.Name, p.T("today.slowed", "name", name, "lane", p.T("live.lanes."+l.Lane), "at", at)) //i18n:keys live.lanes.*
		}
	}
}

// fresh is a campaign as the live picture has it, else as the store said.
func (x *Screen) fresh(st *model.Status) *model.Status {
	for i := range x.live.Running {
		if x.live.Running[i].Name == st.Name {
			return &x.live.Running[i].Status
		}
	}
	return st
}

func named(title, name string) string { return safe.Text(screen.Titled(title, name)) }

// items are the lines that can be opened, in the order of the page.
func (x *Screen) items(h int) []item {
	out := x.waiting()
	for _, st := range x.moving(h) {
		out = append(out, item{to: screen.Goto{Screen: screen.Live, Name: st.Name}})
	}
	return out
}

// chosen is the line under the cursor.
func (x *Screen) chosen() (item, bool) {
	list := x.items(x.height)
	if len(list) == 0 {
		return item{}, false
	}
	return list[max(0, min(x.at, len(list)-1))], true
}

// mark is what stands before a line: the cursor, on the one that Enter opens.
func (x *Screen) mark(at bool) string {
	if at {
		return x.s.Th.Key.Render(x.s.Th.G.Cursor) + " "
	}
	return "  "
}

// awaiting is what waits for the person, one line each, with the tab that opens
// it at its end.
func (x *Screen) awaiting(w, h int) []string {
	p, th := x.s.P, x.s.Th
	lines := []string{frame.Title(th, w, p.T("today.awaits"))}
	list := x.waiting()
	if len(list) == 0 {
		return append(lines, frame.Fit("  "+th.Good.Render(th.G.Check)+" "+p.T("today.nothing_waits"), w))
	}
	rows := 4
	if h >= 28 {
		rows = 7
	}
	from, more := 0, 0
	if len(list) > rows {
		rows--
		from = max(0, min(x.at-rows+1, len(list)-rows))
		more = len(list) - rows
	}
	for i := from; i < len(list) && i < from+rows; i++ {
		lines = append(lines, x.row(w, &list[i], i == x.at))
	}
	if more > 0 {
		lines = append(lines, frame.Fit("    "+th.Muted.Render(p.N("today.more", more)), w))
	}
	return lines
}

func (x *Screen) row(w int, it *item, at bool) string {
	th := x.s.Th
	opens := x.s.P.T("app.tab." + string(it.to.Screen)) //i18n:keys app.tab.*
	room := w - frame.Width(opens) - 3
	text := x.mark(at) + it.tone.Render(it.sign) + " " + it.text
	if frame.Width(text) > room {
		text = frame.Fit(text, room)
	}
	return frame.Spread(text, th.Muted.Render(opens)+" ", w)
}

// launchClock is how long launches take from the request, as a part of a title;
// "" where nobody says when a campaign was asked for.
func (x *Screen) launchClock(c campaigns.LaunchClock) string {
	if c.N == 0 {
		return ""
	}
	p := x.s.P
	return x.s.Th.Muted.Render(p.N("today.launches", c.N, "median", p.Duration(c.Median.Round(time.Minute))))
}
