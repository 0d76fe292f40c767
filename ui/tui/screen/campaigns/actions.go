package campaigns

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
)

// Actions are what can be done here and now. The keys of a form are its own;
// they are listed so that the foot of the screen shows them.
func (x *Screen) Actions() []action.Action {
	switch {
	case x.ask != nil:
		return []action.Action{action.New("campaign.confirm", "enter"), action.New("campaign.leave", "esc")}
	case x.edit != nil:
		return []action.Action{action.New("campaign.save", "ctrl+s"), action.New("campaign.next_field", "tab"), action.New("campaign.leave", "esc")}
	case x.page != nil:
		return append(x.pageActions(), x.acts()...)
	}
	none := func() string {
		if len(x.lines) == 0 {
			return x.s.P.T("campaign.screen.none")
		}
		return ""
	}
	list := []action.Action{
		action.New("campaign.open", "enter", "d").Off(none).Alias("campagne", "campaign").WithArg(),
		action.New("campaign.new", "n").Need(model.WriteCampaigns).Alias("creer", "nouvelle", "create"),
		action.New("campaign.file", "i").Need(model.WriteCampaigns).Alias("fichier", "file", "import").Off(x.noFiles),
	}
	return append(list, x.acts()...)
}

func (x *Screen) noFiles() string {
	if x.s.ReadFile == nil {
		return x.s.P.T("campaign.screen.no_files")
	}
	return ""
}

// pageActions are those of the page alone.
func (x *Screen) pageActions() []action.Action {
	enter := action.New("campaign.follow", "enter").Off(x.unless(noFollow))
	if x.page.showsCheck() {
		enter = action.New("campaign.repair", "enter")
	}
	return []action.Action{
		enter,
		action.New("campaign.turn", "v").Alias("message", "apercu", "preview"),
		action.New("campaign.read", "m").Need(model.ReadContacts).Alias("lire", "apercu", "preview").Hidden(),
		action.New("campaign.new", "n").Need(model.WriteCampaigns).Hidden(),
	}
}

// acts are what can be done with a campaign, in the order of its life.
func (x *Screen) acts() []action.Action {
	return []action.Action{
		action.New("campaign.edit", "e").Need(model.WriteCampaigns).Danger(action.Reversible).Off(x.unless(x.unmoved(noEdit))).Alias("modifier", "corriger"),
		action.New("campaign.source", "E").Need(model.WriteCampaigns).Danger(action.Reversible).Off(x.unless(x.unmoved(noEdit))).Hidden(),
		action.New("campaign.check", "c").Need(model.CheckCampaigns).Off(x.unless(launched)).Alias("controler", "preflight"),
		action.New("campaign.test", "t").Need(model.CheckCampaigns).Danger(action.Outgoing).Off(x.unless(noTest)).Alias("essai").WithArg(),
		action.New("campaign.approve", "a", "A").Need(model.Approve).Off(x.unless(x.unmoved(noApproval))).Alias("valider"),
		action.New("campaign.launch", "P").Need(model.Launch).Danger(action.Outgoing).Off(x.unless(x.unmoved(x.noLaunch))).Alias("envoyer", "send", "start"),
		action.New("campaign.pause", "p").Need(model.HoldBack).Danger(action.Reversible).Off(x.unless(func(l campaigns.CampaignLine) string {
			return when(l.State != model.Running, "campaign.screen.not_running")
		})),
		action.New("campaign.resume", "r").Need(model.Launch).Danger(action.Outgoing).Off(x.unless(x.noResume)).Alias("reprendre"),
		action.New("campaign.schedule", "S").Need(model.Launch).Danger(action.Outgoing).Off(x.unless(x.unmoved(noSchedule))).Alias("programmer").Hidden(),
		action.New("campaign.clone", "C").Need(model.WriteCampaigns).Off(x.unless(nil)).Alias("copier", "dupliquer").Hidden(),
		action.New("campaign.cancel", "x").Need(model.CancelSends).Danger(action.Destructive).Off(x.unless(x.unmoved(noCancel))).Alias("annuler").Hidden(),
		action.New("campaign.size", "h").Need(model.WriteCampaigns).Danger(action.Reversible).Off(x.unless(x.unmoved(noSize))).Alias("temoins", "holdout", "taille").Hidden(),
		action.New("campaign.roi", "w").Off(x.unless(func(l campaigns.CampaignLine) string { return when(l.StartedAt == nil, "campaign.screen.not_launched") })),
	}
}

// unless makes the reason why an action is off out of a rule on the state of
// the campaign; the rule gives a key of the catalogue, "" for on.
func (x *Screen) unless(why func(campaigns.CampaignLine) string) func() string {
	return func() string {
		l, ok := x.selected()
		key := ""
		switch {
		case !ok:
			key = "campaign.screen.none"
		case why != nil:
			key = why(l)
		}
		if key == "" {
			return ""
		}
		return x.s.P.T(key)
	}
}

func when(off bool, key string) string {
	if off {
		return key
	}
	return ""
}

// unmoved is a rule for what cannot be done in the seconds of grace of a start:
// what was confirmed must be what leaves.
func (x *Screen) unmoved(why func(campaigns.CampaignLine) string) func(campaigns.CampaignLine) string {
	return func(l campaigns.CampaignLine) string {
		if slices.ContainsFunc(x.live.Departures, func(d campaigns.Departure) bool { return d.Name == l.Name }) {
			return "campaign.screen.leaving"
		}
		return why(l)
	}
}

func over(s model.CampaignState) bool { return s == model.Done || s == model.Cancelled }

func launched(l campaigns.CampaignLine) string {
	return when(l.State.Launched(), "campaign.screen.launched")
}

func noEdit(l campaigns.CampaignLine) string {
	if over(l.State) {
		return "campaign.screen.over"
	}
	return when(l.State == model.Running, "campaign.screen.pause_first")
}

// noFollow lets one that is done be followed: who got nothing may be sent to
// again from there.
func noFollow(l campaigns.CampaignLine) string {
	if l.State == model.Cancelled {
		return "campaign.screen.over"
	}
	return when(!l.State.Launched(), "campaign.screen.not_launched")
}

func noTest(l campaigns.CampaignLine) string { return when(over(l.State), "campaign.screen.over") }

func noCancel(l campaigns.CampaignLine) string { return when(over(l.State), "campaign.screen.over") }

func noApproval(l campaigns.CampaignLine) string {
	switch l.State {
	case model.Approved:
		return "campaign.screen.approved"
	case model.Draft, model.Checked, model.Late, model.Paused: // one corrected in the middle is approved again
		return ""
	}
	return "campaign.screen.launched"
}

func (x *Screen) noLaunch(l campaigns.CampaignLine) string {
	if l.State.Launched() {
		return "campaign.screen.launched"
	}
	return when(!x.live.Sends, "campaign.screen.nobody_sends")
}

func (x *Screen) noResume(l campaigns.CampaignLine) string {
	stopped := l.State == model.Paused
	if l.State == model.Running {
		st := x.moving(l.Name)
		stopped = st == nil || !st.Sending
	}
	if !stopped {
		return "campaign.screen.not_paused"
	}
	return when(!x.live.Sends, "campaign.screen.nobody_sends")
}

func noSchedule(l campaigns.CampaignLine) string {
	if l.State.Launched() {
		return "campaign.screen.launched"
	}
	return when(l.Start == nil, "campaign.screen.no_start")
}

// Do does one of the actions.
func (x *Screen) Do(id, arg string) tea.Cmd {
	switch id {
	case "campaign.new":
		return x.write(nil)
	case "campaign.file":
		return x.askFile()
	case "campaign.turn":
		x.page.turn()
		return nil
	case "campaign.repair":
		return x.repair()
	case "campaign.read":
		return x.askReader()
	case "campaign.open":
		if name := x.find(arg); name != "" {
			return x.show(name)
		}
		return screen.Fail(model.NotFound("campaign.unknown", "name", arg))
	}
	if l, ok := x.selected(); ok {
		return x.doWith(id, arg, l)
	}
	return nil
}

// doWith does an action with the campaign shown or under the cursor.
func (x *Screen) doWith(id, arg string, l campaigns.CampaignLine) tea.Cmd {
	p, desk, name := x.s.P, x.s.Desk, l.Name
	act := func(say string, do func(context.Context, string) error) tea.Cmd {
		return screen.Act(x.s, screen.Campaigns, say, func(ctx context.Context) error { return do(ctx, name) })
	}
	switch id {
	case "campaign.follow":
		return screen.Show(screen.Live, name)
	case "campaign.roi":
		return screen.Show(screen.ROI, name)
	case "campaign.edit", "campaign.source":
		return x.reword(name, id == "campaign.source", "", screen.Campaigns)
	case "campaign.size":
		return x.reword(name, false, "share", screen.Campaigns)
	case "campaign.check":
		return x.check(name)
	case "campaign.test":
		return x.askTest(name, arg)
	case "campaign.approve":
		return act(p.T("campaign.screen.approved_now", "name", name), desk.Approve)
	case "campaign.schedule":
		return act(p.T("campaign.screen.scheduled", "name", name, "at", x.local(*l.Start)), desk.Schedule)
	case "campaign.launch":
		return x.launch(name)
	case "campaign.pause":
		return act(p.T("campaign.screen.paused", "name", name), desk.Pause)
	case "campaign.resume":
		return act(p.T("campaign.screen.resumed", "name", name), desk.Resume)
	case "campaign.cancel":
		return x.cancel(l)
	case "campaign.clone":
		return x.askClone(name)
	}
	return nil
}

// find is the name of the first campaign whose title or name holds a text, the
// one under the cursor for no text; "" when there is none.
func (x *Screen) find(text string) string {
	if text = i18n.Fold(strings.TrimSpace(text)); text == "" {
		l, _ := x.selected()
		return l.Name
	}
	for _, l := range x.lines {
		if strings.Contains(i18n.Fold(l.Title+" "+l.Name), text) {
			return l.Name
		}
	}
	return ""
}

// noSize is why the size of a zone blanche can no longer be chosen.
func noSize(l campaigns.CampaignLine) string {
	return when(l.State.Launched() || l.State == model.Cancelled, "campaign.screen.drawn")
}
