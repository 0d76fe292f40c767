package live

import (
	"cmp"
	"slices"
	"time"

	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/safe"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/frame"
)

// laneName is a lane as a person reads it.
func laneName(p *i18n.Printer, lane string) string {
	if key := "live.lanes." + lane; p.Has(key) { //i18n:keys live.lanes.*
		return p.T(key)
	}
	return safe.Text(lane)
}

// roomy is the width from which the table of lanes has all its columns.
const roomy = 108

// laneColumn is a column of the table of lanes.
type laneColumn struct {
	title string
	w     int
	cell  func(*model.LaneStatus) string
}

// laneColumns are those for which there is room, the state apart.
func (x *Screen) laneColumns(w int) []laneColumn {
	p := x.s.P
	count := func(of func(*model.LaneStatus) int) func(*model.LaneStatus) string {
		return func(l *model.LaneStatus) string { return p.Int(of(l)) }
	}
	waiting := count(func(l *model.LaneStatus) int { return l.Waiting })
	accepted := count(func(l *model.LaneStatus) int { return l.Accepted })
	deferred := count(func(l *model.LaneStatus) int { return l.Deferred })
	refused := count(func(l *model.LaneStatus) int { return l.Refused })
	if w < roomy {
		return []laneColumn{
			{p.T("live.short.waiting"), 8, waiting},
			{p.T("live.short.accepted"), 8, accepted},
			{p.T("live.short.deferred"), 6, deferred},
			{p.T("live.short.refused"), 6, refused},
			{p.T("live.column.rate_short"), 9, x.pace},
			{p.T("live.column.connections_short"), 7, x.connections},
		}
	}
	return []laneColumn{
		{p.T("live.column.waiting"), 10, waiting},
		{p.T("live.column.accepted"), 10, accepted},
		{p.T("live.column.deferred"), 10, deferred},
		{p.T("live.column.refused"), 9, refused},
		{p.T("live.column.rate"), 13, x.pace},
		{p.T("live.column.connections"), 13, x.connections},
		{p.T("live.column.today"), 17, x.today},
	}
}

// pace is the rate of a lane, and its limit.
func (x *Screen) pace(l *model.LaneStatus) string {
	p := x.s.P
	digits := 0
	if l.RatePerSecond > 0 && l.RatePerSecond < 9.95 {
		digits = 1
	}
	return of(p.Decimal(l.RatePerSecond, digits), l.RateLimit > 0, p.Value(l.RateLimit))
}

// connections are the messages in hand, and how many may be at once.
func (x *Screen) connections(l *model.LaneStatus) string {
	return of(x.s.P.Int(l.InHand), l.Connections > 0, x.s.P.Int(l.Connections))
}

// today is what all campaigns sent to a lane since midnight, and its ceiling.
func (x *Screen) today(l *model.LaneStatus) string {
	return of(x.s.P.Int(l.SentToday), l.Ceiling > 0, x.s.P.Int(l.Ceiling))
}

// of is a figure with its limit, when there is one.
func of(n string, limited bool, limit string) string {
	if !limited {
		return n
	}
	return n + " / " + limit
}

// laneWord says how a lane is: slowed, at its ceiling, finding its pace again,
// free.
func (x *Screen) laneWord(l *model.LaneStatus) (string, theme.Style) {
	p, th := x.s.P, x.s.Th
	switch {
	case slowed(l, x.live.At):
		return th.G.Down + " " + p.T("live.lane_slow", "at", p.Clock(x.local(*l.SlowUntil))), th.Warn
	case full(l):
		return th.G.Alert + " " + p.T("live.lane_full"), th.Warn
	case l.Waiting+l.Deferred == 0:
		return th.G.Check + " " + p.T("live.lane_done"), th.Muted
	case l.SlowWhy != "":
		return th.G.Down + " " + p.T("live.lane_slower"), th.Warn
	}
	return p.T("live.lane_free"), th.Muted
}

func slowed(l *model.LaneStatus, now time.Time) bool {
	return l.SlowUntil != nil && l.SlowUntil.After(now)
}

func full(l *model.LaneStatus) bool { return l.Ceiling > 0 && l.SentToday >= l.Ceiling }

// local is an instant in the zone of the shop.
func (x *Screen) local(t time.Time) time.Time { return t.In(x.s.Desk.Now().Location()) }

// laneCells is the width of the name of a lane.
const laneCells = 11

func (x *Screen) laneHeader(w int) string {
	text := "  " + frame.Fit(x.s.P.T("live.lane"), laneCells)
	for _, c := range x.laneColumns(w) {
		text += frame.FitRight(c.title, c.w)
	}
	return x.s.Th.Header.Render(frame.Fit(text+"  "+x.s.P.T("live.column.state"), w))
}

func (x *Screen) laneRow(w int, l *model.LaneStatus) string {
	text := "  " + frame.Fit(laneName(x.s.P, l.Lane), laneCells)
	for _, c := range x.laneColumns(w) {
		text += frame.FitRight(c.cell(l), c.w)
	}
	room := max(w-frame.Width(text)-2, 0)
	word, tone := x.laneWord(l)
	return frame.Fit(text+"  "+tone.Render(frame.Fit(word, room)), w)
}

// laneTable is the lanes that somebody is left in or was served in, at most so
// many lines; where not all fit, those in trouble are kept.
func (x *Screen) laneTable(w, most int, all []model.LaneStatus) []string {
	if most < 2 {
		return nil
	}
	var lanes []model.LaneStatus
	for _, l := range all {
		if l.Accepted+l.Waiting+l.Deferred+l.Refused > 0 {
			lanes = append(lanes, l)
		}
	}
	if len(lanes) == 0 {
		return nil
	}
	if len(lanes) > most-1 {
		slices.SortStableFunc(lanes, func(a, b model.LaneStatus) int { return cmp.Compare(x.trouble(&b), x.trouble(&a)) })
		lanes = lanes[:most-1]
	}
	out := []string{x.laneHeader(w)}
	for i := range lanes {
		out = append(out, x.laneRow(w, &lanes[i]))
	}
	return out
}

func (x *Screen) trouble(l *model.LaneStatus) int {
	switch {
	case slowed(l, x.live.At):
		return 2
	case full(l), l.SlowWhy != "":
		return 1
	}
	return 0
}
