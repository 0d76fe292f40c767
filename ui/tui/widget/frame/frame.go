package frame

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Block makes lines exactly h lines of w cells: fitted, cut at the end, filled
// with blanks.
func Block(lines []string, w, h int) []string {
	out := make([]string, 0, max(h, 0))
	for i := range max(h, 0) {
		if i < len(lines) {
			out = append(out, exact(lines[i], w))
			continue
		}
		out = append(out, Blank(w))
	}
	return out
}

// Stack puts blocks one under the other in exactly h lines of w cells.
func Stack(w, h int, blocks ...[]string) []string {
	var all []string
	for _, b := range blocks {
		all = append(all, b...)
	}
	return Block(all, w, h)
}

// Beside puts two blocks side by side, gap between them; the shorter one is
// filled. The lines are wl + cells of gap + wr wide.
func Beside(left []string, wl int, right []string, wr int, gap string) []string {
	h := max(len(left), len(right))
	l, r := Block(left, wl, h), Block(right, wr, h)
	for i := range l {
		l[i] += gap + r[i]
	}
	return l
}

// Over lays a box centred on a page of w cells: its lines are as wide as the
// first one. A page smaller than the box shows its top left part.
func Over(page []string, w int, box []string) []string {
	if len(box) == 0 {
		return page
	}
	bw := min(Width(box[0]), w)
	return Place(page, w, box, (w-bw)/2, max((len(page)-len(box))/2, 0))
}

// Place lays a box on a page of w cells with its corner at x, y.
func Place(page []string, w int, box []string, x, y int) []string {
	out := append([]string(nil), page...)
	for i, line := range box {
		if y+i < 0 || y+i >= len(out) {
			continue
		}
		bw := min(Width(line), w-x)
		row := out[y+i]
		out[y+i] = exact(ansi.Truncate(row, x, ""), x) + exact(line, bw) + tail(row, x+bw, w)
	}
	return out
}

// tail is the cells of row from the cell from to w; half of a wide character
// becomes a blank.
func tail(row string, from, w int) string {
	if from >= w {
		return ""
	}
	rest := ansi.TruncateLeft(row, from, "")
	if Width(rest) > w-from { // a wide character stands across the cut
		rest = ansi.TruncateLeft(row, from+1, "")
	}
	return Blank(w-from-Width(rest)) + rest
}

// Join is the frame as View returns it.
func Join(lines []string) string { return strings.Join(lines, "\n") }

// exact is Clip for a line that mostly has its width already.
func exact(s string, w int) string {
	if Width(s) == w && strings.IndexFunc(s, leavesLine) < 0 {
		return s
	}
	return Clip(s, w)
}
