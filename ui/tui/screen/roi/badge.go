package roi

import (
	"strings"

	"blanche/model"
	"blanche/ui/tui/theme"
	"blanche/ui/tui/widget/frame"
)

// badge is a guard in a word, beside the name of a campaign.
type badge struct {
	level model.Level
	text  string
}

// label is what the figures of a statement are worth, in a word.
//
//i18n:keys roi.screen.label.*
func (x *Screen) label(st *model.Statement) string {
	return x.s.P.T("roi.screen.label." + string(st.Label))
}

// badges are the guards of a statement that found something, the worst first;
// an open window and returns to come among them, as news.
//
//i18n:keys roi.badge.*
func (x *Screen) badges(st *model.Statement) []badge {
	var out []badge
	for _, level := range []model.Level{model.LevelStop, model.LevelWarn, model.LevelInfo} {
		for _, g := range st.Guards {
			key := "roi.badge." + string(g.Guard)
			if g.Level != level || !x.s.P.Has(key) {
				continue
			}
			out = append(out, badge{level, x.s.P.T(key, "day", st.Day, "days", st.Window.Days)})
		}
	}
	return out
}

// badgeLine is as many badges as fit in w cells, each behind its sign, and how
// many more there are.
func (x *Screen) badgeLine(w int, st *model.Statement) string {
	all := x.badges(st)
	var b strings.Builder
	used := 0
	for i, one := range all {
		more := ""
		if rest := len(all) - i - 1; rest > 0 {
			more = " +" + x.s.P.Int(rest)
		}
		text := x.levelSign(one.level) + " " + one.text
		if i == 0 && frame.Width(text)+len(more) > w { // the worst one is said, if only in part
			text = frame.Fit(text, max(w-len(more), 1))
		}
		n := frame.Width(text)
		if i > 0 {
			n += 2
		}
		if used+n+len(more) > w {
			if rest := " +" + x.s.P.Int(len(all)-i); used+len(rest) <= w {
				b.WriteString(x.s.Th.Muted.Render(rest))
			}
			break
		}
		if i > 0 {
			b.WriteString("  ")
		}
		b.WriteString(x.levelTone(one.level).Render(text))
		used += n
	}
	return frame.Fit(b.String(), w)
}

// levelSign is the sign of what a guard found: a cross, an alert, a dot, a
// check.
func (x *Screen) levelSign(l model.Level) string {
	g := x.s.Th.G
	switch l {
	case model.LevelStop:
		return g.Fail
	case model.LevelWarn:
		return g.Alert
	case model.LevelInfo:
		return g.Dot
	}
	return g.Check
}

func (x *Screen) levelTone(l model.Level) theme.Style {
	switch l {
	case model.LevelStop:
		return x.s.Th.Danger
	case model.LevelWarn:
		return x.s.Th.Warn
	case model.LevelInfo:
		return x.s.Th.Accent
	}
	return x.s.Th.Good
}
