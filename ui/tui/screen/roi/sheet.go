package roi

import (
	"strings"

	"blanche/ui/safe"
	"blanche/ui/say"
	"blanche/ui/tui/widget/frame"
)

// part is one page of a campaign.
type part uint8

const (
	partSummary  part = iota // the sentence, the groups, the money, the range
	partCurve                // by day
	partSegments             // and the wordings of a test
	partLines                // other looks at the same customers
	partGuards               // with their reasons
	parts
)

// partKeys name the parts in the catalogue.
var partKeys = [parts]string{"roi.part.summary", "roi.part.curve", "roi.part.segments", "roi.part.lines", "roi.part.guards"}

// sheet draws one campaign in full: its name, the parts, and the one in view,
// scrolled.
func (x *Screen) sheet(w, h int, m *measured) []string {
	p, th, st := x.s.P, x.s.Th, &m.statement
	title := safe.Text(m.title())
	if m.err != nil {
		why, hint := say.Err(p, m.err)
		lines := append([]string{frame.Title(th, w, p.T("app.tab.roi"), title), ""}, frame.Wrap("  "+safe.Text(why), w)...)
		return frame.Block(append(lines, th.Muted.Render("  "+safe.Text(hint))), w, h)
	}
	window := p.T("roi.screen.window_open", "day", st.Day, "days", st.Window.Days)
	if st.Window.Closed {
		window = p.T("roi.screen.window_closed", "days", st.Window.Days)
	}
	provisional := ""
	if st.Provisional {
		provisional = th.Warn.Render(p.T("roi.badge.provisional"))
	}
	head := []string{frame.Title(th, w, p.T("app.tab.roi"), title, window, x.label(st), provisional)}
	room := h - 2
	lines := x.lines(w, room, m)
	x.scroll = max(min(x.scroll, len(lines)-room), 0)
	head = append(head, x.strip(w, len(lines)-room-x.scroll))
	return frame.Block(append(head, lines[x.scroll:]...), w, h)
}

// strip names the parts, the one in view between brackets, and says how much
// there is below.
func (x *Screen) strip(w, below int) string {
	p, th := x.s.P, x.s.Th
	var b strings.Builder
	b.WriteByte(' ')
	for i, key := range partKeys {
		name := p.T(key)
		switch {
		case part(i) == x.part && x.formula:
			b.WriteString(th.Key.Render("[" + name + " · " + p.T("roi.screen.formulas") + "]"))
		case part(i) == x.part:
			b.WriteString(th.Key.Render("[" + name + "]"))
		default:
			b.WriteString(th.Muted.Render(" " + name + " "))
		}
		if w >= 70 {
			b.WriteByte(' ')
		}
	}
	more := ""
	if below > 0 {
		more = th.Muted.Render(th.G.Down + " " + p.Int(below) + " ")
	}
	return frame.Spread(b.String(), more, w)
}

// lines are those of the part in view, or of its formulas, made once for each
// set of data, size, language and theme.
func (x *Screen) lines(w, h int, m *measured) []string {
	key := drawnKey{x.req, m.line.Name, x.part, x.formula, w, h, x.s.P.Lang(), x.s.Th}
	if x.drawn.key == key {
		return x.drawn.lines
	}
	st := &m.statement
	var lines []string
	switch {
	case x.formula:
		lines = x.formulas(w, st)
	case x.part == partCurve:
		lines = x.curvePart(w, h, st)
	case x.part == partSegments:
		lines = x.segmentsPart(w, st)
	case x.part == partLines:
		lines = x.linesPart(w, st)
	case x.part == partGuards:
		lines = x.guardsPart(w, st)
	default:
		lines = x.summaryPart(w, h, st)
	}
	for i := range lines {
		lines[i] = frame.Fit(lines[i], w)
	}
	x.drawn = drawn{key, lines}
	return lines
}
