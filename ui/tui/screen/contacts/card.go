package contacts

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/say"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/frame"
)

// mode is how much room the card has.
type mode uint8

const (
	closed mode = iota
	pane        // beside the list, or under it
	full        // the whole page
)

// card is what is known of one person, and where it is drawn. It follows the
// cursor, one question at a time.
type card struct {
	mode   mode
	key    string // number of the person asked for last, or an e-mail from another screen
	asking bool
	person *person
	from   int // first line shown, on the whole page
	page   int // lines that there is room for
}

// person is the answer about one person.
type person struct {
	campaigns.ContactCard
	facts []model.HistoryLine // newest first
}

func (c *card) show(m mode) { c.mode, c.from = m, 0 }

// askCard asks for the card of a person; what is wanted when the answer comes
// is looked at again then.
func (x *Screen) askCard(ref string) tea.Cmd {
	if ref == "" || x.card.asking {
		return nil
	}
	x.card.key, x.card.asking = ref, true
	return screen.Ask(x.s, screen.Contacts, x.s.Number(), func(ctx context.Context) (person, error) {
		c, err := x.s.Desk.Contact(ctx, ref)
		if err != nil {
			return person{}, err
		}
		facts, err := x.s.Desk.History(ctx, ref)
		return person{c, told(facts)}, err
	})
}

// carded shows the answer, and asks again when the cursor has left meanwhile.
func (x *Screen) carded(msg screen.Reply[person]) tea.Cmd {
	x.card.asking = false
	if msg.Err != nil {
		x.card.mode, x.card.person = closed, nil
		return screen.Fail(msg.Err)
	}
	if x.card.person == nil || x.card.person.ID != msg.Value.ID {
		x.card.from = 0
	}
	x.card.person = &msg.Value
	if x.card.key != msg.Value.ID.String() { // asked by e-mail: the list goes to it
		x.card.key = msg.Value.ID.String()
		x.table.Select(x.card.key)
		return x.want()
	}
	return x.follow()
}

// follow asks for the card under the cursor when it is another person's. A card
// on the whole page stays: it may come from another screen.
func (x *Screen) follow() tea.Cmd {
	key, ok := x.table.Cursor()
	if x.card.mode != pane || !ok || key == x.card.key {
		return nil
	}
	return x.askCard(key)
}

func (x *Screen) reloadCard() tea.Cmd {
	if x.card.mode == closed {
		return nil
	}
	return x.askCard(x.card.key)
}

// cardLines draws the card in h lines of w cells: who, what may be sent, and
// what happened, newest first.
func (x *Screen) cardLines(w, h int) []string {
	c := x.card.person
	if c == nil {
		return frame.Block([]string{frame.Title(x.s.Th, w, x.s.P.T("contact.card.reading"))}, w, h)
	}
	lines := append(x.identity(c, w), x.basis(c, w)...)
	fields := x.fields(c, w)
	if x.card.mode == pane && h < 14 { // what happened is worth more than the last of the fields
		fields = fields[:min(len(fields), max(h-7, 1))]
	}
	lines = append(lines, fields...)
	lines = append(lines, frame.Title(x.s.Th, w, x.s.P.T("contact.card.facts"), x.s.P.N("contact.card.of", len(c.facts))))
	title := frame.Title(x.s.Th, w, x.called(&c.Contact), x.kind(&c.Contact))
	all := len(lines) + len(c.facts)
	x.card.page = max(h-2, 1)
	x.card.from = max(min(x.card.from, all-(h-1)), 0)
	from, above := x.card.from, len(lines)
	lines = lines[min(from, above):]
	lines = append(lines, x.timeline(c.facts, max(from-above, 0), h, w)...)
	if left := all - from - (h - 1); left > 0 && h > 2 {
		more := x.s.P.N("contact.card.more", left+1)
		if x.card.mode != pane { // it is open
			more = x.s.P.N("contact.card.below", left+1)
		}
		lines = append(lines[:h-2:h-2], x.s.Th.Muted.Render(frame.Fit("  "+more, w)))
	}
	return frame.Stack(w, h, []string{title}, lines)
}

// identity is the address, and whether it may be written to.
func (x *Screen) identity(c *person, w int) []string {
	p, th := x.s.P, x.s.Th
	verdict, text := th.Good.Render(th.G.Check+" "+p.T("contact.card.sendable")), ""
	if c.Reason != "" {
		text = th.G.Fail + " " + say.Reason(p, c.Reason)
		if c.Suppressed != nil {
			text += " · " + p.Date(c.Suppressed.At.In(x.zone())) + dot(x.s.Text(say.Source(p, c.Suppressed.Source)))
		}
		verdict = th.Warn.Render(text)
	}
	email := "  " + x.s.Address(c.Email)
	lines := []string{frame.Fit(email, w)}
	if frame.Width(email)+frame.Width(verdict)+4 <= w {
		return append([]string{frame.Fit(email+"   "+verdict, w)}, x.why(c.Reason, w)...)
	}
	if c.Reason == "" {
		return append(lines, frame.Fit("  "+verdict, w))
	}
	for i, l := range frame.Wrap(text, max(w-5, 1)) { // with what proves it, whole
		indent := "  "
		if i > 0 {
			indent = "    "
		}
		lines = append(lines, frame.Fit(indent+th.Warn.Render(l), w))
	}
	return append(lines, x.why(c.Reason, w)...)
}

// why is the sentence under the reason why somebody is left out.
func (x *Screen) why(reason string, w int) []string {
	text := say.Why(x.s.P, reason)
	if text == "" {
		return nil
	}
	var lines []string
	for _, l := range frame.Wrap(text, max(w-5, 1)) {
		lines = append(lines, frame.Fit("    "+x.s.Th.Muted.Render(l), w))
	}
	return lines
}

// basis is the ground on which the person may be written to, with what proves
// it and since when; it is never cut.
func (x *Screen) basis(c *person, w int) []string {
	p := x.s.P
	text := say.Basis(p, c.Basis)
	if c.Basis != model.BasisNone {
		text += dot(c.BasisSource)
		if !c.BasisAt.IsZero() {
			text += dot(p.Date(c.BasisAt.In(x.zone())))
		}
	}
	names := labelWidth(w / columnsIn(w)) // as the fields below have them
	label := frame.Fit(p.T("contact.field.basis"), names)
	var lines []string
	for i, l := range frame.Wrap(x.s.Text(text), max(w-names-3, 1)) {
		if i > 0 {
			label = frame.Blank(names)
		}
		lines = append(lines, frame.Fit("  "+x.s.Th.Muted.Render(label)+" "+l, w))
	}
	return lines
}

// labelWidth is how much of a column the name of a field takes.
func labelWidth(w int) int { return min(15, w/3) }

// columnsIn is how many columns of fields there is room for.
func columnsIn(w int) int { return min(max(w/38, 1), 3) }

// fields are the other facts about a person, those that are known, in as many
// columns as there is room for.
func (x *Screen) fields(c *person, w int) []string {
	all := x.known(c)
	columns := columnsIn(w)
	cell := w / columns
	perColumn := (len(all) + columns - 1) / columns
	lines := make([]string, perColumn)
	for i := range perColumn {
		for col := range columns {
			width := cell
			if col == columns-1 {
				width = w - cell*(columns-1)
			}
			text := ""
			if at := i + col*perColumn; at < len(all) {
				label := frame.Fit(all[at].label, labelWidth(width))
				text = "  " + x.s.Th.Muted.Render(label) + " " + x.s.Text(all[at].value)
			}
			lines[i] += frame.Fit(text, width)
		}
	}
	return lines
}

type fieldValue struct{ label, value string }

func (x *Screen) known(c *person) []fieldValue {
	p := x.s.P
	var out []fieldValue
	add := func(label, value string) {
		if value != "" {
			out = append(out, fieldValue{label, value})
		}
	}
	if c.IsCustomer() {
		add(p.T("contact.card.since"), p.Day(c.FirstOrder))
		add(p.T("contact.card.orders"), p.N("contact.card.bought", int(c.Orders), "total", c.Spend))
	}
	add(p.T("contact.field.tracking"), p.T("contact.tracking."+c.Tracking.String())) //i18n:keys contact.tracking.*
	add(p.T("contact.field.card"), x.s.Mask.Value(c.Card))
	if c.Points != 0 || c.Tier != "" {
		add(p.T("contact.card.points"), strings.TrimPrefix(c.Tier+dot(p.N("contact.card.points_are", int(c.Points))), " · "))
	}
	if x.class(c.RFM) != "–" {
		add(p.T("contact.column.rfm"), x.class(c.RFM))
	}
	if c.Kind != model.B2B || c.DisplayName() != c.Company {
		add(p.T("contact.field.company"), x.s.Mask.Name(c.Company))
	}
	add(p.T("contact.field.city"), strings.TrimSpace(x.s.Mask.Value(c.Postcode)+" "+c.City))
	add(p.T("contact.field.phone"), x.s.Mask.Value(c.Phone))
	if !c.Birth.IsZero() && !x.s.Mask.Active() {
		add(p.T("contact.field.birth"), p.Day(c.Birth))
	}
	add(p.T("contact.card.also"), x.alsoKnown(c.facts))
	add(p.T("contact.field.tags"), strings.Join(c.Tags, ", "))
	for _, a := range c.Attrs {
		label, value := say.Free(p, a.Name, a.Value)
		add(label, x.s.Mask.Value(value))
	}
	return out
}

// dot sets a second part apart, when there is one.
func dot(text string) string {
	if text == "" {
		return ""
	}
	return " · " + text
}

// called is a person by name, else by address, as the session shows people.
func (x *Screen) called(c *model.Contact) string {
	if name := c.DisplayName(); name != "" {
		return x.s.Name(name)
	}
	return x.s.Address(c.Email)
}

// learnt is the name of a person for a sentence that stays after they were
// shown: the mask will know it.
func (x *Screen) learnt(c *model.Contact) string {
	x.s.Mask.Learn(c.DisplayName())
	return x.called(c)
}
