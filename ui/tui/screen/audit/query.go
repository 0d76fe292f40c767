package audit

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/tui/screen"
)

// Lines are read a page at a time, the next one when the cursor comes near the
// end of those read.
const (
	pageLines = 200
	ahead     = 60
)

// query is what is asked for; one question is on its way at a time, and what
// was typed meanwhile is asked when it comes back.
type query struct {
	req    uint64
	asking bool
	again  bool // something was typed, or happened, since
	asked  string
	late   bool // the filter was cleared where no command could be given
}

// found is a page of lines: the newest ones, or older ones than those read.
type found struct {
	lines []model.AuditLine
	older bool
	text  string
}

// search asks again after the filter changed.
func (x *Screen) search() tea.Cmd { return x.ask(false) }

// more asks for older lines when the cursor comes near the end.
func (x *Screen) more() tea.Cmd {
	if i, ok := x.at(); x.end || !x.loaded || ok && i < len(x.lines)-ahead {
		return nil
	}
	return x.ask(true)
}

// ask asks for the newest lines, or for those before the last one read.
func (x *Screen) ask(older bool) tea.Cmd {
	q := &x.query
	if q.asking {
		q.again = q.again || !older
		return nil
	}
	q.asking, q.again, q.late, q.req = true, false, false, x.s.Number()
	text := x.bar.Text()
	filter := x.filter(text)
	filter.N = pageLines
	if n := len(x.lines); older && n > 0 && text == q.asked {
		filter.Before = x.lines[n-1].Seq
	} else {
		older = false
	}
	return screen.Ask(x.s, screen.Audit, q.req, func(ctx context.Context) (found, error) {
		lines, err := x.s.Desk.AuditLines(ctx, filter)
		return found{lines, older, text}, err
	})
}

// found takes a page. The newest lines go before those that are known, unless
// some between them were not read.
func (x *Screen) found(msg screen.Reply[found]) tea.Cmd {
	q, v := &x.query, msg.Value
	if msg.Req != q.req {
		return nil
	}
	q.asking = false
	if msg.Err != nil {
		return screen.Fail(msg.Err)
	}
	changed := v.text != q.asked
	q.asked = v.text
	i, _ := x.at()
	newest := i == 0 && x.open == 0
	x.keep(v, changed)
	x.loaded = true
	x.table.SetPrinter(x.s.P, x.columns()) // the names are known now
	x.table.SetSource(rows{x})
	x.table.Refresh()
	if changed || newest && !v.older { // whoever looks at the newest line goes on doing so
		x.table.Key("home")
	}
	if q.again || x.bar.Text() != q.asked {
		return x.ask(false)
	}
	return x.more()
}

func (x *Screen) keep(v found, changed bool) {
	short := len(v.lines) < pageLines
	switch {
	case v.older:
		x.lines = append(x.lines, v.lines...)
		x.end = short
		return
	case !changed && len(x.lines) > 0 && len(v.lines) > 0 && v.lines[len(v.lines)-1].Seq <= x.lines[0].Seq:
		fresh := 0
		for fresh < len(v.lines) && v.lines[fresh].Seq > x.lines[0].Seq {
			fresh++
		}
		// What an erasure took away is gone from the lines that were read, too.
		known := x.lines[min(len(v.lines)-fresh, len(x.lines)):]
		x.lines = append(v.lines[:len(v.lines):len(v.lines)], known...)
		return
	}
	x.lines, x.end = v.lines, short
}

// filter reads what is typed: who:ines, act:campaign, object:campaign:noel-15,
// since:2026-11-01, the same words in French, and any other text.
func (x *Screen) filter(typed string) campaigns.AuditQuery {
	var q campaigns.AuditQuery
	var rest []string
	for _, word := range strings.Fields(typed) {
		key, value, _ := strings.Cut(word, ":")
		switch i18n.Fold(key) {
		case "who", "qui":
			q.Who = value
		case "act", "acte", "action":
			q.Act = value
		case "object", "objet":
			q.Object = object(value)
		case "since", "depuis":
			if d, ok := x.s.P.ParseDate(value); ok {
				q.Since = d.In(x.s.Desk.Now().Location())
			}
		default:
			if o := object(word); value != "" && o != "" {
				q.Object = o
				continue
			}
			rest = append(rest, word)
		}
	}
	q.Text = strings.Join(rest, " ")
	return q
}

// object is the name of an object as the audit has it: the kinds are English
// there, and typed in either language.
func object(typed string) string {
	kind, name, _ := strings.Cut(typed, ":")
	if name == "" {
		return typed
	}
	kinds := map[string]string{
		"campagne": "campaign", "campaign": "campaign", "contact": "contact", "segment": "segment", "operator": "operator", "operateur": "operator",
	}
	if k := kinds[i18n.Fold(kind)]; k != "" {
		return k + ":" + name
	}
	return ""
}
