package tui

import (
	"context"
	"sync"

	tea "charm.land/bubbletea/v2"

	"blanche/model"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/dialog"
)

// quitMsg ends the session, after the question if there was one.
type quitMsg struct{}

func quit() tea.Msg { return quitMsg{} }

// leavingMsg says that leaving would stop a campaign.
type leavingMsg struct {
	name    string
	left    int
	departs bool // it has not left yet: nothing is on its way
}

// handedMsg is the answer of a hand-over.
type handedMsg struct{ err error }

// Ended is the cause to end a session with when the process that holds the data
// goes away: Run returns it, for the caller to say.
func Ended() error { return model.Busy("app.ended").Hint("app.ended_hint") }

// leave quits. In the process that holds the data it asks first when that would
// stop a campaign on its way, or one that leaves in a moment; an attached session stops nothing and leaves at
// once. The desk is asked, and not the live picture, which is of a moment ago.
func (a *App) leave() tea.Cmd {
	if !a.opt.Holder || !a.live.Sends {
		return quit
	}
	if d := a.departing(); d != nil {
		name := d.Name
		return func() tea.Msg { return leavingMsg{name: name, departs: true} }
	}
	desk, ctx := a.s.Desk, a.s.Ctx
	var names []string
	for _, c := range a.live.Running {
		names = append(names, c.Name)
	}
	return func() tea.Msg {
		lines, _ := desk.Campaigns(ctx) // what cannot be read is not being sent either
		for _, l := range lines {
			if l.State == model.Running {
				names = append(names, l.Name)
			}
		}
		for _, name := range names {
			if st, err := desk.Status(ctx, name); err == nil && st.State == model.Running && st.Sending {
				return leavingMsg{name: name, left: st.Waiting + st.Deferred}
			}
		}
		return quitMsg{}
	}
}

// askToLeave offers to hand the send over to a process in the background where
// there can be one, to stop it, and to stay.
func (a *App) askToLeave(m leavingMsg) tea.Cmd {
	p := a.s.P
	if m.departs {
		return screen.Front(screen.Confirm(a.s, dialog.Question{
			Title: p.T("departure.quit_title"), Body: []string{p.T("departure.quit", "name", m.name)}, Act: p.T("app.quit.act"),
		}, func() tea.Cmd { return quit }))
	}
	title, body := p.T("app.quit.title"), p.T("app.quit.body", "name", m.name, "left", m.left)
	if a.opt.HandOver == nil {
		return screen.Front(screen.Confirm(a.s, dialog.Question{
			Title: title, Body: []string{body + " " + p.T("app.quit.stops"), p.T("app.quit.resume", "name", m.name)}, Act: p.T("app.quit.act"),
		}, func() tea.Cmd { return quit }))
	}
	menu := dialog.Menu{
		Title: title, Body: []string{body},
		Choices: []dialog.Choice{
			{Label: p.T("app.quit.background"), Note: p.T("app.quit.background_note")},
			{Label: p.T("app.quit.stop"), Note: p.T("app.quit.stop_note", "name", m.name)},
			{Label: p.T("app.quit.stay")},
		},
	}
	return screen.Front(screen.Choose(a.s, menu, func(i int) tea.Cmd {
		switch i {
		case 0:
			return tea.Batch(screen.Say(p.T("app.quit.handing")), a.handOver())
		case 1:
			return quit
		}
		return nil
	}))
}

func (a *App) handOver() tea.Cmd {
	ctx, hand := context.WithoutCancel(a.s.Ctx), a.opt.HandOver
	return func() tea.Msg { return handedMsg{a.handing.do(ctx, hand)} }
}

// handing is the hand-over, which outlives its screen once it has begun: a
// terminal that is closed meanwhile must not stop it half way.
type handing struct {
	mu  sync.Mutex // held while it is under way
	end bool       // the screen is gone: none begins any more
	err error
}

func (h *handing) do(ctx context.Context, hand func(context.Context) error) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.end {
		return context.Canceled
	}
	h.err = hand(ctx)
	return h.err
}

// finish waits for the one under way, and gives its error.
func (h *handing) finish() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.end = true
	return h.err
}

// handed leaves once somebody else holds the data; else it stays and says why.
func (a *App) handed(m handedMsg) tea.Cmd {
	if m.err != nil {
		return screen.Fail(m.err)
	}
	return quit
}
