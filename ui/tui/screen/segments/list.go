package segments

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
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/chart"
	"blanche/ui/tui/widget/dialog"
	"blanche/ui/tui/widget/empty"
	"blanche/ui/tui/widget/form"
	"blanche/ui/tui/widget/frame"
	"blanche/ui/tui/widget/vtable"
)

// rows is the list as the table reads it.
type rows struct{ x *Screen }

func (r rows) Len() (int, bool) { return len(r.x.lines), true }

func (r rows) Rows(from, n int) []vtable.Row {
	var out []vtable.Row
	for i := from; i < min(from+n, len(r.x.lines)); i++ {
		out = append(out, r.x.row(&r.x.lines[i]))
	}
	return out
}

func (r rows) Rank(name string) (int, bool) {
	i := slices.IndexFunc(r.x.lines, func(l campaigns.SegmentLine) bool { return l.Name == name })
	return i, i >= 0
}

func (x *Screen) row(l *campaigns.SegmentLine) vtable.Row {
	p, c := x.s.P, &l.Count
	if l.Problem != nil {
		return vtable.Row{Key: l.Name, Cells: []string{l.Name, x.s.Text(say.Rule(x.s.P, l.Rule)), x.s.Th.G.Fail, "", "", ""}, Tone: x.s.Th.Danger}
	}
	return vtable.Row{Key: l.Name, Cells: []string{
		l.Name, x.s.Text(say.Rule(x.s.P, l.Rule)), p.Int(c.Matched), p.Int(c.Sendable), p.Int(c.Excluded.Total()), x.trend(l.Name),
	}}
}

// trend is the growth in a few cells: the last weeks, the present one at the
// right.
func (x *Screen) trend(name string) string {
	g, ok := x.growth[name]
	if !ok || len(g.Points) < 2 {
		return ""
	}
	return strings.TrimSpace(chart.Spark(x.s.Th, theme.Style{}, campaigns.GrowthWeeks, matchedOf(&g)))
}

func matchedOf(g *campaigns.SegmentGrowth) []float64 {
	values := make([]float64, len(g.Points))
	for i, p := range g.Points {
		values[i] = float64(p.Matched)
	}
	return values
}

func (x *Screen) columns() []vtable.Column {
	p := x.s.P
	return []vtable.Column{
		{ID: "name", Title: p.T("segment.column.name"), Min: 16, Max: 30, Weight: 1},
		{ID: "rule", Title: p.T("segment.column.rule"), Min: 16, Weight: 3, Tone: x.s.Th.Muted},
		{ID: "matched", Title: p.T("segment.column.matched"), Min: 9, Right: true},
		{ID: "sendable", Title: p.T("segment.column.sendable"), Min: 10, Right: true},
		{ID: "excluded", Title: p.T("segment.column.excluded"), Min: 8, Right: true, Priority: 2},
		{ID: "trend", Title: p.T("segment.column.trend"), Min: campaigns.GrowthWeeks, Right: true, Priority: 1, Tone: x.s.Th.Accent},
	}
}

// View draws the page, or the list with what is known of the one under the
// cursor.
func (x *Screen) View(w, h int) []string {
	if x.page != nil {
		return x.page.view(w, h)
	}
	p, th := x.s.P, x.s.Th
	head := []string{frame.Title(th, w, p.T("app.tab.segments"), p.N("segment.saved_count", len(x.lines)))}
	switch {
	case x.err != nil:
		return frame.Stack(w, h, head[:1], problem(x.s, x.err, w))
	case !x.loaded:
		return frame.Stack(w, h, []string{frame.Title(th, w, p.T("app.tab.segments"))}, []string{frame.Blank(w), th.Muted.Render(frame.Fit("  "+p.T("segment.counting"), w))})
	case len(x.lines) == 0:
		all := x.s.Allowed(x.Actions())
		first, _ := action.Find("segment.new", all)
		grid, _ := action.Find("segment.rfm", all)
		return empty.Lines(th, p, w, h, p.T("segment.empty"), first, grid)
	}
	foot := x.pane(w, h)
	return frame.Stack(w, h, head, x.table.Lines(w, max(h-1-len(foot), 2)), foot)
}

// problem is an error with its hint.
func problem(s *screen.Session, err error, w int) []string {
	message, hint := say.Err(s.P, err)
	lines := []string{s.Th.Danger.Render(frame.Fit("  "+s.Th.G.Fail+" "+message, w))}
	if hint != "" {
		lines = append(lines, s.Th.Muted.Render(frame.Fit("    "+hint, w)))
	}
	return lines
}

// pane is the segment under the cursor: its rule, whom it may reach, its weeks.
func (x *Screen) pane(w, h int) []string {
	l, ok := x.under()
	if !ok || h < 14 {
		return nil
	}
	p, th := x.s.P, x.s.Th
	title := []string{safe.Text(l.Name)}
	if len(l.UsedBy) > 0 {
		title = append(title, p.T("segment.used_by", "campaign", x.s.Text(l.UsedBy[0])))
	}
	lines := []string{frame.Title(th, w, title...)}
	rule := frame.Wrap(x.s.Text(say.Rule(x.s.P, l.Rule)), w-4)
	for _, line := range rule[:min(len(rule), 2)] {
		lines = append(lines, "  "+th.Muted.Render(line)+"  ")
	}
	if l.Problem != nil {
		return append(lines, problem(x.s, l.Problem, w)...)
	}
	for _, line := range frame.Wrap(countLine(x.s, &l.Count), w-4) {
		lines = append(lines, "  "+line+"  ")
	}
	return append(lines, x.growthLines(l.Name, w, h)...)
}

// countLine is a count in one sentence: how many, who may be written to, and
// why the others may not.
func countLine(s *screen.Session, c *model.SegmentCount) string {
	parts := []string{s.P.T("segment.counts", "matched", c.Matched, "sendable", c.Sendable)}
	for _, e := range exclusions(c) {
		parts = append(parts, say.Reason(s.P, e.code)+" "+s.P.Int(e.n))
	}
	return strings.Join(parts, " "+s.Th.G.Bullet+" ")
}

type exclusion struct {
	code string
	n    int
}

// exclusions are the reasons that hold somebody back.
func exclusions(c *model.SegmentCount) []exclusion {
	var out []exclusion
	for _, e := range []exclusion{
		{model.ExclOpposed, c.Excluded.Opposed},
		{model.ExclConsent, c.Excluded.NoConsent},
		{model.ExclBounced, c.Excluded.Bounced},
		{model.ExclInvalid, c.Excluded.Invalid},
		{model.ExclTopic, c.Excluded.Topic},
		{model.ExclOften, c.Excluded.Frequency},
		{model.ExclPressure, c.Excluded.Pressure},
		{model.ExclUniversal, c.Excluded.Universal},
	} {
		if e.n > 0 {
			out = append(out, e)
		}
	}
	return out
}

// weekWide is the width of a week as a column.
const weekWide = 5

// growthLines say how a segment grew, and how that is known; with room, as
// columns.
//
//i18n:keys segment.growth.*
func (x *Screen) growthLines(name string, w, h int) []string {
	p, th := x.s.P, x.s.Th
	g, ok := x.growth[name]
	switch {
	case !ok:
		return []string{th.Muted.Render(frame.Fit("  "+p.T("segment.growth.counting"), w))}
	case len(g.Points) < 2:
		return []string{th.Muted.Render(frame.Fit("  "+p.T("segment.growth.young"), w))}
	}
	first, last := g.Points[0], g.Points[len(g.Points)-1]
	text := p.T("segment.growth."+g.Source, "day", p.Day(g.Since), "from", first.Matched, "to", last.Matched, "change", p.SignedInt(g.Change()))
	if h < 26 {
		spark := chart.Spark(th, th.Accent, campaigns.GrowthWeeks, matchedOf(&g))
		return []string{frame.Fit("  "+spark+"  "+text, w)}
	}
	lines := []string{frame.Fit("  "+text, w)}
	weeks, label := widened(matchedOf(&g), weekWide), func(v float64) string { return p.Int(int(v)) }
	for _, l := range chart.Bars(th, th.Accent, min(w-4, chart.BarsWidth(len(weeks), weeks, label)), 4, weeks, label) {
		lines = append(lines, frame.Fit("  "+l, w))
	}
	return lines
}

// widened is values with each as many times in a row.
func widened(values []float64, times int) []float64 {
	out := make([]float64, 0, times*len(values))
	for _, v := range values {
		for range times {
			out = append(out, v)
		}
	}
	return out
}

// copy asks for the name of a copy.
func (x *Screen) copy(l campaigns.SegmentLine) tea.Cmd {
	return askName(x.s, x.s.P.T("segment.copy_title", "name", l.Name), "", func(name string) tea.Cmd {
		return screen.Act(x.s, screen.Segments, x.s.P.T("segment.copied", "name", name), func(ctx context.Context) error {
			_, err := x.s.Desk.CopySegment(ctx, l.Name, name)
			return err
		})
	})
}

// remove asks before a segment goes.
func (x *Screen) remove(l campaigns.SegmentLine) tea.Cmd {
	p := x.s.P
	return screen.Front(screen.Confirm(x.s, dialog.Question{
		Title: p.T("segment.delete_title", "name", safe.Text(l.Name)), Body: []string{p.T("segment.delete_body"), x.s.Text(say.Rule(x.s.P, l.Rule))},
		Act: p.T("segment.do.delete"), Danger: true,
	}, func() tea.Cmd {
		return screen.Act(x.s, screen.Segments, p.T("segment.deleted", "name", l.Name), func(ctx context.Context) error {
			return x.s.Desk.DeleteSegment(ctx, l.Name)
		})
	}))
}

// askName asks for one name in front of the screen.
func askName(s *screen.Session, title, value string, then func(name string) tea.Cmd) tea.Cmd {
	p := s.P
	check := func(name string) string {
		if !model.ValidCampaignName(name) {
			return p.T("segment.name_help")
		}
		return ""
	}
	field := form.Field{Name: "name", Label: p.T("segment.column.name"), Value: value, Required: true, Limit: 64, Help: p.T("segment.name_help"), Check: check}
	return screen.Front(screen.Fill(s, title, func(f *form.Form) tea.Cmd { return then(f.Value("name")) }, field))
}
