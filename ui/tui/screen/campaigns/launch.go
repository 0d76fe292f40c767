package campaigns

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/dialog"
)

// started is a campaign on its way.
type started struct{ name string }

// launch runs the preflight, then asks for the count.
func (x *Screen) launch(name string) tea.Cmd { return x.runCheck(name, true) }

// confirmLaunch shows what would happen and asks for the number of people.
func (x *Screen) confirmLaunch(list *model.Checklist) tea.Cmd {
	p, c := x.s.P, &x.page.detail.Campaign
	name, planned := list.Campaign, list.Planned
	if limit := x.s.Desk.Settings().Approval; limit > 0 && planned > limit && !mayLeave(c.State) {
		return screen.Fail(model.Refused("campaign.needs_approval", "name", name, "above", limit).Hint("campaign.screen.approve_first"))
	}
	subject := c.Spec.Subject
	if pre := x.page.preview; pre != nil {
		subject = x.s.Mask.Text(pre.Subject)
	}
	body := []string{p.N("campaign.screen.will_send", planned, "subject", subject)}
	body = append(body, x.launchTerms(list)...)
	q := dialog.Question{
		Title: p.T("campaign.screen.launch_title", "name", titled(c.Spec.Title, name)), Body: body,
		Act: p.T("campaign.screen.launch_act"), Type: p.Int(planned), Danger: true,
	}
	return screen.Front(screen.Confirm(x.s, q, func() tea.Cmd {
		return screen.Ask(x.s, screen.Campaigns, x.s.Number(), func(ctx context.Context) (started, error) {
			return started{name}, x.s.Desk.StartIn(ctx, name, planned, x.s.Grace)
		})
	}))
}

// mayLeave reports a campaign that a second person has read, or that has an
// hour, which needed it.
func mayLeave(s model.CampaignState) bool {
	return s == model.Approved || s == model.Scheduled || s == model.Late
}

// launchTerms are who is left alone, who is left out, what could be seen, and
// through which relay it goes.
func (x *Screen) launchTerms(list *model.Checklist) []string {
	p := x.s.P
	var out []string
	for _, l := range list.Lines {
		switch l.Code {
		case "holdout", "holdout_small", "holdout_unknown", "no_holdout":
			out = append(out, say.Check(p, l))
		}
	}
	if n := list.Excluded; n.Total() > 0 {
		out = append(out, p.N("campaign.screen.left_out", n.Total(), "reasons", x.excluded(n)))
	}
	for _, l := range list.Lines {
		if l.Code == "relay" {
			out = append(out, say.Check(p, l))
		}
	}
	return out
}

func (x *Screen) takeStart(msg screen.Reply[started]) tea.Cmd {
	if msg.Err != nil {
		return tea.Batch(screen.Fail(msg.Err), x.Init())
	}
	name, said := msg.Value.name, x.s.P.T("campaign.screen.started", "name", msg.Value.name)
	if x.s.Grace > 0 {
		said = x.s.P.T("campaign.screen.leaves_in", "name", name, "seconds", int(x.s.Grace.Seconds()))
	}
	return tea.Batch(x.Init(), screen.Say(said), screen.Show(screen.Live, name))
}

// cancel asks for the name of the campaign.
func (x *Screen) cancel(l campaigns.CampaignLine) tea.Cmd {
	p, name := x.s.P, l.Name
	body := p.T("campaign.screen.cancel_draft")
	if l.State.Launched() {
		body = p.N("live.cancel_body", int(float64(l.Planned)*(1-l.Done)+0.5))
	}
	q := dialog.Question{Title: p.T("live.cancel_title", "name", name), Body: []string{body}, Act: p.T("live.cancel_act"), Type: name, Danger: true}
	return screen.Front(screen.Confirm(x.s, q, func() tea.Cmd {
		return screen.Act(x.s, screen.Campaigns, p.T("live.cancelled", "name", name), func(ctx context.Context) error { return x.s.Desk.Cancel(ctx, name) })
	}))
}
