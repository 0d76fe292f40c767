package cli

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"blanche/ui/safe"
)

// page is how wide the lines of a text to read are.
func (s *session) page() int {
	if s.OutTerminal && s.Width > 0 {
		return s.Width
	}
	return pageWidth
}

// sayPage says a sentence in lines of a page.
func (s *session) sayPage(text string) { s.say(broken(text, s.page())) }

// leastWrapped is the narrowest that a last column is broken to.
const leastWrapped = 24

// wrap breaks the texts of the last column at their words, so that no line is
// wider than a page: what does not fit goes on below it, a word longer than the
// column too.
func (g *grid) wrap(width int) *grid {
	last := len(g.columns) - 1
	taken := 0
	for i := range last {
		most := ansi.StringWidth(g.columns[i].title)
		for _, row := range g.rows {
			most = max(most, ansi.StringWidth(safe.Text(row[i])))
		}
		taken += most + len(gap)
	}
	room := max(width-taken, leastWrapped)
	out := &grid{columns: g.columns}
	for _, row := range g.rows {
		for i, line := range strings.Split(broken(safe.Text(row[last]), room), "\n") {
			next := make([]string, len(row))
			if i == 0 {
				copy(next, row)
			}
			next[last] = line
			out.add(next...)
		}
	}
	return out
}

// broken is a text in lines of a width: whole words, and parts of the one that is
// longer than a line.
func broken(text string, width int) string {
	var lines []string
	for line := range strings.SplitSeq(strings.TrimRight(wrapped(text+"\n", width), "\n"), "\n") {
		lines = append(lines, strings.Split(ansi.Hardwrap(line, width, true), "\n")...)
	}
	return strings.Join(lines, "\n")
}

// gives is a column that is cut where a line is too long, to a least width, and left
// out altogether where that is not enough and it may be.
type gives struct {
	column, least int
	out           bool
}

// fit cuts cells until a line is no wider than a page, in the order given.
func (g *grid) fit(width int, order []gives) *grid {
	widths := make([]int, len(g.columns))
	for i, c := range g.columns {
		widths[i] = ansi.StringWidth(c.title)
		for _, row := range g.rows {
			widths[i] = max(widths[i], ansi.StringWidth(safe.Text(row[i])))
		}
	}
	over := -len(gap) - width
	for _, w := range widths {
		over += w + len(gap)
	}
	for _, give := range order {
		w := &widths[give.column]
		switch {
		case over <= 0:
		case give.out && *w-over < give.least:
			over -= *w + len(gap)
			*w = 0
		case *w > give.least:
			cut := min(over, *w-give.least)
			*w, over = *w-cut, over-cut
		}
	}
	out := &grid{}
	for i, c := range g.columns {
		if widths[i] > 0 || c.title == "" {
			c.title = ansi.Truncate(c.title, widths[i], "…")
			out.columns = append(out.columns, c)
		}
	}
	for _, row := range g.rows {
		var next []string
		for i, cell := range row {
			if widths[i] > 0 || g.columns[i].title == "" {
				next = append(next, ansi.Truncate(safe.Text(cell), widths[i], "…"))
			}
		}
		out.add(next...)
	}
	return out
}
