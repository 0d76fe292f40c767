package duplicates

import (
	"strings"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"
	"blanche/ui/tui/widget/frame"
	"blanche/ui/tui/widget/vtable"
)

// rows is the list of pairs as the table reads it.
type rows struct{ x *Screen }

func pairKey(p *campaigns.DuplicatePair) string { return p.A.String() + " " + p.B.String() }

func (r rows) Len() (int, bool) { return len(r.x.found.Pairs), true }

func (r rows) Rows(from, n int) []vtable.Row {
	var out []vtable.Row
	for i := from; i < min(from+n, len(r.x.found.Pairs)); i++ {
		p := &r.x.found.Pairs[i]
		r.x.want(p.A, p.B)
		out = append(out, r.x.row(p))
	}
	return out
}

func (r rows) at(key string) int {
	for i := range r.x.found.Pairs {
		if pairKey(&r.x.found.Pairs[i]) == key {
			return i
		}
	}
	return -1
}

func (r rows) Rank(key string) (int, bool) {
	i := r.at(key)
	return max(i, 0), i >= 0
}

func (x *Screen) row(p *campaigns.DuplicatePair) vtable.Row {
	cells := []string{x.s.P.Percent(float64(p.Sure)/100, 0), say.DuplicateReasons(x.s.P, p.Reasons), "…", "…"}
	if a, b := x.people[p.A], x.people[p.B]; a != nil && b != nil {
		cells[2], cells[3] = x.brief(a), x.brief(b)
	}
	return vtable.Row{Key: pairKey(p), Cells: cells}
}

// brief is one person in a cell.
func (x *Screen) brief(r *campaigns.ContactRow) string {
	name := x.s.Name(r.DisplayName())
	return strings.TrimSpace(x.s.Address(r.Email) + " " + name)
}

func (x *Screen) columns() []vtable.Column {
	p := x.s.P
	return []vtable.Column{
		{ID: "sure", Title: p.T("duplicates.column.sure"), Min: 11, Right: true},
		{ID: "reason", Title: p.T("duplicates.column.reason"), Min: 16, Max: 30, Weight: 1, Tone: x.s.Th.Muted},
		{ID: "first", Title: p.T("duplicates.column.first"), Min: 20, Weight: 2},
		{ID: "second", Title: p.T("duplicates.column.second"), Min: 20, Weight: 2},
	}
}

// View draws the list, or two people side by side.
func (x *Screen) View(w, h int) []string {
	p, th := x.s.P, x.s.Th
	if x.two != nil {
		return x.sideBySide(w, h)
	}
	head := []string{frame.Title(th, w, p.T("duplicates.title"))}
	switch {
	case x.stop != nil && !x.loaded:
		done, total := x.far[0].Load(), x.far[1].Load()
		return frame.Block(append(head, frame.Blank(w), frame.Fit("  "+p.T("duplicates.searching", "done", int(done), "total", int(max(total, 0))), w)), w, h)
	case !x.loaded:
		return frame.Block(head, w, h)
	}
	foot := x.groups(w, h)
	if len(x.found.Pairs) == 0 {
		lines := append(head, frame.Blank(w), frame.Fit("  "+p.T("duplicates.none", "read", x.found.Read), w), frame.Blank(w))
		return frame.Block(append(lines, foot...), w, h)
	}
	head = []string{frame.Title(th, w, p.T("duplicates.title"), p.Int(len(x.found.Pairs)))}
	said := frame.Wrap(p.N("duplicates.found", len(x.found.Pairs), "read", x.found.Read), w-2)
	for _, line := range said {
		head = append(head, th.Muted.Render(frame.Fit(" "+line, w)))
	}
	return frame.Stack(w, h, head, x.table.Lines(w, max(h-len(head)-len(foot), 1)), foot)
}

// groups are the people who share something and are not proposed.
func (x *Screen) groups(w, h int) []string {
	if h < 14 {
		return nil
	}
	var lines []string
	for _, g := range x.found.Big[:min(len(x.found.Big), 2)] {
		text := x.s.P.T("duplicates.group", "people", g.People, "what", say.DuplicateReasons(x.s.P, []string{g.Reason}))
		for _, line := range frame.Wrap(text, w-2) {
			lines = append(lines, x.s.Th.Muted.Render(frame.Fit(" "+line, w)))
		}
	}
	return lines
}

// sideBySide is the two people, a field a line: what is kept is marked.
func (x *Screen) sideBySide(w, h int) []string {
	p, th, c := x.s.P, x.s.Th, x.two
	if !c.there {
		return frame.Block([]string{frame.Title(th, w, p.T("duplicates.title"))}, w, h)
	}
	why := say.DuplicateReasons(p, c.view.Reasons)
	head := []string{frame.Title(th, w, p.T("duplicates.title"), why)}
	name := 20
	side := max((w-name-5)/2, 8)
	title := "  " + frame.Fit(p.T("duplicates.column.field"), name) + "   " + frame.Fit(p.T("duplicates.column.first"), side) + " " + frame.Fit(p.T("duplicates.column.second"), side)
	head = append(head, th.Muted.Render(frame.Fit(title, w)))
	foot := x.foot(w)
	var lines []string
	for i := range c.view.Fields {
		lines = append(lines, x.field(i, w, name, side))
	}
	room := max(h-len(head)-len(foot), 1)
	top := max(min(c.at-room/2, len(lines)-room), 0)
	lines = lines[top:min(top+room, len(lines))]
	return frame.Stack(w, h, head, frame.Block(lines, w, room), foot)
}

// field is one line of the two.
func (x *Screen) field(i, w, name, side int) string {
	c, th := x.two, x.s.Th
	f := &c.view.Fields[i]
	keep, gone := x.value(f.Field, f.Keep), x.value(f.Field, f.Gone)
	mark := func(text string, kept bool) string {
		if kept && text != "" {
			return th.G.Check + " " + text
		}
		return "  " + text
	}
	first := !f.Fixed && f.After == f.Keep && !f.Taken
	second := !f.Fixed && f.After == f.Gone && (f.Taken || f.Keep == "")
	if f.Field == "basis" && c.view.ChooseBasis && !f.Taken {
		first = c.basis
	}
	if f.Fixed && f.Keep != f.Gone {
		gone += " → " + x.value(f.Field, f.After)
	}
	left, right := frame.Fit(mark(keep, first), side), frame.Fit(mark(gone, second), side)
	text := " " + frame.Fit(say.PairField(x.s.P, f.Field), name) + " " + left + " " + right
	if i == c.at {
		return th.Selection.Over(frame.Fit(th.Key.Render(th.G.Cursor)+text, w))
	}
	if f.Keep == f.Gone {
		return th.Muted.Render(frame.Fit(" "+text, w))
	}
	return frame.Fit(" "+text, w)
}

// value is a field as this session shows it.
func (x *Screen) value(field, text string) string {
	switch field {
	case "basis", "tracking", "kind":
		return say.PairValue(x.s.P, field, text)
	case "email":
		return x.s.Address(text)
	case "birth":
		if at, err := time.Parse(time.DateOnly, text); err == nil {
			text = x.s.P.Day(model.DateOf(at, time.UTC))
		}
		return x.s.Name(text)
	case "first_name", "last_name", "phone", "card", "external_id":
		return x.s.Name(text)
	}
	return x.s.Text(text)
}

// foot is what the two make together.
func (x *Screen) foot(w int) []string {
	p, v := x.s.P, &x.two.view
	says := []string{p.N("duplicates.sums", int(v.After.Orders), "spend", p.Money(v.After.Spend), "points", p.Int(int(v.After.Points)))}
	if v.Opposed {
		says = append(says, p.T("duplicates.opposed"))
	}
	if why := x.noChoice(); why != "" {
		says = append(says, why)
	}
	lines := []string{frame.Blank(w)}
	for _, s := range says {
		for _, line := range frame.Wrap(s, w-2) {
			lines = append(lines, frame.Fit(" "+line, w))
		}
	}
	return lines
}
