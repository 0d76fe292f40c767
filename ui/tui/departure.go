package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/frame"
)

// A start in its seconds of grace is said on every screen of every session, in
// the line under the tabs, and esc stops it: before anything else for whoever
// started it, when nothing stands in front for the others.

// departing is the start that leaves next, nil for none.
func (a *App) departing() *campaigns.Departure {
	if len(a.live.Departures) == 0 {
		return nil
	}
	return &a.live.Departures[0]
}

// stoppable reports that esc stops a start here and now.
func (a *App) stoppable(d *campaigns.Departure) bool {
	if d == nil || a.s.Desk.May(model.HoldBack) != nil {
		return false
	}
	return d.By == a.s.Desk.Me().Name || len(a.modals) == 0 && !a.screens[a.active].Captures()
}

// holds are the actions that stop a start, none when nothing leaves.
func (a *App) holds() []action.Action {
	if !a.stoppable(a.departing()) {
		return nil
	}
	return []action.Action{action.New("departure.hold", "esc").Need(model.HoldBack).Danger(action.Reversible).Alias("arreter", "stop", "hold").Hidden()}
}

// hold stops the start that leaves next.
func (a *App) hold() tea.Cmd {
	d := a.departing()
	if d == nil {
		return nil
	}
	name := d.Name
	return screen.Act(a.s, a.active, a.s.P.T("departure.held", "name", safe.Text(name)), func(ctx context.Context) error { return a.s.Desk.Hold(ctx, name) })
}

// strip says what leaves and when, in one line; "" when nothing does.
func (a *App) strip() string {
	d := a.departing()
	if d == nil {
		return ""
	}
	p, th, w := a.s.P, a.s.Th, a.lay.w
	left := int((d.Left + time.Second - 1) / time.Second)
	tail := p.T("departure.leaves", "left", left)
	if a.stoppable(d) {
		tail += p.T("departure.esc")
	}
	who := p.N("departure.people", d.Planned)
	if d.By != a.s.Desk.Me().Name {
		who = p.T("departure.by", "who", safe.Text(d.By)) + " " + th.G.Bullet + " " + who
	}
	if n := len(a.live.Departures); n > 1 {
		who = p.N("departure.more", n-1) + " " + th.G.Bullet + " " + who
	}
	title := safe.Text(screen.Titled(d.Title, d.Name))
	room := max(w-frame.Width(tail)-4, 4)
	if frame.Width(title) > room {
		title = frame.Fit(title, room)
	}
	line := " " + th.G.Alert + " " + title + tail
	if frame.Width(line)+frame.Width(who)+3 <= w {
		line = frame.Spread(line, who+" ", w)
	}
	return th.Selection.Over(th.Warn.Render(frame.Fit(line, w)))
}
