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
