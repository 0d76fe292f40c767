package report

import (
	"io"
	"math"
	"strconv"
	"time"

	"blanche/campaigns"
	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/say"
)

// month is what the page of a month shows.
type month struct {
	Text     []string
	Sections []section
}

// Month writes the page of a month. Its statements have their sentences
// (say.Statement); at is when the page is made.
func Month(out io.Writer, p *i18n.Printer, m *campaigns.Month, at time.Time) error {
	w := pen{p}
	body := month{Text: w.monthText(m)}
	body.Sections = append(body.Sections, w.campaignSections(m)...)
	body.Sections = append(body.Sections, section{Title: p.T("report.month.sales"), Text: w.salesText(m), Table: w.salesTable(m)})
	body.Sections = append(body.Sections, w.sendingSection(m), w.incidentSection(m), w.nextSection(m))
	pg := page{
		Title: p.T("report.month.title", "month", monthName(p, m.From)), Kicker: p.T("report.month.kicker"), Head: monthName(p, m.From),
		Under: p.T("report.month.under", "shop", m.Shop, "from", p.Day(m.From), "until", p.Day(m.Until)), Body: body,
		Foot: p.T("report.month.foot", "at", p.DateTime(at), "month", m.Month),
	}
	if !m.Over {
		pg.Labels = []label{{Text: p.T("report.month.running")}}
	}
	return write(out, p, "month", pg)
}

// monthName is « novembre 2026 ».
//
//i18n:keys report.months.*
func monthName(p *i18n.Printer, d model.Date) string {
	year, m, _ := d.Civil()
	return p.T("report.months.m"+strconv.Itoa(int(m)), "year", i18n.Raw(strconv.Itoa(year)))
}

// monthText says a month in a few sentences, made of its figures.
func (w pen) monthText(m *campaigns.Month) []string {
	var out []string
	if m.Over {
		out = append(out, w.N("report.month.text.sales", m.Sales.Orders, "revenue", w.MoneyShort(m.Sales.Revenue), "buyers", m.Sales.Buyers))
	} else {
		out = append(out, w.N("report.month.text.sales_so_far", m.Sales.Orders, "revenue", w.MoneyShort(m.Sales.Revenue), "buyers", m.Sales.Buyers, "days", m.Sales.Days))
	}
	if m.LastYear != nil && m.LastYear.Revenue > 0 {
		change := float64(m.Sales.Revenue)/float64(m.LastYear.Revenue) - 1
		out = append(out, w.T("report.month.text.last_year", "change", w.SignedPercent(change, 1)))
	}
	if len(m.Campaigns) == 0 {
		return append(out, w.T("report.month.text.no_campaign"))
	}
	by := map[model.Verdict]int{}
	guesses := 0
	for i := range m.Campaigns {
		if st := &m.Campaigns[i].Statement; causal(st) {
			by[st.Verdict]++
		} else {
			guesses++
		}
	}
	return append(out, w.verdicts(by, guesses)...)
}

// verdicts count the campaigns by how they ended.
//
//i18n:keys report.month.verdict.*
func (w pen) verdicts(by map[model.Verdict]int, guesses int) []string {
	var out []string
	for _, v := range []model.Verdict{model.VerdictPays, model.VerdictWorksProfitUnknown, model.VerdictNotProven, model.VerdictLoses, model.VerdictTooEarly, model.VerdictBlocked} {
		if n := by[v]; n > 0 {
			out = append(out, w.N("report.month.verdict."+string(v), n))
		}
	}
	if guesses > 0 {
		out = append(out, w.N("report.month.verdict.guess", guesses))
	}
	return out
}

// campaignSections are the causal campaigns with their verdict, then those that
// nothing drawn stands behind, each kind in a table of its own.
func (w pen) campaignSections(m *campaigns.Month) []section {
	var all []section
	for _, kind := range kinds {
		rows := ofKind(m, kind)
		sure := kind == "causal"
		if len(rows) == 0 && !sure {
			continue
		}
		s := section{Title: w.T("report.month.kind." + kind), Guess: !sure}
		if sure {
			s.Chart = w.roiForest(rows)
		} else {
			s.Text = []string{w.T("report.caution." + kind)}
		}
		if len(rows) == 0 {
			s.Text = append(s.Text, w.T("report.month.none"))
		} else {
			s.Table = w.campaignTable(rows, sure)
			for _, c := range rows {
				s.After = append(s.After, c.Statement.Sentence)
			}
		}
		all = append(all, s)
	}
	return all
}

// kinds are the tables of the campaigns of a month, the best first. A campaign
// is in one.
//
//i18n:keys report.month.kind.*
var kinds = []string{"causal", "indicative", "trace"}

// ofKind are the campaigns of a table.
func ofKind(m *campaigns.Month, kind string) []*campaigns.MonthCampaign {
	var out []*campaigns.MonthCampaign
	for i := range m.Campaigns {
		if kind == Kind(&m.Campaigns[i].Statement) {
			out = append(out, &m.Campaigns[i])
		}
	}
	return out
}

// Kind is the table of a statement: causal, indicative or trace. They are never
// mixed.
func Kind(st *model.Statement) string {
	switch {
	case causal(st):
		return "causal"
	case st.Label == model.LabelTrace:
		return "trace"
	}
	return "indicative"
}

// campaignTable has a row for each campaign. What no draw stands behind has no
// verdict.
func (w pen) campaignTable(rows []*campaigns.MonthCampaign, sure bool) *table {
	t := &table{Head: []string{w.T("report.overlap.campaign")}}
	if sure {
		t.Head = append(t.Head, w.T("report.month.verdict_head"))
	}
	t.Head = append(t.Head, w.T("report.money.net"), w.T("report.money.roi"), w.T("report.range"))
	for _, c := range rows {
		st := &c.Statement
		cells := []string{w.T("report.month.campaign", "title", titled(st), "left", w.ShortDate(c.StartedAt))}
		if sure {
			cells = append(cells, w.verdictOf(st))
		}
		if st.Label == model.LabelTrace {
			t.add(append(cells, w.T("report.month.seen", "revenue", w.MoneyShort(st.Money.NaiveRevenue)), say.Unknown, "")...)
			continue
		}
		t.add(append(cells, w.gain(st.Money.Net), w.ratio(st.Money.ROI), w.ratioRange(st.Money.ROICI))...)
	}
	return t
}

// roiForest draws the ROI of the causal campaigns under each other.
func (w pen) roiForest(rows []*campaigns.MonthCampaign) *chart {
	const lowest, highest, high = -2.5, 15.0, 38
	ends := []float64{0, -1}
	n := 0
	for _, c := range rows {
		if ci := c.Statement.Money.ROICI; ci != nil {
			ends = append(ends, math.Max(ci.Low(), lowest), math.Min(ci.High(), highest))
			n++
		}
	}
	if n == 0 {
		return nil
	}
	a := over(ends...)
	title := w.T("report.month.chart")
	c := &chart{ID: "roi", Title: title, Desc: w.T("report.month.chart_desc"), H: high*len(rows) + 20}
	zero, foot := a.at(0), high*len(rows)
	c.label("soft", zero, foot+15, w.T("report.month.zero"))
	for i, r := range rows {
		st, y := &r.Statement, high*i
		c.box("loss", 0, zero, y+18, 18)
		c.line("zero", zero, zero, y+18, y+36)
		c.text("name", "start", 0, y+14, titled(st))
		if st.Money.ROI == nil || st.Money.ROICI == nil {
			c.text("soft", "end", 100, y+14, w.T("report.unknown"))
			continue
		}
		c.text("soft", "end", 100, y+14, w.T("report.month.roi", "roi", w.ratio(st.Money.ROI)))
		c.whisker(a, *st.Money.ROI, *st.Money.ROICI, y+27)
	}
	return c
}
