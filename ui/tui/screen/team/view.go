package team

import (
	"cmp"
	"strings"

	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/tui/action"
	"blanche/ui/tui/widget/empty"
	"blanche/ui/tui/widget/frame"
	"blanche/ui/tui/widget/vtable"
)

// rows is the team as the table reads it.
type rows struct{ x *Screen }

func (r rows) Len() (int, bool) { return len(r.x.people), true }

func (r rows) Rows(from, n int) []vtable.Row {
	var out []vtable.Row
	for i := from; i < min(from+n, len(r.x.people)); i++ {
		out = append(out, r.x.row(&r.x.people[i]))
	}
	return out
}

func (r rows) Rank(name string) (int, bool) {
	for i := range r.x.people {
		if r.x.people[i].Name == name {
			return i, true
		}
	}
	return 0, false
}

func (x *Screen) row(o *model.Operator) vtable.Row {
	p, zone := x.s.P, x.s.Desk.Now().Location()
	seen := p.T("users.never")
	if at := x.seen[o.Name]; !at.IsZero() {
		seen = p.DateTime(at.In(zone))
	} else if x.seen == nil {
		seen = ""
	}
	first := ""
	if len(o.Keys) > 0 {
		first = o.Keys[0].Fingerprint
	}
	row := vtable.Row{Key: o.Name, Cells: []string{o.Name, x.s.Role(o.Role), p.N("users.keys", len(o.Keys)), p.Date(o.Created.In(zone)), seen, first}}
	if len(o.Keys) == 0 {
		row.Tone = x.s.Th.Muted
	}
	return row
}

func (x *Screen) columns() []vtable.Column {
	p := x.s.P
	return []vtable.Column{
		{ID: "name", Title: p.T("users.column.name"), Min: 12, Max: 20, Weight: 1},
		{ID: "role", Title: p.T("users.column.role"), Min: 13, Max: 24, Weight: 2},
		{ID: "keys", Title: p.T("users.column.keys"), Min: 8},
		{ID: "added", Title: p.T("users.column.added"), Min: 11, Priority: 3},
		{ID: "seen", Title: p.T("users.column.seen"), Min: 17, Priority: 2},
		{ID: "key", Title: p.T("users.column.first_key"), Min: 20, Max: 52, Weight: 3, Priority: 4, Tone: x.s.Th.Muted},
	}
}

// View draws the list, the keys of one person or the table of rights, with the
// form in front.
func (x *Screen) View(w, h int) []string {
	lines := x.behind(w, h)
	if x.edit != nil {
		box := x.formLines(w)
		for i := range box {
			box[i] = frame.Center(box[i], w)
		}
		lines = frame.Over(lines, w, box)
	}
	return lines
}

func (x *Screen) behind(w, h int) []string {
	p, th := x.s.P, x.s.Th
	o, ok := x.under()
	switch {
	case x.page == rights:
		return x.matrix(w, h)
	case x.page == rules:
		return x.ruleLines(w, h)
	case !x.loaded:
		return frame.Block([]string{frame.Title(th, w, p.T("app.tab.team"))}, w, h)
	case len(x.people) == 0:
		return x.alone(w, h)
	case x.page == keys && ok:
		return x.keyLines(w, h, &o)
	}
	head := []string{frame.Title(th, w, p.T("app.tab.team"), p.N("users.people", len(x.people)))}
	foot := x.note(w, h)
	return frame.Stack(w, h, head, x.table.Lines(w, max(h-1-len(foot), 1)), foot)
}

// note is what the role under the cursor may do, in a sentence.
func (x *Screen) note(w, h int) []string {
	o, ok := x.under()
	if !ok || h < 8 {
		return nil
	}
	return []string{
		frame.Title(x.s.Th, w, safe.Text(o.Name), x.s.Role(o.Role)),
		frame.Fit("  "+x.s.P.T("users.role."+cmp.Or(string(o.Role), string(model.Viewer))), w),
	}
}

// alone is the page of a shop that nobody comes into yet but the owner of the
// machine.
func (x *Screen) alone(w, h int) []string {
	text := x.s.P.T("users.empty", "me", safe.Text(x.s.Desk.Me().Name))
	all := x.s.Allowed(x.Actions())
	add, _ := action.Find("users.add", all)
	roles, _ := action.Find("users.rights", all)
	offered := []action.Action{roles}
	if !add.Forbidden {
		offered = []action.Action{add, roles}
	}
	return empty.Lines(x.s.Th, x.s.P, w, h, text, offered...)
}

// keyLines are the keys of one person, two lines each.
func (x *Screen) keyLines(w, h int, o *model.Operator) []string {
	p, th := x.s.P, x.s.Th
	lines := []string{frame.Title(th, w, p.T("users.keys_of", "name", safe.Text(o.Name)), p.N("users.keys", len(o.Keys)))}
	x.at = max(min(x.at, len(o.Keys)-1), 0)
	for i, k := range o.Keys {
		kind, _, _ := strings.Cut(k.Line, " ")
		about := p.T("users.key_about", "type", safe.Text(kind), "comment", cmp.Or(x.s.Text(k.Comment), "–"), "at", p.Date(k.Added.In(x.s.Desk.Now().Location())))
		head, rest := frame.Fit("   "+safe.Text(k.Fingerprint), w), frame.Fit("   "+about, w)
		if i == x.at {
			head = th.Selection.Over(frame.Fit(" "+th.Key.Render(th.G.Cursor)+" "+safe.Text(k.Fingerprint), w))
		}
		lines = append(lines, head, th.Muted.Render(rest), frame.Blank(w))
	}
	if len(o.Keys) == 0 {
		lines = append(lines, frame.Blank(w), frame.Fit("   "+p.T("users.keyless", "name", safe.Text(o.Name)), w))
	}
	top := max(1+3*x.at+3-h, 0)
	if top > 0 {
		lines = append(lines[:1:1], lines[1+top:]...)
	}
	return frame.Block(lines, w, h)
}
