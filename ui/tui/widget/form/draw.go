package form

import (
	"strings"

	"blanche/ui/tui/widget/frame"
)

// narrow is the width under which a label stands above its field.
const narrow = 50

// Lines draws the form in exactly h lines of w cells, scrolled so that the
// field with the cursor is seen.
func (f *Form) Lines(w, h int) []string {
	if w <= 0 || h <= 0 {
		return nil
	}
	var all []string
	from, to := 0, 0
	for i := range f.fields {
		if i == f.focus {
			from = len(all)
		}
		all = append(all, f.draw(i, w)...)
		if i == f.focus {
			to = len(all)
		}
	}
	top := 0
	if to > h {
		top = min(to-h, from)
	}
	return frame.Block(all[min(top, len(all)):], w, h)
}

// draw is a field: its line or lines, the help while it has the cursor, and
// what is wrong.
func (f *Form) draw(i, w int) []string {
	fd := &f.fields[i]
	focused := i == f.focus
	lw := f.labelWidth(w)
	label := fd.Label
	if fd.Required {
		label += " *"
	}
	sign := "  "
	if focused {
		sign = f.th.Key.Render(f.th.G.Cursor) + " "
	}
	value := f.value(fd, max(w-lw-4, 1), focused)
	style := f.th.Muted
	if focused {
		style = f.th.Title
	}
	var out []string
	indent := frame.Blank(lw + 3)
	if w < narrow {
		out = append(out, frame.Clip(sign+style.Render(frame.Fit(label, max(w-2, 0))), w))
		indent = "  "
	} else {
		out = append(out, frame.Clip(sign+style.Render(frame.Fit(label, lw))+" "+value[0], w))
		value = value[1:]
	}
	for _, l := range value {
		out = append(out, frame.Clip(indent+l, w))
	}
	switch {
	case fd.problem != "":
		out = append(out, frame.Clip(indent+f.th.Danger.Render(frame.Fit(f.th.G.Fail+" "+fd.problem, max(w-len(indent), 0))), w))
	case focused && fd.Help != "":
		out = append(out, frame.Clip(indent+f.th.Muted.Render(frame.Fit(fd.Help, max(w-len(indent), 0))), w))
	}
	return out
}

// labelWidth is that of the widest label, a third of the line at most.
func (f *Form) labelWidth(w int) int {
	if w < narrow {
		return 0
	}
	n := 0
	for i := range f.fields {
		n = max(n, frame.Width(f.fields[i].Label)+2)
	}
	return min(n, w/3)
}

// value is the part of a field that is typed, in lines of w cells.
func (f *Form) value(fd *field, w int, focused bool) []string {
	switch fd.Kind {
	case Choice:
		return []string{f.choice(fd, w, focused)}
	case Body:
		fd.area.SetWidth(w)
		rows := orDefault(fd.Rows, 6)
		return frame.Block(strings.Split(fd.area.View(), "\n"), w, rows)
	}
	fd.input.SetWidth(max(w-1, 1))
	return []string{frame.Clip(fd.input.View(), w)}
}

// choice shows all options when they fit, the chosen one between arrows
// otherwise.
func (f *Form) choice(fd *field, w int, focused bool) string {
	var b strings.Builder
	used := 0
	for i, o := range fd.Options {
		label := "  " + o.Label + "  "
		if i == fd.choice {
			label = f.th.G.Dot + " " + o.Label + "  "
		}
		used += frame.Width(label)
		switch {
		case i == fd.choice && focused:
			f.th.Selection.Append(&b, label)
		case i == fd.choice:
			f.th.Text.Append(&b, label)
		default:
			f.th.Muted.Append(&b, label)
		}
	}
	if used <= w || fd.choice >= len(fd.Options) {
		return frame.Clip(b.String(), w)
	}
	one := f.th.G.Left + " " + fd.Options[fd.choice].Label + " " + f.th.G.Right
	if focused {
		return f.th.Selection.Render(frame.Fit(one, w))
	}
	return frame.Fit(one, w)
}
