package vtable

import (
	"slices"
	"strings"

	"blanche/ui/safe"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/frame"
)

// view is what was drawn last: the rows of the window and their lines.
type view struct {
	width, height int // height in rows, without the header
	from          int // position of rows[0]
	rows          []Row
	lines         []string
	cursor        int // position drawn as selected
	header        string
	widths        []int // by column; 0 is dropped
	stale         bool  // rows must be read again
	dirty         bool  // lines must be drawn again
}

func (v *view) reset()  { v.stale, v.dirty = true, true }
func (v *view) redraw() { v.dirty = true }

func (v *view) row(position int) (Row, bool) {
	i := position - v.from
	if v.stale || i < 0 || i >= len(v.rows) {
		return Row{}, false
	}
	return v.rows[i], true
}

// Lines draws the header and the rows in exactly h lines of w cells. What did
// not change since the last call is not drawn again.
func (t *Table) Lines(w, h int) []string {
	if w <= 0 || h <= 0 {
		return frame.Block(nil, w, h)
	}
	rows := h - 1
	v := &t.view
	if v.width != w || v.height != rows {
		v.width, v.height = w, rows
		v.reset()
	}
	t.scroll(rows)
	scrolled := v.from != t.top
	before := *v
	if v.stale || scrolled {
		t.read(rows)
	}
	t.learnKey()
	switch {
	case v.dirty || before.stale || len(v.lines) != rows:
		t.drawAll(w, rows)
	case scrolled:
		t.drawScrolled(before)
	case v.cursor != t.cursor:
		t.drawRow(v.cursor)
		t.drawRow(t.cursor)
	}
	v.cursor = t.cursor
	return append([]string{v.header}, v.lines...)
}

// scroll moves the window so that the cursor is inside.
func (t *Table) scroll(rows int) {
	if rows == 0 {
		return
	}
	n, _ := t.source.Len()
	t.cursor = max(min(t.cursor, n-1), 0)
	if t.cursor < t.top {
		t.top = t.cursor
	}
	if t.cursor >= t.top+rows {
		t.top = t.cursor - rows + 1
	}
	t.top = max(min(t.top, n-rows), 0)
}

// read gets the rows of the window; the source may have fewer than it said.
func (t *Table) read(rows int) {
	v := &t.view
	v.rows = t.source.Rows(t.top, rows)
	if len(v.rows) > rows {
		v.rows = v.rows[:rows]
	}
	v.from = t.top
	v.stale = false
	if i := t.cursor - v.from; i >= 0 && i < len(v.rows) {
		t.key = v.rows[i].Key
	}
}

func (t *Table) drawAll(w, rows int) {
	v := &t.view
	v.widths = fitColumns(t.columns, w-gutter)
	v.header = t.header(w)
	v.lines = v.lines[:0]
	for i := range rows {
		if i < len(v.rows) {
			v.lines = append(v.lines, t.line(v.rows[i], v.from+i == t.cursor))
			continue
		}
		v.lines = append(v.lines, frame.Blank(w))
	}
	v.dirty = false
}

// drawScrolled keeps the lines of the rows that were already on screen, but
// those the cursor left or came to.
func (t *Table) drawScrolled(before view) {
	v := &t.view
	lines := make([]string, len(v.lines))
	for i := range lines {
		at := v.from + i
		old := at - before.from
		switch {
		case i >= len(v.rows):
			lines[i] = frame.Blank(v.width)
		case old >= 0 && old < len(before.rows) && before.rows[old].Key == v.rows[i].Key && at != before.cursor && at != t.cursor:
			lines[i] = before.lines[old]
		default:
			lines[i] = t.line(v.rows[i], at == t.cursor)
		}
	}
	v.lines = lines
}

func (t *Table) drawRow(position int) {
	if row, ok := t.view.row(position); ok {
		t.view.lines[position-t.view.from] = t.line(row, position == t.cursor)
	}
}

// gutter is the cells before the first column: the cursor and the mark.
const gutter = 3

func (t *Table) header(w int) string {
	var b strings.Builder
	b.WriteString(frame.Blank(min(gutter, w)))
	for i, c := range t.columns {
		if t.view.widths[i] == 0 {
			continue
		}
		title := c.Title
		if c.ID == t.sortColumn && c.ID != "" {
			arrow := t.th.G.Up
			if t.sortDown {
				arrow = t.th.G.Down
			}
			title = frame.Fit(title, min(frame.Width(title), max(t.view.widths[i]-2, 0))) + " " + arrow
		}
		b.WriteString(cell(title, t.view.widths[i], c.Right))
		b.WriteByte(' ')
	}
	return t.th.Header.Render(frame.Clip(strings.TrimSuffix(b.String(), " "), w))
}

func (t *Table) line(row Row, selected bool) string {
	var b strings.Builder
	t.gutter(&b, row, selected)
	for i, c := range t.columns {
		width := t.view.widths[i]
		if width == 0 {
			continue
		}
		if i < len(row.Cells) && row.Cells[i] != "" {
			t.tone(row, i).Append(&b, cell(safe.Text(row.Cells[i]), width, c.Right))
		} else {
			b.WriteString(frame.Blank(width)) // a blank in a colour costs bytes on the line and shows nothing
		}
		b.WriteByte(' ')
	}
	line := frame.Clip(b.String(), t.view.width)
	if selected {
		return t.th.Selection.Over(line)
	}
	return line
}

func (t *Table) gutter(b *strings.Builder, row Row, selected bool) {
	b.WriteByte(' ')
	switch {
	case selected:
		t.th.Key.Append(b, t.th.G.Cursor)
	default:
		b.WriteByte(' ')
	}
	if t.isMarked(row.Key) {
		t.th.Mark.Append(b, t.th.G.Mark)
		return
	}
	b.WriteByte(' ')
}

// tone is the style of a cell: its own, else its row's, else its column's.
func (t *Table) tone(row Row, i int) theme.Style {
	if i < len(row.Tones) && !row.Tones[i].Plain() {
		return row.Tones[i]
	}
	if !row.Tone.Plain() {
		return row.Tone
	}
	return t.columns[i].Tone
}

func cell(s string, w int, right bool) string {
	if right {
		return frame.FitRight(s, w)
	}
	return frame.Fit(s, w)
}

// fitColumns gives each column its width, one cell between them: columns with
// the highest priority number are dropped until the others have their minimum,
// then what is left goes by weight up to the maxima.
func fitColumns(columns []Column, w int) []int {
	widths := make([]int, len(columns))
	for i, c := range columns {
		widths[i] = max(c.Min, 1)
	}
	for total(widths) > w {
		drop := -1
		for i, c := range columns {
			if widths[i] > 0 && c.Priority > 0 && (drop < 0 || c.Priority >= columns[drop].Priority) {
				drop = i
			}
		}
		if drop < 0 {
			return shrink(widths, w)
		}
		widths[drop] = 0
	}
	return grow(columns, widths, w-total(widths))
}

// total is the cells of all columns and the gaps between them.
func total(widths []int) int {
	n := -1
	for _, w := range widths {
		if w > 0 {
			n += w + 1
		}
	}
	return max(n, 0)
}

// shrink takes from the widest column until the rest fits.
func shrink(widths []int, w int) []int {
	for total(widths) > w {
		i := slices.Index(widths, slices.Max(widths))
		if widths[i] <= 1 {
			break
		}
		widths[i]--
	}
	return widths
}

func grow(columns []Column, widths []int, extra int) []int {
	for extra > 0 {
		best := -1
		for i, c := range columns {
			if widths[i] == 0 || c.Weight == 0 || c.Max > 0 && widths[i] >= c.Max {
				continue
			}
			if best < 0 || widths[i]*columns[best].Weight < widths[best]*c.Weight {
				best = i
			}
		}
		if best < 0 {
			return widths
		}
		widths[best]++
		extra--
	}
	return widths
}
