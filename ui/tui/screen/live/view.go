package live

import (
	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/empty"
	"blanche/ui/tui/widget/frame"
	"blanche/ui/tui/widget/meter"
)

// View draws the campaigns in a line each when there are several, and the one
// shown in full.
func (x *Screen) View(w, h int) []string {
	if x.inner != nil {
		return x.inner.view(x, w, h)
	}
	c, at, ok := x.shown()
	if !ok {
		return empty.Lines(x.s.Th, x.s.P, w, h, x.s.P.T("live.empty"), x.Actions()[:1]...)
	}
	var lines []string
	list := x.all()
	if len(list) > 1 {
		lines = x.others(w, list, at, max(h-headRoom, 2))
	}
	lines = append(lines, x.head(w, c, len(list) == 1)...)
	if rest := h - len(lines); rest >= 2 {
		lines = append(lines, x.body(w, rest, c)...)
	}
	return frame.Block(lines, w, h)
}

// headRoom is what the list of the campaigns leaves to the one shown.
const headRoom = 9

// others is a line for each campaign, the one shown marked, under a header.
func (x *Screen) others(w int, list []campaigns.LiveCampaign, at, most int) []string {
	p, th := x.s.P, x.s.Th
	name, state, count, tail := x.columns(w)
	bar := max(w-name-state-count-tail-20, 4)
	lines := []string{th.Header.Render(frame.Fit("  "+frame.Fit(p.T("live.campaign"), name)+" "+frame.Fit(p.T("live.state"), state)+" "+
		frame.Fit(p.T("live.progress"), bar+9)+frame.FitRight(p.T("live.of_planned"), count)+frame.FitRight(p.T("live.column.rate_short"), 7)+frame.FitRight(p.T("live.ends"), tail), w))}
	from := max(0, min(at-most/2, len(list)-most))
	for i := from; i < len(list) && i < from+most; i++ {
		line := x.other(&list[i], w, bar, i == at)
		lines = append(lines, line)
	}
	return lines
}

// columns are the widths of a line of the list, what the bar takes apart.
func (x *Screen) columns(w int) (name, state, count, tail int) {
	if w < 100 {
		return max(w-58, 12), 9, 15, 6
	}
	return min(34, w/4), 12, 19, 8
}

func (x *Screen) other(c *campaigns.LiveCampaign, w, bar int, at bool) string {
	p, th := x.s.P, x.s.Th
	name, state, count, tail := x.columns(w)
	rate, ends := "", ""
	if c.Sending && c.RestsUntil == nil {
		rate = p.Rate(c.RatePerSecond)
		if c.ETA != nil {
			ends = p.Clock(x.local(*c.ETA))
		}
	}
	word, tone := x.stateWord(&c.Status)
	cursor := "  "
	if at {
		cursor = th.G.Cursor + " "
	}
	text := cursor + frame.Fit(safe.Text(screen.Titled(c.Title, c.Name)), name) + " "
	after := " " + meter.Thin(th, bar, parts(&c.Status)) + frame.FitRight(p.Percent(c.Done(), 1), 9) +
		frame.FitRight(p.Int(c.Accepted)+"/"+p.Int(c.Planned), count) + frame.FitRight(rate, 7) + frame.FitRight(ends, tail)
	if !at {
		return frame.Fit(text+tone.Render(frame.Fit(word, state))+after, w)
	}
	return th.Selection.Over(frame.Fit(text+frame.Fit(word, state)+after, w))
}

// stateWord is how a campaign is, in a word: it may rest, or wait for somebody.
func (x *Screen) stateWord(st *model.Status) (string, theme.Style) {
	p, th := x.s.P, x.s.Th
	switch {
	case st.AB != nil && st.AB.Waits && testing(st):
		return p.T("live.word.choose"), th.Warn
	case st.State == model.Running && !st.Sending:
		return p.T("live.word.nobody"), th.Warn
	case st.State == model.Running && st.RestsUntil != nil:
		return p.T("live.word.rests"), th.Muted
	}
	_, tone := screen.StateSign(th, st.State)
	return say.State(p, st.State), tone
}

func parts(st *model.Status) meter.Parts {
	return meter.Parts{Done: st.Planned - st.Waiting - st.Deferred, Planned: st.Planned, Holdout: st.HeldOut}
}

// head is the title, the bar when no list above has it, the balance, and what
// somebody should know: the essential lines.
func (x *Screen) head(w int, c campaigns.LiveCampaign, bar bool) []string {
	p, th := x.s.P, x.s.Th
	_, tone := screen.StateSign(th, c.State)
	title := []string{p.T("app.tab.live"), safe.Text(screen.Titled(c.Title, c.Name)), tone.Render(say.State(p, c.State)), ""}
	if c.Version > 1 {
		title[3] = p.T("live.version", "n", c.Version)
	}
	if took := say.LaunchedIn(p, &c.Status); took != "" {
		title = append(title, took)
	}
	lines := []string{frame.Title(th, w, title...)}
	if bar {
		lines = append(lines, x.bar(w, &c.Status))
	}
	lines = append(lines, "  "+meter.Balance(th, w-2, x.terms(&c.Status), p.Int(c.Planned), c.Balanced))
	for _, n := range x.notes(&c.Status) {
		for i, l := range frame.Wrap(n.text, max(w-6, 1)) {
			sign := " "
			if i == 0 {
				sign = n.sign
			}
			lines = append(lines, n.tone.Render(frame.Fit("  "+sign+" "+l, w)))
		}
	}
	return lines
}

// bar is how far the sending is, how fast, and when it ends.
func (x *Screen) bar(w int, st *model.Status) string {
	p := x.s.P
	tail := "  " + p.Percent(st.Done(), 1)
	if st.Sending {
		tail += "   " + p.Rate(st.RatePerSecond)
		if st.ETA != nil {
			tail += "   " + p.T("today.eta", "at", p.Clock(x.local(*st.ETA)))
		}
	}
	return frame.Fit("  "+meter.Bar(x.s.Th, max(w-frame.Width(tail)-3, 8), parts(st))+tail, w)
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

// note is a sentence that somebody should read.
type note struct {
	sign, text string
	tone       theme.Style
}

// complaintsWarn is the share of complaints from which a sender should worry.
const complaintsWarn = 0.001

// notes are why the campaign stands still or does not go as fast as it could,
// with the key that does something about it.
func (x *Screen) notes(st *model.Status) []note {
	p, th := x.s.P, x.s.Th
	var out []note
	add := func(sign string, tone theme.Style, text string) {
		out = append(out, note{sign: sign, text: text, tone: tone})
	}
	switch {
	case st.PausedWhy != "":
		add(th.G.Alert, th.Danger, x.s.Text(say.Paused(p, st.PausedWhy)+" "+p.T("live.r_resumes")))
	case st.State == model.Paused:
		add(th.G.Alert, th.Warn, p.T("live.paused_next"))
	case st.State == model.Running && !st.Sending:
		add(th.G.Alert, th.Warn, p.T("live.nobody"))
	case st.State == model.Running && x.held(st) != "":
		add(th.G.Alert, th.Danger, x.held(st))
	case st.State == model.Running && st.RestsUntil != nil:
		add(th.G.Ring, th.Accent, p.T("live.rests", "at", say.Moment(p, x.local(*st.RestsUntil), x.s.Desk.Now())))
	}
	if testing(st) {
		x.testNote(st.AB, st, add)
	}
	x.laneNotes(st, add)
	if st.Uncertain > 0 {
		add(th.G.Alert, th.Warn, p.N("live.doubts", st.Uncertain))
	}
	if n := st.Complaints; n > 0 && st.Accepted > 0 {
		share, sign, tone := float64(n)/float64(st.Accepted), th.G.Bullet, th.Muted
		if share >= complaintsWarn {
			sign, tone = th.G.Alert, th.Warn
		}
		add(sign, tone, p.N("live.complaints", n, "share", p.Percent(share, 2)))
	}
	if back := say.ReturnsBrief(p, st); back != "" {
		add(th.G.Bullet, th.Muted, p.T("live.back", "what", back))
	}
	return out
}

// lanesTold is how many slow lanes have a sentence each.
const lanesTold = 2

// laneNotes are which lanes are slow, and why: the first ones in full, the others
// counted.
func (x *Screen) laneNotes(st *model.Status, add func(string, theme.Style, string)) {
	p, th, n := x.s.P, x.s.Th, 0
	for i := range st.Lanes {
		l := &st.Lanes[i]
		if l.SlowWhy == "" || l.Waiting+l.Deferred == 0 {
			continue
		}
		if n++; n > lanesTold {
			continue
		}
		name, why := laneName(p, l.Lane), say.Reply(p, l.SlowWhy, "")
		if slowed(l, x.live.At) {
			add(th.G.Down, th.Warn, p.T("live.lane_why", "lane", name, "at", p.Clock(x.local(*l.SlowUntil)), "why", why))
		} else { // open again, with less than its pace
			add(th.G.Down, th.Warn, p.T("live.lane_why_slower", "lane", name, "why", why))
		}
	}
	if n > lanesTold {
		add(th.G.Down, th.Warn, p.N("live.more_slow", n-lanesTold))
	}
}

// held is what keeps everything from leaving, in words; "" for nothing, and while
// a process that begins asks the public part for the first time.
//
//i18n:keys live.held.*
func (x *Screen) held(st *model.Status) string {
	key := "live.held." + st.HeldBy
	if !x.s.P.Has(key) || st.HeldBy == model.HeldPublic && st.HeldWhy == "" {
		return ""
	}
	return x.s.P.T(key, "why", x.s.Text(st.HeldWhy))
}

// testNote is where a test of wordings stands.
func (x *Screen) testNote(ab *model.ABStatus, st *model.Status, add func(string, theme.Style, string)) {
	p, th := x.s.P, x.s.Th
	switch {
	case ab.Waits:
		add(th.G.Alert, th.Warn, p.N("live.verdict.no_difference_waits", st.Waiting))
	case ab.DecidesAt != nil:
		add(th.G.Ring, th.Accent, p.N("live.test_until", st.Waiting, "at", say.Moment(p, x.local(*ab.DecidesAt), x.s.Desk.Now())))
	default:
		add(th.G.Ring, th.Accent, p.N("live.test_runs", st.Waiting))
	}
}
