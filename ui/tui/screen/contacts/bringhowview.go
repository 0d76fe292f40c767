package contacts

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/safe"
	"blanche/ui/tui/widget/form"
	"blanche/ui/tui/widget/frame"
)

// howLines draw the reading: settings, what each column becomes, the first rows
// as they will be read, and what is wrong with them.
func (b *bring) howLines(w, h int) []string {
	all := b.settings()
	blocks := [][]string{b.settingLines(all, w)}
	room := h - len(blocks[0])
	var foot []string
	if b.how.form != nil {
		foot = append([]string{frame.Rule(b.x.s.Th, w)}, b.how.form.Lines(w, 3)...)
		room -= len(foot)
	}
	if narrow(w) {
		blocks = append(blocks, b.narrowLines(len(all), w, max(room, 0)))
	} else {
		blocks = append(blocks, b.wideLines(len(all), w, max(room, 0)))
	}
	return frame.Stack(w, h, append(blocks, foot)...)
}

// wideLines are the columns, each with its first values beside it, and the one
// under the cursor in full; in exactly h lines.
func (b *bring) wideLines(before, w, h int) []string {
	p, th := b.x.s.P, b.x.s.Th
	var foot []string
	if b.how.form == nil {
		foot = append([]string{frame.Rule(th, w)}, b.detail(w)...)
		rows := b.rowsRead()
		foot = append(foot, frame.Spread(th.Muted.Render(frame.Clip("  "+p.T("import.how.keys"), max(w-frame.Width(rows)-2, 0))), th.Muted.Render(rows+" "), w))
	}
	room := max(h-len(foot), 2)
	return frame.Stack(w, h, frame.Block(b.columnLines(before, w, room), w, room), foot)
}

// rowsRead says how many rows the file has, and whose way of reading it is.
func (b *bring) rowsRead() string {
	p := b.x.s.P
	rows := p.N("import.page.rows", b.look.Report.Rows)
	if b.look.Report.Mapping != "" {
		rows += " · " + p.T("import.how.mapped", "name", b.look.Report.Mapping)
	}
	return rows
}

// settingLines are the settings in two columns, the first half on the left.
func (b *bring) settingLines(all []setting, w int) []string {
	half, each := (len(all)+1)/2, w/2
	var left, right []string
	for i := range all {
		if i < half {
			left = append(left, b.settingLine(&all[i], i == b.how.at, b.labels(all[:half], each), each))
		} else {
			right = append(right, b.settingLine(&all[i], i == b.how.at, b.labels(all[half:], each), w-each))
		}
	}
	return frame.Beside(left, each, frame.Block(right, w-each, half), w-each, "")
}

// labels is how wide the labels of some settings are: no wider than they need,
// for what they stand at is what is read.
func (b *bring) labels(of []setting, w int) int {
	n := 0
	for i := range of {
		n = max(n, frame.Width(b.label(of[i].id))+1)
	}
	if w >= 60 {
		n = max(n, 20)
	}
	return min(n, w/2)
}

func (b *bring) settingLine(s *setting, under bool, label, w int) string {
	th := b.x.s.Th
	v := b.value(s)
	shown, style := v, th.Text
	if i := slices.IndexFunc(s.options, func(o form.Option) bool { return o.Value == v }); i >= 0 {
		shown = s.options[i].Label
		if v != "" && s.id != "basis" {
			style = th.Accent
		}
	}
	if s.options == nil && shown == "" {
		shown = "–"
	}
	cursor := "  "
	if under {
		cursor, style = th.G.Cursor+" ", th.Title
		if s.options != nil {
			shown = "‹ " + shown + " ›"
		}
	}
	return cursor + th.Muted.Render(frame.Fit(b.label(s.id), label)) + style.Render(frame.Fit(safe.Text(shown), max(w-label-3, 0))) + " "
}

// columnLines are the columns with their first values, as many as there is room
// for, the one under the cursor among them.
func (b *bring) columnLines(before, w, h int) []string {
	p, th := b.x.s.P, b.x.s.Th
	name, field := columnWidths(w)
	head := "  " + frame.Fit(p.T("import.page.column"), name) + " " + frame.Fit(p.T("import.page.becomes"), field) + " " + b.beside(w-name-field-4, func(i int) string {
		if i >= len(b.look.Lines) {
			return ""
		}
		return p.T("import.how.nth", "n", b.look.Lines[i])
	})
	lines := []string{th.Header.Render(frame.Fit(head, w))}
	at := b.how.at - before
	room := max(h-1, 1)
	if at >= 0 {
		b.how.first = min(max(b.how.first, at-room+1), at)
	}
	b.how.first = max(min(b.how.first, len(b.look.Columns)-room), 0)
	for i := b.how.first; i < min(b.how.first+room, len(b.look.Columns)); i++ {
		c := &b.look.Columns[i]
		cursor, style := "  ", th.Text
		if i == at {
			cursor, style = th.G.Cursor+" ", th.Title
		}
		lines = append(lines, cursor+style.Render(frame.Fit(safe.Text(c.Header), name))+" "+b.becomes(c, field)+" "+frame.Fit(b.beside(w-name-field-4, func(row int) string {
			return b.cell(row, i)
		}), max(w-name-field-4, 0)))
	}
	return lines
}

// becomes is what a column becomes: a field, a free attribute with its type, or
// nothing. What the person said of it stands out.
func (b *bring) becomes(c *campaigns.ColumnLook, w int) string {
	p, th := b.x.s.P, b.x.s.Th
	text, style := safe.Text(c.Field), th.Text
	switch {
	case c.Field == "":
		text, style = p.T("import.page.ignored"), th.Muted
	case !c.Free && p.Has("import.field."+c.Field): //i18n:keys import.field.*
		text = p.T("import.field." + c.Field)
	case c.Free:
		name, of := text, p.T("import.how.type_"+c.Type) //i18n:keys import.how.*
		if text += " (" + of + ")"; frame.Width(text) > w {
			text = name + ":" + of // as --map writes it
		}
		style = th.Muted
	}
	if b.how.cols[c.Header] != "" {
		style = th.Accent
	}
	return style.Render(frame.Fit(text, w))
}

// beside sets the first rows side by side.
func (b *bring) beside(w int, cell func(row int) string) string {
	n := min(len(b.look.Rows), previewRows)
	text := ""
	for i := range n {
		text += frame.Fit(cell(i), max(w/max(n, 1)-1, 1)) + " "
	}
	return text
}

// cell is a value of one of the first rows, as people here write it.
func (b *bring) cell(row, column int) string {
	if row >= len(b.look.Rows) || column >= len(b.look.Rows[row]) {
		return ""
	}
	return b.x.s.Mask.Value(safe.Text(asRead(b.x.s.P, &b.look.Columns[column], b.look.Rows[row][column])))
}

// asRead writes a value that was understood as people here do: what is no
// date, amount or number stays as it is.
func asRead(p *i18n.Printer, c *campaigns.ColumnLook, v string) string {
	switch {
	case c.Field == "total" || c.Field == "refunded_amount":
		if cents, err := model.ParseCents(v, '.'); err == nil {
			return p.Money(cents)
		}
	case c.Free && c.Type == campaigns.AttrNumber:
		if x, err := strconv.ParseFloat(v, 64); err == nil && strings.Contains(v, ".") { // a whole number may be a year, or a code
			return p.Decimal(x, len(v)-strings.Index(v, ".")-1)
		}
	case c.Free && c.Type == campaigns.AttrBoolean:
		if v == "true" || v == "false" {
			return p.T("import.how." + v) //i18n:keys import.how.*
		}
	case c.Free && c.Type != campaigns.AttrDate:
	default:
		for _, layout := range []string{"2006-01-02 15:04", time.RFC3339} {
			if at, err := time.Parse(layout, v); err == nil {
				return p.DateTime(at)
			}
		}
		if day, err := time.Parse(time.DateOnly, v); err == nil {
			return p.Date(day)
		}
	}
	return v
}

// detail says what is wrong with the reading, or with one of the rows, and the
// values of the column under the cursor in all of them, on two lines where one
// is too short.
func (b *bring) detail(w int) []string {
	th := b.x.s.Th
	values := []string{""}
	if i := b.how.at - len(b.settings()); i >= 0 && i < len(b.look.Columns) {
		values[0] = "  " + safe.Text(b.look.Columns[i].Header) + " :"
		for n := range b.look.Rows[:min(len(b.look.Rows), previewRows)] {
			v := " " + cmp.Or(b.cell(n, i), "–")
			if n > 0 {
				v = " " + th.G.Bullet + v
			}
			if last := len(values) - 1; last == 0 && frame.Width(values[0])+frame.Width(v) > w {
				values = append(values, "   "+v)
			} else {
				values[last] += v
			}
		}
	}
	for i := range values {
		values[i] = frame.Fit(values[i], w)
	}
	return append(values, th.Warn.Render(frame.Fit("  "+b.trouble(), w)))
}
