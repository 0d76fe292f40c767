package audit

import (
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/tui/screen"
	"blanche/ui/tui/widget/frame"
)

// labelCells is the width of the labels of a line in full.
const labelCells = 12

// lineInFull is one line: who, from where, what, why, each field before and
// after, and its place in the chain.
func (x *Screen) lineInFull(w, h int, l *model.AuditLine) []string {
	p, th, e := x.s.P, x.s.Th, &l.Entry
	at := e.At.In(x.s.Desk.Now().Location())
	lines := []string{frame.Blank(w)}
	add := func(label, value string) {
		for i, v := range frame.Wrap(value, max(w-labelCells-4, 1)) {
			if i > 0 {
				label = ""
			}
			lines = append(lines, frame.Fit("  "+th.Muted.Render(frame.Fit(label, labelCells))+" "+v, w))
		}
	}
	who := safe.Text(e.Who)
	if e.Role != "" {
		who += " " + th.G.Bullet + " " + x.s.Role(e.Role)
	}
	add(p.T("journal.column.when"), p.LongDate(at)+" "+p.Time(at))
	add(p.T("journal.column.who"), who)
	add(p.T("journal.column.from"), x.s.Text(e.From))
	add(p.T("journal.column.act"), x.act(e.Act)+"  "+th.Muted.Render(safe.Text(e.Act)))
	add(p.T("journal.column.object"), x.object(e.Object))
	if e.Reason != "" {
		add(p.T("journal.reason"), x.s.Text(e.Reason))
	}
	lines = append(lines, frame.Blank(w))
	lines = append(lines, x.changes(w, l)...)
	lines = append(lines, frame.Blank(w), frame.Title(th, w, p.T("journal.place")))
	add(p.T("journal.number"), p.Int(int(l.Seq))) //nolint:gosec // a count of lines
	add(p.T("journal.hash"), hex.EncodeToString(l.Hash[:]))
	before := hex.EncodeToString(l.Prev[:])
	if l.Seq == 1 {
		before = p.T("journal.first")
	}
	add(p.T("journal.before"), before)
	x.from = max(min(x.from, len(lines)-(h-1)), 0)
	return frame.Stack(w, h, []string{frame.Title(th, w, p.T("app.tab.audit"), x.act(e.Act), x.object(e.Object))}, lines[x.from:])
}

// changes is a table of the fields, before and after; or that an erasure took
// them away, and that the chain holds all the same.
func (x *Screen) changes(w int, l *model.AuditLine) []string {
	p, th := x.s.P, x.s.Th
	fresh := !l.Erased && len(l.Entry.Changes) > 0 && !slices.ContainsFunc(l.Entry.Changes, func(c model.FieldAudit) bool { return c.Before != "" })
	title := p.T("journal.changes")
	if fresh {
		title = p.T("journal.content")
	}
	lines := []string{frame.Title(th, w, title)}
	if l.Erased {
		for _, text := range frame.Wrap(p.T("journal.erased"), w-4) {
			lines = append(lines, th.Warn.Render(frame.Fit("  "+text, w)))
		}
		return lines
	}
	if len(l.Entry.Changes) == 0 {
		return append(lines, th.Muted.Render(frame.Fit("  "+p.T("journal.no_change"), w)))
	}
	label := min(20, w/4)
	if fresh {
		return append(lines, x.values(w, label, l)...)
	}
	half := max((w-label-8)/2, 6)
	lines = append(lines, th.Header.Render(frame.Fit("  "+frame.Fit("", label)+" "+frame.Fit(p.T("journal.was"), half)+"    "+p.T("journal.is"), w)))
	for _, c := range l.Entry.Changes {
		was, is := frame.Wrap(dash(x.value(l, c.Field, c.Before)), half), frame.Wrap(dash(x.value(l, c.Field, c.After)), half)
		for i := range max(len(was), len(is)) {
			name, sign := "", " "
			if i == 0 {
				name, sign = x.field(l, c.Field), th.G.Right
			}
			lines = append(lines, frame.Fit("  "+th.Muted.Render(frame.Fit(name, label))+" "+part(was, i, half)+" "+sign+"  "+th.Accent.Render(part(is, i, half)), w))
		}
	}
	return lines
}

// values is a table of the fields of what is new: there was nothing before.
func (x *Screen) values(w, label int, l *model.AuditLine) []string {
	var lines []string
	for _, c := range l.Entry.Changes {
		name := x.field(l, c.Field)
		for _, v := range frame.Wrap(dash(x.value(l, c.Field, c.After)), max(w-label-4, 1)) {
			lines = append(lines, frame.Fit("  "+x.s.Th.Muted.Render(frame.Fit(name, label))+" "+v, w))
			name = ""
		}
	}
	return lines
}

func part(lines []string, i, w int) string {
	if i < len(lines) {
		return lines[i]
	}
	return frame.Blank(w)
}

func dash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// field is the name of a field, its code where the catalogue has none.
//
//i18n:keys contact.field.*
//i18n:keys journal.field.*
func (x *Screen) field(l *model.AuditLine, code string) string {
	families := []string{"journal.field.", "contact.field."}
	if x.aboutPerson(l) {
		families = []string{"contact.field.", "journal.field."}
	}
	for _, family := range families {
		if key := family + strings.ReplaceAll(code, ".", "_"); x.s.P.Has(key) {
			return x.s.P.T(key)
		}
	}
	return safe.Text(code)
}

func (x *Screen) aboutPerson(l *model.AuditLine) bool {
	to, _ := place(l.Entry.Object)
	return to == screen.Contacts
}

// impersonal are the fields of a person whose value tells nobody who it is.
var impersonal = []string{"kind", "basis", "tracking", "tags", "version", "points", "tier"}

// counts are the fields that count, amounts those in cents, ratios those that
// are parts of one.
var (
	counts  = []string{"contacts", "campaigns", "orders", "rows", "created", "updated", "rejected", "opposed"}
	amounts = []string{"cost_fixed_cents", "cost_per_message_cents"}
	ratios  = []string{"share", "drawn_share", "margin"}
)

// value is what a field held, in words where it is a code or an instant, and as
// the session shows people.
func (x *Screen) value(l *model.AuditLine, field, value string) string {
	p := x.s.P
	if at, err := time.Parse(time.RFC3339Nano, value); err == nil {
		return p.DateTime(at.In(x.s.Desk.Now().Location()))
	}
	switch state := "campaign.state." + value; { //i18n:keys campaign.state.*
	case field == "state" && value != "" && p.Has(state):
		return p.T(state)
	case field == "role" && value != "":
		return x.s.Role(model.Role(value))
	case field == "how" && value == "screens":
		return p.T("journal.screens")
	case value == "true":
		return p.T("journal.yes")
	case value == "false":
		return p.T("journal.no")
	case slices.Contains(counts, field):
		if n, err := strconv.Atoi(value); err == nil {
			return p.Int(n)
		}
	case slices.Contains(amounts, field):
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			return p.Money(model.Cents(n))
		}
	case slices.Contains(ratios, field):
		if v, err := strconv.ParseFloat(value, 64); err == nil {
			return p.Percent(v, 1)
		}
	}
	value = safe.Text(value)
	if !x.aboutPerson(l) || slices.Contains(impersonal, field) {
		return x.s.Mask.Text(value)
	}
	return x.s.Mask.Value(value)
}
