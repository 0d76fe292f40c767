package audit

import (
	"net"
	"sort"
	"strconv"
	"strings"
	"time"

	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/empty"
	"blanche/ui/tui/widget/frame"
	"blanche/ui/tui/widget/vtable"
)

// rows is the lines as the table reads them.
type rows struct{ x *Screen }

// Len is how many lines were read; exact once there are no older ones.
func (r rows) Len() (int, bool) { return len(r.x.lines), r.x.end }

// Rows draws some of them.
func (r rows) Rows(from, n int) []vtable.Row {
	var out []vtable.Row
	for i := from; i < min(from+n, len(r.x.lines)); i++ {
		out = append(out, r.x.row(&r.x.lines[i]))
	}
	return out
}

// Rank is the position of a line.
func (r rows) Rank(key string) (int, bool) {
	seq, err := strconv.ParseUint(key, 10, 64)
	if err != nil {
		return 0, false
	}
	return r.rank(seq)
}

func (r rows) rank(seq uint64) (int, bool) {
	lines := r.x.lines
	i := sort.Search(len(lines), func(i int) bool { return lines[i].Seq <= seq })
	return i, i < len(lines) && lines[i].Seq == seq
}

func (x *Screen) row(l *model.AuditLine) vtable.Row {
	e, th := &l.Entry, x.s.Th
	row := vtable.Row{Key: strconv.FormatUint(l.Seq, 10), Cells: []string{x.when(e.At), e.Who, x.act(e.Act), x.short(e.Object), x.gist(l), host(e.From)}}
	row.Tones = []theme.Style{th.Muted, {}, {}, {}, th.Muted, th.Muted}
	if e.Who == model.System().Name {
		row.Tones[1] = th.Muted
	}
	return row
}

// The cells of who did it: a name is whole, and what was done and to what gives way.
const (
	whoLeast, whoMost = 10, 28
	actLeast          = 20
	objectLeast       = 12
)

// whoCells is what the names of the lines that were read take.
func (x *Screen) whoCells() int {
	most := whoLeast
	for i := range x.lines {
		if name := x.lines[i].Entry.Who; len(name) > most { // in bytes: never less
			most = max(most, frame.Width(safe.Text(name)))
		}
	}
	return min(most, whoMost)
}

func (x *Screen) columns() []vtable.Column {
	p, who := x.s.P, x.whoCells()
	more := who - whoLeast
	return []vtable.Column{
		{ID: "when", Title: p.T("journal.column.when"), Min: 15},
		{ID: "who", Title: p.T("journal.column.who"), Min: who, Max: max(who, 20), Weight: 1},
		{ID: "act", Title: p.T("journal.column.act"), Min: max(26-more, actLeast), Max: 44, Weight: 4},
		{ID: "object", Title: p.T("journal.column.object"), Min: max(14-max(more-26+actLeast, 0), objectLeast), Max: 30, Weight: 2},
		{ID: "gist", Title: p.T("journal.column.gist"), Min: 20, Weight: 3, Priority: 2},
		{ID: "from", Title: p.T("journal.column.from"), Min: 15, Max: 24, Priority: 1},
	}
}

// when is the time of a line: the day of this year with the time, else the
// whole date.
func (x *Screen) when(at time.Time) string {
	now := x.s.Desk.Now()
	at = at.In(now.Location())
	if at.Year() == now.Year() {
		return x.s.P.ShortDate(at) + " " + x.s.P.Time(at)
	}
	return x.s.P.Date(at)
}

// act is what was done, in words; the code where the catalogue has none.
//
//i18n:keys audit.act.*
func (x *Screen) act(code string) string {
	if key := "audit.act." + strings.ReplaceAll(code, ".", "_"); x.s.P.Has(key) {
		return x.s.P.T(key)
	}
	return safe.Text(code)
}

// object is what a line is about, in words.
//
//i18n:keys journal.object.*
func (x *Screen) object(object string) string {
	kind, name, _ := strings.Cut(object, ":")
	if key := "journal.object." + kind; x.s.P.Has(key) {
		return x.s.P.T(key, "name", x.s.Text(name))
	}
	return x.s.Text(object)
}

// host is where somebody came from, without the port, which says nothing.
func host(from string) string {
	if h, _, err := net.SplitHostPort(from); err == nil {
		return h
	}
	return from
}

// short is an object in a list, where the act has said what kind it is; a
// number needs its kind all the same.
func (x *Screen) short(object string) string {
	kind, name, _ := strings.Cut(object, ":")
	if name == "" || kind == "contact" {
		return x.object(object)
	}
	return x.s.Text(name)
}

// gist is what changed, in short: the fields, or the reason.
func (x *Screen) gist(l *model.AuditLine) string {
	switch n := len(l.Entry.Changes); {
	case l.Erased:
		return x.s.P.T("journal.erased_short")
	case l.Entry.Reason != "":
		return x.s.Text(l.Entry.Reason)
	case n == 1:
		c := l.Entry.Changes[0]
		return x.field(l, c.Field) + "  " + x.value(l, c.Field, c.After)
	case n > 1:
		names := make([]string, n)
		for i, c := range l.Entry.Changes {
			names[i] = x.field(l, c.Field)
		}
		return strings.Join(names, ", ")
	}
	return ""
}

// View draws the list, one line in full, or the flaws of the chain.
func (x *Screen) View(w, h int) []string {
	p, th := x.s.P, x.s.Th
	if x.flaws && x.proof != nil {
		return x.flawLines(w, h)
	}
	if l, ok := x.under(); ok && x.open > 0 {
		return x.lineInFull(w, h, &l)
	}
	head := []string{frame.Title(th, w, p.T("app.tab.audit"), x.verdict(), x.count())}
	if x.bar.Active() || x.bar.Text() != "" {
		head = append(head, x.bar.Line(w, x.filterNote()))
	}
	switch {
	case !x.loaded:
		return frame.Block(append(head, frame.Fit("  "+p.T("journal.reading"), w)), w, h)
	case len(x.lines) == 0 && x.bar.Text() == "" && !x.bar.Active():
		return empty.Lines(th, p, w, h, p.T("journal.empty"))
	case len(x.lines) == 0:
		return frame.Stack(w, h, head, []string{frame.Blank(w), th.Muted.Render(frame.Fit("   "+p.T("journal.none_found"), w))})
	}
	return frame.Stack(w, h, head, x.table.Lines(w, max(h-len(head), 1)))
}

// filterNote is what can be typed, then what was found.
func (x *Screen) filterNote() string {
	if x.bar.Text() == "" {
		return x.s.P.T("journal.filter_help")
	}
	return ""
}

// count is how many lines there are, or were read.
func (x *Screen) count() string {
	switch {
	case !x.loaded || len(x.lines) == 0:
		return ""
	case x.query.asked == "" && x.proof != nil && x.proof.Lines == x.lines[0].Seq:
		return "" // the verdict says it
	case x.query.asked == "":
		return x.s.P.N("journal.lines", int(x.lines[0].Seq)) //nolint:gosec // a count of lines
	case x.end:
		return x.s.P.N("journal.found", len(x.lines))
	}
	return x.s.P.N("journal.at_least", len(x.lines))
}
