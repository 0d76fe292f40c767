package campaigns

import (
	"math"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/empty"
	"blanche/ui/tui/widget/frame"
	"blanche/ui/tui/widget/vtable"
)

// View draws the list, the page of a campaign or the form, with the question
// over it.
func (x *Screen) View(w, h int) []string {
	var lines []string
	switch {
	case x.edit != nil:
		lines = x.edit.lines(x, w, h)
	case x.page != nil:
		lines = x.viewPage(w, h)
	default:
		lines = x.viewList(w, h)
	}
	lines = frame.Block(lines, w, h)
	if x.ask != nil {
		lines = frame.Over(lines, w, x.ask.lines(x, w-4, h))
	}
	return lines
}

func (x *Screen) viewList(w, h int) []string {
	p := x.s.P
	if !x.known {
		return nil
	}
	if len(x.lines) == 0 {
		return empty.Lines(x.s.Th, p, w, h, p.T("campaign.screen.empty"), action.New("campaign.new", "n"), action.New("campaign.file", "i"))
	}
	open := 0
	for _, l := range x.lines {
		if !l.State.Launched() {
			open++
		}
	}
	parts := []string{p.T("app.tab.campaigns"), p.Int(len(x.lines))}
	if open > 0 {
		parts = append(parts, p.N("campaign.screen.to_launch", open))
	}
	if room := w >= wide; room != x.room {
		x.room = room
		x.table.SetPrinter(p, x.columns())
	}
	return append([]string{frame.Title(x.s.Th, w, parts...)}, x.table.Lines(w, h-1)...)
}

// rows is the list as the table reads it.
type rows struct{ x *Screen }

func (r rows) Len() (int, bool) { return len(r.x.lines), true }

func (r rows) Rows(from, n int) []vtable.Row {
	var out []vtable.Row
	for i := from; i < len(r.x.lines) && len(out) < n; i++ {
		out = append(out, r.x.row(r.x.fresh(r.x.lines[i])))
	}
	return out
}

func (r rows) Rank(key string) (int, bool) {
	for i, l := range r.x.lines {
		if l.Name == key {
			return i, true
		}
	}
	return 0, false
}

// columns show the verdict with its range where there is room; elsewhere the
// verdict alone, or how far the campaign is while there is none.
func (x *Screen) columns() []vtable.Column {
	p, name, result, since := x.s.P, 21, 23, 5
	if x.room {
		name, result, since = 26, 43, 3
	}
	return []vtable.Column{
		{ID: "name", Title: p.T("campaign.screen.name"), Min: name, Max: 40, Weight: 2},
		{ID: "state", Title: p.T("campaign.screen.state"), Min: 13},
		{ID: "kind", Title: p.T("campaign.screen.kind"), Min: 11, Priority: 6},
		{ID: "people", Title: p.T("campaign.screen.people"), Min: 9, Right: true},
		{ID: "share", Title: p.T("campaign.screen.blanche_short"), Min: 7, Right: true, Tone: x.s.Th.Blanche, Priority: 2},
		{ID: "version", Title: p.T("campaign.screen.version_short"), Min: 3, Right: true, Priority: 7},
		{ID: "when", Title: p.T("campaign.screen.when"), Min: 12, Priority: since},
		{ID: "verdict", Title: p.T("campaign.screen.result"), Min: result, Max: 46, Weight: 3, Priority: 4},
	}
}

func (x *Screen) row(l campaigns.CampaignLine) vtable.Row {
	p := x.s.P
	people := say.Unknown
	if l.Target > 0 {
		people = p.Int(l.Planned)
	}
	sign, tone := screen.StateSign(x.s.Th, l.State)
	return vtable.Row{
		Key: l.Name,
		Cells: []string{
			titled(l.Title, l.Name), sign + " " + say.State(p, l.State), say.Kind(p, l.Kind), people, x.share(l), "v" + p.Int(l.Version), x.when(l), x.result(l),
		},
		Tones: []theme.Style{1: tone, 7: screen.VerdictTone(x.s.Th, model.Verdict(l.Verdict))},
	}
}

// share is the part of the target left alone, drawn or wanted.
func (x *Screen) share(l campaigns.CampaignLine) string {
	switch {
	case l.Target > 0:
		return x.s.P.Percent(float64(l.HeldOut)/float64(l.Target), 1)
	case l.Share > 0:
		return x.percent(l.Share)
	}
	return say.Unknown
}

// percent is a ratio with the digits that say something.
func (x *Screen) percent(ratio float64) string {
	if whole := math.Round(ratio * 100); math.Abs(ratio*100-whole) < 1e-9 {
		return x.s.P.Percent(ratio, 0)
	}
	return x.s.P.Percent(ratio, 1)
}

// when is how far a campaign is, else when it left or will.
func (x *Screen) when(l campaigns.CampaignLine) string {
	p := x.s.P
	switch {
	case l.State == model.Running || l.State == model.Paused:
		return p.Percent(l.Done, 1)
	case l.StartedAt != nil:
		return p.Date(x.local(*l.StartedAt))
	case l.Start != nil:
		at := x.local(*l.Start)
		return p.ShortDate(at) + " " + p.Clock(at)
	}
	return say.Unknown
}

// result is the verdict where it was measured, with the range of the ROI where
// there is room.
func (x *Screen) result(l campaigns.CampaignLine) string {
	p := x.s.P
	switch {
	case l.Verdict == "" && x.room:
		return say.Unknown
	case l.Verdict == "":
		return x.when(l)
	}
	if x.room {
		return x.verdict(l)
	}
	return p.T("roi.verdict." + l.Verdict) //i18n:keys roi.verdict.*
}

// verdict is what was concluded, with the range of the ROI.
func (x *Screen) verdict(l campaigns.CampaignLine) string {
	p := x.s.P
	text := p.T("roi.verdict." + l.Verdict) //i18n:keys roi.verdict.*
	if l.ROILow != nil && l.ROIHigh != nil {
		text += "  " + p.Interval(p.SignedPercent(*l.ROILow, 0), p.SignedPercent(*l.ROIHigh, 0))
	}
	return text
}

// stateTitle is the state for a title rule, with its sign and its tone.
func (x *Screen) stateTitle(s model.CampaignState) string {
	sign, tone := screen.StateSign(x.s.Th, s)
	return tone.Render(sign + " " + safe.Text(say.State(x.s.P, s)))
}
