package report

import (
	"blanche/campaigns"
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

// PlainMonth is a month for a terminal of 80 columns: its sentences first, then
// its parts. A campaign takes two lines.
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
		for _, c := range rows {
			part.Rows = append(part.Rows, w.plainCampaign(c, kind)...)
		}
		part.Head = []string{"", ""}
		parts = append(parts, part)
	}
	for _, s := range []section{{Title: p.T("report.month.sales"), Text: w.salesText(m), Table: w.salesTable(m)}, w.sendingSection(m), w.incidentSection(m), w.nextSection(m)} {
		part := Plain{Title: s.Title, Text: s.Text}
		if t := s.Table; t != nil {
			part.Head, part.Note = t.Head, t.Note
			for _, r := range t.Rows {
				part.Rows = append(part.Rows, r.Cells)
			}
		}
		parts = append(parts, part)
	}
	return p.T("report.month.title", "month", monthName(p, m.From)), w.monthText(m), parts
}

// plainCampaign is a campaign in lines of a name and a figure.
func (w pen) plainCampaign(c *campaigns.MonthCampaign, kind string) [][]string {
	st := &c.Statement
	name := titled(st)
	switch {
	case kind == "trace":
		return [][]string{{name, w.T("report.month.seen", "revenue", w.MoneyShort(st.Money.NaiveRevenue))}}
	case kind == "causal":
		word := w.verdict(st)
		if st.Provisional {
			word += " (" + w.T("report.month.provisional") + ")"
		}
		return [][]string{{name, word}, {"  " + w.T("report.month.net", "net", w.gain(st.Money.Net)), w.centsRange(st.Money.NetCI)}, {"  " + w.T("report.month.roi", "roi", w.ratio(st.Money.ROI)), w.ratioRange(st.Money.ROICI)}}
	}
	return [][]string{{name, w.T("report.month.net", "net", w.gain(st.Money.Net))}, {"", w.centsRange(st.Money.NetCI)}}
}
