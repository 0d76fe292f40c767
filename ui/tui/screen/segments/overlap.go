package segments

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/tui/action"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/dialog"
	"blanche/ui/tui/widget/frame"
)

// overlap is the page of two segments side by side.
type overlap struct {
	x     *Screen
	a, b  string
	req   uint64
	ready bool
	err   error
	is    campaigns.SegmentOverlap
}

// chooseOther takes the two segments that are marked, or asks which one to
// compare with.
func (x *Screen) chooseOther(l campaigns.SegmentLine) tea.Cmd {
	if marked, _ := x.table.Marked(); len(marked) == 2 {
		slices.Sort(marked)
		return x.open(&overlap{x: x, a: marked[0], b: marked[1]})
	}
	p := x.s.P
	menu := dialog.Menu{Title: p.T("segment.overlap.with", "name", safe.Text(l.Name))}
	var names []string
	for i := range x.lines {
		if other := &x.lines[i]; other.Name != l.Name && other.Problem == nil {
			names = append(names, other.Name)
			menu.Choices = append(menu.Choices, dialog.Choice{Label: safe.Text(other.Name), Note: p.N("segment.matched", other.Count.Matched)})
		}
	}
	if len(names) == 0 {
		return screen.Say(p.T("segment.need_two"))
	}
	return screen.Front(screen.Choose(x.s, menu, func(i int) tea.Cmd {
		return x.open(&overlap{x: x, a: l.Name, b: names[i]})
	}))
}

func (o *overlap) init() tea.Cmd {
	s, a, b := o.x.s, o.a, o.b
	o.req = s.Number()
	return screen.Ask(s, screen.Segments, o.req, func(ctx context.Context) (campaigns.SegmentOverlap, error) {
		return s.Desk.SegmentOverlap(ctx, a, b)
	})
}

func (o *overlap) update(msg tea.Msg) tea.Cmd {
	if msg, ok := msg.(screen.Reply[campaigns.SegmentOverlap]); ok && msg.Req == o.req {
		o.ready, o.err, o.is = true, msg.Err, msg.Value
	}
	return nil
}

func (o *overlap) actions() []action.Action {
	return []action.Action{action.New("segment.swap", "o"), action.New("segment.both", "n").Off(o.waiting), action.New("segment.close", "esc")}
}

func (o *overlap) waiting() string {
	if !o.ready || o.err != nil {
		return o.x.s.P.T("segment.counting")
	}
	return ""
}

func (o *overlap) do(id string) tea.Cmd {
	switch id {
	case "segment.swap":
		o.a, o.b, o.ready = o.b, o.a, false
		return o.init()
	case "segment.both":
		return o.x.open(newBuilder(o.x, "", o.is.Both.Rule))
	case "segment.close":
		o.x.page = nil
	}
	return nil
}

func (o *overlap) key(tea.KeyPressMsg) (tea.Cmd, bool) { return nil, false }
func (o *overlap) paste(string) tea.Cmd                { return nil }
func (o *overlap) captures() bool                      { return false }
func (o *overlap) back() bool                          { return false }
func (o *overlap) restyle()                            {}

func (o *overlap) view(w, h int) []string {
	p, th := o.x.s.P, o.x.s.Th
	lines := []string{frame.Title(th, w, p.T("segment.overlap.title"), safe.Text(o.a), safe.Text(o.b)), frame.Blank(w)}
	switch {
	case o.err != nil:
		return frame.Stack(w, h, lines, problem(o.x.s, o.err, w))
	case !o.ready:
		return frame.Stack(w, h, lines, []string{th.Muted.Render(frame.Fit("  "+p.T("segment.counting"), w))})
	}
	all := o.is.OnlyA.Matched + o.is.Both.Matched + o.is.OnlyB.Matched
	lines = append(lines, o.scale(w, all)...)
	lines = append(lines, frame.Blank(w))
	for _, x := range []struct {
		label string
		count *model.SegmentCount
		style theme.Style
	}{
		{p.T("segment.overlap.only", "name", safe.Text(o.a)), &o.is.OnlyA, th.Accent},
		{p.T("segment.overlap.both"), &o.is.Both, th.Good},
		{p.T("segment.overlap.only", "name", safe.Text(o.b)), &o.is.OnlyB, th.Blanche},
	} {
		lines = append(lines,
			frame.Fit("  "+frame.Fit(x.label, max(w-56, 20))+frame.FitRight(p.Int(x.count.Matched), 10)+" "+
				frame.FitRight(p.Percent(share(x.count.Matched, all), 1), 9)+"   "+th.Muted.Render(p.T("segment.overlap.sendable", "n", x.count.Sendable)), w),
			"  "+x.style.Render(frame.Fit(bars(th.G.Eighths, w-6, x.count.Matched, all), w-4))+"  ", frame.Blank(w))
	}
	lines = append(lines,
		frame.Fit("  "+p.T("segment.overlap.of", "share", p.Percent(share(o.is.Both.Matched, o.is.A.Matched), 1), "name", safe.Text(o.a), "all", o.is.A.Matched), w),
		frame.Fit("  "+p.T("segment.overlap.of", "share", p.Percent(share(o.is.Both.Matched, o.is.B.Matched), 1), "name", safe.Text(o.b), "all", o.is.B.Matched), w))
	return frame.Block(lines, w, h)
}

// scale is the two segments over each other, on one scale: each is a line, and
// what they share stands under the same cells.
func (o *overlap) scale(w, all int) []string {
	th := o.x.s.Th
	room := w - 8
	onlyA, both := cells(room, o.is.OnlyA.Matched, all), cells(room, o.is.Both.Matched, all)
	onlyB := cells(room, o.is.OnlyB.Matched, all)
	full := func(n int) string { return frame.Clip(repeat(th.G.Full, n), n) }
	first := th.Accent.Render(full(onlyA)) + th.Good.Render(full(both))
	second := frame.Blank(onlyA) + th.Good.Render(full(both)) + th.Blanche.Render(repeat(th.G.Dense, onlyB))
	return []string{frame.Fit("  A "+th.G.Bar+" "+first, w), frame.Fit("  B "+th.G.Bar+" "+second, w)}
}

// cells is n of all as a number of cells; what is not nothing has one.
func cells(w, n, all int) int {
	if n <= 0 || all <= 0 {
		return 0
	}
	return max(n*w/all, 1)
}

func repeat(s string, n int) string {
	out := ""
	for range max(n, 0) {
		out += s
	}
	return out
}

func share(n, all int) float64 {
	if all == 0 {
		return 0
	}
	return float64(n) / float64(all)
}
