package live

import (
	"context"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/form"
	"blanche/ui/tui/widget/frame"
)

// lanes is the page of the lanes of the whole house: how fast each may go,
// where it stands, and the keys that change its pace.
type lanes struct {
	report campaigns.LaneReport
	req    uint64
	looks  int // at the live picture since the report was asked for
	at     int // 0 is all lanes together
}

// looksBetween is how many live pictures pass between two reports: a second.
const looksBetween = 4

// allLanes is the name of all lanes together.
const allLanes = "all"

func (x *Screen) openLanes() tea.Cmd {
	l := &lanes{}
	x.inner = l
	return l.ask(x)
}

func (l *lanes) ask(x *Screen) tea.Cmd {
	l.looks, l.req = 0, x.s.Number()
	return screen.Ask(x.s, screen.Live, l.req, x.s.Desk.Lanes)
}

func (x *Screen) takeLanes(msg screen.Reply[campaigns.LaneReport]) tea.Cmd {
	l, is := x.inner.(*lanes)
	if msg.Err != nil {
		return screen.Fail(msg.Err)
	}
	if is && (msg.Req == l.req || msg.Req == 0) {
		l.report = msg.Value
		x.count(&l.report)
	}
	return nil
}

// count adds what the campaigns under way have in each lane, where the report
// does not say it.
func (x *Screen) count(r *campaigns.LaneReport) {
	if slices.ContainsFunc(r.Lanes, func(l model.LaneStatus) bool { return l.Accepted+l.Waiting+l.Deferred+l.Refused > 0 }) {
		return
	}
	for _, c := range x.live.Running {
		for _, of := range c.Lanes {
			for i := range r.Lanes {
				if l := &r.Lanes[i]; l.Lane == of.Lane {
					l.Accepted, l.Deferred, l.Refused, l.Waiting = l.Accepted+of.Accepted, l.Deferred+of.Deferred, l.Refused+of.Refused, l.Waiting+of.Waiting
				}
			}
		}
	}
}

func (l *lanes) refresh(x *Screen) tea.Cmd {
	if l.looks++; l.looks < looksBetween {
		return nil
	}
	return l.ask(x)
}

func (l *lanes) move(step int) { l.at = max(0, min(l.at+step, len(l.report.Lanes))) }

func (l *lanes) actions(*Screen) []action.Action {
	return []action.Action{
		action.New("live.lane_pace", "e", "enter").Need(model.HoldBack).Danger(action.Reversible).Alias("voie", "lane"),
		action.New("live.warm_up", "w").Need(model.Launch).Danger(action.Reversible).Alias("chauffe", "warm-up"),
		action.New("live.back", "esc"),
	}
}

func (l *lanes) do(x *Screen, id string) tea.Cmd {
	switch id {
	case "live.back":
		x.Back()
	case "live.lane_pace":
		if l.at == 0 {
			return l.changeAll(x)
		}
		return l.change(x, &l.report.Lanes[l.at-1])
	case "live.warm_up":
		return l.warmUp(x)
	}
	return nil
}

// changeAll asks for the rate of all lanes together.
func (l *lanes) changeAll(x *Screen) tea.Cmd {
	p := x.s.P
	return screen.Front(screen.Fill(x.s, p.T("live.pace_all"), func(f *form.Form) tea.Cmd {
		return l.set(x, allLanes, campaigns.LaneChange{Rate: number(f, "rate")})
	}, x.field("rate", l.report.Rate)))
}

// change asks for the pace of one lane.
func (l *lanes) change(x *Screen, lane *model.LaneStatus) tea.Cmd {
	p, name := x.s.P, lane.Lane
	return screen.Front(screen.Fill(x.s, p.T("live.pace_of", "lane", laneName(p, name)), func(f *form.Form) tea.Cmd {
		return l.set(x, name, campaigns.LaneChange{Rate: number(f, "rate"), Connections: whole(f, "connections"), Ceiling: whole(f, "ceiling")})
	}, x.field("connections", float64(lane.Connections)), x.field("rate", lane.RateLimit), x.field("ceiling", float64(lane.Ceiling))))
}

func (l *lanes) set(x *Screen, lane string, c campaigns.LaneChange) tea.Cmd {
	return screen.Act(x.s, screen.Live, x.s.P.T("live.pace_set"), func(ctx context.Context) error {
		_, err := x.s.Desk.SetLane(ctx, lane, c)
		return err
	})
}

// warmUp asks for the plan of a warm-up: how many the first day, and how much
// more each day.
func (l *lanes) warmUp(x *Screen) tea.Cmd {
	p := x.s.P
	growth := 50.0
	if l.report.WarmUp.On {
		growth = l.report.WarmUp.Growth * 100
	}
	first := x.field("first", float64(l.report.WarmUp.First))
	return screen.Front(screen.Fill(x.s, p.T("live.warm_up_title"), func(f *form.Form) tea.Cmd {
		n, more := whole(f, "first"), number(f, "growth")
		return screen.Act(x.s, screen.Live, p.T("live.pace_set"), func(ctx context.Context) error {
			_, err := x.s.Desk.SetWarmUp(ctx, *n, *more/100)
			return err
		})
	}, first, x.field("growth", growth)))
}

// field is a number that is nothing when it is empty.
//
//i18n:keys live.field.*
func (x *Screen) field(name string, v float64) form.Field {
	p, value := x.s.P, ""
	if v > 0 {
		value = strings.ReplaceAll(p.Value(v), "\u202f", "")
	}
	return form.Field{
		Name: name, Label: p.T("live.field." + name), Help: p.T("live.field." + name + "_help"), Kind: form.Number, Value: value, Limit: 12,
		Check: func(v string) string {
			if n, err := p.ParseNumber(v); v != "" && (err != nil || n < 0 || n > 1e9) {
				return p.T("live.bad_number")
			}
			return ""
		},
	}
}

// number is the value of a field, 0 when it is empty.
func number(f *form.Form, name string) *float64 {
	v, _ := f.Number(name)
	return &v
}

func whole(f *form.Form, name string) *int {
	n := int(*number(f, name))
	return &n
}

// view draws the lanes, and what is known of the one under the cursor.
func (l *lanes) view(x *Screen, w, h int) []string {
	p, th := x.s.P, x.s.Th
	warm := p.T("live.warm_up_off")
	if l.report.WarmUp.On {
		warm = p.T("live.warm_up_on", "first", l.report.WarmUp.First, "growth", p.Percent(l.report.WarmUp.Growth, 0))
	}
	lines := []string{frame.Title(th, w, p.T("app.tab.live"), p.T("live.all_lanes"), warm), x.laneHeader(w)}
	rows := []string{x.totalRow(w, &l.report)}
	for i := range l.report.Lanes {
		rows = append(rows, x.laneRow(w, &l.report.Lanes[i]))
	}
	rows[l.at] = th.Selection.Over(th.G.Cursor + frame.Clip(strings.TrimPrefix(rows[l.at], " "), w-1))
	lines = append(append(lines, rows...), frame.Blank(w))
	return frame.Block(append(lines, l.detail(x, w)...), w, h)
}

// totalRow is all lanes together.
func (x *Screen) totalRow(w int, r *campaigns.LaneReport) string {
	sum := model.LaneStatus{RateLimit: r.Rate}
	for i := range r.Lanes {
		l := &r.Lanes[i]
		sum.Waiting, sum.Accepted, sum.Deferred, sum.Refused = sum.Waiting+l.Waiting, sum.Accepted+l.Accepted, sum.Deferred+l.Deferred, sum.Refused+l.Refused
		sum.RatePerSecond, sum.InHand, sum.SentToday = sum.RatePerSecond+l.RatePerSecond, sum.InHand+l.InHand, sum.SentToday+l.SentToday
	}
	text := "  " + frame.Fit(x.s.P.T("live.lanes.all"), laneCells)
	for _, c := range x.laneColumns(w) {
		text += frame.FitRight(c.cell(&sum), c.w)
	}
	return frame.Fit(text, w)
}

// detail says how the lane under the cursor is, and what the relay said.
func (l *lanes) detail(x *Screen, w int) []string {
	p, th := x.s.P, x.s.Th
	if l.at == 0 {
		return wrapped(w, th.Muted, p.T("live.lanes_help"))
	}
	lane := &l.report.Lanes[l.at-1]
	word, tone := x.laneWord(lane)
	out := []string{frame.Title(th, w, laneName(p, lane.Lane)), tone.Render(frame.Fit("  "+word, w))}
	if lane.SlowWhy == "" || full(lane) {
		return out
	}
	out = append(out, wrapped(w, th.Text, say.Reply(p, lane.SlowWhy, ""))...)
	if advice := say.ReplyAdvice(p, lane.SlowWhy, ""); advice != "" {
		out = append(out, wrapped(w, th.Accent, advice)...)
	}
	return append(out, th.Muted.Render(frame.Fit("  "+x.s.Text(p.T("live.said", "said", lane.SlowWhy)), w)))
}

// wrapped is a text over as many lines as it takes, two cells in.
func wrapped(w int, style theme.Style, text string) []string {
	lines := frame.Wrap(text, max(w-4, 1))
	for i := range lines {
		lines[i] = "  " + style.Render(lines[i]) + "  "
	}
	return lines
}
