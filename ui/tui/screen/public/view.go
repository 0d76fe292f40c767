package public

import (
	"strings"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/chart"
	"blanche/ui/tui/widget/empty"
	"blanche/ui/tui/widget/frame"
)

// beside is the width from which the lists stand beside each other, and roomy the
// height from which they need not.
const (
	beside = 110
	roomy  = 14
)

// widestMail is from where an address is cut though there is room.
const widestMail = 48

// View draws how the public part stands, or the page to try.
func (x *Screen) View(w, h int) []string {
	p, th, v := x.s.P, x.s.Th, &x.state
	title := frame.Title(th, w, p.T("app.tab.public"), x.s.Text(strings.TrimPrefix(v.URL, "https://")), x.word())
	switch {
	case !x.loaded:
		return frame.Block([]string{title}, w, h)
	case x.list:
		return x.letterPage(w, h)
	case v.URL == "" && len(v.Dead) == 0:
		return empty.Lines(th, p, w, h, p.T("site.none"))
	case v.URL == "":
		return frame.Stack(w, h, []string{title}, x.sentence(w, p.T("site.none")), []string{frame.Blank(w)}, x.dead(w, max(h-8, 2)))
	case x.phone:
		return x.phoneLines(w, h)
	}
	lines := append([]string{title}, x.health(w)...)
	if rest := h - len(lines); rest >= 12 {
		rows := 4
		if rest >= 22 {
			rows = 7
		}
		lines = append(append(lines, frame.Blank(w)), x.charts(w, rows)...)
	}
	rest := h - len(lines)
	foot := x.dead(w, min(rest/3, 6))
	if len(foot) > 0 && rest >= roomy+len(foot) {
		foot = append([]string{frame.Blank(w)}, foot...)
	}
	rest -= len(foot)
	if w < beside || rest >= roomy {
		gap := []string{}
		if rest >= roomy {
			gap = append(gap, frame.Blank(w))
		}
		half := max((rest-2*len(gap)+1)/2, 2)
		calls := x.calls(w, half)
		return frame.Stack(w, h, lines, gap, calls, gap, x.leavers(w, rest-2*len(gap)-len(calls)), foot)
	}
	lines = append(lines, frame.Blank(w))
	left := w * 54 / 100
	right := w - left - 2
	return frame.Stack(w, h, lines, frame.Beside(frame.Block(x.calls(left, rest-1), left, rest-1), left, frame.Block(x.leavers(right, rest-1), right, rest-1), right, "  "), foot)
}

// word is how it stands, in a word.
func (x *Screen) word() string {
	p, th, v := x.s.P, x.s.Th, &x.state
	switch {
	case v.URL == "" || !v.Watched:
		return ""
	case !v.Asked:
		return p.T("site.asking")
	case v.Why != nil:
		return th.Danger.Render(th.G.Alert + " " + p.T("site.down"))
	}
	return th.Good.Render(th.G.Check + " " + p.T("site.up"))
}

// local is an instant in the zone of the shop.
func (x *Screen) local(t time.Time) time.Time { return t.In(x.s.Desk.Now().Location()) }

// expiresSoon is how long before its end a certificate is worth a warning.
const expiresSoon = 14 * 24 * time.Hour

// health says whether the outside gets there, and what follows.
func (x *Screen) health(w int) (lines []string) {
	p, th, v, now := x.s.P, x.s.Th, &x.state, x.s.Desk.Now()
	add := func(tone theme.Style, sign, text string) {
		for i, l := range frame.Wrap(text, max(w-5, 1)) {
			if i > 0 {
				sign = " "
			}
			lines = append(lines, "  "+tone.Render(sign+" "+l)+" ")
		}
	}
	since := say.Moment(p, x.local(v.Since), now)
	switch {
	case !v.Watched:
		add(th.Muted, th.G.Bullet, p.T("site.unwatched"))
	case !v.Asked:
		add(th.Muted, th.G.Bullet, p.T("site.asking_long"))
	case v.Why != nil:
		add(th.Danger, th.G.Alert, x.s.Text(p.T("site.down_since", "since", since, "at", p.Time(x.local(v.Checked)), "why", v.Why)))
		add(th.Danger, " ", p.T("site.stopped"))
	default:
		add(th.Text, th.Good.Render(th.G.Check), p.T("site.up_since", "since", since, "at", p.Time(x.local(v.Checked))))
		add(th.Muted, th.G.Bullet, p.T("site.guard"))
	}
	switch left := v.Until.Sub(now); {
	case !v.Secure:
		add(th.Warn, th.G.Alert, p.T("site.insecure"))
	case v.Until.IsZero():
		add(th.Muted, th.G.Bullet, p.T("site.secure"))
	case left < expiresSoon:
		add(th.Warn, th.G.Alert, p.N("site.certificate", int(left.Hours()/24), "until", p.Date(x.local(v.Until))))
	default:
		add(th.Muted, th.G.Bullet, p.N("site.certificate", int(left.Hours()/24), "until", p.Date(x.local(v.Until))))
	}
	return lines
}

// charts are what came in by the minute, beside each other.
func (x *Screen) charts(w, h int) []string {
	p, th, v := x.s.P, x.s.Th, &x.state
	cell := (w - 2) / 3
	lines := make([]string, h)
	for _, c := range []struct {
		key string
		by  []int
	}{{"left", v.Left}, {"clicks", v.Clicks}, {"hooks", v.Hooks}} {
		total, values := 0, make([]float64, len(c.by))
		for i, n := range c.by {
			total += n
			values[i] = float64(n)
		}
		head := p.N("site.minute."+c.key, total) //i18n:keys site.minute.*
		block := append([]string{th.Header.Render(frame.Fit(head, cell-1))}, x.bars(cell-1, h-1, values, total)...)
		for i := range lines {
			lines[i] += " " + block[i]
		}
	}
	for i := range lines {
		lines[i] = " " + frame.Fit(lines[i], w-1)
	}
	return lines
}

func (x *Screen) bars(w, h int, values []float64, total int) []string {
	if total == 0 {
		return frame.Block([]string{x.s.Th.Muted.Render(frame.Fit(x.s.P.T("site.quiet"), w))}, w, h)
	}
	return chart.Bars(x.s.Th, x.s.Th.Accent, w, h, values, func(v float64) string { return x.s.P.Decimal(v, 0) })
}

// listed is a title with as many lines as there is room for.
func (x *Screen) listed(w, h int, title, none string, rows []string) []string {
	if h < 2 {
		return nil
	}
	lines := []string{frame.Title(x.s.Th, w, title)}
	if len(rows) == 0 {
		for _, l := range frame.Wrap(none, max(w-4, 1)) {
			rows = append(rows, x.s.Th.Muted.Render(frame.Fit("  "+l, w)))
		}
	}
	return append(lines, rows[:min(len(rows), h-1)]...)
}

// calls are the last calls of other programs.
func (x *Screen) calls(w, h int) []string {
	var rows []string
	for i := range x.state.Visits {
		rows = append(rows, x.call(&x.state.Visits[i], w))
	}
	return x.listed(w, h, x.s.P.T("site.calls"), x.s.P.T("site.no_calls"), rows)
}

func (x *Screen) call(c *campaigns.HookVisit, w int) string {
	p, th := x.s.P, x.s.Th
	who := strings.TrimPrefix(c.Program, "token:")
	if who == "" {
		who = p.T("site.stranger")
	}
	front := "  " + p.Time(x.local(c.At)) + "  " + frame.Fit(x.s.Text(who), 14) + " " + frame.Fit(x.kind(c.Kind), 11) + " "
	if c.Refusal != "" {
		why := c.Refusal
		if p.Has(why) {
			why = p.T(why)
		}
		if c.Times > 1 {
			why = p.T("site.times", "n", c.Times, "why", why)
		}
		return frame.Fit(front+th.Warn.Render(th.G.Alert+" "+why), w)
	}
	var parts []string
	for _, t := range []struct {
		key string
		n   int
	}{{"refused", c.Refused}, {"created", c.Created}, {"updated", c.Updated}, {"unchanged", c.Unchanged}} {
		if t.n > 0 {
			parts = append(parts, p.N("site.items."+t.key, t.n)) //i18n:keys site.items.*
		}
	}
	if c.Reason != "" {
		parts[0] = th.Warn.Render(parts[0] + " (" + x.reason(c.Reason) + ")")
	}
	return frame.Fit(front+strings.Join(parts, ", "), w)
}

// reason is why an item was refused: in words where an import has them.
//
//i18n:keys cli.reject.* site.reason.*
func (x *Screen) reason(code string) string {
	for _, key := range []string{"cli.reject." + code, "site.reason." + code} {
		if x.s.P.Has(key) {
			return x.s.P.T(key)
		}
	}
	return x.s.Text(code)
}

// kind is what a program told.
//
//i18n:keys site.kind.*
func (x *Screen) kind(k model.Scope) string {
	if key := "site.kind." + string(k); x.s.P.Has(key) {
		return x.s.P.T(key)
	}
	return string(k)
}

// leavers are the last people who unsubscribed by a link.
func (x *Screen) leavers(w, h int) []string {
	p, now := x.s.P, x.s.Desk.Now()
	var rows []string
	when, of := 5, 0
	for _, l := range x.state.Leavers {
		when, of = max(when, frame.Width(say.Moment(p, x.local(l.At), now))), max(of, frame.Width(x.s.Text(l.Campaign)))
	}
	of = min(of, (w-when-4)*2/5)
	for _, l := range x.state.Leavers {
		who := x.s.Address(l.Email)
		if l.Email == "" {
			who = p.T("site.somebody")
		}
		rows = append(rows, frame.Fit("  "+frame.Fit(say.Moment(p, x.local(l.At), now), when)+"  "+frame.Fit(who, min(max(w-when-of-6, 8), widestMail))+" "+x.s.Text(l.Campaign), w))
	}
	return x.listed(w, h, p.T("site.left"), p.T("site.no_left"), rows)
}

// dead are what other programs were not told in the end, and how to go on: nothing
// where there is none.
func (x *Screen) dead(w, h int) []string {
	p := x.s.P
	if len(x.state.Dead) == 0 || h < 2 {
		return nil
	}
	var rows []string
	for i := range x.state.Dead {
		rows = append(rows, x.letterRow(&x.state.Dead[i], w))
	}
	return x.listed(w, h, p.N("site.dead", len(rows)), "", rows)
}

// why is what the receiver of a letter said last.
//
//i18n:keys hook.why.* hook.state.*
func (x *Screen) why(l *campaigns.HookLine) string {
	if key := "hook.state." + l.State; l.State == campaigns.HookLost && x.s.P.Has(key) {
		return x.s.P.T(key)
	}
	if key := "hook.why." + l.Why; x.s.P.Has(key) {
		return x.s.P.T(key)
	}
	return x.s.Text(l.Why)
}

// sentence is a text over as many lines as it takes.
func (x *Screen) sentence(w int, text string) (lines []string) {
	for _, l := range frame.Wrap(text, max(w-4, 1)) {
		lines = append(lines, "  "+x.s.Th.Muted.Render(l)+"  ")
	}
	return lines
}
