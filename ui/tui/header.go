package tui

import (
	"strings"

	"blanche/ui/safe"
	"blanche/ui/tui/widget/frame"
)

// part is one thing the header says; of those that do not fit, the one with the
// highest number goes first.
type part struct {
	text string
	drop int // 0 stays
}

// header says whose shop it is, what runs, what is wrong, when it is, and who
// is looking.
func (a *App) header() string {
	th := a.s.Th
	left := []part{{th.Title.Render("blanche"), 0}}
	if a.opt.Demo {
		left = append(left, part{th.Warn.Render(a.s.P.T("app.demo")), 5})
	}
	if shop := a.s.Desk.Settings().Shop; shop != "" {
		left = append(left, part{safe.Text(shop), 7})
	}
	right := append(a.alarms(), part{a.s.P.HeaderTime(a.s.Desk.Now()), 4}, part{a.who(), 3}, part{strings.ToUpper(a.s.P.Lang()), 8})
	for !fits(left, right, a.lay.w) && dropOne(&left, &right) {
	}
	return frame.Bar(joined(left), joined(right), a.lay.w)
}

// alarms are what runs, what is wrong, and what has the screen in its hand.
func (a *App) alarms() []part {
	th, p := a.s.Th, a.s.P
	var out []part
	sending := 0
	for _, c := range a.live.Running {
		if c.Sending {
			sending++
		}
	}
	if a.live.Public.Why != nil {
		out = append(out, part{th.Danger.Render(th.G.Alert + " " + p.T("app.held")), 0})
	} else if sending > 0 {
		out = append(out, part{th.Accent.Render(th.G.Dot + " " + p.N("app.sending", sending)), 2})
	}
	if n := a.toasts.Unread(); n > 0 {
		out = append(out, part{th.Warn.Render(th.G.Alert + " " + p.N("app.alerts", n)), 0})
	}
	if a.s.Mask.Active() {
		out = append(out, part{th.Warn.Render(th.G.Ring + " " + p.T("app.masked")), 0})
	}
	if keys := a.keys.PendingKeys(); keys != "" {
		out = append(out, part{keys, 0})
	}
	return out
}

// who is the person and the role.
func (a *App) who() string {
	th, p, me := a.s.Th, a.s.P, a.s.Desk.Me()
	text := safe.Text(me.Name) + th.Muted.Render(" "+th.G.Bullet+" "+a.s.Role(me.Role))
	if me.ReadOnly {
		text += th.Warn.Render(" " + th.G.Bullet + " " + p.T("app.read_only"))
	}
	return text
}

func joined(parts []part) string {
	texts := make([]string, len(parts))
	for i, x := range parts {
		texts[i] = x.text
	}
	return strings.Join(texts, "   ")
}

func fits(left, right []part, w int) bool {
	return frame.Width(joined(left))+frame.Width(joined(right))+5 <= w
}

// dropOne takes the least of all parts away; false when all must stay.
func dropOne(sides ...*[]part) bool {
	side, at := -1, -1
	for i, parts := range sides {
		for j, x := range *parts {
			if x.drop > 0 && (side < 0 || x.drop > (*sides[side])[at].drop) {
				side, at = i, j
			}
		}
	}
	if side < 0 {
		return false
	}
	s := sides[side]
	*s = append((*s)[:at:at], (*s)[at+1:]...)
	return true
}
