package contacts

import (
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/ui/say"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/frame"
	"blanche/ui/tui/widget/vtable"
)

// field is a column that the list can show: how wide, and what it says of a
// person. Its order is that of the same name.
type field struct {
	vtable.Column
	cell func(x *Screen, r *campaigns.ContactRow) string
}

// fields are all of them, in the order in which they stand. The first two are
// always shown: they say who it is.
var fields = []field{
	{vtable.Column{ID: "name", Min: 16, Max: 28, Weight: 3}, func(x *Screen, r *campaigns.ContactRow) string { return x.s.Name(listName(&r.Contact)) }},
	{vtable.Column{ID: "email", Min: 22, Max: 40, Weight: 5}, func(x *Screen, r *campaigns.ContactRow) string { return x.s.Address(r.Email) }},
	{vtable.Column{ID: "type", Min: 12, Priority: 3}, func(x *Screen, r *campaigns.ContactRow) string { return x.kind(&r.Contact) }},
	{vtable.Column{ID: "basis", Min: 15, Priority: 4}, func(x *Screen, r *campaigns.ContactRow) string {
		if r.Reason != "" {
			return say.Reason(x.s.P, r.Reason)
		}
		return say.Basis(x.s.P, r.Basis)
	}},
	{vtable.Column{ID: "tracking", Min: 12, Priority: 6}, func(x *Screen, r *campaigns.ContactRow) string {
		return x.s.P.T("contact.tracking." + r.Tracking.String())
	}},
	{vtable.Column{ID: "company", Min: 14, Max: 24, Weight: 1, Priority: 6}, func(x *Screen, r *campaigns.ContactRow) string { return x.s.Name(r.Company) }},
	{vtable.Column{ID: "city", Min: 12, Max: 20, Weight: 1, Priority: 6}, func(x *Screen, r *campaigns.ContactRow) string { return x.s.Text(r.City) }},
	{vtable.Column{ID: "postcode", Min: 9, Priority: 6}, func(x *Screen, r *campaigns.ContactRow) string { return x.s.Mask.Value(x.s.Text(r.Postcode)) }},
	{vtable.Column{ID: "phone", Min: 13, Priority: 6}, func(x *Screen, r *campaigns.ContactRow) string { return x.s.Mask.Value(x.s.Text(r.Phone)) }},
	{vtable.Column{ID: "birth", Min: 11, Right: true, Priority: 6}, func(x *Screen, r *campaigns.ContactRow) string {
		if r.Birth.IsZero() {
			return ""
		}
		return x.s.Mask.Value(x.s.P.Day(r.Birth))
	}},
	{vtable.Column{ID: "tags", Min: 12, Max: 24, Weight: 1, Priority: 6}, func(x *Screen, r *campaigns.ContactRow) string { return x.s.Text(strings.Join(r.Tags, ", ")) }},
	{vtable.Column{ID: "card", Min: 12, Priority: 6}, func(x *Screen, r *campaigns.ContactRow) string { return x.s.Mask.Value(x.s.Text(r.Card)) }},
	{vtable.Column{ID: "tier", Min: 8, Priority: 6}, func(x *Screen, r *campaigns.ContactRow) string { return x.s.Text(r.Tier) }},
	{vtable.Column{ID: "points", Min: 8, Right: true, Priority: 6}, func(x *Screen, r *campaigns.ContactRow) string { return x.s.P.Int(int(r.Points)) }},
	{vtable.Column{ID: "origin", Min: 12, Priority: 6}, func(x *Screen, r *campaigns.ContactRow) string { return x.s.Text(r.Origin) }},
	{vtable.Column{ID: "created", Min: 11, Right: true, Priority: 6}, func(x *Screen, r *campaigns.ContactRow) string { return x.s.P.Date(r.Created.In(x.zone())) }},
	{vtable.Column{ID: "rfm", Min: 11, Priority: 5}, func(x *Screen, r *campaigns.ContactRow) string { return x.class(r.RFM) }},
	{vtable.Column{ID: "orders", Min: 9, Right: true, Priority: 6}, func(x *Screen, r *campaigns.ContactRow) string { return strconv.Itoa(int(r.Orders)) }},
	{vtable.Column{ID: "last", Min: 11, Right: true, Priority: 2}, func(x *Screen, r *campaigns.ContactRow) string {
		if !r.IsCustomer() {
			return "–"
		}
		return x.s.P.Day(r.LastOrder)
	}},
	{vtable.Column{ID: "spend", Min: 10, Max: 14, Right: true, Priority: 1}, func(x *Screen, r *campaigns.ContactRow) string {
		if !r.IsCustomer() {
			return "–"
		}
		return x.s.P.Money(r.Spend)
	}},
}

// always are shown whatever a person chooses; usual is what is shown until they
// choose.
const (
	always = 2
	usual  = "type,basis,rfm,last,spend"
)

// memoColumns is the name under which a person keeps the columns chosen.
const memoColumns = "contacts.columns"

// choose shows the columns named, in the order of fields.
func (x *Screen) choose(names string) {
	chosen := strings.Split(names, ",")
	x.shown = slices.DeleteFunc(slices.Clone(fields), func(f field) bool {
		return !slices.Contains(chosen, f.ID) && f.ID != fields[0].ID && f.ID != fields[1].ID
	})
}

// remember shows the columns that the person chose last time.
func (x *Screen) remember() {
	names := x.s.Desk.Memo(memoColumns)
	if names == "" {
		names = usual
	}
	x.choose(names)
}

// columns are those of the table, in the language of the session.
func (x *Screen) columns() []vtable.Column {
	out := make([]vtable.Column, 0, len(x.shown))
	for _, f := range x.shown {
		f.Title = x.columnTitle(f.ID)
		out = append(out, f.Column)
	}
	return out
}

// columnTitle is the head of a column.
//
//i18n:keys contact.column.*
func (x *Screen) columnTitle(id string) string { return x.s.P.T("contact.column." + id) }

// cells says everything the list shows of a person.
func (x *Screen) cells(row *vtable.Row, r *campaigns.ContactRow) {
	th := x.s.Th
	row.Cells, row.Tones = make([]string, len(x.shown)), make([]theme.Style, len(x.shown))
	for i, f := range x.shown {
		row.Cells[i] = f.cell(x, r)
		if r.Reason == "" {
			continue
		}
		switch f.ID { // the cross stays where the column of the reason has no room
		case "email":
			row.Cells[i], row.Tones[i] = th.G.Fail+" "+row.Cells[i], th.Warn
		case "basis":
			row.Tones[i] = th.Warn
		}
	}
}

// chooser is the box in which columns are chosen.
type chooser struct {
	x  *Screen
	on []bool
	at int
}

func (x *Screen) chooseColumns() tea.Cmd {
	c := &chooser{x: x}
	for _, f := range fields {
		c.on = append(c.on, slices.ContainsFunc(x.shown, func(g field) bool { return g.ID == f.ID }))
	}
	c.at = always
	return screen.Front(c)
}

// Key moves, turns a column on or off, and keeps the choice.
func (c *chooser) Key(k tea.KeyPressMsg) (bool, tea.Cmd) {
	switch k.String() {
	case "esc", "ctrl+c", "q":
		return true, nil
	case "down", "j", "tab":
		c.at = min(c.at+1, len(fields)-1)
	case "up", "k", "shift+tab":
		c.at = max(c.at-1, always)
	case "space":
		c.on[c.at] = !c.on[c.at]
	case "enter":
		return true, c.keep()
	}
	return false, nil
}

func (c *chooser) keep() tea.Cmd {
	var names []string
	for i, f := range fields {
		if c.on[i] && i >= always {
			names = append(names, f.ID)
		}
	}
	chosen := strings.Join(names, ",")
	if chosen == "" {
		chosen = "-" // none beside who it is
	}
	x := c.x
	x.choose(chosen)
	x.table.SetPrinter(x.s.P, x.columns())
	x.showSort()
	return func() tea.Msg {
		x.s.Desk.KeepMemo(memoColumns, chosen)
		return nil
	}
}

// Paste has no use for text.
func (c *chooser) Paste(string) {}

// Lines draws the box, the columns around the cursor where it is low.
func (c *chooser) Lines(w, h int) []string {
	p, th := c.x.s.P, c.x.s.Th
	bw := min(w, 44)
	room := max(min(h-4, len(fields)), 1)
	from := max(min(c.at-room/2, len(fields)-room), 0)
	lines := []string{frame.Title(th, bw, p.T("contact.columns.title"))}
	for i := from; i < from+room; i++ {
		sign := "[ ] "
		if c.on[i] {
			sign = "[" + th.G.Check + "] "
		}
		cursor := "  "
		if i == c.at {
			cursor = th.Key.Render(th.G.Cursor) + " "
		}
		line := cursor + sign + c.x.columnTitle(fields[i].ID)
		if i < always {
			line = th.Muted.Render(frame.Fit(line, bw))
		}
		if line = frame.Fit(line, bw); i == c.at {
			line = th.Selection.Over(line)
		}
		lines = append(lines, line)
	}
	keys := th.Key.Render(p.T("action.key.space")) + " " + th.Muted.Render(p.T("contact.columns.turn")) + "   " +
		th.Key.Render(p.T("action.key.enter")) + " " + th.Muted.Render(p.T("contact.columns.keep"))
	return append(lines, frame.Blank(bw), frame.Fit("  "+keys, bw), frame.Rule(th, bw))
}
