package contacts

import (
	"cmp"
	"slices"
	"strconv"

	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/tui/widget/frame"
)

// A screen that is too narrow to set five rows side by side shows the columns
// two abreast, and the rows under them as a table, whose columns follow the cursor.

// narrow reports whether five rows do not fit beside the columns.
func narrow(w int) bool {
	name, field := columnWidths(w)
	return (w-name-field-4)/previewRows < minCell
}

const (
	previewRows = 5  // of the file, as they will be read
	minCell     = 12 // cells under which a value side by side says nothing
	maxWide     = 26 // cells that one column of the table takes at most
)

// columnWidths are those of the title of a column and of what it becomes.
func columnWidths(w int) (name, field int) { return min(22, w/5), min(24, w/4) }

// narrowLines are the columns and the table of the first rows, in exactly h lines.
func (b *bring) narrowLines(before, w, h int) []string {
	p, th := b.x.s.P, b.x.s.Th
	table := b.table(before, w)
	room := max(h-len(table)-3, 1)
	lines := []string{frame.Title(th, w, p.T("import.how.columns"), p.T("import.how.keys_short"))}
	lines = append(lines, b.pairs(before, w, room)...)
	lines = append(frame.Block(lines, w, room+1), frame.Title(th, w, p.T("import.how.first"), b.rowsRead()))
	return frame.Stack(w, h, append(lines, table...), []string{th.Warn.Render(frame.Fit("  "+b.trouble(), w))})
}

// pairs are the columns two abreast, downwards first, each with what it becomes.
func (b *bring) pairs(before, w, room int) []string {
	each := w / 2
	name := 8
	for i := range b.look.Columns {
		name = min(max(name, frame.Width(safe.Text(b.look.Columns[i].Header))), 17)
	}
	at := max(b.how.at-before, 0)
	first := b.how.first - b.how.first%room
	if at < first || at >= first+2*room {
		first = max(at/room-1, 0) * room
	}
	if len(b.look.Columns) <= 2*room {
		first = 0
	}
	b.how.first = first
	half := func(from, w int) (lines []string) {
		for i := from; i < min(from+room, len(b.look.Columns)); i++ {
			c := &b.look.Columns[i]
			cursor, style := "  ", b.x.s.Th.Text
			if i == b.how.at-before {
				cursor, style = b.x.s.Th.G.Cursor+" ", b.x.s.Th.Title
			}
			lines = append(lines, cursor+style.Render(frame.Fit(safe.Text(c.Header), name))+" "+b.becomes(c, max(w-name-3, 0)))
		}
		return frame.Block(lines, w, room)
	}
	return frame.Beside(half(first, each), each, half(first+room, w-each), w-each, "")
}

// table is the first rows as they will be read: titles, then a line for each. A
// row that would be refused is marked, and its fault stands out.
func (b *bring) table(before, w int) []string {
	p, th := b.x.s.P, b.x.s.Th
	n := min(len(b.look.Rows), previewRows)
	if n == 0 {
		return frame.Block([]string{th.Muted.Render("  " + p.T("import.how.no_rows"))}, w, previewRows+1)
	}
	lead := 6
	for _, line := range b.look.Lines[:n] {
		lead = max(lead, len(strconv.Itoa(line))+4)
	}
	from, widths := b.across(b.how.at-before, w-lead)
	head := frame.Blank(lead)
	lines := make([]string, n)
	for i := range lines {
		mark := "   "
		if b.look.Faults[i] != nil {
			mark = " " + th.Warn.Render(th.G.Fail) + " "
		}
		lines[i] = th.Muted.Render(frame.FitRight(strconv.Itoa(b.look.Lines[i]), lead-3)) + mark
	}
	for k, wide := range widths {
		c, at := &b.look.Columns[from+k], from+k
		style := th.Header
		if at == b.how.at-before {
			style = th.Title
		}
		head += style.Render(frame.Fit(safe.Text(c.Header), wide)) + "  "
		for i := range lines {
			style := th.Text
			switch fault := b.look.Faults[i]; {
			case fault != nil && fault.Column == c.Header:
				style = th.Warn
			case c.Field == "":
				style = th.Muted
			}
			lines[i] += style.Render(frame.Fit(b.cell(i, at), wide)) + "  "
		}
	}
	return frame.Block(append([]string{head}, lines...), w, previewRows+1)
}

// across says which columns the table shows, from which one and how wide, so
// that the one under the cursor is among them.
func (b *bring) across(at, w int) (from int, widths []int) {
	fill := func(i, room int) []int {
		var out []int
		for ; i < len(b.look.Columns); i++ {
			wide := b.wide(i)
			if wide > room && len(out) > 0 {
				if room >= minCell { // cut, it still says something
					out = append(out, room)
				}
				break
			}
			wide = min(wide, room)
			out, room = append(out, wide), room-wide-2
		}
		return out
	}
	from = min(b.how.left, max(at, 0))
	if widths = fill(from, w); at >= from+len(widths) || at == from+len(widths)-1 && widths[len(widths)-1] < b.wide(at) {
		room := w
		for from = at; from >= 0 && b.wide(from) <= room; from-- {
			room -= b.wide(from) + 2
		}
		from = min(from+1, at)
		widths = fill(from, w)
	}
	b.how.left = from
	return from, widths
}

// wide is how many cells a column of the table wants.
func (b *bring) wide(i int) int {
	w := frame.Width(safe.Text(b.look.Columns[i].Header))
	for row := range min(len(b.look.Rows), previewRows) {
		w = max(w, frame.Width(b.cell(row, i)))
	}
	return min(max(w, 3), maxWide)
}

// trouble is why the file cannot be read as it is said, else the first row that
// would be refused; "" when all is well.
func (b *bring) trouble() string {
	if b.how.notice != "" {
		return b.how.notice
	}
	i := slices.IndexFunc(b.look.Faults, func(f *model.Reject) bool { return f != nil })
	if i < 0 {
		return ""
	}
	f := b.look.Faults[i]
	return b.x.s.P.T("import.how.fault", "n", b.look.Lines[i], "reason", b.x.s.P.T("cli.reject."+f.Reason), "column", safe.Text(cmp.Or(f.Column, "–"))) //i18n:keys cli.reject.*
}
