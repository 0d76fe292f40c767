package frame

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"blanche/ui/tui/theme"
)

// Blank is w spaces.
func Blank(w int) string {
	if w <= 0 {
		return ""
	}
	if w <= len(spaces) {
		return spaces[:w]
	}
	return strings.Repeat(" ", w)
}

var spaces = strings.Repeat(" ", 256)

// Width is the number of cells of a line, styles not counted.
func Width(s string) int {
	if n, ok := quickWidth(s); ok {
		return n
	}
	return ansi.StringWidth(s)
}

// Fit makes s exactly w cells: cut with an ellipsis, or padded on the right.
func Fit(s string, w int) string { return fit(s, w, false) }

// FitRight is Fit for numbers: padded on the left.
func FitRight(s string, w int) string { return fit(s, w, true) }

// Center is Fit with the padding on both sides.
func Center(s string, w int) string {
	gap := w - Width(s)
	if gap <= 0 {
		return Fit(s, w)
	}
	return Blank(gap/2) + Fit(s, w-gap/2)
}

func fit(s string, w int, right bool) string {
	if w <= 0 {
		return ""
	}
	s = oneLine(s)
	n := Width(s)
	if n > w {
		s = ansi.Truncate(s, w, "…")
		n = ansi.StringWidth(s)
	}
	if right {
		return Blank(w-n) + s
	}
	return s + Blank(w-n)
}

// Clip is Fit without the ellipsis: for rows of a drawing.
func Clip(s string, w int) string {
	if w <= 0 {
		return ""
	}
	s = oneLine(s)
	n := Width(s)
	if n > w {
		s = ansi.Truncate(s, w, "")
		n = ansi.StringWidth(s)
	}
	return s + Blank(w-n)
}

// Spread is one line of w cells with left at its beginning and right at its
// end; right is kept when both do not fit.
func Spread(left, right string, w int) string {
	right = oneLine(right)
	n := Width(right)
	if n >= w {
		return Fit(right, w)
	}
	return Fit(left, w-n) + right
}

// Wrap cuts plain or styled text into lines of exactly w cells at its words. It
// never breaks at a no-break space: x/ansi knows U+00A0 only, so the narrow one
// of French numbers and signs takes its place while it works.
func Wrap(s string, w int) []string {
	if w <= 0 {
		return nil
	}
	var out []string
	for para := range strings.SplitSeq(s, "\n") {
		wrapped := ansi.Wrap(thinIn.Replace(oneLine(para)), w, "")
		for line := range strings.SplitSeq(thinOut.Replace(wrapped), "\n") {
			out = append(out, Fit(strings.TrimRight(line, " "), w))
		}
	}
	return out
}

// The stand-in is U+00A0 and a mark of no width that no text holds (ui/safe
// drops it), so that both spaces come back as they were.
var (
	thinIn  = strings.NewReplacer("\u202f", "\u00a0\u2060")
	thinOut = strings.NewReplacer("\u00a0\u2060", "\u202f", "\u2060", "")
)

// Title is the rule above a page or a pane: the first part in bold, the others
// between dashes, a rule to the end: " ROI ── Noël ── CAUSAL ────".
func Title(th *theme.Theme, w int, parts ...string) string {
	if w <= 0 {
		return ""
	}
	var b strings.Builder
	b.WriteByte(' ')
	used := 1
	for i, part := range parts {
		if part == "" {
			continue
		}
		room := w - used
		if i > 0 {
			room -= 3
		}
		if room < 2 {
			break
		}
		if i > 0 {
			th.Rule.Append(&b, th.G.Rule+th.G.Rule+" ")
			used += 3
		}
		text := part
		if n := Width(part); n > room-1 {
			text = ansi.Truncate(oneLine(part), room-1, th.G.Ellipsis)
		}
		used += Width(text) + 1
		if i == 0 {
			text = th.Title.Render(text)
		}
		b.WriteString(oneLine(text))
		b.WriteByte(' ')
	}
	if used < w {
		th.Rule.Append(&b, strings.Repeat(th.G.Rule, w-used))
	}
	return Fit(b.String(), w)
}

// Rule is a whole line of rule.
func Rule(th *theme.Theme, w int) string {
	return th.Rule.Render(strings.Repeat(th.G.Rule, max(w, 0)))
}

// Bar is a status or header line: left, then right at the end, one cell of air
// on both sides.
func Bar(left, right string, w int) string {
	return Fit(Spread(" "+left, right+" ", w), w)
}

// Tabs is the line of tabs, the active one in the accent and reversed in
// weight; names that do not fit are cut from the end, the active one is kept.
func Tabs(th *theme.Theme, w int, names []string, active int) string {
	from := 0
	for from < active && tabsWidth(names[from:active+1]) > w {
		from++
	}
	var b strings.Builder
	for i := from; i < len(names); i++ {
		if i == active {
			th.Key.Append(&b, " "+names[i]+" ")
		} else {
			th.Muted.Append(&b, " "+names[i]+" ")
		}
	}
	return Fit(b.String(), w)
}

func tabsWidth(names []string) int {
	n := 0
	for _, name := range names {
		n += Width(name) + 2
	}
	return n
}

// oneLine replaces the controls that would leave the line.
func oneLine(s string) string {
	if strings.IndexFunc(s, leavesLine) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if leavesLine(r) {
			return ' '
		}
		return r
	}, s)
}

func leavesLine(r rune) bool { return r < 0x20 && r != 0x1b || r == 0x7f || r >= 0x80 && r < 0xa0 }
