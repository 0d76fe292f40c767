package contacts

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/safe"
	"blanche/ui/tui/widget/form"
	"blanche/ui/tui/widget/frame"
)

// howLines draw the reading: settings, what each column becomes with its first
// values, and the column under the cursor in full.
func (b *bring) howLines(w, h int) []string {
	p, th := b.x.s.P, b.x.s.Th
	all := b.settings()
	lines := b.settingLines(all, w)
	rows := p.T("import.how.rows", "n", b.look.Report.Rows)
	if b.look.Report.Mapping != "" {
		rows += " · " + p.T("import.how.mapped", "name", b.look.Report.Mapping)
	}
	if b.how.form != nil {
		foot := b.how.form.Lines(w, 3)
		return frame.Stack(w, h, lines, frame.Block(b.columnLines(len(all), w, max(h-len(lines)-4, 2)), w, max(h-len(lines)-4, 2)), []string{frame.Rule(th, w)}, foot)
	}
	foot := append([]string{frame.Rule(th, w)}, b.detail(w)...)
	foot = append(foot, frame.Spread(th.Muted.Render(frame.Clip("  "+p.T("import.how.keys"), max(w-frame.Width(rows)-2, 0))), th.Muted.Render(rows+" "), w))
	room := max(h-len(lines)-len(foot), 2)
	return frame.Stack(w, h, lines, frame.Block(b.columnLines(len(all), w, room), w, room), foot)
}

// settingLines are the settings in two columns, the first half on the left.
func (b *bring) settingLines(all []setting, w int) []string {
	half, each := (len(all)+1)/2, w/2
	var left, right []string
	for i := range all {
		line := b.settingLine(&all[i], i == b.how.at, each)
		if i < half {
			left = append(left, line)
		} else {
			right = append(right, line)
		}
	}
	return frame.Beside(left, each, frame.Block(right, w-each, half), w-each, "")
}

func (b *bring) settingLine(s *setting, under bool, w int) string {
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
	const label = 20
	return cursor + th.Muted.Render(frame.Fit(b.label(s.id), min(label, w/2))) + style.Render(frame.Fit(safe.Text(shown), max(w-min(label, w/2)-3, 0))) + " "
}

// columnLines are the columns with their first values, as many as there is room
// for, the one under the cursor among them.
func (b *bring) columnLines(before, w, h int) []string {
	p, th := b.x.s.P, b.x.s.Th
	name, field := min(22, w/5), min(24, w/4)
	head := "  " + frame.Fit(p.T("import.page.column"), name) + " " + frame.Fit(p.T("import.page.becomes"), field) + " " + b.across(w-name-field-4, func(i int) string {
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
		lines = append(lines, cursor+style.Render(frame.Fit(safe.Text(c.Header), name))+" "+b.becomes(c, field)+" "+frame.Fit(b.across(w-name-field-4, func(row int) string {
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
		text += " (" + p.T("import.how.type_"+c.Type) + ")" //i18n:keys import.how.*
		style = th.Muted
	}
	if b.how.cols[c.Header] != "" {
		style = th.Accent
	}
	return style.Render(frame.Fit(text, w))
}

// across sets the first rows side by side: five where they are readable, fewer
// on a narrow screen.
func (b *bring) across(w int, cell func(row int) string) string {
	n := min(len(b.look.Rows), 5)
	for n > 1 && w/n < 12 {
		n--
	}
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
		if p.Lang() == "fr" {
			return strings.Replace(v, ".", ",", 1)
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
	p, th := b.x.s.P, b.x.s.Th
	values := []string{""}
	if i := b.how.at - len(b.settings()); i >= 0 && i < len(b.look.Columns) {
		values[0] = "  " + safe.Text(b.look.Columns[i].Header) + " :"
		for n := range b.look.Rows[:min(len(b.look.Rows), 5)] {
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
	second := ""
	for i, f := range b.look.Faults {
		if f != nil {
			second = "  " + p.T("import.how.fault", "n", b.look.Lines[i], "reason", p.T("cli.reject."+f.Reason), "column", safe.Text(f.Column)) //i18n:keys cli.reject.*
			break
		}
	}
	if b.how.notice != "" {
		second = "  " + b.how.notice
	}
	for i := range values {
		values[i] = frame.Fit(values[i], w)
	}
	return append(values, th.Warn.Render(frame.Fit(second, w)))
}
