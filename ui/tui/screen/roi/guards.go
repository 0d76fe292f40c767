package roi

import (
	"blanche/model"
	"blanche/ui/safe"
	"blanche/ui/tui/widget/frame"
)

// guardsPart are the guards with their reasons, and what each of them looks at.
func (x *Screen) guardsPart(w int, st *model.Statement) []string {
	p, th := x.s.P, x.s.Th
	if len(st.Guards) == 0 {
		return append([]string{""}, x.paragraph(w, th.Muted, p.T("roi.guards.none"))...)
	}
	lines := x.paragraph(w, th.Muted, p.T("roi.guards.intro"))
	return append(append(lines, ""), x.guards(w, st, true)...)
}

// guards are what was checked before anything is concluded, worst first, each
// behind its sign and, in full, its name and what it costs the verdict.
//
//i18n:keys roi.guards.name.*
func (x *Screen) guards(w int, st *model.Statement, full bool) []string {
	p, th := x.s.P, x.s.Th
	var lines []string
	for _, level := range []model.Level{model.LevelStop, model.LevelWarn, model.LevelInfo, model.LevelOK} {
		for _, g := range st.Guards {
			if g.Level != level {
				continue
			}
			text := safe.Text(g.Message)
			if full {
				name := p.T("roi.guards.name." + string(g.Guard))
				lines = append(lines, " "+x.levelTone(level).Render(x.levelSign(level)+" "+name)+th.Muted.Render("  "+x.levelWord(level)))
			}
			for i, l := range frame.Wrap(text, w-4) {
				sign := "   "
				if i == 0 && !full {
					sign = " " + x.levelTone(level).Render(x.levelSign(level)) + " "
				}
				lines = append(lines, sign+l)
			}
		}
	}
	return lines
}

// levelWord is what a level means for the verdict.
func (x *Screen) levelWord(l model.Level) string {
	switch l {
	case model.LevelStop:
		return x.s.P.T("roi.guards.stop")
	case model.LevelWarn:
		return x.s.P.T("roi.guards.warn")
	case model.LevelInfo:
		return x.s.P.T("roi.guards.info")
	}
	return x.s.P.T("roi.guards.ok")
}
