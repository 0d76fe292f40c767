package report

import (
	"io"
	"time"

	"blanche/model"
	"blanche/ui/i18n"
	"blanche/ui/say"
)

// statement is what the page of a campaign shows, in its order.
type statement struct {
	Verdict, Sentence string
	Sure              bool // a draw stands behind it
	Caution           []string
	Sections          []section
	Guards            []guard
	Changes           *table
	Changed           []string
	Method            []string
	Formulas          []say.Formula
}

// guard is a check with what it found.
type guard struct{ Level, Name, Word, Message string }

// Statement writes the page of a campaign. The statement has its sentence and
// the messages of its guards (say.Statement); at is when the page is made.
func Statement(out io.Writer, p *i18n.Printer, st *model.Statement, at time.Time) error {
	w := pen{p}
	body := statement{Sentence: st.Sentence, Sure: causal(st), Verdict: w.verdict(st), Caution: w.cautions(st)}
	body.Sections = w.sections(st)
	body.Guards = w.guards(st)
	body.Changes, body.Changed = w.changes(st), w.sinceClose(st)
	body.Method, body.Formulas = w.method(st), say.Formulas(w.Printer, st)
	return write(out, p, "statement", page{
		Title: titled(st) + " – " + p.T("report.kind"), Kicker: p.T("report.kicker"), Head: titled(st),
		Under:  p.T("report.under", "name", st.Campaign, "start", p.Date(st.Window.Start), "end", p.Date(st.Window.End), "day", st.Day, "days", st.Window.Days),
		Labels: w.labels(st), Body: body,
		Foot: p.T("report.foot", "at", p.DateTime(at)),
	})
}

// titled is what people call a campaign.
func titled(st *model.Statement) string {
	if st.Title != "" {
		return st.Title
	}
	return st.Campaign
}

// labels say what the figures are worth and whether they may move.
//
//i18n:keys roi.screen.label.*
func (w pen) labels(st *model.Statement) []label {
	all := []label{{Text: w.T("roi.screen.label." + string(st.Label)), Strong: causal(st)}}
	switch {
	case !st.Window.Closed:
		all = append(all, label{Text: w.T("report.open")})
	case st.Provisional:
		all = append(all, label{Text: w.T("report.provisional")})
	}
	if len(st.Changes) > 0 {
		all = append(all, label{Text: w.T("report.changed")})
	}
	return all
}

// verdict is the word of a statement; what no draw stands behind has none.
func (w pen) verdict(st *model.Statement) string {
	if !causal(st) && st.Verdict != model.VerdictTooEarly && st.Verdict != model.VerdictBlocked {
		return w.T("report.no_verdict")
	}
	return say.Verdict(w.Printer, st.Verdict)
}

// cautions are what must be read before any figure.
func (w pen) cautions(st *model.Statement) []string {
	var all []string
	switch st.Label {
	case model.LabelIndicative:
		all = append(all, w.T("report.caution.indicative"))
	case model.LabelTrace:
		all = append(all, w.T("report.caution.trace"))
	case model.LabelQuasi:
		all = append(all, w.T("report.caution.quasi"))
	}
	for _, g := range st.Guards {
		if g.Level == model.LevelStop && st.Verdict != model.VerdictBlocked {
			all = append(all, g.Message)
		}
	}
	if st.Provisional {
		all = append(all, w.T("report.caution.provisional"))
	}
	return all
}

// sections are the charts, each with its table.
func (w pen) sections(st *model.Statement) []section {
	title := w.T("report.money.title")
	if !causal(st) {
		title = w.T("report.money.hint")
	}
	all := []section{
		{Title: title, Chart: w.interval(st), Table: w.moneyTable(st), Guess: !causal(st)},
		{Title: w.T("report.arms.title"), Table: w.armsTable(st)},
	}
	if s, ok := w.price(st); ok {
		all = append(all, s)
	}
	if c := w.curve(st); c != nil {
		all = append(all, section{Title: w.T("report.curve.title"), Chart: c, Table: w.curveTable(st), Text: []string{w.bandText(st)}})
	}
	all = append(all, w.segments(st)...)
	return append(all, w.others(st)...)
}

// bandText tells the lines of the curve apart without colour.
func (w pen) bandText(st *model.Statement) string {
	return w.T("report.curve.key", "holdout", w.blanche(st), "level", w.Percent(1-st.Alpha, 0))
}

// blanche names the group that was compared with.
func (w pen) blanche(st *model.Statement) string {
	switch st.Method {
	case model.MethodTwins:
		return w.T("report.twins")
	case model.MethodBefore:
		return w.T("report.before")
	}
	return w.T("report.holdout")
}

// guards are all checks, those that found something first.
//
//i18n:keys report.guard.*
//i18n:keys cli.level.*
func (w pen) guards(st *model.Statement) []guard {
	var all []guard
	for _, level := range []model.Level{model.LevelStop, model.LevelWarn, model.LevelInfo, model.LevelOK} {
		for _, g := range st.Guards {
			if g.Level == level {
				all = append(all, guard{Level: level.String(), Name: w.T("report.guard." + string(g.Guard)), Word: w.T("report.level." + level.String()), Message: g.Message})
			}
		}
	}
	return all
}

// changes are the terms decided again after the launch.
func (w pen) changes(st *model.Statement) *table {
	if len(st.Changes) == 0 {
		return nil
	}
	t := &table{Head: []string{w.T("report.change.what"), w.T("report.change.from"), w.T("report.change.to"), w.T("report.change.at"), w.T("report.change.by")}}
	for _, c := range st.Changes {
		t.add(w.field(c.Field), c.From, c.To, w.DateTime(c.At), c.By)
	}
	return t
}

func (w pen) field(name string) string {
	if key := "report.field." + name; w.Has(key) {
		return w.T(key)
	}
	return name
}

// sinceClose is what late orders and refunds have moved.
func (w pen) sinceClose(st *model.Statement) []string {
	s := st.SinceClose
	if s == nil || s.Target == 0 && s.Holdout == 0 {
		return nil
	}
	return []string{w.T("report.since", "at", w.Date(s.Close.At), "target", w.SignedMoneyShort(s.Target), "holdout", w.SignedMoneyShort(s.Holdout), "net", w.gain(s.Net))}
}
