package campaigns

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/frame"
)

// preflight is a checklist, and whether a launch waits for it.
type preflight struct {
	list   model.Checklist
	detail campaigns.CampaignDetail // after it: a draft may have become checked
	launch bool
}

// check runs the preflight of a campaign and shows it.
func (x *Screen) check(name string) tea.Cmd { return x.runCheck(name, false) }

func (x *Screen) runCheck(name string, launch bool) tea.Cmd {
	var open tea.Cmd
	if x.page == nil || x.page.name != name {
		open = x.show(name)
	}
	pg := x.page
	pg.checking, pg.checkReq = true, x.s.Number()
	return tea.Batch(open, screen.Ask(x.s, screen.Campaigns, pg.checkReq, func(ctx context.Context) (preflight, error) {
		list, err := x.s.Desk.CheckCampaign(ctx, name)
		if err != nil {
			return preflight{}, err
		}
		detail, err := x.s.Desk.Campaign(ctx, name)
		return preflight{list, detail, launch}, err
	}))
}

func (x *Screen) takePreflight(msg screen.Reply[preflight]) tea.Cmd {
	pg := x.page
	if pg == nil || msg.Req != pg.checkReq {
		return nil
	}
	pg.checking = false
	if msg.Err != nil {
		return screen.Fail(msg.Err)
	}
	list := msg.Value.list
	list.Lines = slices.Clone(list.Lines)
	slices.SortStableFunc(list.Lines, func(a, b model.CheckLine) int { return int(b.Level) - int(a.Level) })
	pg.check, pg.cursor = &list, 0
	pg.detail, pg.loaded = msg.Value.detail, true
	again := x.Init()
	if !msg.Value.launch || list.Blocked() {
		pg.view, pg.scroll = viewCheck, 0
	}
	switch {
	case !msg.Value.launch:
		return again
	case list.Blocked():
		return tea.Batch(again, screen.Fail(model.Refused("campaign.blocked", "name", pg.name, "n", blocking(&list)).Hint("campaign.screen.repair_them")))
	}
	return tea.Batch(again, x.confirmLaunch(&list))
}

// blocking is how many lines stop a launch.
func blocking(list *model.Checklist) int {
	n := 0
	for _, l := range list.Lines {
		if l.Level == model.LevelStop {
			n++
		}
	}
	return n
}

// checkLines draws the preflight: a sign and a sentence for each line, and
// under the one with the cursor how to repair it.
func (x *Screen) checkLines(w, h int) []string {
	p, th, pg := x.s.P, x.s.Th, x.page
	if pg.check == nil {
		return nil
	}
	warns := 0
	for _, l := range pg.check.Lines {
		if l.Level == model.LevelWarn {
			warns++
		}
	}
	title := frame.Title(th, w, p.T("campaign.screen.preflight"), p.N("campaign.screen.stops", blocking(pg.check)), p.N("campaign.screen.warns", warns))
	var lines []string
	from, to := 0, 0
	for i, l := range pg.check.Lines {
		if i == pg.cursor {
			from = len(lines)
		}
		lines = append(lines, x.checkLine(w, l, i == pg.cursor)...)
		if i == pg.cursor {
			to = len(lines)
		}
	}
	top := 0
	if to > h-1 {
		top = min(from, to-(h-1))
	}
	return append([]string{title}, lines[min(top, len(lines)):]...)
}

func (x *Screen) checkLine(w int, l model.CheckLine, at bool) []string {
	p, th := x.s.P, x.s.Th
	cursor := " "
	if at {
		cursor = th.Key.Render(th.G.Cursor)
	}
	sign := map[model.Level]string{
		model.LevelStop: th.Danger.Render(th.G.Fail), model.LevelWarn: th.Warn.Render(th.G.Alert),
		model.LevelInfo: th.Accent.Render(th.G.Dot), model.LevelOK: th.Good.Render(th.G.Check),
	}[l.Level]
	var out []string
	for i, text := range frame.Wrap(safe.Text(say.Check(p, x.placed(l))), max(w-6, 1)) {
		if i == 0 {
			out = append(out, " "+cursor+" "+sign+" "+text)
			continue
		}
		out = append(out, "     "+text)
	}
	hint := say.CheckHint(p, l)
	if !at || l.Level == model.LevelOK || hint == "" {
		return out
	}
	if x.repairs(l) != "" || l.Repair == model.RepairApproval {
		hint += "  " + p.T("campaign.screen.enter_repairs")
	}
	for _, text := range frame.Wrap(safe.Text(hint), max(w-6, 1)) {
		out = append(out, "     "+th.Muted.Render(text))
	}
	return out
}

// placed says where a line is as the form does: the field by its name, and the
// lines of the message from its first instead of that of the campaign file.
func (x *Screen) placed(l model.CheckLine) model.CheckLine {
	word, above := "", 0
	switch argOf(l, "place") {
	case "subject":
		word = x.s.P.T("campaign.screen.place_subject")
	case "body":
		word = x.s.P.T("campaign.screen.place_body")
		if l.Variant == "" { // that of a variant is a text of its own
			above = frontLines(x.page.detail.Campaign.Current().Source)
		}
	default:
		return l
	}
	l.Args = slices.Clone(l.Args)
	for i := 0; i+1 < len(l.Args); i += 2 {
		switch n, isLine := l.Args[i+1].(int); {
		case l.Args[i] == "place":
			l.Args[i+1] = word
		case isLine && l.Args[i] == "line":
			l.Args[i+1] = n - above
		}
	}
	return l
}

// frontLines is how many lines of a campaign file come before the message.
func frontLines(source string) int {
	fences, n := 0, 0
	for line := range strings.Lines(source) {
		n++
		if strings.TrimSpace(strings.TrimPrefix(line, "\ufeff")) == "+++" {
			if fences++; fences == 2 {
				return n
			}
		}
	}
	return 0
}

func argOf(l model.CheckLine, name string) string {
	for i := 0; i+1 < len(l.Args); i += 2 {
		if l.Args[i] == name {
			s, _ := l.Args[i+1].(string)
			return s
		}
	}
	return ""
}

// repairFields are the fields of the form that repair a line of the preflight.
var repairFields = map[model.Repair]string{
	model.RepairSubject: "subject", model.RepairBody: "body", model.RepairFrom: "from", model.RepairAudience: "audience",
	model.RepairHoldout: "share", model.RepairSend: "start", model.RepairTest: "source", model.RepairTopic: "topic",
}

// repairs is the field of the form that a line of the preflight is about, ""
// for what only the settings, or somebody, can change.
func (x *Screen) repairs(l model.CheckLine) string {
	if l.Repair != "" {
		return repairFields[l.Repair]
	}
	switch l.Code {
	case "no_sender", "no_unsubscribe", "relay", "relay_down":
		return ""
	case "audience", "empty_audience":
		return "audience"
	case "no_holdout", "holdout", "holdout_small", "holdout_unknown":
		return "share"
	case "placeholder_subject", "empty_subject":
		return "subject"
	}
	if argOf(l, "place") == "subject" {
		return "subject"
	}
	return "body"
}

// repair opens the form on what the line under the cursor is about; an approval
// that lacks is given; for a setting it says which.
func (x *Screen) repair() tea.Cmd {
	pg := x.page
	l := pg.check.Lines[min(pg.cursor, len(pg.check.Lines)-1)]
	field := x.repairs(l)
	if l.Repair == model.RepairApproval {
		return x.approve()
	}
	if field == "" {
		return screen.Say(say.CheckHint(x.s.P, l))
	}
	if line, ok := x.selected(); ok {
		if why := noEdit(line); why != "" {
			return screen.Say(x.s.P.T(why))
		}
	}
	return x.reword(pg.name, field == "source", field, screen.Campaigns)
}

// approve lets the campaign leave, or says why this person may not.
func (x *Screen) approve() tea.Cmd {
	a, _ := action.Find("campaign.approve", x.s.Allowed(x.acts()))
	if why := a.Why(); why != "" {
		return screen.Say(why)
	}
	return x.Do(a.ID, "")
}
