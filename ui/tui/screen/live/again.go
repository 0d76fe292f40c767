package live

import (
	"context"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/dialog"
)

// passing is how many of a list were refused by what may pass.
func (l *people) passing() (n int) {
	for i := range l.lines {
		if l.lines[i].MayPass {
			n++
		}
	}
	return n
}

// state is that of the campaign of a list, as the page knows it.
func (l *people) state(x *Screen) model.CampaignState {
	for _, c := range x.all() {
		if c.Name == l.name {
			return c.State
		}
	}
	return model.Done
}

// notAgain is why the failed cannot be sent to again, "" when they can.
func (l *people) notAgain(x *Screen) string {
	switch {
	case l.state(x) == model.Cancelled:
		return x.s.P.T("live.over")
	case l.mayPass == 0:
		return x.s.P.T("live.nobody_again")
	}
	return ""
}

// sendAgain asks for the number of the failed, and sends to them alone.
func (l *people) sendAgain(x *Screen) tea.Cmd {
	p := x.s.P
	body := []string{p.T("live.again_body", "name", safe.Text(l.name)), p.T("live.again_same")}
	if l.state(x) == model.Paused {
		body = append(body, p.T("live.again_paused"))
	}
	return screen.Front(screen.Confirm(x.s, dialog.Question{
		Title: p.N("live.again_title", l.mayPass), Body: body, Act: p.T("live.again_act"), Type: strconv.Itoa(l.mayPass), Danger: true,
	}, func() tea.Cmd {
		return screen.Act(x.s, screen.Live, p.T("live.again_done"), func(ctx context.Context) error {
			_, err := x.s.Desk.SendAgain(ctx, l.name)
			return err
		})
	}))
}
