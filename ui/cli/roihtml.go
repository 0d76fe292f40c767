package cli

import (
	_ "embed"
	"html/template"
	"io"

	"blanche/model"
	"blanche/ui/say"
)

//go:embed roi.html
var roiPage string

// reportPage writes the statement as one page that needs nothing else: no
// script, no font, no picture from elsewhere.
func (s *session) reportPage(w io.Writer, st *model.Statement) error {
	t, err := template.New("roi").Funcs(template.FuncMap{"t": func(key string) string { return s.p.T(key) }}).Parse(roiPage)
	if err != nil {
		return err
	}
	arms, money := s.armsTable(st), s.moneyTable(st)
	var titles []string
	for _, c := range arms.columns {
		titles = append(titles, c.title)
	}
	return t.Execute(w, map[string]any{
		"Lang": s.p.Lang(), "Campaign": st.Campaign, "Verdict": say.Verdict(s.p, st.Verdict), "Sentence": st.Sentence,
		"Title":  s.p.T("cli.roi.title", "campaign", st.Campaign, "start", s.p.Date(st.Window.Start), "end", s.p.Date(st.Window.End), "day", st.Day, "days", st.Window.Days),
		"Titles": titles, "Arms": arms.rows, "Money": money.rows, "Guards": st.Guards,
		"Method": s.p.T("cli.roi.method", "buyers", st.Buyers.Method, "spend", st.Spend.Method, "level", s.p.Percent(1-st.Alpha, 0)),
	})
}
