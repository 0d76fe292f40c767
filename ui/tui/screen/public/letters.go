package public

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/dialog"
	"blanche/ui/tui/widget/frame"
)

// letterActions are what can be done with what other programs were not told in
// the end.
func (x *Screen) letterActions() []action.Action {
	none := func() string {
		if len(x.state.Dead) == 0 {
			return x.s.P.T("site.no_dead")
		}
		return ""
	}
	return []action.Action{
		action.New("public.retry", "r").Need(model.Maintain).Danger(action.Outgoing).Off(none).Alias("renvoyer", "retry"),
		action.New("public.retry_all", "a").Need(model.Maintain).Danger(action.Outgoing).Off(none),
		action.New("public.drop", "x").Need(model.Maintain).Danger(action.Destructive).Off(none).Alias("oublier", "drop"),
		action.New("public.close", "esc"),
	}
}

// letter is the one under the cursor.
func (x *Screen) letter() campaigns.HookLine {
	x.at = max(0, min(x.at, len(x.state.Dead)-1))
	if len(x.state.Dead) == 0 {
		return campaigns.HookLine{}
	}
	return x.state.Dead[x.at]
}

// again has letters taken once more from their first try on; no key is all that
// were given up.
func (x *Screen) again(n int, keys ...string) tea.Cmd {
	return screen.Act(x.s, screen.Public, x.s.P.N("site.retried", n), func(ctx context.Context) error {
		_, err := x.s.Desk.RetryHooks(ctx, keys)
		return err
	})
}

// drop forgets a letter, after a question.
func (x *Screen) drop() tea.Cmd {
	p, l := x.s.P, x.letter()
	return screen.Front(screen.Confirm(x.s, dialog.Question{
		Title: p.T("site.drop_title"), Body: []string{p.T("site.drop_body", "event", x.s.Text(l.Event), "to", x.s.Text(l.To))}, Act: p.T("site.drop_act"), Danger: true,
	}, func() tea.Cmd {
		return screen.Act(x.s, screen.Public, p.T("site.dropped"), func(ctx context.Context) error {
			_, err := x.s.Desk.DropHooks(ctx, []string{l.Key})
			return err
		})
	}))
}

// detailLines is what the one under the cursor takes, at most.
const detailLines = 6

// letterPage lists them, and says all of the one under the cursor.
func (x *Screen) letterPage(w, h int) []string {
	p, th, chosen := x.s.P, x.s.Th, x.letter()
	waiting := ""
	if x.state.Waiting > 0 {
		waiting = p.N("site.letters_wait", x.state.Waiting)
	}
	lines := []string{frame.Title(th, w, p.T("app.tab.public"), p.N("site.dead", len(x.state.Dead)), waiting)}
	if len(x.state.Dead) == 0 {
		return frame.Block(append(lines, x.sentence(w, p.T("site.no_dead_long"))...), w, h)
	}
	detail := x.letterDetail(w, &chosen)
	room := max(h-len(lines)-len(detail), 1)
	from := max(0, min(x.at-room/2, len(x.state.Dead)-room))
	for i := from; i < len(x.state.Dead) && i < from+room; i++ {
		row := x.letterRow(&x.state.Dead[i], w)
		if i == x.at {
			row = th.Selection.Over(th.G.Cursor + frame.Clip(row[1:], w-1))
		}
		lines = append(lines, row)
	}
	lines = frame.Block(lines, w, max(h-len(detail), 0))
	return frame.Block(append(lines, detail...), w, h)
}

// letterRow is one of them in a line.
func (x *Screen) letterRow(l *campaigns.HookLine, w int) string {
	p := x.s.P
	return frame.Fit("  "+frame.Fit(say.Moment(p, x.local(l.At), x.s.Desk.Now()), 12)+" "+frame.Fit(x.s.Text(l.To), 12)+" "+frame.Fit(x.s.Text(l.Event), 22)+" "+
		x.s.Th.Warn.Render(p.N("site.tries", l.Tries)+" · "+x.why(l)), w)
}

// letterDetail says all that is known of one, and what becomes of it.
func (x *Screen) letterDetail(w int, l *campaigns.HookLine) []string {
	p, th := x.s.P, x.s.Th
	lines := []string{frame.Title(th, w, p.T("site.letter", "event", x.s.Text(l.Event)))}
	says := []string{p.T("site.letter_key", "key", x.s.Text(l.Key), "id", x.s.Text(l.ID))}
	if !l.Dead.IsZero() {
		says = append(says, p.T("site.letter_died", "at", say.Moment(p, x.local(l.Dead), x.s.Desk.Now())))
	}
	for _, text := range append(says, p.T("site.letters_help")) {
		for _, part := range frame.Wrap(text, max(w-4, 1)) {
			lines = append(lines, frame.Fit("  "+th.Muted.Render(part), w))
		}
	}
	return lines[:min(len(lines), detailLines)]
}
