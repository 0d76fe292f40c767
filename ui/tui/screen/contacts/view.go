package contacts

import (
	"strings"

	"blanche/campaigns"
	"blanche/ui/tui/action"
	"blanche/ui/tui/widget/empty"
	"blanche/ui/tui/widget/frame"
)

// wide is the width from which the card stands beside the list, and the title
// has room for the filter; tall the height from which it has room under it.
const (
	wide = 110
	tall = 18
)

// View draws the list, the card or the form beside it, or the inner page.
func (x *Screen) View(w, h int) []string {
	x.pane = w >= wide || h >= tall
	switch {
	case x.page != nil:
		return frame.Block(x.page.view(w, h), w, h)
	case x.nobody():
		bring, _ := action.Find("import.file", x.Actions())
		return empty.Lines(x.s.Th, x.s.P, w, h, x.s.P.T("contact.screen.empty"), bring)
	case x.edit != nil && w < wide:
		return frame.Block(x.editLines(w, h), w, h)
	case x.edit == nil && (x.card.mode == full || x.card.mode == pane && !x.pane):
		return x.cardLines(w, h)
	case x.edit != nil || x.card.mode != closed:
		return x.panes(w, h)
	}
	return x.list(w, h)
}

// nobody is true for a base that is known to be empty.
func (x *Screen) nobody() bool {
	return x.query.loaded && x.totals.Contacts == 0 && x.rows.list.Total == 0 && x.rows.list.Len() == 0
}

// panes draws the list with the card or the form beside it, or under it.
func (x *Screen) panes(w, h int) []string {
	second := x.cardLines
	if x.edit != nil {
		second = x.editLines
	}
	if w >= wide {
		right := max(w*2/5, 52)
		left := w - right - 2
		return frame.Stack(w, h, x.head(w), frame.Beside(x.body(left, h-1), left, second(right, h-1), right, "  "))
	}
	below := h / 2
	return frame.Stack(w, h, x.list(w, h-below), second(w, below))
}

// list is the title, the line of the filter where there is room for neither in
// the title, and the table.
func (x *Screen) list(w, h int) []string {
	head := x.head(w)
	return frame.Stack(w, h, head, x.body(w, h-len(head)))
}

// head is the title; under it, on a narrow screen, the filter and the order.
func (x *Screen) head(w int) []string {
	p, th := x.s.P, x.s.Th
	total, parts := x.totals.Contacts, ""
	switch t := x.totals; {
	case t.Exact:
		parts = p.T("contact.screen.parts", "customers", t.Customers, "prospects", t.Prospects, "opposed", t.Opposed)
	case !t.At.IsZero(): // those of last time, until they are counted
		parts = "≈ " + p.T("contact.screen.parts", "customers", t.Customers, "prospects", t.Prospects, "opposed", t.Opposed) +
			" (" + p.ShortDate(t.At.In(x.zone())) + " " + p.Clock(t.At.In(x.zone())) + ")"
	}
	count := p.Int(max(total, x.rows.list.Total))
	if w >= wide {
		filter := ""
		if x.bar.Active() || x.bar.Text() != "" {
			filter = strings.TrimSpace(x.bar.Line(min(len([]rune(x.bar.Text()))+5, 30), ""))
		}
		title, found := p.T("contact.screen.title"), x.found()
		if filter != "" || x.table.MarkCount() > 0 { // what was asked for goes before the totals
			if frame.Width(title)+frame.Width(count)+frame.Width(parts)+frame.Width(filter)+frame.Width(found)+18 > w {
				parts = ""
			}
		}
		return []string{frame.Title(th, w, title, count, parts, filter, found)}
	}
	line := frame.Spread("", th.Muted.Render(x.found()+" "), w)
	if x.bar.Active() || x.bar.Text() != "" {
		line = x.bar.Line(w, x.found())
	}
	return []string{frame.Title(th, w, p.T("contact.screen.title"), count, parts), line}
}

// found is how many people the list has, in which order, and the marks.
func (x *Screen) found() string {
	p := x.s.P
	if !x.query.loaded {
		return p.T("contact.screen.reading")
	}
	var parts []string
	if n := x.table.MarkCount(); n > 0 {
		parts = append(parts, p.N("contact.screen.marked", n))
	}
	q, list := &x.query, &x.rows.list
	if q.shown.Find != "" && list.Ready {
		parts = append(parts, p.N("contact.screen.found", list.Len())+x.sofar())
	}
	switch {
	case x.many != nil:
		parts = append(parts, x.many.far(x))
	case q.asking && (!list.Ready || q.asked.Sort != q.shown.Sort || q.asked.Desc != q.shown.Desc):
		parts = append(parts, p.T("contact.screen.sorting", "column", x.columnOf(q.asked.Sort), "share", p.Percent(x.share(), 0)))
	case q.shown.Sort == campaigns.SortNumber:
		parts = append(parts, p.T("contact.sort.number"))
	default:
		arrow := x.s.Th.G.Up
		if q.shown.Desc {
			arrow = x.s.Th.G.Down
		}
		parts = append(parts, p.T("contact.screen.sort", "column", x.columnOf(q.shown.Sort))+" "+arrow)
	}
	return strings.Join(parts, ", ")
}

// sofar is how much of everybody a search has gone through, where it is not over.
func (x *Screen) sofar() string {
	list := &x.rows.list
	if !list.Looking {
		return ""
	}
	return " (" + x.s.P.Percent(x.share(), 0) + ")"
}

func (x *Screen) share() float64 {
	return float64(x.rows.read) / float64(max(x.rows.list.Total, 1))
}

// columnOf is the word for an order.
//
//i18n:keys contact.sort.*
func (x *Screen) columnOf(by campaigns.ContactSort) string {
	if by == campaigns.SortNumber {
		return x.s.P.T("contact.sort.number")
	}
	if key := "contact.sort." + string(by); x.s.P.Has(key) {
		return x.s.P.T(key)
	}
	return strings.ToLower(x.columnTitle(string(by)))
}

// body is the table, or the sentence that says that nobody was found.
func (x *Screen) body(w, h int) []string {
	if x.query.loaded && x.rows.list.Len() == 0 && !x.rows.list.Looking {
		text := x.s.P.T("contact.screen.none", "find", x.query.shown.Find)
		return frame.Stack(w, h, []string{frame.Blank(w), x.s.Th.Muted.Render(frame.Fit("   "+text, w))})
	}
	x.height = max(h-1, 1)
	return x.table.Lines(w, h)
}
