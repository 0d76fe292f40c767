package report

import (
	"strings"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/i18n"
)

// Plain is a part of a page for a terminal: the same words in the same order.
type Plain struct {
	Title string
	Text  []string
	Head  []string // nil: no table
	Rows  [][]string
	Note  string
}

// PlainMonth is a month for a terminal of 80 columns: its title and sentences,
// then its parts. A part without a title goes on with the one before.
func PlainMonth(p *i18n.Printer, m *campaigns.Month) (title string, text []string, parts []Plain) {
	w := pen{p}
	for _, kind := range kinds {
		rows := ofKind(m, kind)
		if len(rows) == 0 {
			continue
		}
		part := Plain{Title: p.T("report.month.kind." + kind)}
		if kind != "causal" {
			part.Text = append(part.Text, p.T("report.caution."+kind))
		}
		parts = append(parts, part)
		for _, c := range rows {
			parts = append(parts, w.plainCampaign(c, kind))
		}
	}
	for _, s := range []section{{Title: p.T("report.month.sales"), Text: w.salesText(m), Table: w.salesTable(m)}, w.sendingSection(m)} {
		part := Plain{Title: s.Title, Text: s.Text}
		if t := s.Table; t != nil {
			part.Head, part.Note = t.Head, t.Note
			for _, r := range t.Rows {
				part.Rows = append(part.Rows, r.Cells)
			}
		}
		parts = append(parts, part)
	}
	for _, s := range []section{w.incidentSection(m), w.nextSection(m)} {
		part := Plain{Title: s.Title, Text: s.Text}
		if s.Table != nil { // names may be long: a sentence is broken, a table is not
			for _, r := range s.Table.Rows {
				part.Text = append(part.Text, strings.Join(r.Cells, " · "))
			}
		}
		parts = append(parts, part)
	}
	return p.T("report.month.title", "month", monthName(p, m.From)), w.monthText(m), parts
}

// plainCampaign is a campaign: who, with its verdict where it has one, then its
// figures with their ranges.
func (w pen) plainCampaign(c *campaigns.MonthCampaign, kind string) Plain {
	st := &c.Statement
	out := Plain{Text: []string{w.T("report.month.campaign", "title", titled(st), "left", w.ShortDate(c.StartedAt))}}
	if kind == "trace" {
		out.Text[0] += " – " + w.T("report.month.seen", "revenue", w.MoneyShort(st.Money.NaiveRevenue))
		return out
	}
	if kind == "causal" {
		out.Text[0] += " – " + w.verdictOf(st)
	}
	out.Head = []string{"", ""}
	out.Rows = [][]string{{"  " + w.T("report.month.net", "net", w.gain(st.Money.Net)), w.centsRange(st.Money.NetCI)}}
	if st.Money.ROI != nil {
		out.Rows = append(out.Rows, []string{"  " + w.T("report.month.roi", "roi", w.ratio(st.Money.ROI)), w.ratioRange(st.Money.ROICI)})
	}
	return out
}

// verdictOf is the word of a statement, marked where it may still move.
func (w pen) verdictOf(st *model.Statement) string {
	if st.Provisional {
		return w.verdict(st) + " (" + w.T("report.month.provisional") + ")"
	}
	return w.verdict(st)
}
